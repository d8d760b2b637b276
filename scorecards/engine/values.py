"""Value functions: evidence in native units to points, through anchors fixed beforehand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import vector
from scorecards.engine.errors import UnknownKeyError, ValueInputError
from scorecards.engine.exact import BoolArray, FloatArray


@dataclass(frozen=True, slots=True)
class Valued:
    """Values of shape (k,), and which of them lay outside the anchors."""

    values: FloatArray
    outside: BoolArray


@dataclass(frozen=True)
class PiecewiseLinear:
    """A value function through anchors (x, v), x strictly increasing, v running in one direction or flat.

    >>> lead_time = PiecewiseLinear.through([30, 90, 180], [100, 60, 0])
    >>> lead_time([60, 200]).values.tolist(), lead_time([60, 200]).outside.tolist()
    ([80.0, 0.0], [False, True])
    >>> lead_time.inverse(80)
    60.0
    """

    xs: FloatArray
    vs: FloatArray

    @classmethod
    def through(cls, xs: ArrayLike, vs: ArrayLike) -> "PiecewiseLinear":
        """Anchors in either direction of x. Raises ValueInputError for fewer than two or repeated ones."""
        x = vector("xs", xs)
        v = vector("vs", vs, len(x))
        if len(x) < 2:
            raise ValueInputError("xs", "has fewer than two anchors")
        order = np.argsort(x, kind="stable")
        x, v = x[order], v[order]
        if (np.diff(x) <= 0).any():
            raise ValueInputError("xs", "has the same anchor twice")
        return cls(x, v)

    def __call__(self, given: ArrayLike, *, extrapolate: bool = False) -> Valued:
        """Values of `given`, shape (k,): clipped to the end anchors, or along the end segments."""
        x = vector("x", given)
        outside = (x < self.xs[0]) | (x > self.xs[-1])
        values = np.interp(x, self.xs, self.vs)
        if extrapolate:
            slopes = np.diff(self.vs) / np.diff(self.xs)
            values = np.where(x < self.xs[0], self.vs[0] + (x - self.xs[0]) * slopes[0], values)
            values = np.where(x > self.xs[-1], self.vs[-1] + (x - self.xs[-1]) * slopes[-1], values)
        return Valued(values, outside)

    def inverse(self, value: float) -> float | None:
        """The native x of a value: on a flat stretch the end where less has been asked for.

        None when no x reaches the value. Raises ValueInputError when the function is not monotone.
        """
        steps = np.diff(self.vs)
        rising = bool((steps >= 0).all())
        if not rising and not (steps <= 0).all():
            raise ValueInputError("vs", "goes up and down, so a value has no single native equivalent")
        if not self.vs.min() <= value <= self.vs.max():
            return None
        xs, vs = (self.xs, self.vs) if rising else (self.xs[::-1], self.vs[::-1])
        at = int(np.searchsorted(vs, value, side="left"))
        if vs[at] == value:
            return float(xs[at])
        share = (value - vs[at - 1]) / (vs[at] - vs[at - 1])
        return float(xs[at - 1] + share * (xs[at] - xs[at - 1]))


@dataclass(frozen=True)
class Categorical:
    """A value per category, also for rubric levels (1 … 5 with a text each).

    >>> Categorical({"none": 0, "planned": 40, "validated": 100})("planned")
    40.0
    """

    points: Mapping[str, float]

    def __post_init__(self) -> None:
        for category, value in self.points.items():
            if not np.isfinite(value):
                raise ValueInputError(category, f"has the value {value!r}, which is not a finite number")

    def __call__(self, category: str) -> float:
        if category not in self.points:
            raise UnknownKeyError(category, "is not a category of this scale")
        return float(self.points[category])

    def inverse(self, value: float) -> str | None:
        """The least valued category that reaches `value`; None when none does."""
        reaching = [(points, category) for category, points in self.points.items() if points >= value]
        return min(reaching)[1] if reaching else None


def rubric(levels: Sequence[str]) -> Categorical:
    """Ordered levels, worst first, spaced evenly over [0, 100].

    >>> rubric(["poor", "fair", "good"])("fair")
    50.0
    """
    if len(levels) < 2:
        raise ValueInputError("levels", "has fewer than two levels")
    if len(set(levels)) < len(levels):
        raise ValueInputError("levels", "has the same level twice")
    return Categorical({level: 100.0 * i / (len(levels) - 1) for i, level in enumerate(levels)})
