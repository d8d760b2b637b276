"""Who leads, how far ahead, who could still overtake, and which evidence to collect next. No query."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from scorecards.derivation.score import Outcome
from scorecards.engine import OpenCell, Status
from scorecards.engine.evaluation import Evaluation
from scorecards.ranking import GateResult, RankedCandidate, Ranking
from scorecards.wording import criterion_title, sentence


@dataclass(frozen=True, slots=True)
class Gap:
    """One open criterion of one candidate, and the points that settling it could add at most."""

    row: RankedCandidate
    key: str
    title: str
    cell: OpenCell

    @property
    def gain(self) -> float:
        return self.cell.gain

    @property
    def decisive(self) -> bool:
        return self.cell.decisive


@dataclass(frozen=True, slots=True)
class OpenMustHave:
    """A must-have of which nobody knows whether it is met; a fail would exclude the candidate."""

    row: RankedCandidate
    gate: GateResult

    @property
    def title(self) -> str:
        return criterion_title(self.gate.criterion.key, self.gate.criterion.title)

    @property
    def reason(self) -> str:
        return sentence(self.gate.reason)


@dataclass(frozen=True, slots=True)
class Challenger:
    """A candidate whose upper bound reaches the leader's score, and the fewest gaps that take it there."""

    row: RankedCandidate
    behind: float
    needs: tuple[Gap, ...]

    @property
    def open_titles(self) -> str:
        """Its must-haves that nobody knows, for one sentence: points alone would not make it first."""
        return ", ".join(one.title for one in open_must_haves_of([self.row]))


@dataclass(frozen=True, slots=True)
class Lead:
    """The first of a ranking. `ahead` is in points, None where nobody else is ranked."""

    leaders: tuple[RankedCandidate, ...]
    runner_up: RankedCandidate | None
    ahead: float | None
    challengers: tuple[Challenger, ...]
    decisive: tuple[Gap, ...]
    open_must_haves: tuple[OpenMustHave, ...]

    @property
    def leader(self) -> RankedCandidate:
        return self.leaders[0]

    @property
    def names(self) -> str:
        """All who share the first place."""
        return ", ".join(row.head.name for row in self.leaders)

    @property
    def open_titles(self) -> str:
        """The must-haves of the first that nobody knows, for one sentence."""
        first = self.leader.head.key
        return ", ".join(one.title for one in self.open_must_haves if one.row.head.key == first)

    @property
    def is_settled(self) -> bool:
        """Whatever the open evidence turns out to be, the leader stays first."""
        return len(self.leaders) == 1 and not self.challengers and not self.open_must_haves

    @property
    def nearest(self) -> Challenger | None:
        """The challenger that needs the fewest pieces of evidence to draw level."""
        return min(self.challengers, key=lambda one: (len(one.needs), one.behind), default=None)


def lead_of(ranking: Ranking) -> Lead | None:
    """The lead of a ranking; None when nobody is ranked."""
    ranked = [row for row in ranking.candidates if row.result.rank is not None]
    if not ranked:
        return None
    leaders = tuple(row for row in ranked if row.result.rank == 1)
    others = ranked[len(leaders) :]
    runner_up = others[0] if others else None
    first = leaders[0]
    return Lead(
        leaders=leaders,
        runner_up=runner_up,
        ahead=None if runner_up is None else first.result.score - runner_up.result.score,
        challengers=tuple(_challengers(ranking.evaluation, first, others)),
        decisive=tuple(gap for gap in gaps_of(ranking) if gap.decisive),
        open_must_haves=tuple(open_must_haves_of(leaders)),
    )


def _challengers(
    evaluation: Evaluation, first: RankedCandidate, others: list[RankedCandidate]
) -> list[Challenger]:
    found = []
    for row in others:
        cells = evaluation.needed_to_lead(row.head.key)
        if cells is not None:
            behind = first.result.score - row.result.score
            found.append(Challenger(row, behind, tuple(_gap(row, cell) for cell in cells)))
    return found


def open_must_haves_of(rows: Iterable[RankedCandidate]) -> list[OpenMustHave]:
    """The must-haves of those who are conditional that are neither met nor failed."""
    return [
        OpenMustHave(row, gate)
        for row in rows
        if row.status is Status.CONDITIONAL
        for gate in row.gates
        if gate.status is Outcome.UNKNOWN
    ]


def gaps_of(ranking: Ranking) -> list[Gap]:
    """Every open criterion of those who are ranked, the one that could add most first."""
    rows = {row.head.key: row for row in ranking.candidates if row.result.rank is not None}
    return [
        _gap(rows[cell.candidate], cell) for cell in ranking.evaluation.open_cells() if cell.candidate in rows
    ]


def _gap(row: RankedCandidate, cell: OpenCell) -> Gap:
    criterion = row.ranking.plan.by_key[cell.criterion]
    return Gap(row, criterion.key, criterion_title(criterion.key, criterion.title), cell)
