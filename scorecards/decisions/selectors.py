"""Questions about decisions, answered with plain data in a fixed number of queries."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from accounts.models import User
from programs.models import WorkPackage
from records.models import Signature
from scorecards.decisions.rules import RunCandidate, run_candidates
from scorecards.engine.exact import SCORE_UNITS
from scorecards.models import DecisionOutcome, SourcingDecision
from scorecards.policies import DecisionPolicy
from scorecards.wording import STATUS_TONES, status_word

State = SourcingDecision.State
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
