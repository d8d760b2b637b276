"""One audit: where it stands, its steps, its report."""

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest
from audits.auditing.forms import RatingForm
from audits.auditing.selectors import (
    checklist_by_system,
    findings_of,
    revisions_of,
    severity_counts,
)
from audits.auditing.states import missing_for, missing_to_sign
from audits.auditing.views.access import audit_context, contacts_context, on_audit, steps_of
from audits.auditing.workflow import audit_amend, audit_move, audit_rate, rating_for
from audits.models import Audit
from audits.policies import AuditPolicy
from common.editing import clashes_of, with_version
from common.versions import StaleRecord
from records.attaching import attachment_panel
from records.refusals import Refused, refusals_shown
from records.signing.panel import signature_panel
from records.signing.state import is_locked

ISSUED = (Audit.State.REPORTED, Audit.State.RESPONSES, Audit.State.CLOSED)


@require_GET
@on_audit(AuditPolicy.view)
def audit_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """The plan, the next step, and what was found so far."""
    checklist = checklist_by_system(audit)
    steps = steps_of(audit, request)
    missing = {step["to"]: missing_for(audit, step["to"]) for step in steps if not step["asks_reason"]}
    blocked = bool(missing) and all(missing.values())
    forward = next((step for step in steps if step["to"] in missing), None)
    context = audit_context(
        request,
        audit,
        "overview",
        # A step that would be refused has no button; where none is left, what the next one lacks is said.
        steps=[step for step in steps if not missing.get(step["to"])],
        forward=forward,
        missing=missing[forward["to"]] if forward and blocked else [],
        members=list(audit.members.select_related("user")),
        agenda=list(audit.agenda.all()),
        checklist=checklist,
        questions=sum(len(each.items) for each in checklist),
        answered=sum(each.answered for each in checklist),
        counts=severity_counts(audit),
        revisions=list(revisions_of(audit)),
        attachments=attachment_panel(audit, request.user),
        **contacts_context(request, audit),
    )
    return render(request, "audits/audit_detail.html", context)


@require_GET
@on_audit(AuditPolicy.view)
def report_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """Read the report as it stands, rate the audit, sign it."""
    may_rate = (
        AuditPolicy.change.allows(request.user)
        and audit.state == Audit.State.IN_PROGRESS
        and not is_locked(audit, "report")
    )
    form = RatingForm(instance=audit, initial={"version": audit.version}) if may_rate else None
    return _report_page(request, audit, form)


@require_POST
@on_audit(AuditPolicy.change)
def rate_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """Save summary and rating; the second of two editors gets 409 with both values."""
    form = RatingForm(request.POST, instance=audit)
    status, more = 422, {}
    if form.is_valid():
        entered = form.cleaned_data
        try:
            with refusals_shown(form):
                audit_rate(
                    audit=audit,
                    version=entered["version"],
                    rating=entered["rating"],
                    rationale=entered["rating_rationale"],
                    summary=entered["summary"],
                    actor=request.user,
                )
                messages.success(request, _("The rating was saved."))
                return redirect("audits:report", pk=audit.pk)
        except StaleRecord as stale:
            more["clashes"], status = clashes_of(form, stale.current), 409
            with_version(form, stale.current.version)
    return _report_page(request, audit, form, status=status, **more)


def _report_page(
    request: AuthenticatedRequest, audit: Audit, form: RatingForm | None, *, status: int = 200, **more: Any
) -> HttpResponseBase:
    # A form that was refused has written into the audit what is not saved.
    entered = form is not None and form.is_bound
    saved = Audit.objects.select_related("site", "lead_auditor").get(pk=audit.pk) if entered else audit
    noted = findings_of(saved)
    suggested = rating_for(row.finding.severity for row in noted if row.finding.combined_into_id is None)
    context = audit_context(
        request,
        saved,
        "report",
        form=form,
        suggested=suggested,
        suggested_label=Audit.Rating(suggested).label,
        missing=missing_to_sign(saved) if saved.state == Audit.State.IN_PROGRESS else [],
        noted=noted,
        signatures=signature_panel(saved, request.user, part="report"),
        may_amend=AuditPolicy.change.allows(request.user) and saved.state in ISSUED,
        **contacts_context(request, saved),
        **more,
    )
    return render(request, "audits/audit_report.html", context, status=status)


@require_POST
@on_audit(AuditPolicy.change)
def audit_move_view(request: AuthenticatedRequest, audit: Audit, state: str) -> HttpResponseBase:
    """Take a step; what is missing is named."""
    if state not in Audit.State:
        raise Http404
    try:
        audit_move(audit=audit, to=state, actor=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        label = Audit.State(state).label
        messages.success(
            request, _("Audit %(number)s is now: %(state)s.") % {"number": audit, "state": label}
        )
    return redirect("audits:audit", pk=audit.pk)


@require_POST
@on_audit(AuditPolicy.change)
def audit_amend_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """Open a new revision of a report that is out."""
    try:
        after = audit_amend(audit=audit, actor=request.user, reason=request.POST.get("reason", ""))
    except Refused as refusal:
        messages.error(request, refusal.sentence)
        return redirect("audits:report", pk=audit.pk)
    messages.success(
        request,
        _("Revision %(revision)s is open. It takes the place of the one before when it is signed.")
        % {"revision": after.revision},
    )
    return redirect("audits:audit", pk=after.pk)
