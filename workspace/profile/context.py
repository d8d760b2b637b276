"""What every page of the profile is given."""

from typing import Any

from django.http import Http404
from django.urls import reverse
from django.utils.translation import gettext

from accounts.views.access import AuthenticatedRequest
from imports.policies import ImportPolicy
from partners.models import Evidence, Site
from partners.profile.registry import SECTIONS, sections_of
from partners.profile.section import Section
from partners.profile.selectors import record_of_site, section_counts
from workspace.site_tabs import Tab
from workspace.views.sites import site_context


def section_or_404(key: str) -> Section:
    """The kind of record that an address names."""
    if key not in SECTIONS:
        raise Http404
    return SECTIONS[key]


def record_or_404(section: Section, site: Site, pk: int) -> Evidence:
    """A record of the site, also one that no longer holds."""
    record = record_of_site(section, site, pk)
    if record is None:
        raise Http404
    return record


def list_address(site: Site, section: Section) -> str:
    return reverse("workspace:section", args=[site.pk, section.key])


def section_context(
    request: AuthenticatedRequest, site: Site, section: Section, **more: Any
) -> dict[str, Any]:
    """Around a list, a record or a form of one kind. No query."""
    return site_context(request, site, section.tab) | {
        "section": section,
        "list_url": list_address(site, section),
        "may_import": ImportPolicy.change.allows(request.user),
        **more,
    }


def section_tabs(site: Site, active: str, tab: str) -> list[Tab]:
    """The kinds of one tab with how many records each has. One query."""
    counts = section_counts(site)
    found = [
        Tab(section.title, list_address(site, section), section.key == active, counts[section.key])
        for section in sections_of(tab)
    ]
    if tab == "documents":
        address = reverse("workspace:site-documents", args=[site.pk])
        found.append(Tab(gettext("All documents"), address, active == "files"))
    return found
