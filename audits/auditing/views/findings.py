"""Findings: of an audit, one alone, changed, removed, combined."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest
from audits.auditing.conducting import (
    FINDING_FIELDS,
    finding_change,
    finding_remove,
    findings_combine,
)
from audits.auditing.finding_forms import CombineForm, FindingChangeForm
from audits.auditing.selectors import checklist_by_system, findings_of, repeated_findings
from audits.auditing.severity import DEFINITIONS, severity_choices, severity_tone
from audits.auditing.views.access import audit_context, on_audit, on_finding
from audits.capas.policies import CapaPolicy
from audits.models import Audit, Finding
from audits.policies import AuditPolicy
from audits.portal.policies import PortalPolicy
from audits.regulations import regulations
from common.editing import clashes_of, with_version
from common.versions import StaleRecord
from records.attaching import attachment_panel
from records.refusals import refusals_shown


@require_GET
@on_audit(AuditPolicy.view)
def findings_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """The findings of an audit."""
    noted = findings_of(audit)
    loose = sum(
        each.finding.severity == Finding.Severity.OTHER and each.finding.combined_into_id is None
        for each in noted
    )
    context = audit_context(
        request, audit, "findings", noted=noted, severities=severity_choices(), may_combine=loose > 1
    )
    return render(request, "audits/finding_list.html", context)


@require_GET
@on_audit(AuditPolicy.view)
def checklist_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """The checklist with what was seen."""
    context = audit_context(request, audit, "checklist", checklist=checklist_by_system(audit))
    return render(request, "audits/audit_checklist.html", context)


@require_GET
@on_finding(AuditPolicy.view)
def finding_view(request: AuthenticatedRequest, finding: Finding) -> HttpResponseBase:
    """One finding with its files and the answers of the site."""
    audit = finding.audit
    context = audit_context(
        request,
        audit,
        "findings",
        finding=finding,
        tone=severity_tone(finding.severity),
        definition=DEFINITIONS[Finding.Severity(finding.severity)],
        repeats=repeated_findings(audit, [finding]).get(finding.pk, []),
        parts=list(finding.parts.order_by("number")),
        responses=list(finding.responses.exclude(state="draft").order_by("-pk")),
        capas=list(finding.capas.order_by("pk")),
        may_open_capa=CapaPolicy.change.allows(request.user),
        may_review=PortalPolicy.review_findings.allows(request.user),
        attachments=attachment_panel(finding, request.user),
    )
    return render(request, "audits/finding_detail.html", context)


@on_finding(AuditPolicy.change)
def finding_edit_view(request: AuthenticatedRequest, finding: Finding) -> HttpResponseBase:
    """Change a finding; the second of two editors gets 409 with both values."""
    form = FindingChangeForm(request.POST or None, instance=finding, initial={"version": finding.version})
    status, more = 200, {}
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                with refusals_shown(form):
                    changes = {name: form.cleaned_data[name] for name in FINDING_FIELDS}
                    finding_change(
                        finding=finding,
                        version=form.cleaned_data["version"],
                        changes=changes,
                        actor=request.user,
                        reason=form.reason,
                    )
                    messages.success(request, _("Finding %(number)s was saved.") % {"number": finding.number})
                    return redirect("audits:finding", pk=finding.pk)
            except StaleRecord as stale:
                more["clashes"], status = clashes_of(form, stale.current), 409
                with_version(form, stale.current.version)
    saved = Finding.objects.select_related("audit__site").get(pk=finding.pk)
    context = _entry_context(request, saved.audit, form=form, finding=saved, **more)
    return render(request, "audits/finding_form.html", context, status=status)


@require_POST
@on_finding(AuditPolicy.change)
def finding_remove_view(request: AuthenticatedRequest, finding: Finding) -> HttpResponseBase:
    """Remove a finding while the report is not out; its number is not used again."""
    try:
        finding_remove(finding=finding, actor=request.user, reason=request.POST.get("reason", ""))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("audits:finding", pk=finding.pk)
    messages.success(request, _("The finding was removed; its history stays."))
    return redirect("audits:findings", pk=finding.audit_id)


@on_audit(AuditPolicy.change)
def findings_combine_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """Make several findings classed as other into a major one, explained in writing."""
    form = CombineForm(request.POST or None, audit=audit, initial={"entry_key": uuid4()})
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        with refusals_shown(form):
            whole = findings_combine(
                audit=audit,
                entry_key=entered["entry_key"],
                parts=list(entered["parts"]),
                rationale=entered["rationale"],
                fields={"description": entered["description"], "regulation": entered["regulation"]},
                actor=request.user,
            )
            messages.success(request, _("Finding %(number)s was made of them.") % {"number": whole.number})
            return redirect("audits:findings", pk=audit.pk)
    context = _entry_context(request, audit, form=form)
    return render(request, "audits/finding_combine.html", context, status=422 if form.errors else 200)


def _entry_context(request: AuthenticatedRequest, audit: Audit, **more: Any) -> dict[str, Any]:
    return audit_context(
        request, audit, "findings", regulations=regulations(), severities=severity_choices(), **more
    )
