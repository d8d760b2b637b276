"""Organizations and sites entered by hand, with a look at what has nearly the same name."""

from typing import Any

from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.views.access import AuthenticatedRequest, requires
from common.editing import clashes_of, with_version
from common.notices import notice_done
from common.versions import StaleRecord
from partners.forms import NewSiteForm, OrganizationForm
from partners.models import Organization, Site
from partners.policies import OrganizationPolicy, SitePolicy
from partners.services import organization_create, organization_update, site_create
from records.context import recorded
from records.undoing import undoable
from workspace.views.profile.records import undo_address


@requires(OrganizationPolicy.change)
def organization_add(request: AuthenticatedRequest) -> HttpResponseBase:
    """Add an organization; its first site comes next."""
    form = OrganizationForm(request.POST or None, initial={"kind": Organization.Kind.CDMO})
    if request.method == "POST" and form.is_valid():
        try:
            made = organization_create(fields=form.values, actor=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            notice_done(request, _("%(name)s was added. Add its first site.") % {"name": made.legal_name})
            address = reverse("workspace:site-add")
            return redirect(f"{address}?{urlencode({'organization': made.pk})}")
    return _shown(request, form, title=_("Add an organization"), button=_("Save organization"))


@requires(OrganizationPolicy.change)
def organization_edit(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Change an organization; the second of two editors gets 409 with both values."""
    organization = Organization.objects.select_related("parent").filter(pk=pk).first()
    if organization is None:
        raise Http404
    parent = organization.parent.legal_name if organization.parent else ""
    name, back = organization.legal_name, _back(pk)
    initial = {"version": organization.version, "parent_name": parent}
    form = OrganizationForm(request.POST or None, instance=organization, initial=initial)
    context: dict[str, Any] = {}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            organization_update(
                organization=organization, version=version, changes=form.values, actor=request.user
            )
        except StaleRecord as stale:
            del form.cleaned_data["parent_name"]
            context["clashes"] = clashes_of(form, stale.current)
            with_version(form, stale.current.version)
        except ValidationError as error:
            form.add_error("parent_name" if "parent" in error.error_dict else None, error.messages)
        else:
            notice_done(request, _("%(name)s was saved.") % {"name": form.values["legal_name"]})
            return redirect(back)
    title = _("Edit %(name)s") % {"name": name}
    return _shown(request, form, title=title, button=_("Save organization"), back=back, **context)


@requires(SitePolicy.change)
def site_add(request: AuthenticatedRequest) -> HttpResponseBase:
    """Add a site of an organization that is there already."""
    asked = request.GET.get("organization", "")
    known = Organization.objects.filter(pk=asked).first() if _is_key(asked) else None
    initial = {"organization_name": known.legal_name if known else "", "standing": Site.Standing.DRAFT}
    form = NewSiteForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        entered = dict(form.cleaned_data)
        organization, aliases = entered.pop("organization_name"), entered.pop("aliases")
        try:
            with recorded(actor=request.user), undoable() as mark:
                made = site_create(
                    organization=organization, fields=entered, aliases=aliases, actor=request.user
                )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            undo = undo_address(mark, reverse("workspace:directory"))
            notice_done(request, _("%(name)s was added.") % {"name": made.name}, undo=undo)
            return redirect("workspace:site", pk=made.pk)
    return _shown(
        request,
        form,
        title=_("Add a site"),
        button=_("Save site"),
        new_organization=True,
    )


def _shown(
    request: AuthenticatedRequest, form: OrganizationForm | NewSiteForm, *, back: str = "", **context: Any
) -> HttpResponseBase:
    status = 409 if "clashes" in context else 422 if form.is_bound and form.errors else 200
    context |= {"form": form, "back": back or reverse("workspace:directory")}
    return render(request, "partners/entering.html", context, status=status)


def _back(organization: int) -> str:
    """The profile that leads to the organization: that of its first site."""
    site = Site.objects.filter(organization=organization).order_by("pk").first()
    return reverse("workspace:site", args=[site.pk]) if site else reverse("workspace:directory")


def _is_key(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) < 18
