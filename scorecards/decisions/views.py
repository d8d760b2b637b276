"""The decision on a work package: its page, writing it, revising it; `records` has the page that signs it."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core import signing
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest
from audits.auditing.cautions import audit_cautions
from common.editing import with_version
from common.notices import notice_done
from common.versions import StaleRecord
from programs.models import Program
from programs.views.access import in_program
from records.refusals import refusals_shown
from records.signing.panel import signature_panel
from records.signing.state import is_locked
from records.undoing import DAY_SECONDS, CannotUndo, Mark, span_of
from scorecards.decisions.forms import DecisionForm, initial_of
from scorecards.decisions.rules import problems_of, run_candidates
from scorecards.decisions.selectors import STATE_TONES, decisions_of, outcome_lines
from scorecards.decisions.services import (
    ChoiceError,
    choices_of,
    decision_change,
    decision_discard,
    decision_draft,
    decision_restore,
    decision_revise,
)
from scorecards.models import EvaluationRun, SourcingDecision
from scorecards.policies import DecisionPolicy
from scorecards.selectors import run_of, runs_of

State = SourcingDecision.State
SALT = "scorecards.decision-discarded"


@require_GET
@in_program(DecisionPolicy.view)
def decisions(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """The decision of the work package: the one that waits or holds; the list where there are several."""
    rows = decisions_of(program.package)
    if len(rows) == 1:
        return redirect("scorecards:decision", code=program.address, pk=rows[0].pk)
    context = {
        "program": program,
        "decisions": [(row, STATE_TONES[State(row.state)]) for row in rows],
        "runs": runs_of(program.package) if not rows else [],
        "may_change": DecisionPolicy.change.allows(request.user),
    }
    return render(request, "scorecards/decisions/list.html", context)


@require_GET
@in_program(DecisionPolicy.view)
def decision(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """One decision as it is signed, and printed."""
    found = _decision(program, pk)
    is_draft = found.state == State.DRAFT
    may_change = DecisionPolicy.change.allows(request.user)
    signatures = signature_panel(found, request.user)
    lines = outcome_lines(found)
    newer = EvaluationRun.objects.filter(scorecard_id=found.run.scorecard_id, pk__gt=found.run_id)
    newest = newer.order_by("-pk").values_list("sha256", flat=True).first()
    context = {
        "program": program,
        "decision": found,
        "tone": STATE_TONES[State(found.state)],
        "lines": lines,
        "signatures": signatures,
        "is_void": signatures.void,
        "may_edit": is_draft and may_change and not is_locked(found),
        "may_revise": may_change and found.state == State.EFFECTIVE,
        "newest_run": newest,
        "cautions": audit_cautions(request.user, [line.site_id for line in lines]) if is_draft else [],
    }
    return render(request, "scorecards/decisions/decision.html", context)


@in_program(DecisionPolicy.change)
def decision_add(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Write a decision on a frozen evaluation (`?run=`, the latest by default)."""
    package = program.package
    package.program = program
    if request.method == "GET" and decisions_of(package):
        return redirect("scorecards:decisions", code=program.address)
    runs = runs_of(package)
    if not runs:
        messages.warning(request, _("Freeze an evaluation first: a decision rests on one."))
        return redirect("scorecards:scorecard", code=program.address)
    run = run_of(program, request.GET.get("run", "") or runs[0].sha256)
    run = run if run and run.scorecard.work_package_id == package.pk else run_of(program, runs[0].sha256)
    assert run is not None
    form = DecisionForm(
        request.POST or None,
        candidates=run_candidates(run),
        initial={"decided_on": timezone.localdate(), "version": 0},
    )
    if request.method == "POST" and _complete(form, run):
        fields = _fields(form, run)
        try:
            with refusals_shown(form):
                made = decision_draft(
                    package=package, fields=fields, choices=form.choices, actor=request.user
                )
                messages.success(request, _("The decision is a draft. It takes effect with two signatures."))
                return redirect("scorecards:decision", code=program.address, pk=made.pk)
        except ChoiceError as error:
            form.show(error.problems)
    return _form_page(request, program, form, run=run, runs=runs)


@in_program(DecisionPolicy.change)
def decision_edit(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Change a draft (`?run=` rests it on another evaluation); the second of two editors is told."""
    found = _decision(program, pk)
    run = run_of(program, request.GET.get("run", "") or found.run.sha256)
    if run is None or run.scorecard.work_package_id != found.work_package_id:
        run = found.run
    form = DecisionForm(
        request.POST or None,
        candidates=run_candidates(run),
        initial={
            "rationale": found.rationale,
            "risks": found.risks,
            "decided_on": found.decided_on,
            "version": found.version,
            **initial_of(choices_of(found)),
        },
    )
    more: dict[str, Any] = {"decision": found, "run": run, "runs": runs_of(program.package)}
    if request.method == "POST" and _complete(form, run):
        version = form.cleaned_data["version"] or 0
        try:
            with refusals_shown(form):
                decision_change(
                    decision=found,
                    version=version,
                    fields=_fields(form, run),
                    choices=form.choices,
                    actor=request.user,
                )
                messages.success(request, _("The draft was saved."))
                return redirect("scorecards:decision", code=program.address, pk=pk)
        except ChoiceError as error:
            form.show(error.problems)
        except StaleRecord as stale:
            more["stale"] = True
            with_version(form, stale.current.version)
    return _form_page(request, program, form, **more)


@require_POST
@in_program(DecisionPolicy.change)
def decision_discard_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Throw a draft away, with a reason and a way back."""
    found = _decision(program, pk)
    version = request.POST.get("version", "")
    try:
        mark = decision_discard(
            decision=found,
            version=int(version) if version.isdecimal() else 0,
            reason=request.POST.get("reason", ""),
            actor=request.user,
        )
    except StaleRecord:
        messages.error(request, _("Someone else changed this decision meanwhile. Read it again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        notice_done(request, _("The draft was discarded."), undo=_restore_address(program, mark))
        return redirect("scorecards:decisions", code=program.address)
    return redirect("scorecards:decision", code=program.address, pk=pk)


@require_POST
@in_program(DecisionPolicy.change)
def decision_restore_view(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Undo the discarding of a draft of this work package."""
    try:
        of, package_id = signing.loads(request.GET.get("of", ""), salt=SALT, max_age=DAY_SECONDS)
    except signing.BadSignature:
        raise Http404 from None
    span = span_of(of)
    if span is None or package_id != program.package.pk:
        raise Http404
    try:
        decision_restore(package=program.package, span=span, actor=request.user)
    except CannotUndo as refused:
        messages.error(request, refused.sentence)
    else:
        messages.success(request, _("The draft is back."))
    return redirect("scorecards:decisions", code=program.address)


@require_POST
@in_program(DecisionPolicy.change)
def decision_revise_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Begin a revision; the decision in force holds until the new one is approved."""
    found = _decision(program, pk)
    try:
        made = decision_revise(decision=found, reason=request.POST.get("reason", ""), actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("scorecards:decision", code=program.address, pk=pk)
    messages.success(request, _("The revision is a draft. The decision before holds until it is approved."))
    return redirect("scorecards:decision-edit", code=program.address, pk=made.pk)


def _restore_address(program: Program, mark: Mark) -> str:
    if mark.span is None:
        return ""
    token = signing.dumps([mark.span.token, program.package.pk], salt=SALT)
    return f"{reverse('scorecards:decision-restore', args=[program.address])}?{urlencode({'of': token})}"


def _decision(program: Program, pk: int) -> SourcingDecision:
    rows = SourcingDecision.objects.filter(work_package=program.package)
    found = get_object_or_404(rows.select_related("run__scorecard", "author", "supersedes"), pk=pk)
    program.package.program = program
    found.work_package = program.package
    return found


def _complete(form: DecisionForm, run: EvaluationRun) -> bool:
    """Whether the form can be saved; whoever left out several things is told of all of them at once."""
    if form.is_valid():
        return True
    if form.is_bound:
        form.show(problems_of(run, form.choices))
    return False


def _fields(form: DecisionForm, run: EvaluationRun) -> dict[str, Any]:
    entered = form.cleaned_data
    return {
        "run": run,
        "rationale": entered["rationale"],
        "risks": entered["risks"],
        "decided_on": entered["decided_on"],
    }


def _form_page(
    request: AuthenticatedRequest, program: Program, form: DecisionForm, **more: Any
) -> HttpResponseBase:
    status = 409 if more.get("stale") else 422 if form.errors else 200
    cautions = audit_cautions(request.user, [row.site_id for row in form.candidates])
    context = {"program": program, "form": form, "cautions": cautions} | more
    return render(request, "scorecards/decisions/form.html", context, status=status)
