"""What holds for every weight vector of a region: dominance, potential optimality, the smallest shift.

`d` (n,) is the difference of two value vectors, so that d · w is the difference of their scores.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from scorecards.engine.checks import matrix, ordered, summing_to_one, vector, weights
from scorecards.engine.errors import InfeasibleError, ValueInputError, WeightError
from scorecards.engine.exact import FloatArray, IntArray

SUM_TOLERANCE = 1e-9


@dataclass(frozen=True, slots=True)
class Extremes:
    """Least and greatest d · w over a region, and weight vectors (n,) that attain them."""

    minimum: float
    maximum: float
    at_minimum: FloatArray
    at_maximum: FloatArray

    @property
    def dominates(self) -> bool:
        """Never worse anywhere in the region, and better somewhere."""
        return self.minimum >= 0 and self.maximum > 0


def over_box(d: ArrayLike, lower: ArrayLike, upper: ArrayLike) -> Extremes:
    """Over {l ≤ w ≤ u, Σ w = 1}: a fractional knapsack. Raises IntervalError, InfeasibleError."""
    gains = vector("d", d)
    low, high = _box(lower, upper, len(gains))
    at_maximum = _fill(np.argsort(-gains, kind="stable"), low, high)
    at_minimum = _fill(np.argsort(gains, kind="stable"), low, high)
    return Extremes(float(gains @ at_minimum), float(gains @ at_maximum), at_minimum, at_maximum)


def _box(lower: ArrayLike, upper: ArrayLike, n: int) -> tuple[FloatArray, FloatArray]:
    low, high = vector("lower", lower, n), vector("upper", upper, n)
    ordered("weight bounds", low, high)
    if (low < 0).any():
        raise WeightError(f"lower[{int(np.argmax(low < 0))}]", "is negative")
    if low.sum() > 1 + SUM_TOLERANCE:
        raise InfeasibleError("lower", f"sums to {low.sum():.9g}, more than 1")
    if high.sum() < 1 - SUM_TOLERANCE:
        raise InfeasibleError("upper", f"sums to {high.sum():.9g}, less than 1")
    return low, high


def _fill(order: IntArray, low: FloatArray, high: FloatArray) -> FloatArray:
    result = low.copy()
    room = 1.0 - float(low.sum())
    for i in order:
        step = min(room, float(high[i] - low[i]))
        if step <= 0:
            continue
        result[i] += step
        room -= step
    return result


def over_order(d: ArrayLike) -> Extremes:
    """Over {w1 ≥ w2 ≥ … ≥ wn ≥ 0, Σ w = 1}, most important first (Kirkwood & Sarin 1985).

    The extreme points are (1/k, …, 1/k, 0, …), so the extremes are those of the prefix means.

    >>> over_order([-1, 2]).minimum, over_order([-1, 2]).maximum
    (-1.0, 0.5)
    """
    gains = vector("d", d)
    n = len(gains)
    means = np.cumsum(gains) / np.arange(1, n + 1)
    worst, best = int(np.argmin(means)), int(np.argmax(means))
    corners = np.tril(np.ones((n, n))) / np.arange(1, n + 1)[:, None]
    return Extremes(float(means[worst]), float(means[best]), corners[worst], corners[best])


@dataclass(frozen=True)
class LinearRegion:
    """Weight vectors w ≥ 0 with Σ w = 1, A w ≤ b and optionally E w = e; `a` is (c, n), `b` is (c,)."""

    a: FloatArray
    b: FloatArray
    e_matrix: FloatArray | None = None
    e_vector: FloatArray | None = None

    @classmethod
    def of(
        cls, a: ArrayLike, b: ArrayLike, e_matrix: ArrayLike | None = None, e_vector: ArrayLike | None = None
    ) -> "LinearRegion":
        """Checked shapes. Raises ValueInputError."""
        left = matrix("A", a)
        equal = None if e_matrix is None else matrix("E", e_matrix, left.shape[1])
        right = None if equal is None else vector("e", [] if e_vector is None else e_vector, len(equal))
        return cls(left, vector("b", b, len(left)), equal, right)

    @property
    def n(self) -> int:
        return int(self.a.shape[1])

    def equalities(self) -> tuple[FloatArray, FloatArray]:
        """All equalities, Σ w = 1 first."""
        ones = np.ones((1, self.n))
        if self.e_matrix is None or self.e_vector is None:
            return ones, np.ones(1)
        return np.vstack([ones, self.e_matrix]), np.append(1.0, self.e_vector)


def optimize(region: LinearRegion, cost: FloatArray, *, entry: str = "constraints") -> FloatArray:
    """The w (n,) of the region that minimises cost · w (HiGHS). Raises InfeasibleError."""
    e_matrix, e_vector = region.equalities()
    found = linprog(
        cost, A_ub=region.a, b_ub=region.b, A_eq=e_matrix, b_eq=e_vector, bounds=(0, None), method="highs"
    )
    if found.status == 2:
        raise InfeasibleError(entry, "are satisfied by no weights")
    if not found.success:
        raise ValueInputError(entry, f"could not be optimised over ({found.message})")
    return np.asarray(found.x, dtype=np.float64)


def over_region(d: ArrayLike, region: LinearRegion) -> Extremes:
    """Over any linear region, by linear programming."""
    gains = vector("d", d, region.n)
    at_minimum, at_maximum = optimize(region, gains), optimize(region, -gains)
    return Extremes(float(gains @ at_minimum), float(gains @ at_maximum), at_minimum, at_maximum)


@dataclass(frozen=True, slots=True)
class PotentialOptimality:
    """`margin`: the greatest lead over the best rival that some weights give; ≥ 0 means potentially best."""

    margin: float
    weights: FloatArray

    @property
    def optimal(self) -> bool:
        return self.margin >= -SUM_TOLERANCE


def potentially_optimal(
    values: ArrayLike, alternative: int, region: LinearRegion | None = None
) -> PotentialOptimality:
    """Whether some weights of the region (all weights by default) make a row of `values` (m, n) the best.

    With intervals, pass the alternative at its upper ends and its rivals at their lower ends.
    """
    table = matrix("values", values)
    m, n = table.shape
    if not 0 <= alternative < m:
        raise ValueInputError("alternative", f"is row {alternative} of a table with {m} rows")
    if m == 1:
        return PotentialOptimality(float("inf"), np.full(n, 1 / n))
    rivals = np.delete(table, alternative, axis=0) - table[alternative]
    above = np.column_stack([rivals, np.ones(m - 1)])
    e_matrix, e_vector = np.ones((1, n)), np.ones(1)
    bound = np.zeros(m - 1)
    if region is not None:
        e_matrix, e_vector = region.equalities()
        above = np.vstack([above, np.column_stack([region.a, np.zeros(len(region.a))])])
        bound = np.append(bound, region.b)
    found = linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=above,
        b_ub=bound,
        A_eq=np.column_stack([e_matrix, np.zeros(len(e_matrix))]),
        b_eq=e_vector,
        bounds=[(0, None)] * n + [(None, None)],
        method="highs",
    )
    if found.status == 2:
        raise InfeasibleError("constraints", "are satisfied by no weights")
    if not found.success:
        raise ValueInputError("values", f"could not be optimised over ({found.message})")
    solution = np.asarray(found.x, dtype=np.float64)
    return PotentialOptimality(float(solution[n]), solution[:n])


@dataclass(frozen=True, slots=True)
class WeightShift:
    """The least total weight to move (half the sum of absolute changes) and the weights (n,) after it.

    `amount` is None when no weights let the rival draw level.
    """

    amount: float | None
    weights: FloatArray | None


def smallest_shift(d: ArrayLike, present: ArrayLike) -> WeightShift:
    """Least weight to move so that d · w ≥ 0, where d = v_b − v_a and b is behind at the `present` weights.

    Greedy: weight moves from the criteria that speak most against b to the one that speaks most for it;
    equals the linear programme. Zero when b is not behind.
    """
    gains = vector("d", d)
    w = summing_to_one("weights", weights("weights", present, len(gains), normalize=False)).copy()
    gap = -float(gains @ w)
    if gap <= 0:
        return WeightShift(0.0, w)
    target = int(np.argmax(gains))
    if gains[target] < 0:
        return WeightShift(None, None)
    moved = 0.0
    for i in np.argsort(gains, kind="stable"):
        per_unit = float(gains[target] - gains[i])
        if gap <= 0 or per_unit <= 0:
            break
        step = min(float(w[i]), gap / per_unit)
        w[i] -= step
        w[target] += step
        moved += step
        gap -= step * per_unit
    return WeightShift(moved, w)
