"""Why: the waterfall between two candidates, the Bennet split between two dates, counterfactuals."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from scorecards.engine.exact import FloatArray


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one criterion adds to the difference, in points."""

    criterion: str
    points: float


@dataclass(frozen=True, slots=True)
class Waterfall:
    """V_a − V_b, split by criterion: c_j = w_j (v_aj − v_bj), which is also the Shapley value."""

    contributions: tuple[Contribution, ...]
    score_a: float
    score_b: float
    difference: float


def waterfall(
    a: FloatArray, b: FloatArray, weights: FloatArray, criteria: Sequence[str], scale: float = 1.0
) -> Waterfall:
    """Split of the difference between value vectors `a` and `b`, shape (n,), weights (n,).

    All results are divided by `scale`: exact integers in, points out.
    """
    parts = weights * (a - b)
    return Waterfall(
        contributions=tuple(
            Contribution(criterion, float(part) / scale)
            for criterion, part in zip(criteria, parts, strict=True)
        ),
        score_a=float(weights @ a) / scale,
        score_b=float(weights @ b) / scale,
        difference=float(parts.sum()) / scale,
    )


@dataclass(frozen=True, slots=True)
class RevisionEffect:
    """What one criterion's change of value and change of weight add to the change of a score, in points."""

    criterion: str
    from_value: float
    from_weight: float


@dataclass(frozen=True, slots=True)
class BennetSplit:
    """Change of a score between two dates or revisions, without residue (Bennet 1920)."""

    effects: tuple[RevisionEffect, ...]
    score_before: float
    score_after: float
    difference: float

    @property
    def from_values(self) -> float:
        return math.fsum(effect.from_value for effect in self.effects)

    @property
    def from_weights(self) -> float:
        return math.fsum(effect.from_weight for effect in self.effects)


def bennet_split(
    values_before: FloatArray,
    values_after: FloatArray,
    weights_before: FloatArray,
    weights_after: FloatArray,
    criteria: Sequence[str],
    scale: float = 1.0,
) -> BennetSplit:
    """Split V' − V: ½(w + w')(v' − v) from values and ½(v + v')(w' − w) from weights; arrays (n,).

    A criterion that is new or gone has weight 0 on the other side; give it the same value on both, so that
    all of its effect is one of weight. Exact for the integers of an official run, with their `scale`.
    """
    by_value = (weights_before + weights_after) * (values_after - values_before)
    by_weight = (values_before + values_after) * (weights_after - weights_before)
    half = 2.0 * scale
    return BennetSplit(
        effects=tuple(
            RevisionEffect(criterion, float(value) / half, float(weight) / half)
            for criterion, value, weight in zip(criteria, by_value, by_weight, strict=True)
        ),
        score_before=float(weights_before @ values_before) / scale,
        score_after=float(weights_after @ values_after) / scale,
        difference=float((by_value + by_weight).sum()) / half,
    )
