"""A few candidates side by side, as somebody who decides looks at them: one page, from the same ranking."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from common.exports import Sheet
from common.numbers import rank_text
from common.templatetags.components import GATES
from partners.models import Site
from programs.models import Candidate, Program, WorkPackage
from programs.proposal_table import COST_WORDS
from programs.proposals import ProposalLine, proposal_lines, proposals_of
from scorecards.derivation.score import Outcome, Strength
from scorecards.kept_shares import firsts_kept
from scorecards.lead import Gap, gaps_of
from scorecards.overrides import Overridden
from scorecards.ranking import GateResult, RankedCandidate, Ranking
from scorecards.sensitivity import documented_shares
from scorecards.wording import criterion_title, status_word

MOST_COMPARED = 6
WITHOUT_CHOICE = 3
MOST_LOSSES = 3


@dataclass(frozen=True, slots=True)
class GroupScore:
    """A candidate's mean on one group of criteria; `best` where nobody beside it is documented higher."""

    low: float
    high: float
    best: bool


@dataclass(frozen=True, slots=True)
class Loss:
    """A criterion on which a candidate leaves points, and how many to the top of the scale."""

    title: str
    points: float


@dataclass(frozen=True, slots=True)
class Column:
    """One candidate."""

    row: RankedCandidate
    stage: str
    standing: str
    share: float | None
    open_gates: tuple[GateResult, ...]
    groups: tuple[GroupScore, ...]
    verified: float
    documented: float
    losses: tuple[Loss, ...]
    next_evidence: Gap | None
    proposal: ProposalLine | None
    overrides: tuple[Overridden, ...]

    @property
    def cost_words(self) -> str:
        """How the cost compares with what the program can pay; blank where it cannot be compared."""
        tone = self.proposal.cost_tone if self.proposal else ""
        return str(COST_WORDS.get(tone, ""))

    @property
    def gate_words(self) -> str:
        """The must-haves that are not met, in words for a spreadsheet."""
        told = [
            f"{criterion_title(gate.criterion.key, gate.criterion.title)} ({GATES[gate.status][1]})"
            for gate in self.open_gates
        ]
        return "; ".join(told) or _("all met")


def chosen_rows(ranking: Ranking, asked: Sequence[str]) -> list[RankedCandidate]:
    """The candidates asked for; else the finalists, else the shortlist, else the first three ranked."""
    if asked:
        rows = [row for row in ranking.candidates if row.head.key in asked]
        if rows:
            return rows[:MOST_COMPARED]
    stage = Candidate.Stage
    for stages in ({stage.SELECTED, stage.FINALIST}, {stage.SHORTLIST}):
        rows = [row for row in ranking.candidates if row.head.stage in stages]
        if len(rows) > 1:
            return rows[:MOST_COMPARED]
    return list(ranking.candidates[:WITHOUT_CHOICE])


def columns_of(
    program: Program, package: WorkPackage, ranking: Ranking, rows: Sequence[RankedCandidate]
) -> list[Column]:
    """Everything the page shows of the candidates chosen. One query."""
    if not rows:
        return []
    offers = {
        line.candidate.site_id: line
        for line in proposal_lines(program, proposals_of(package))
        if line.is_latest
    }
    shares = documented_shares(ranking, firsts=firsts_kept) if ranking.evaluation.ranking else {}
    next_by_key: dict[str, Gap] = {}
    for gap in gaps_of(ranking):
        next_by_key.setdefault(gap.row.head.key, gap)
    groups = _group_scores(ranking, rows)
    return [
        Column(
            row=row,
            stage=str(Candidate.Stage(row.head.stage).label),
            standing=str(Site.Standing(ranking.standings[row.head.site_id]).label),
            share=shares.get(row.head.key),
            open_gates=tuple(gate for gate in row.gates if gate.status is not Outcome.PASS),
            groups=groups[row.head.key],
            verified=weight_resting_on(row, Strength.VERIFIED),
            documented=weight_resting_on(row, Strength.DOCUMENTED),
            losses=_losses(row),
            next_evidence=next_by_key.get(row.head.key),
            proposal=offers.get(row.head.site_id),
            overrides=tuple(one for one in ranking.overrides if one.site_id == row.head.site_id),
        )
        for row in rows
    ]


def _group_scores(ranking: Ranking, rows: Sequence[RankedCandidate]) -> dict[str, tuple[GroupScore, ...]]:
    found: dict[str, list[GroupScore]] = defaultdict(list)
    lows = {row.head.key: row.result.group_scores_low for row in rows}
    highs = {row.head.key: row.result.group_scores_high for row in rows}
    for group in ranking.plan.groups:
        leaf = group.key in ranking.evaluation.leaves
        low = {
            row.head.key: row.result.low[group.key] if leaf else lows[row.head.key][group.key] for row in rows
        }
        top = max(low.values())
        for row in rows:
            high = row.result.high[group.key] if leaf else highs[row.head.key][group.key]
            found[row.head.key].append(GroupScore(low[row.head.key], high, low[row.head.key] == top))
    return {key: tuple(scores) for key, scores in found.items()}


def weight_resting_on(row: RankedCandidate, strength: Strength) -> float:
    """Share of the weight on criteria whose evidence is of one strength; a person's value rests on none."""
    return sum(
        cell.weight for cell in row.criteria if cell.strength == strength.value and cell.override is None
    )


def _losses(row: RankedCandidate) -> tuple[Loss, ...]:
    """Where most points are left, on what is documented."""
    lost = [
        Loss(criterion_title(cell.criterion.key, cell.criterion.title), cell.weight * (100 - cell.low))
        for cell in row.criteria
    ]
    return tuple(sorted((loss for loss in lost if loss.points > 0), key=lambda loss: -loss.points))[
        :MOST_LOSSES
    ]


def comparison_sheet(ranking: Ranking, columns: Sequence[Column]) -> Sheet:
    """What the page shows as plain values, a line per row."""

    def offer(name: str) -> list[object]:
        return [getattr(column.proposal.proposal, name) if column.proposal else None for column in columns]

    lines: list[list[object]] = [
        [_("Status"), *(status_word(column.row.status) for column in columns)],
        [
            _("Rank (best–worst)"),
            *(
                rank_text(column.row.result.rank, column.row.result.best_rank, column.row.result.worst_rank)
                for column in columns
            ),
        ],
        [_("Score"), *(round(column.row.result.score, 2) for column in columns)],
        [_("Upper bound"), *(round(column.row.result.score_upper, 2) for column in columns)],
        [_("Completeness"), *(round(column.row.result.completeness, 4) for column in columns)],
        [_("Must-haves"), *(column.gate_words for column in columns)],
        [
            _("Comes first, share of weightings"),
            *(None if column.share is None else round(column.share, 4) for column in columns),
        ],
        [_("Weight on verified evidence"), *(round(column.verified, 4) for column in columns)],
    ]
    for at, group in enumerate(ranking.plan.groups):
        title = criterion_title(group.key, group.title)
        lines.append([title, *(round(column.groups[at].low, 2) for column in columns)])
    lines += [
        [_("Cost"), *offer("cost")],
        [_("Currency"), *offer("currency")],
        [_("First GMP batch"), *offer("first_batch_on")],
        [_("Transfer (months)"), *offer("transfer_months")],
        [_("Valid until"), *offer("valid_until")],
        [_("Terms"), *offer("terms")],
        [_("Standing"), *(column.standing for column in columns)],
        [_("Stage"), *(column.stage for column in columns)],
        [_("Overrides"), *(len(column.overrides) for column in columns)],
    ]
    return Sheet(
        title=_("Side by side"), columns=("", *(column.row.head.name for column in columns)), rows=lines
    )
