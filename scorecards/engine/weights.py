"""Weights from judgement: direct, swing, rank orders. All results have shape (n,) and sum to 1."""

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import vector, weights
from scorecards.engine.errors import WeightError
from scorecards.engine.exact import FloatArray

BUDGET_TOLERANCE = 1e-6


def direct(points: ArrayLike, budget: float = 100.0) -> FloatArray:
    """Points of a budget to weights. Raises WeightError when they do not use up the budget.

    >>> direct([50, 30, 20]).tolist()
    [0.5, 0.3, 0.2]
    """
    given = vector("points", points)
    if abs(given.sum() - budget) > BUDGET_TOLERANCE * budget:
        raise WeightError("points", f"sum to {given.sum():.9g} instead of {budget:g}")
    return weights("points", given, len(given))


def swing(swings: ArrayLike) -> FloatArray:
    """Swing weights (Edwards & Barron 1994): worth of a swing over the anchored range, largest = 100.

    >>> swing([100, 60, 40]).tolist()
    [0.5, 0.3, 0.2]
    """
    given = vector("swings", swings)
    return weights("swings", given, len(given))


def _places(n: int) -> FloatArray:
    if n < 1:
        raise WeightError("n", f"is {n}; there must be at least one criterion")
    return np.arange(1, n + 1, dtype=np.float64)


def rank_order_centroid(n: int) -> FloatArray:
    """Rank-order centroid, most important first: w_i = (1/n) Σ_{k ≥ i} 1/k (Barron & Barrett 1996).

    >>> rank_order_centroid(2).tolist()
    [0.75, 0.25]
    """
    return np.cumsum(1 / _places(n)[::-1])[::-1] / n


def rank_sum(n: int) -> FloatArray:
    """Rank sum: w_i = 2 (n + 1 − i) / (n (n + 1)) (Stillwell, Seaver & Edwards 1981)."""
    return 2 * _places(n)[::-1] / (n * (n + 1))


def rank_reciprocal(n: int) -> FloatArray:
    """Rank reciprocal: w_i ∝ 1/i (Stillwell, Seaver & Edwards 1981)."""
    reciprocal = 1 / _places(n)
    return reciprocal / reciprocal.sum()


def rank_exponent(n: int, exponent: float) -> FloatArray:
    """Rank exponent: w_i ∝ (n + 1 − i)^p; p = 0 is equal weights, p = 1 rank sum."""
    powers = _places(n)[::-1] ** exponent
    return powers / powers.sum()


def from_order(ranks: ArrayLike) -> FloatArray:
    """Rank-order-centroid weights for given ranks (1 = most important); tied ranks share their mean.

    >>> from_order([2, 1]).tolist()
    [0.25, 0.75]
    """
    given = vector("ranks", ranks)
    order = np.argsort(given, kind="stable")
    centroid = rank_order_centroid(len(given))
    result = np.empty(len(given))
    result[order] = centroid
    for rank in np.unique(given):
        tied = given == rank
        result[tied] = result[tied].mean()
    return result
