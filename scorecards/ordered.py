"""How often each candidate takes each rank where nothing but an order of importance is stated."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from scorecards.engine.questions import smaa_problem
from scorecards.engine.smaa import SmaaProblem
from scorecards.engine.smaa_run import smaa_partial
from scorecards.orders import Comparison, order_text, order_weights
from scorecards.ranking import RankedCandidate, Ranking
from scorecards.sensitivity import SEED, Shares, samples_for

# Ranks that have a column of their own; what comes after is one share.
MOST_RANKS = 5

type Ranks = Callable[[SmaaProblem, int], Mapping[str, Sequence[float]]]


@dataclass(frozen=True, slots=True)
class OrderedShare:
    """One candidate: the shares of the weightings at each of the first ranks, and at any later one.

    ``near`` and ``any_open``: how often it comes first near the weights chosen and under any weights.
    """

    row: RankedCandidate
    ranks: tuple[float, ...]
    later: float
    near: float
    any_open: float


@dataclass(frozen=True, slots=True)
class Ordered:
    """Rank acceptabilities under an order, those that lead most often first."""

    rows: tuple[OrderedShare, ...]
    comparisons: tuple[Comparison, ...]
    samples: int
    digest: str

    @property
    def text(self) -> str:
        """The order as the command reads it."""
        return order_text(self.comparisons)

    @property
    def places(self) -> range:
        """The ranks that have a column."""
        return range(1, len(self.rows[0].ranks) + 1) if self.rows else range(0)

    @property
    def has_later(self) -> bool:
        return len(self.rows) > MOST_RANKS


def ranks_counted(problem: SmaaProblem, samples: int) -> Mapping[str, Sequence[float]]:
    """In which share of the weightings drawn each candidate takes each counted rank, by key."""
    counts = smaa_partial(problem, 0, samples).rank_counts
    return dict(zip(problem.candidates, (counts / samples).tolist(), strict=True))


def ordered_shares(
    ranking: Ranking, comparisons: Sequence[Comparison], shares: Shares, ranks: Ranks = ranks_counted
) -> Ordered:
    """The rank acceptabilities of a ranking under an order, open evidence drawn too.

    ``shares`` are those of the same ranking under the weights chosen and under any, to stand beside.

    Raises:
        OrderError: for an order that names no criterion of the plan, or that no weights satisfy.
    """
    regime = order_weights(ranking.evaluation.tree, comparisons)
    counted = min(MOST_RANKS, max(1, len(shares.rows)))
    problem = smaa_problem(ranking.as_assessed, regime, seed=SEED, ranks=counted)
    samples = samples_for(len(problem.candidates))
    found = ranks(problem, samples)
    rows = [
        OrderedShare(
            share.row,
            tuple(found[share.row.head.key]),
            max(0.0, 1.0 - sum(found[share.row.head.key])),
            share.near_open,
            share.any_open,
        )
        for share in shares.rows
    ]
    rows.sort(key=lambda row: tuple(-part for part in row.ranks))
    return Ordered(tuple(rows), tuple(comparisons), samples, problem.digest)
