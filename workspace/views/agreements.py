"""Quality agreements of a site and who answers for what."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest, requires
from common.editing import clashes_of, with_version
from common.versions import StaleRecord
from partners.models import AgreementDuty, QualityAgreement, Site
from partners.policies import QualificationPolicy
from partners.qualification.forms import AgreementForm, DutyForm
from partners.qualification.services import agreement_add, agreement_change, duty_remove, duty_save
from records.attaching import attachment_panel
from records.reasons import needs_reason
from records.refusals import refusals_shown
from workspace.views.qualification import agreement_or_404, status_of
from workspace.views.sites import site_context, site_or_404


@requires(QualificationPolicy.change)
def agreement_add_view(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Enter an agreement; the usual duties are there to begin with."""
    site = site_or_404(request, pk)
    form = AgreementForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            made = agreement_add(site=site, fields=_fields(form), actor=request.user)
            messages.success(request, _("The agreement was entered. Check who answers for what."))
            return redirect("workspace:agreement", pk=made.pk)
    context = site_context(request, site, "qualification", form=form)
    return render(request, "partners/qualification_agreement_form.html", context, status=status_of(form))


@require_GET
@requires(QualificationPolicy.view)
def agreement_view(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """One agreement with its responsibility matrix."""
    agreement = agreement_or_404(request, pk)
    return _agreement_page(request, agreement, DutyForm(instance=_new_duty(agreement), record=agreement))


@requires(QualificationPolicy.change)
def agreement_edit(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Change an agreement; the second of two editors gets 409 with both values."""
    agreement = agreement_or_404(request, pk)
    form = AgreementForm(request.POST or None, instance=agreement, initial={"version": agreement.version})
    more: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with refusals_shown(form):
                    agreement_change(
                        agreement=agreement,
                        version=form.cleaned_data["version"] or 0,
                        changes=_fields(form),
                        reason=form.reason,
                        actor=request.user,
                    )
                    return redirect("workspace:agreement", pk=pk)
            except StaleRecord as stale:
                form.cleaned_data.pop("reason", None)
                more["clashes"], status = clashes_of(form, stale.current), 409
                with_version(form, stale.current.version)
    saved = agreement_or_404(request, pk)
    context = site_context(request, saved.site, "qualification", form=form, agreement=saved, **more)
    return render(request, "partners/qualification_agreement_form.html", context, status=status)


@require_POST
@requires(QualificationPolicy.change)
def duty_add(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Add a line to the matrix."""
    agreement = agreement_or_404(request, pk)
    form = DutyForm(request.POST, instance=_new_duty(agreement), record=agreement)
    if form.is_valid():
        with refusals_shown(form):
            duty_save(agreement=agreement, fields=_fields(form), reason=form.reason, actor=request.user)
            return redirect("workspace:agreement", pk=pk)
    return _agreement_page(request, agreement, form)


@requires(QualificationPolicy.change)
def duty_edit(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Change a line of the matrix."""
    duty = _duty_or_404(request, pk)
    agreement = agreement_or_404(request, duty.agreement_id)
    form = DutyForm(request.POST or None, instance=duty)
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            duty_save(
                agreement=agreement, duty=duty, fields=_fields(form), reason=form.reason, actor=request.user
            )
            return redirect("workspace:agreement", pk=agreement.pk)
    context = site_context(request, agreement.site, "qualification", form=form, agreement=agreement)
    return render(request, "partners/qualification_duty_form.html", context, status=status_of(form))


@require_POST
@requires(QualificationPolicy.change)
def duty_remove_view(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Take a line out of the matrix."""
    duty = _duty_or_404(request, pk)
    try:
        duty_remove(duty=duty, reason=request.POST.get("reason", ""), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("workspace:agreement", pk=duty.agreement_id)


def _agreement_page(
    request: AuthenticatedRequest, agreement: QualityAgreement, form: DutyForm
) -> HttpResponseBase:
    may_qualify = QualificationPolicy.change.allows(request.user)
    context = site_context(
        request,
        agreement.site,
        "qualification",
        agreement=agreement,
        duties=list(agreement.duties.all()),
        asks_reason=needs_reason(agreement),
        form=form if may_qualify else None,
        may_qualify=may_qualify,
        attachments=attachment_panel(agreement, request.user),
    )
    return render(request, "partners/qualification_agreement.html", context, status=status_of(form))


def _new_duty(agreement: QualityAgreement) -> AgreementDuty:
    return AgreementDuty(agreement=agreement, position=0)


def _duty_or_404(request: AuthenticatedRequest, pk: int) -> AgreementDuty:
    mine = Site.objects.visible_to(request.user)
    found = AgreementDuty.objects.filter(agreement__site__in=mine, pk=pk).first()
    if found is None:
        raise Http404
    return found


def _fields(form: AgreementForm | DutyForm) -> dict[str, Any]:
    return {name: value for name, value in form.cleaned_data.items() if name not in ("version", "reason")}
