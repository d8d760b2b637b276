"""Questions about decisions, answered with plain data in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet, StringAgg, Value

from accounts.models import User
from programs.models import Program, WorkPackage
from records.models import Signature
from scorecards.decisions.rules import RunCandidate, run_candidates
from scorecards.engine.exact import SCORE_UNITS
from scorecards.models import DecisionOutcome, SourcingDecision
from scorecards.policies import DecisionPolicy
from scorecards.wording import STATUS_TONES, status_word

State = SourcingDecision.State
Outcome = DecisionOutcome.Outcome
LABEL = "scorecards.SourcingDecision"
OUTCOME_TONES = {
    DecisionOutcome.Outcome.SELECTED: "good",
    DecisionOutcome.Outcome.BACKUP: "info",
    DecisionOutcome.Outcome.DECLINED: "neutral",
}
STATE_TONES = {State.DRAFT: "caution", State.EFFECTIVE: "good", State.SUPERSEDED: "neutral"}


@dataclass(frozen=True, slots=True)
class OutcomeLine:
    """A candidate in a decision, with what the frozen evaluation says of it. Scores from 0 to 100."""

    site_id: int
    name: str
    rank: int | None
    score: float
    score_upper: float
    status: str
    status_tone: str
    outcome: str
    tone: str
    reason: str
    exception: str


def outcome_lines(decision: SourcingDecision) -> list[OutcomeLine]:
    """Selected first, then the backup, then the declined, each by rank. One query."""
    said = {row.site_id: row for row in decision.outcomes.all()}
    order = {str(outcome): place for place, outcome in enumerate(DecisionOutcome.Outcome)}
    lines = [
        _line(candidate, said[candidate.site_id])
        for candidate in run_candidates(decision.run)
        if candidate.site_id in said
    ]
    return sorted(lines, key=lambda line: order[said[line.site_id].outcome])


def _line(candidate: RunCandidate, said: DecisionOutcome) -> OutcomeLine:
    return OutcomeLine(
        site_id=candidate.site_id,
        name=candidate.name,
        rank=candidate.rank,
        score=candidate.score / SCORE_UNITS,
        score_upper=candidate.score_upper / SCORE_UNITS,
        status=status_word(candidate.status),
        status_tone=STATUS_TONES[candidate.status],
        outcome=said.get_outcome_display(),
        tone=OUTCOME_TONES[DecisionOutcome.Outcome(said.outcome)],
        reason=said.reason,
        exception=said.exception,
    )


def decisions_of(package: WorkPackage) -> Sequence[SourcingDecision]:
    """Every decision of a work package, newest first, without the contents of evaluations. One query."""
    return list(
        SourcingDecision.objects.filter(work_package=package)
        .select_related("run", "author")
        .defer("run__inputs", "run__result")
    )


def decision_in_force(package: WorkPackage) -> SourcingDecision | None:
    """The decision that holds, with its outcomes and their sites. Two queries, one where there is none."""
    return (
        SourcingDecision.objects.filter(work_package=package, state=State.EFFECTIVE)
        .prefetch_related("outcomes__site")
        .first()
    )


@dataclass(frozen=True, slots=True)
class DecisionLine:
    """A decision in a list of programs; its work package is named where there are several."""

    decision: SourcingDecision
    package: str
    selected: str
    tone: str
    url: str


def decisions_standing(programs: Sequence[Program]) -> dict[int, list[DecisionLine]]:
    """What is in force or in draft on each program, by its id; what is in force first. One query.

    The work packages of the programs should be loaded.
    """
    known = {program.pk: program for program in programs}
    chosen = Q(outcomes__outcome=Outcome.SELECTED)
    rows = (
        SourcingDecision.objects.filter(
            work_package__program__in=programs, state__in=(State.EFFECTIVE, State.DRAFT)
        )
        .select_related("work_package")
        .annotate(
            selected=StringAgg(
                "outcomes__site__name", Value(", "), filter=chosen, order_by="outcomes__site__name"
            )
        )
        .order_by("work_package__position", "work_package_id", "-state")
    )
    found: dict[int, list[DecisionLine]] = {}
    for row in rows:
        program = known[row.work_package.program_id]
        row.work_package.program = program
        found.setdefault(program.pk, []).append(
            DecisionLine(
                row,
                str(row.work_package) if program.has_parts else "",
                getattr(row, "selected", None) or "",
                STATE_TONES[State(row.state)],
                row.get_absolute_url(),
            )
        )
    return found


def awaiting_signature(user: User) -> QuerySet[SourcingDecision]:
    """Drafts that this person may sign next, as author or as approver, and has not signed.

    Nobody signs twice, so who has signed as author is not asked to approve.
    """
    rows = SourcingDecision.objects.visible_to(user).filter(state=State.DRAFT)
    standing = Signature.objects.filter(model=LABEL, record_pk=OuterRef("pk"), withdrawn_at__isnull=True)
    authored = Exists(standing.filter(meaning=Signature.Meaning.AUTHORED))
    if DecisionPolicy.change.allows(user):
        return rows.exclude(authored)
    if DecisionPolicy.approve.allows(user):
        return rows.filter(authored).exclude(Exists(standing.filter(user=user)))
    return rows.none()


def decisions_to_sign(user: User) -> list[SourcingDecision]:
    """The same as a list, each with its program and the packages of that. Two queries."""
    place = "work_package__program"
    return list(
        awaiting_signature(user).select_related(place).prefetch_related(f"{place}__packages").order_by("pk")
    )
