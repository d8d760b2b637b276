"""What would have to be different for b to reach a: on one criterion, on several, in the weights."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import positive, vector, weights
from scorecards.engine.exact import FloatArray

Inverse = Callable[[float], float | str | None]


@dataclass(frozen=True, slots=True)
class BreakEven:
    """The value b needs on one criterion alone to draw level with a.

    `value` is None where the criterion weighs nothing; `attainable` when it does not exceed the top of the
    scale; `native` is the value in native units where an inverse was given and reaches it. `swap_weight`:
    the weight of the criterion, siblings in proportion, at which b draws level as things are (None: never).
    """

    criterion: str
    value: float | None
    attainable: bool
    native: float | str | None
    swap_weight: float | None


@dataclass(frozen=True, slots=True)
class Counterfactuals:
    """The gap V_a − V_b in points, and the break-even per criterion."""

    gap: float
    criteria: tuple[BreakEven, ...]


def break_evens(
    a: ArrayLike,
    b: ArrayLike,
    weighting: ArrayLike,
    criteria: Sequence[str],
    *,
    inverses: Sequence[Inverse | None] | None = None,
    top: float = 100.0,
) -> Counterfactuals:
    """Break-even values v_bj + (V_a − V_b) / w_j for values `a`, `b` (n,) and weights (n,) summing to 1."""
    va, vb = vector("v_a", a), vector("v_b", b)
    vb = vector("v_b", vb, len(va))
    w = weights("weights", weighting, len(va))
    gap = float(w @ (va - vb))
    found = []
    for j, criterion in enumerate(criteria):
        value = float(vb[j] + gap / w[j]) if w[j] > 0 else None
        attainable = value is not None and value <= top
        inverse = inverses[j] if inverses is not None else None
        native = inverse(value) if inverse and attainable and value is not None else None
        found.append(BreakEven(criterion, value, attainable, native, _swap_weight(va - vb, w, j)))
    return Counterfactuals(gap, tuple(found))


def _swap_weight(d: FloatArray, w: FloatArray, j: int) -> float | None:
    """t with t d_j + (1 − t) R = 0, R the proportional mean of the others; None outside [0, 1]."""
    others = np.delete(w, j)
    if len(others) == 0:
        return None
    proportions = others / others.sum() if others.sum() > 0 else np.full(len(others), 1 / len(others))
    rest = float(proportions @ np.delete(d, j))
    if rest == d[j]:
        return None
    t = rest / (rest - float(d[j]))
    return t if 0 <= t <= 1 else None


@dataclass(frozen=True, slots=True)
class Improvement:
    """Raise one criterion by `points` to the value `to`."""

    criterion: str
    points: float
    to: float


def cheapest_improvements(
    gap: float,
    b: ArrayLike,
    weighting: ArrayLike,
    criteria: Sequence[str],
    *,
    costs: ArrayLike | None = None,
    top: float = 100.0,
) -> tuple[Improvement, ...] | None:
    """The cheapest set of improvements of b worth `gap` points in all; None when even all of them fall short.

    `costs` (n,) per point of value, equal by default: a fractional knapsack, so the best worth per cost
    comes first and only the last is raised part of the way.
    """
    vb = vector("v_b", b)
    w = weights("weights", weighting, len(vb))
    price = np.ones(len(vb)) if costs is None else positive("costs", vector("costs", costs, len(vb)))
    chosen: list[Improvement] = []
    missing = gap
    for j in np.argsort(-w / price, kind="stable"):
        if missing <= 0:
            break
        room = top - float(vb[j])
        if room <= 0 or w[j] == 0:
            continue
        points = min(room, missing / float(w[j]))
        chosen.append(Improvement(criteria[j], points, float(vb[j]) + points))
        missing -= points * float(w[j])
    return tuple(chosen) if missing <= 1e-9 else None
