"""The tabs of a site's profile."""

from dataclasses import dataclass

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from partners.models import Site
from partners.profile.registry import TABS, sections_of


@dataclass(frozen=True, slots=True)
class Tab:
    label: str | Promise
    url: str
    active: bool
    count: int | None = None


BEFORE = (
    ("overview", _("Overview"), "workspace:site"),
    ("regulatory", _("Regulatory life"), "workspace:site-regulatory"),
    ("qualification", _("Qualification"), "workspace:site-qualification"),
)
AFTER = (("history", _("History"), "workspace:site-history"),)


def site_tabs(site: Site, active: str) -> list[Tab]:
    """The tabs, with the open one marked. A tab of the profile opens its first kind of record."""
    profile = [
        Tab(label, reverse("workspace:section", args=[site.pk, sections_of(key)[0].key]), key == active)
        for key, label in TABS.items()
    ]
    return [*_pages(site, BEFORE, active), *profile, *_pages(site, AFTER, active)]


def _pages(site: Site, pages: tuple[tuple[str, Promise, str], ...], active: str) -> list[Tab]:
    return [Tab(label, reverse(name, args=[site.pk]), key == active) for key, label, name in pages]
