"""Add, change and remove regulatory records of a site by hand."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.views.access import AuthenticatedRequest, requires
from audits.forms import FORMS, RegulatoryForm
from audits.policies import RegulatoryPolicy
from audits.regulatory_entry import (
    MODELS,
    RegulatoryRecord,
    Saved,
    editable_fields,
    regulatory_record_add,
    regulatory_record_change,
    regulatory_record_remove,
)
from audits.sources import source_title
from partners.models import Site
from workspace.views.sites import site_context, site_or_404

SHOWN = {"inspection": "inspections", "action": "actions", "citation": "citations"}
TITLES = {
    "inspection": gettext_lazy("Inspection"),
    "action": gettext_lazy("Action or document"),
    "citation": gettext_lazy("Citation"),
}


@requires(RegulatoryPolicy.change)
def site_record_add(request: AuthenticatedRequest, pk: int, kind: str) -> HttpResponseBase:
    """Enter an inspection, a citation or an action of any authority."""
    site = site_or_404(request, pk)
    form = FORMS[kind](request.POST or None, site=site)
    if request.method == "POST" and form.is_valid():
        try:
            saved = regulatory_record_add(site=site, kind=kind, fields=form.cleaned_data, actor=request.user)
        except ValidationError as error:
            _shown(form, error)
        else:
            return _done(request, site, kind, saved)
    return _page(request, site, kind, form)


@requires(RegulatoryPolicy.change)
def site_record_edit(request: AuthenticatedRequest, pk: int, kind: str, record_pk: int) -> HttpResponseBase:
    """Change a record entered by hand; on an imported one only the dates of the answer."""
    site = site_or_404(request, pk)
    record = _record_or_404(site, kind, record_pk)
    form = FORMS[kind](request.POST or None, instance=record, site=site, allowed=editable_fields(record))
    if request.method == "POST" and form.is_valid():
        entered = dict(form.cleaned_data)
        reason = entered.pop("reason")
        try:
            saved = regulatory_record_change(record=record, fields=entered, reason=reason, actor=request.user)
        except ValidationError as error:
            _shown(form, error)
        else:
            return _done(request, site, kind, saved)
    return _page(request, site, kind, form, record=record)


@requires(RegulatoryPolicy.change)
def site_record_remove(request: AuthenticatedRequest, pk: int, kind: str, record_pk: int) -> HttpResponseBase:
    """Ask why, then remove a record entered by hand."""
    site = site_or_404(request, pk)
    record = _record_or_404(site, kind, record_pk)
    error_text = ""
    if request.method == "POST":
        try:
            regulatory_record_remove(record=record, reason=request.POST.get("reason", ""), actor=request.user)
        except ValidationError as error:
            error_text = " ".join(error.messages)
        else:
            messages.success(request, _("The record was removed; its history stays."))
            return redirect(_records_address(site, kind))
    context = site_context(
        request, site, "regulatory", record=record, error=error_text, back=_records_address(site, kind)
    )
    return render(request, "partners/site_record_remove.html", context, status=422 if error_text else 200)


def _record_or_404(site: Site, kind: str, pk: int) -> RegulatoryRecord:
    record = MODELS[kind]._default_manager.filter(site=site, pk=pk).first()
    if record is None:
        raise Http404
    return record


def _shown(form: RegulatoryForm, error: ValidationError) -> None:
    """The service's refusals beside their fields; those of fields that are not in the form on top."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, problems in error.error_dict.items():
        form.add_error(name if name in form.fields else None, problems)


def _done(request: AuthenticatedRequest, site: Site, kind: str, saved: Saved) -> HttpResponseBase:
    messages.success(request, _("The record of %(name)s was saved.") % {"name": site.name})
    if saved.warning:
        messages.warning(request, saved.warning)
    return redirect(_records_address(site, kind))


def _records_address(site: Site, kind: str) -> str:
    return f"{reverse('workspace:site-regulatory', args=[site.pk])}?show={SHOWN[kind]}"


def _page(
    request: AuthenticatedRequest, site: Site, kind: str, form: RegulatoryForm, **more: Any
) -> HttpResponseBase:
    context = site_context(
        request,
        site,
        "regulatory",
        form=form,
        title=TITLES[kind],
        back=_records_address(site, kind),
        kind=kind,
        source=source_title(getattr(more.get("record"), "source", "")),
        **more,
    )
    return render(request, "partners/site_record_form.html", context, status=422 if form.errors else 200)
