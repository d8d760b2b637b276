"""Writing a decision, revising it, and putting it in force with the approver's signature."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import apply_changes, locked_at_version
from programs.models import Candidate, WorkPackage
from programs.services import candidate_stage_set
from records.context import recorded
from records.refusals import refusals_raised
from records.revising import revise
from records.undoing import CannotUndo, Mark, Span, undo, undoable
from scorecards.decisions.rules import Choice, Problem, problems_of
from scorecards.models import DecisionOutcome, EvaluationRun, SourcingDecision
from scorecards.policies import DecisionPolicy

State = SourcingDecision.State
Outcome = DecisionOutcome.Outcome
DECISION_FIELDS = frozenset({"run", "rationale", "risks", "decided_on"})
# What goes with a draft that is discarded.
DISCARDED = (SourcingDecision, DecisionOutcome)
# Where an outcome leaves its candidate.
STAGES: Mapping[str, Candidate.Stage] = {
    Outcome.SELECTED: Candidate.Stage.SELECTED,
    Outcome.BACKUP: Candidate.Stage.FINALIST,
    Outcome.DECLINED: Candidate.Stage.DECLINED,
}


class ChoiceError(Exception):
    """A decision that cannot be made like this; ``problems`` say where."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(" ".join(problem.message for problem in problems))
        self.problems = tuple(problems)


def decision_draft(
    *, package: WorkPackage, fields: Mapping[str, Any], choices: Sequence[Choice], actor: User | None
) -> SourcingDecision:
    """A decision as a draft; it takes effect with two signatures.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ChoiceError: for an excluded candidate that is chosen, a conditional one without the reason of an
            exception, a candidate left out, a missing reason.
        ValidationError: for an evaluation of another work package, a day to come, or where another draft
            waits.
    """
    DecisionPolicy.change.require(actor)
    _check(package, fields, choices)
    with recorded(actor=actor, reason=_("Decision drafted")):
        WorkPackage.objects.select_for_update().get(pk=package.pk)
        standing = SourcingDecision.objects.filter(work_package=package)
        if standing.filter(state__in=(State.DRAFT, State.EFFECTIVE)).exists():
            raise ValidationError(_("There is a decision already. Change its draft, or revise it."))
        made = SourcingDecision(work_package=package, author=actor, **_known(fields))
        made.full_clean(exclude=["author"])
        made.save()
        _write_choices(made, choices)
    return made


def decision_change(
    *,
    decision: SourcingDecision,
    version: int,
    fields: Mapping[str, Any],
    choices: Sequence[Choice],
    actor: User | None,
) -> SourcingDecision:
    """Change a draft as a whole.

    Raises:
        PermissionDenied, ChoiceError, ValidationError: as `decision_draft`.
        StaleRecord: when someone else changed it since it was read.
        Refused: once it was signed.
    """
    DecisionPolicy.change.require(actor)
    _check(decision.work_package, fields, choices)
    with refusals_raised(), recorded(actor=actor, reason=_("Decision changed")):
        row = locked_at_version(SourcingDecision.objects.all(), pk=decision.pk, version=version)
        if row.state != State.DRAFT:
            raise ValidationError(_("This decision has taken effect. Revise it instead."))
        if not apply_changes(row, _known(fields)):
            row.version += 1
            row.save(update_fields=["version", "updated_at"])
        _write_choices(row, choices)
    return row


def decision_revise(*, decision: SourcingDecision, reason: str, actor: User | None) -> SourcingDecision:
    """A new draft with the content of a decision in force, which holds until the new one is approved.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        Refused: without a reason, or where there is a later revision already.
        ValidationError: for a decision that is not in force.
    """
    DecisionPolicy.change.require(actor)
    if decision.state != State.EFFECTIVE:
        raise ValidationError(_("Only a decision in force is revised."))
    changes = {"state": State.DRAFT, "author": actor, "version": 1}
    return revise(record=decision, actor=actor, reason=reason, changes=changes)


def decision_discard(*, decision: SourcingDecision, version: int, reason: str, actor: User | None) -> Mark:
    """Throw a draft away; a decision in force that it would have superseded goes on holding.

    Returns what `decision_restore` takes back. The history keeps the draft.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason, or for a decision that has taken effect.
        StaleRecord: when someone else changed it since it was read.
        Refused: while a signature stands on it.
    """
    DecisionPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the draft is discarded.")})
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()), undoable() as mark:
        row = locked_at_version(SourcingDecision.objects.all(), pk=decision.pk, version=version)
        if row.state != State.DRAFT:
            raise ValidationError(_("This decision has taken effect. Revise it instead."))
        row.delete()
    return mark


def decision_restore(*, package: WorkPackage, span: Span, actor: User | None) -> None:
    """Bring a discarded draft of a work package back.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        CannotUndo: where another draft was begun since, or another decision has taken effect.
    """
    DecisionPolicy.change.require(actor)
    with transaction.atomic():
        WorkPackage.objects.select_for_update().get(pk=package.pk)
        undo(span=span, actor=actor, models=DISCARDED, reason=_("Discarding of the draft undone"))
        standing = SourcingDecision.objects.filter(work_package=package)
        in_force = standing.filter(state=State.EFFECTIVE).exclude(superseded_by__state=State.DRAFT)
        # A draft that supersedes nothing would put a second first revision in force.
        if in_force.exists():
            raise CannotUndo(_("There is a decision already. Change its draft, or revise it."))


def decision_take_effect(*, decision: SourcingDecision, actor: User) -> None:
    """Put an approved decision in force in the transaction of its signature, and move its candidates.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    DecisionPolicy.approve.require(actor)
    with recorded(actor=actor, reason=_("Sourcing decision approved")):
        package = WorkPackage.objects.select_for_update().get(pk=decision.work_package_id)
        before = SourcingDecision.objects.select_for_update(of=("self",)).filter(
            work_package=package, state=State.EFFECTIVE
        )
        for row in before:
            row.state = State.SUPERSEDED
            row.version += 1
            row.save()
        decision.state = State.EFFECTIVE
        decision.version += 1
        decision.save()
        # Locked, so that whoever moves one of them now waits instead of failing the signature.
        rows = Candidate.objects.select_for_update().filter(work_package=package).order_by("pk")
        candidates = {row.site_id: row for row in rows}
        for outcome in decision.outcomes.all():
            candidate = candidates.get(outcome.site_id)
            if candidate is not None:
                # Who approves may not move candidates by hand; the decision does.
                candidate_stage_set(
                    candidate=candidate, stage=STAGES[outcome.outcome], reason=outcome.reason, actor=None
                )


def choices_of(decision: SourcingDecision) -> list[Choice]:
    """What a decision says of each candidate. One query."""
    return [
        Choice(row.site_id, row.outcome, row.reason, row.exception)
        for row in decision.outcomes.order_by("pk")
    ]


def _check(package: WorkPackage, fields: Mapping[str, Any], choices: Sequence[Choice]) -> None:
    run: EvaluationRun = fields["run"]
    if fields["decided_on"] > timezone.localdate():
        raise ValidationError({"decided_on": _("The date lies ahead. Choose today or an earlier day.")})
    if run.scorecard.work_package_id != package.pk:
        raise ValidationError(_("Choose a frozen evaluation of this work package."))
    if problems := problems_of(run, choices):
        raise ChoiceError(problems)


def _known(fields: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := fields.keys() - DECISION_FIELDS:
        raise TypeError(f"A decision has no editable field {sorted(unknown)}.")
    return dict(fields)


def _write_choices(decision: SourcingDecision, choices: Sequence[Choice]) -> None:
    """The rows as chosen; those that stay are changed in place."""
    present = {row.site_id: row for row in DecisionOutcome.objects.filter(decision=decision)}
    for choice in choices:
        row = present.pop(choice.site_id, None) or DecisionOutcome(decision=decision, site_id=choice.site_id)
        row.outcome, row.reason = choice.outcome, choice.reason.strip()
        # An exception belongs to who is chosen although a must-have is unknown.
        row.exception = choice.exception.strip() if choice.outcome != Outcome.DECLINED else ""
        row.full_clean(exclude=["decision", "site"])
        row.save()
    for row in present.values():
        row.delete()
