"""Why: the waterfall between two candidates, the Bennet split between two dates, counterfactuals."""

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
