"""The profile of a site: overview, regulatory life, capabilities, history, and the forms to change it."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.views.access import AuthenticatedRequest, requires
from audits.auditing.cautions import audit_cautions
from audits.figures.site import site_quality
from common.editing import clashes_of, with_version
from common.versions import StaleRecord
from partners.forms import ClassifyForm, SiteForm
from partners.models import Capability, Organization, Site
from partners.policies import OrganizationPolicy, SitePolicy
from partners.selectors import aliases_of, with_aliases
from partners.services import aliases_set, organization_classify, site_update
from programs.policies import CandidatePolicy
from programs.selectors import candidacies_of
from records.context import recorded
from workspace.site_tabs import site_tabs
from workspace.sites import regulatory_summary
from workspace.watched import watched_for, with_watch


def site_or_404(request: AuthenticatedRequest, pk: int, *, watched: bool = False) -> Site:
    """The site with its organization, or 404 for who may not see the directory. One query.

    `watched`: with what `watched_for` asks.
    """
    rows = with_aliases(Site.objects.visible_to(request.user).select_related("organization"))
    site = (with_watch(rows, request.user) if watched else rows).filter(pk=pk).first()
    if site is None:
        raise Http404
    return site


def site_context(request: AuthenticatedRequest, site: Site, tab: str, **more: Any) -> dict[str, Any]:
    """What every page of the profile shows around its content. No query."""
    return {
        "site": site,
        "organization": site.organization,
        "tabs": site_tabs(site, tab),
        "may_change": SitePolicy.change.allows(request.user),
        "may_classify": OrganizationPolicy.change.allows(request.user),
        "may_pick": CandidatePolicy.change.allows(request.user),
    } | more


@requires(SitePolicy.view)
def site_overview(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    site = site_or_404(request, pk, watched=True)
    candidacies, others = candidacies_of(site_id=site.pk, user=request.user)
    context = site_context(
        request,
        site,
        "overview",
        summary=regulatory_summary(site),
        aliases=getattr(site, "alias_names", ()),
        candidacies=candidacies,
        programs=others,
        capabilities=list(Capability.objects.current().filter(site=site)[:6]),
        quality=site_quality(site, request.user),
        watched=watched_for(request.user, site, candidacies),
        cautions=audit_cautions(request.user, [site.pk]),
    )
    return render(request, "partners/site_overview.html", context)


@requires(SitePolicy.change)
def site_edit(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Change a site; the second of two editors gets 409 with both values and keeps what they typed."""
    site = site_or_404(request, pk)
    before = {"version": site.version, "aliases": "\n".join(aliases_of(site))}
    form = SiteForm(request.POST or None, instance=site, initial=before)
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            names = form.cleaned_data.pop("aliases")
            entered = dict(form.cleaned_data)
            try:
                with recorded(actor=request.user):
                    done = site_update(
                        site=site, version=entered.pop("version"), changes=entered, actor=request.user
                    )
                    aliases_set(site=done, names=names, actor=request.user)
            except StaleRecord as stale:
                context["clashes"], status = clashes_of(form, stale.current), 409
                with_version(form, stale.current.version)
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("%(name)s was saved.") % {"name": site.name})
                return redirect("workspace:site", pk=pk)
    saved = site_or_404(request, pk)
    return render(
        request,
        "partners/site_form.html",
        site_context(request, saved, "", form=form, **context),
        status=status,
    )


@requires(OrganizationPolicy.change)
def site_classify(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Say what the organization behind the site is; it holds for all of its sites."""
    site = site_or_404(request, pk)
    organization = site.organization
    unknown = organization.kind == Organization.Kind.UNCLASSIFIED
    initial = {"version": organization.version, "kind": "" if unknown else organization.kind}
    form = ClassifyForm(request.POST or None, initial=initial)
    clash = ""
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            done = organization_classify(organization=organization, actor=request.user, **entered)
        except StaleRecord as stale:
            clash = Organization.objects.get(pk=stale.current.pk).get_kind_display()
            with_version(form, stale.current.version)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            _tell_classified(request, done)
            return redirect("workspace:site", pk=pk)
    status = 409 if clash else 422 if form.errors else 200
    sites = Site.objects.filter(organization=organization).count()
    return render(
        request,
        "partners/site_classify.html",
        site_context(request, site, "", form=form, clash=clash, site_count=sites),
        status=status,
    )


def _tell_classified(request: AuthenticatedRequest, organization: Organization) -> None:
    total = Site.objects.filter(organization=organization).count()
    text = ngettext(
        "%(name)s is now: %(kind)s. This holds for its site.",
        "%(name)s is now: %(kind)s. This holds for its %(total)s sites.",
        total,
    )
    messages.success(
        request,
        text % {"name": organization.legal_name, "kind": organization.get_kind_display(), "total": total},
    )
