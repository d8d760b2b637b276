"""Second opinions: weighted sum and product, TOPSIS, VIKOR, SPOTIS. They question, they never replace.

All take a performance matrix (m, n), weights (n,) and senses (n,) of ±1, and return frozen results.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import matrix, ordered, positive, senses, vector, weights
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import FloatArray, IntArray
from scorecards.engine.normalize import Normalization, normalize
from scorecards.engine.ranking import shared_ranks

TIE_DIGITS = 12


def ranks_of(scores: FloatArray) -> IntArray:
    """Shared ranks, larger first; scores that agree to 12 significant digits of the largest are tied."""
    scale = np.abs(scores).max()
    if scale == 0:
        return shared_ranks(scores)
    return shared_ranks(np.round(scores / scale, TIE_DIGITS))


@dataclass(frozen=True, slots=True)
class Opinion:
    """Scores (m,), larger is better, their ranks (m,), and how the matrix was normalised."""

    scores: FloatArray
    ranks: IntArray
    normalization: str


def weighted_sum(
    given: ArrayLike,
    weighting: ArrayLike,
    sense: ArrayLike | None = None,
    normalization: Normalization = Normalization.NONE,
    *,
    normalize_weights: bool = True,
) -> Opinion:
    """Simple additive weighting; on anchored values and without normalisation it is the official score."""
    table = matrix("matrix", given)
    w = weights("weights", weighting, table.shape[1], normalize=normalize_weights)
    scaled = normalize(table, senses("sense", sense, table.shape[1]), normalization)
    scores = scaled @ w
    return Opinion(scores, ranks_of(scores), normalization)


def weighted_product(
    given: ArrayLike,
    weighting: ArrayLike,
    sense: ArrayLike | None = None,
    normalization: Normalization = Normalization.SUM,
    *,
    normalize_weights: bool = True,
) -> Opinion:
    """Natural logarithms of Π x^w over normalised columns; 1/x where less is better and none are wanted.

    With none, max or sum, ranks do not depend on the scaling of columns. Entries must be positive.
    """
    table = positive("matrix", matrix("matrix", given))
    w = weights("weights", weighting, table.shape[1], normalize=normalize_weights)
    signs = senses("sense", sense, table.shape[1])
    if normalization is Normalization.NONE:
        scaled = table**signs
    else:
        scaled = positive("normalised matrix", normalize(table, signs, normalization))
    scores = np.log(scaled) @ w
    return Opinion(scores, ranks_of(scores), normalization)


@dataclass(frozen=True, slots=True)
class Topsis:
    """Closeness (m,), distances to the ideal and the anti-ideal, ranks."""

    scores: FloatArray
    ranks: IntArray
    to_ideal: FloatArray
    to_anti_ideal: FloatArray
    normalization: str


def topsis(
    given: ArrayLike,
    weighting: ArrayLike,
    sense: ArrayLike | None = None,
    normalization: Normalization = Normalization.VECTOR,
) -> Topsis:
    """TOPSIS (Hwang & Yoon 1981). Closeness is 1/2 for all when every alternative is the same."""
    table = matrix("matrix", given)
    w = weights("weights", weighting, table.shape[1])
    weighted = normalize(table, senses("sense", sense, table.shape[1]), normalization) * w
    to_ideal = np.sqrt(((weighted - weighted.max(axis=0)) ** 2).sum(axis=1))
    to_anti = np.sqrt(((weighted - weighted.min(axis=0)) ** 2).sum(axis=1))
    total = to_ideal + to_anti
    scores = np.where(total > 0, to_anti / np.where(total > 0, total, 1.0), 0.5)
    return Topsis(scores, ranks_of(scores), to_ideal, to_anti, normalization)


@dataclass(frozen=True, slots=True)
class Vikor:
    """Group utility S, individual regret R, compromise Q (each (m,), smaller is better) and ranks of Q.

    `compromise`: rows of the compromise set; its first is the best by Q. It has one member when the lead in
    Q is at least 1/(m − 1) and S or R agree; otherwise more, as Opricovic & Tzeng (2004) prescribe.
    """

    s: FloatArray
    r: FloatArray
    q: FloatArray
    ranks: IntArray
    compromise: tuple[int, ...]


def vikor(
    given: ArrayLike, weighting: ArrayLike, sense: ArrayLike | None = None, strategy: float = 0.5
) -> Vikor:
    """VIKOR (Opricovic & Tzeng 2004, 2007), `strategy` v on [0, 1]: weight of the group's utility."""
    if not 0 <= strategy <= 1:
        raise ValueInputError("v", f"is {strategy!r}, which is not on [0, 1]")
    table = matrix("matrix", given)
    w = weights("weights", weighting, table.shape[1])
    regret = w * (1 - normalize(table, senses("sense", sense, table.shape[1]), Normalization.MINMAX))
    s, r = regret.sum(axis=1), regret.max(axis=1)
    q = strategy * _relative(s) + (1 - strategy) * _relative(r)
    return Vikor(s, r, q, ranks_of(-q), _compromise(s, r, q))


def _relative(scores: FloatArray) -> FloatArray:
    span = np.ptp(scores)
    return (scores - scores.min()) / span if span > 0 else np.zeros_like(scores)


def _compromise(s: FloatArray, r: FloatArray, q: FloatArray) -> tuple[int, ...]:
    order = np.argsort(q, kind="stable")
    first = int(order[0])
    if len(q) == 1:
        return (first,)
    needed = 1 / (len(q) - 1)
    if q[order[1]] - q[first] < needed:
        return tuple(int(i) for i in order if q[i] - q[first] < needed)
    stable = s[first] == s.min() or r[first] == r.min()
    return (first,) if stable else (first, int(order[1]))


@dataclass(frozen=True, slots=True)
class Spotis:
    """Distance to the ideal point (m,), smaller is better, and ranks."""

    scores: FloatArray
    ranks: IntArray


def spotis(
    given: ArrayLike,
    weighting: ArrayLike,
    bounds: ArrayLike,
    sense: ArrayLike | None = None,
    expected: ArrayLike | None = None,
) -> Spotis:
    """SPOTIS (Dezert et al. 2020) with fixed `bounds` (n, 2): free of rank reversal.

    Equals 1 − additive value with linear value functions. Distances are to `expected` (n,), a point within
    the bounds, where given. Raises ValueInputError for values out of bounds.
    """
    table = matrix("matrix", given)
    n = table.shape[1]
    limits = matrix("bounds", bounds, 2)
    low, high = vector("bounds", limits[:, 0], n), vector("bounds", limits[:, 1], n)
    ordered("bounds", low, high)
    positive("widths of bounds", high - low)
    outside = np.argwhere((table < low) | (table > high))
    if len(outside):
        i, j = map(int, outside[0])
        raise ValueInputError(f"matrix[{i}][{j}]", f"lies outside the bounds [{low[j]:g}, {high[j]:g}]")
    w = weights("weights", weighting, n)
    ideal = np.where(senses("sense", sense, n) > 0, high, low)
    if expected is not None:
        ideal = vector("expected solution", expected, n)
        stray = np.flatnonzero((ideal < low) | (ideal > high))
        if len(stray):
            j = int(stray[0])
            raise ValueInputError(f"expected solution[{j}]", f"lies outside [{low[j]:g}, {high[j]:g}]")
    scores = np.abs((table - ideal) / (high - low)) @ w
    return Spotis(scores, ranks_of(-scores))
