"""The page for the day of the audit, and the addresses that its script sends to.

Everything here takes being sent twice: entries name themselves by a key, answers by the version they saw.
"""

from typing import Any
from uuid import uuid4

from django.contrib.staticfiles import finders
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest, requires
from audits.auditing.conducting import checklist_answer, finding_enter
from audits.auditing.finding_forms import AnswerForm, QuickFindingForm
from audits.auditing.selectors import checklist_by_system, findings_of
from audits.auditing.severity import severity_choices
from audits.auditing.views.access import audit_context, on_audit
from audits.models import Audit, ChecklistItem
from audits.policies import AuditPolicy
from audits.regulations import regulations
from common.versions import StaleRecord
from records.refusals import refusals_shown


@require_GET
@requires(AuditPolicy.view)
def audit_worker(request: AuthenticatedRequest) -> HttpResponseBase:
    """The service worker, served from here because its reach begins at its own address."""
    path = finders.find("js/audit_worker.js")
    assert isinstance(path, str)
    with open(path, "rb") as script:
        response = HttpResponse(script.read(), content_type="text/javascript; charset=utf-8")
    response["Cache-Control"] = "no-cache"
    return response


@require_GET
@on_audit(AuditPolicy.change)
def conduct_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """Checklist by system and quick entry of findings. Works without a network once it was opened."""
    if audit.state != Audit.State.IN_PROGRESS:
        return redirect("audits:audit", pk=audit.pk)
    return _page(request, audit, QuickFindingForm(initial={"entry_key": uuid4()}))


@require_POST
@on_audit(AuditPolicy.change)
def finding_enter_view(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """Note a finding. JSON for the script, a page without it."""
    wants_json = "application/json" in request.headers.get("Accept", "")
    form = QuickFindingForm(request.POST, request.FILES)
    if form.is_valid():
        with refusals_shown(form):
            entered = finding_enter(
                audit=audit,
                entry_key=form.cleaned_data["entry_key"],
                fields=form.finding_fields,
                photo=form.cleaned_data["photo"],
                actor=request.user,
            )
            if not wants_json:
                return redirect("audits:conduct", pk=audit.pk)
            told = {"number": entered.finding.number, "pk": entered.finding.pk, "new": entered.is_new}
            return JsonResponse(told, status=201 if entered.is_new else 200)
    if wants_json:
        return JsonResponse({"errors": _errors(form)}, status=422)
    return _page(request, audit, form, status=422)


@require_POST
@on_audit(AuditPolicy.change)
def checklist_answer_view(request: AuthenticatedRequest, audit: Audit, item: int) -> HttpResponseBase:
    """Answer one question; somebody else's answer meanwhile is told with 409."""
    row = audit.checklist.filter(pk=item).first()
    if row is None:
        raise Http404
    wants_json = "application/json" in request.headers.get("Accept", "")
    form = AnswerForm(request.POST)
    if form.is_valid():
        try:
            with refusals_shown(form):
                saved = checklist_answer(item=row, actor=request.user, **form.cleaned_data)
                if not wants_json:
                    return redirect(f"{_conduct(audit)}#item-{row.pk}")
                return JsonResponse({"version": saved.version})
        except StaleRecord as stale:
            current = stale.current
            assert isinstance(current, ChecklistItem)
            told = {
                "version": current.version,
                "result": str(current.get_result_display()),
                "note": current.note,
            }
            if wants_json:
                return JsonResponse(told, status=409)
            form.add_error(None, ValidationError(f"{told['result']} {current.note}"))
    if wants_json:
        return JsonResponse({"errors": _errors(form)}, status=422)
    entry = QuickFindingForm(initial={"entry_key": uuid4()})
    return _page(request, audit, entry, answer=form, answered=row.pk, status=422)


@require_GET
@on_audit(AuditPolicy.view)
def findings_part(request: AuthenticatedRequest, audit: Audit) -> HttpResponseBase:
    """The findings noted so far, for the page that goes on by itself."""
    return render(request, "audits/_noted.html", {"noted": findings_of(audit), "audit": audit})


def _page(
    request: AuthenticatedRequest, audit: Audit, form: QuickFindingForm, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = audit_context(
        request,
        audit,
        "conduct",
        form=form,
        checklist=checklist_by_system(audit),
        results=[(each.value, each.label) for each in ChecklistItem.Result],
        noted=findings_of(audit),
        severities=severity_choices(),
        regulations=regulations(),
        **more,
    )
    return render(request, "audits/audit_conduct.html", context, status=status)


def _conduct(audit: Audit) -> str:
    return redirect("audits:conduct", pk=audit.pk)["Location"]


def _errors(form: Any) -> dict[str, list[str]]:
    return {name: [str(text) for text in texts] for name, texts in form.errors.items()}
