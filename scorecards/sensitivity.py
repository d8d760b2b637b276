"""How sure a ranking is while weights vary: shares of weightings, and how far each weight may move.

For the page: from a ranking in memory, without a query. Frozen evaluations answer the same questions in
`scorecards.robustness`, where the samples may be split over workers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from scorecards.engine.questions import smaa_problem
from scorecards.engine.regimes import (
    WeightRegime,
    dirichlet_per_group,
    kappa_for_deviation,
    uniform_per_level,
)
from scorecards.engine.smaa import SmaaProblem
from scorecards.engine.smaa_run import smaa_partial
from scorecards.plans import PlannedCriterion
from scorecards.ranking import RankedCandidate, Ranking
from scorecards.wording import criterion_title

SEED = 1
# The work is samples times candidates: with many of them fewer weightings are drawn; the page says how many.
MOST_SAMPLES, FEWEST_SAMPLES, SAMPLES_BY_CANDIDATE = 10_000, 1_000, 500_000
# How far a group's weight may be off in points of 100: one standard deviation, at a group's mean weight.
SPREADS = (2, 5, 10)
USUAL_SPREAD = 5

type Firsts = Callable[[SmaaProblem, int], Mapping[str, float]]


@dataclass(frozen=True, slots=True)
class Share:
    """How often one candidate comes first, as shares of the weightings drawn."""

    row: RankedCandidate
    near: float
    near_open: float
    any_open: float


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares of all ranked candidates; `margin` is how far a share may be off at 95 %.

    `assessors`: with each weighting one of so many is drawn, and their own levels stand where panels agreed.
    """

    rows: tuple[Share, ...]
    samples: int
    spread: int
    assessors: int = 0

    @property
    def margin(self) -> float:
        return float(1.96 * (0.25 / self.samples) ** 0.5)


@dataclass(frozen=True, slots=True)
class WeightRange:
    """The weights out of 100 among its siblings, all else in proportion, at which the leader stays first."""

    key: str
    title: str
    group: str
    weight: float
    lower: float
    upper: float
    below: RankedCandidate | None
    above: RankedCandidate | None

    @property
    def is_free(self) -> bool:
        """No weight of this criterion alone changes the leader."""
        return self.below is None and self.above is None

    @property
    def nearest(self) -> tuple[float, RankedCandidate] | None:
        """The weight closest to the present one at which somebody draws level, and who; None for nobody."""
        ends = [(self.lower, self.below), (self.upper, self.above)]
        found = [(abs(self.weight - end), end, rival) for end, rival in ends if rival is not None]
        if not found:
            return None
        _slack, end, rival = min(found, key=lambda one: one[0])
        return end, rival

    @property
    def slack(self) -> float:
        """How far the weight may move before somebody else draws level."""
        return abs(self.weight - self.nearest[0]) if self.nearest else float("inf")


def firsts_counted(problem: SmaaProblem, samples: int) -> Mapping[str, float]:
    """In which share of the weightings drawn each candidate comes first, by key."""
    counts = smaa_partial(problem, 0, samples).rank_counts[:, 0]
    return dict(zip(problem.candidates, (counts / samples).tolist(), strict=True))


def shares_of(ranking: Ranking, spread: int = USUAL_SPREAD, firsts: Firsts = firsts_counted) -> Shares:
    """How often each candidate comes first, near the weights chosen and without any preference.

    ``firsts`` counts, or knows what was counted before.
    """
    tree = ranking.evaluation.tree
    near = dirichlet_per_group(tree, kappa_of(ranking, spread))
    documented = _firsts(ranking, near, firsts, at_low=True)
    opened = _firsts(ranking, near, firsts, at_low=False)
    free = _firsts(ranking, uniform_per_level(tree), firsts, at_low=False)
    rows = [
        Share(row, documented[row.head.key], opened[row.head.key], free[row.head.key])
        for row in ranking.candidates
        if row.result.rank is not None
    ]
    # The order of the ranking where shares are equal.
    rows.sort(key=lambda share: (-share.near, -share.near_open))
    return Shares(tuple(rows), samples_for(len(rows)), spread, len(ranking.assessors))


def documented_shares(
    ranking: Ranking, spread: int = USUAL_SPREAD, firsts: Firsts = firsts_counted
) -> Mapping[str, float]:
    """How often each ranked candidate comes first near the weights chosen, on what is documented; by key."""
    near = dirichlet_per_group(ranking.evaluation.tree, kappa_of(ranking, spread))
    return _firsts(ranking, near, firsts, at_low=True)


def samples_for(candidates: int) -> int:
    """How many weightings are drawn for so many candidates."""
    return max(FEWEST_SAMPLES, min(MOST_SAMPLES, SAMPLES_BY_CANDIDATE // max(1, candidates) // 100 * 100))


def _firsts(ranking: Ranking, regime: WeightRegime, firsts: Firsts, *, at_low: bool) -> Mapping[str, float]:
    """Only first places are counted, and no confidence factors, which cost most where evidence is open."""
    problem = smaa_problem(ranking.as_assessed, regime, seed=SEED, ranks=1, at_low=at_low)
    return firsts(problem, samples_for(len(problem.candidates)))


def kappa_of(ranking: Ranking, spread: int) -> float:
    """The concentration at which a group of mean weight is off by `spread` points: one deviation."""
    # Bounds keep the deviation possible where there is a single group, or very many.
    mean = min(0.5, max(0.02, 1 / len(ranking.plan.groups)))
    return kappa_for_deviation(mean, spread / 100)


def weight_ranges(ranking: Ranking) -> list[WeightRange]:
    """How far the weight of each group, and of each criterion in its group, may move; in the plan's order."""
    rows = {row.head.key: row for row in ranking.candidates}
    plan = ranking.plan
    return [
        WeightRange(
            key=found.node,
            title=_title(plan.by_key[found.node]),
            group=_title(plan.by_key[parent]) if (parent := plan.by_key[found.node].parent) else "",
            weight=found.weight * 100,
            lower=found.lower * 100,
            upper=found.upper * 100,
            below=rows[found.lower_rival] if found.lower_rival else None,
            above=rows[found.upper_rival] if found.upper_rival else None,
        )
        for found in ranking.evaluation.stabilities
        if found.adjustable
    ]


def _title(criterion: PlannedCriterion) -> str:
    return criterion_title(criterion.key, criterion.title)
