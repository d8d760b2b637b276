"""Second opinions on a ranking, labelled as such: other methods on the same values, and how the data spread.

They question the official ranking and never replace it. Three of the four compare candidates with one
another, so that a candidate taken away can reorder the others; for each it is tried who would.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from scorecards.engine import Evaluation
from scorecards.engine.concord import kendall_tau, reversal
from scorecards.engine.errors import EngineError
from scorecards.engine.exact import HUNDREDTHS, BoolArray, FloatArray, IntArray
from scorecards.engine.normalize import Normalization
from scorecards.engine.opinions import spotis, topsis, vikor
from scorecards.engine.promethee import Preference, PreferenceKind, promethee
from scorecards.engine.ranking import shared_ranks
from scorecards.engine.spread import critic_weights, entropy_weights, merec_weights

# Two candidates are needed for any comparison, a third for somebody to be reordered.
FEWEST = 3
# Each candidate is taken away once by each method; beyond this many the page would wait for it.
MOST_TAKEN_AWAY = 60
# In points: less is no preference, more a full one.
INDIFFERENT, PREFERRED = 5.0, 25.0
# Values are hundredths of a point; MEREC takes logarithms and needs them positive.
LEAST = 1 / HUNDREDTHS


FORMULAS = (entropy_weights, critic_weights, merec_weights)


class Method(StrEnum):
    """The methods that are asked, in the order shown."""

    TOPSIS = "topsis"
    VIKOR = "vikor"
    PROMETHEE = "promethee"
    SPOTIS = "spotis"


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """One method: ranks by candidate, agreement with the official ranking from −1 to 1, who reorders others.

    `tau` is None where either ranking ties everybody; `reordered_by` names the candidates whose removal
    changes the order of the rest, None where it was not tried.
    """

    method: Method
    ranks: Mapping[str, int]
    tau: float | None
    reordered_by: tuple[str, ...] | None


@dataclass(frozen=True, slots=True)
class Spread:
    """How far candidates differ on a group, by three formulas, beside the weight given; shares of 1."""

    key: str
    weight: float
    entropy: float | None
    critic: float | None
    merec: float | None


@dataclass(frozen=True, slots=True)
class SecondOpinions:
    """What the methods say of those who are ranked; `compromise`: whom VIKOR would not tell apart."""

    official: Mapping[str, int]
    opinions: tuple[SecondOpinion, ...]
    compromise: tuple[str, ...]
    spread: tuple[Spread, ...]

    @property
    def agree_on_leader(self) -> bool:
        """Everybody puts the same candidates first."""
        first = {key for key, rank in self.official.items() if rank == 1}
        return all(first == {key for key, rank in one.ranks.items() if rank == 1} for one in self.opinions)


Score = Callable[[FloatArray], FloatArray]


def second_opinions(run: Evaluation) -> SecondOpinions | None:
    """The opinions on an official run, on the lower ends that it counts; None for fewer than three ranked."""
    kept = np.flatnonzero(run.included)
    if len(kept) < FEWEST:
        return None
    keys = tuple(run.candidates[i] for i in kept)
    table, weights = run.low[kept] / HUNDREDTHS, run.tree.leaf_weights
    official = shared_ranks(run.exact_low[kept])
    opinions = []
    for method, score in _scores(weights).items():
        scores = score(table)
        ranks = shared_ranks(np.round(scores, 12))
        opinions.append(
            SecondOpinion(
                method=method,
                ranks=dict(zip(keys, ranks.tolist(), strict=True)),
                tau=_tau(official, ranks),
                reordered_by=_reordered_by(score, table, keys),
            )
        )
    return SecondOpinions(
        official=dict(zip(keys, official.tolist(), strict=True)),
        opinions=tuple(opinions),
        compromise=tuple(keys[i] for i in vikor(table, weights).compromise),
        spread=tuple(_spread(run, kept)),
    )


def _scores(weights: FloatArray) -> Mapping[Method, Score]:
    """Each method as a function of the table of values, larger is better. The table needs no other scale."""
    ramp = [Preference(PreferenceKind.LINEAR, q=INDIFFERENT, p=PREFERRED)] * len(weights)
    bounds = [(0.0, 100.0)] * len(weights)
    return {
        Method.TOPSIS: lambda table: topsis(table, weights, normalization=Normalization.NONE).scores,
        Method.VIKOR: lambda table: -vikor(table, weights).q,
        Method.PROMETHEE: lambda table: promethee(table, weights, ramp).phi_net,
        Method.SPOTIS: lambda table: -spotis(table, weights, bounds).scores,
    }


def _tau(official: IntArray, ranks: IntArray) -> float | None:
    try:
        return kendall_tau(official, ranks)
    except EngineError:
        return None


def _reordered_by(score: Score, table: FloatArray, keys: Sequence[str]) -> tuple[str, ...] | None:
    """Whose removal changes the order of the others."""
    if len(keys) > MOST_TAKEN_AWAY:
        return None

    def rounded(values: FloatArray) -> FloatArray:
        return np.round(score(values), 12)

    return tuple(key for row, key in enumerate(keys) if reversal(rounded, table, row).reversed)


def _spread(run: Evaluation, kept: IntArray) -> list[Spread]:
    """The groups in the tree's order, on their own scores; a group on which nobody differs says nothing."""
    groups = run.tree.children[None]
    table = run.low[kept] / HUNDREDTHS @ np.column_stack([run.tree.within(key) for key in groups])
    apart = np.ptp(table, axis=0) > 0
    told = np.maximum(table[:, apart], LEAST)
    columns = [_spread_column(formula, told, apart) for formula in FORMULAS]
    return [
        Spread(key, float(run.tree.share(key)), *(column[at] for column in columns))
        for at, key in enumerate(groups)
    ]


def _spread_column(
    formula: Callable[[FloatArray], FloatArray],
    told: FloatArray,
    apart: BoolArray,
) -> list[float | None]:
    """One formula's shares by group: zero where nobody differs, None where it cannot be computed."""
    try:
        shares = iter(formula(told).tolist())
    except EngineError:
        return [None] * len(apart)
    return [next(shares) if differs else 0.0 for differs in apart]
