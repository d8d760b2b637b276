"""The weights of a scorecard: look, try out, save, go back."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.formats import localize_input
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.views.access import AuthenticatedRequest
from common.editing import with_version
from common.notices import notice_done
from common.versions import StaleRecord
from programs.models import Program
from programs.views.access import in_program
from scorecards.anchor_words import version_text
from scorecards.following import newer_template, scorecard_template_follow
from scorecards.forms import WeightsForm
from scorecards.plans import BUDGET, Plan, plan_of
from scorecards.policies import ScorecardPolicy
from scorecards.ranking import RankedCandidate, Ranking
from scorecards.selectors import weight_changes_of
from scorecards.services import scorecard_weights_reset, scorecard_weights_set, scorecard_weights_undo
from scorecards.views.ranking import program_ranking
from scorecards.wording import criterion_title, template_title

MOST_PREVIEWED = 50


@in_program(ScorecardPolicy.view)
def weights(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """The weights, editable for those who may, with the ranking that they give.

    Weights in the address (`?w-…=`, with a `reason`) stand in the form in place of those saved.
    """
    ranking = program_ranking(program, None)
    may_change = ScorecardPolicy.change.allows(request.user)
    if may_change and any(name.startswith("w-") for name in request.GET):
        form = WeightsForm(_filled_in(request.GET, ranking.plan), plan=ranking.plan)
        form.is_valid()
    else:
        form = WeightsForm(
            plan=ranking.plan, read_only=not may_change, initial={"version": ranking.plan.version}
        )
    return _page(request, program, form, ranking)


@in_program(ScorecardPolicy.view)
def weights_changes(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """The saved changes of the weights with their reasons, newest first."""
    changes = weight_changes_of(program.package.pk)
    may_change = ScorecardPolicy.change.allows(request.user)
    context = {"program": program, "changes": changes, "may_change": may_change}
    return render(request, "scorecards/weights_changes.html", context)


@require_POST
@in_program(ScorecardPolicy.view)
def weights_preview(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """The ranking under weights that are not saved; siblings that miss 100 are scaled to it."""
    ranking = program_ranking(program, None)
    form = WeightsForm(request.POST, plan=ranking.plan)
    form.is_valid()
    return render(request, "scorecards/_preview.html", _preview(form, ranking))


@require_POST
@in_program(ScorecardPolicy.change)
def weights_save(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Save the weights with a reason; the second of two editors keeps what they typed."""
    package = program.package
    form = WeightsForm(request.POST, plan=plan_of(package))
    status = 422
    if form.is_valid():
        try:
            scorecard_weights_set(
                package=package,
                weights=form.weights,
                reason=form.cleaned_data["reason"],
                version=form.cleaned_data["version"] or 0,
                actor=request.user,
            )
        except StaleRecord as stale:
            form.add_error(
                None, _("Someone else saved weights meanwhile. Save again to put yours in their place.")
            )
            with_version(form, stale.current.version)
            status = 409
        except ValidationError as error:
            _add_errors(form, error)
        else:
            undo = reverse("scorecards:weights-undo", args=[program.address])
            notice_done(request, _("The weights were saved and the ranking follows them."), undo=undo)
            return redirect("scorecards:scorecard", code=program.address)
    return _page(request, program, form, program_ranking(program, None), status=status)


@require_POST
@in_program(ScorecardPolicy.change)
def weights_reset(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Back to the template's weights."""
    package = program.package
    scorecard_weights_reset(
        package=package,
        reason=_("Back to the weights of the template"),
        version=plan_of(package).version,
        actor=request.user,
    )
    undo = reverse("scorecards:weights-undo", args=[program.address])
    notice_done(request, _("The weights are those of the template again."), undo=undo)
    return redirect("scorecards:weights", code=program.address)


@require_POST
@in_program(ScorecardPolicy.change)
def template_follow(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Move the scorecard to the newest version of its template."""
    package = program.package
    try:
        scorecard_template_follow(package=package, version=plan_of(package).version, actor=request.user)
    except ValidationError as error:
        notice_done(request, " ".join(error.messages))
    else:
        notice_done(request, _("The scorecard follows the newest version of the template."))
    return redirect("scorecards:weights", code=program.address)


@require_POST
@in_program(ScorecardPolicy.change)
def weights_undo(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Take back the last saved change."""
    package = program.package
    try:
        scorecard_weights_undo(package=package, version=plan_of(package).version, actor=request.user)
    except ValidationError as error:
        notice_done(request, " ".join(error.messages))
    else:
        notice_done(request, _("The weights are what they were before the last change."))
    return redirect("scorecards:weights", code=program.address)


def _filled_in(given: QueryDict, plan: Plan) -> dict[str, str]:
    """What the form holds when weights come with the address: these, and the saved ones of all others."""
    saved = {f"w-{row.key}": _localized(row.weight) for row in plan.weighted}
    proposed = {name: _localized(given.get(name, "")) for name in saved if name in given}
    return saved | proposed | {"reason": given.get("reason", ""), "version": str(plan.version)}


def _localized(text: object) -> str:
    """A number as the reader writes it; what is none stays as it is, and the form says so."""
    try:
        value = Decimal(str(text))
    except InvalidOperation:
        return str(text)
    return str(localize_input(Decimal(f"{value.normalize():f}"))) if value.is_finite() else str(text)


@dataclass(frozen=True, slots=True)
class Budget:
    """How much of the 100 of a set of siblings is given out."""

    title: str
    total: Decimal
    rest: Decimal

    @property
    def excess(self) -> Decimal:
        """How much is given out too much."""
        return max(Decimal(0), -self.rest)


@dataclass(frozen=True, slots=True)
class Move:
    """A candidate in the preview: its rank now, what it was, and in which direction it went."""

    row: RankedCandidate
    before: int | None
    direction: str


def _page(
    request: AuthenticatedRequest, program: Program, form: WeightsForm, ranking: Ranking, status: int = 200
) -> HttpResponseBase:
    form.mark_errors()
    context = {
        "program": program,
        "form": form,
        "may_change": ScorecardPolicy.change.allows(request.user),
        "newer": newer_template(ranking.plan),
        "ask_again": ranking.plan.ask_again,
        "template_title": template_title(ranking.plan.template_key, ranking.plan.template_title),
        "template_version": version_text(ranking.plan.template_version),
        **_preview(form, ranking),
    }
    return render(request, "scorecards/weights.html", context, status=status)


def _preview(form: WeightsForm, ranking: Ranking) -> dict[str, object]:
    given = form.weights if form.is_bound and hasattr(form, "cleaned_data") else {}
    plan = ranking.plan.with_weights(given)
    budgets = [_budget(parent_title, children) for parent_title, children in _titled_siblings(plan)]
    changed = ranking.reweighted(_scaled(plan))
    before = {row.head.site_id: row.result.rank for row in ranking.candidates}
    moves = [_move(row, before[row.head.site_id]) for row in changed.candidates[:MOST_PREVIEWED]]
    return {
        "budgets": [b for b in budgets if b.rest],
        "moves": moves,
        "more": len(changed.candidates) - len(moves),
    }


def _titled_siblings(plan: Plan) -> list[tuple[str, list[Decimal]]]:
    return [
        (
            criterion_title(parent.key, parent.title) if parent else _("Groups"),
            [row.weight for row in children],
        )
        for parent, children in plan.siblings()
    ]


def _budget(title: str, given: list[Decimal]) -> Budget:
    total = sum(given, Decimal(0))
    return Budget(title, total.normalize(), (BUDGET - total).normalize())


def _scaled(plan: Plan) -> Plan:
    """The plan with every set of siblings scaled to 100; a set of zeros gets its defaults."""
    scaled: dict[str, Decimal] = {}
    for _parent, children in plan.siblings():
        total = sum((row.weight for row in children), Decimal(0))
        for row in children:
            scaled[row.key] = row.weight * BUDGET / total if total else row.default
    return plan.with_weights(scaled)


def _move(row: RankedCandidate, before: int | None) -> Move:
    now = row.result.rank
    if now is None or before is None or now == before:
        return Move(row, before, "")
    return Move(row, before, "up" if now < before else "down")


def _add_errors(form: WeightsForm, error: ValidationError) -> None:
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for key, messages in error.message_dict.items():
        for message in messages:
            form.add_error("reason" if key == "reason" else None, message)
