"""PROMETHEE II (Brans, Vincke & Mareschal 1986) in O(n m log m), without an m × m matrix.

For all but the Gaussian, the preference P(d) is piecewise linear in d, so its sum over all rivals follows
from one sort and prefix sums per criterion. The Gaussian is summed in blocks of rows.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import matrix, senses, weights
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import FloatArray, IntArray
from scorecards.engine.opinions import ranks_of

GAUSSIAN_BLOCK_CELLS = 1 << 20


class PreferenceKind(StrEnum):
    USUAL = "usual"
    U_SHAPE = "ushape"
    V_SHAPE = "vshape"
    LEVEL = "level"
    LINEAR = "linear"
    GAUSSIAN = "gaussian"


@dataclass(frozen=True, slots=True)
class Preference:
    """A generalised criterion: indifference q, preference p, inflection s, in native units.

    P(d): usual d > 0; ushape d > q; vshape d/p; level 0, ½, 1 at q and p; linear (d − q)/(p − q) between q
    and p; gaussian 1 − exp(−d²/2s²).
    """

    kind: PreferenceKind = PreferenceKind.USUAL
    q: float = 0.0
    p: float = 0.0
    s: float = 0.0

    def __post_init__(self) -> None:
        for name, threshold in (("q", self.q), ("p", self.p), ("s", self.s)):
            if not np.isfinite(threshold) or threshold < 0:
                raise ValueInputError(f"{self.kind} {name}", f"is {threshold!r}, not a number ≥ 0")
        if self.kind in (PreferenceKind.V_SHAPE, PreferenceKind.LEVEL, PreferenceKind.LINEAR):
            if self.p < self.q:
                raise ValueInputError(f"{self.kind} p", f"is {self.p:g}, less than q = {self.q:g}")
            if self.kind is PreferenceKind.V_SHAPE and self.p == 0:
                raise ValueInputError(f"{self.kind} p", "is zero")
        if self.kind is PreferenceKind.GAUSSIAN and self.s == 0:
            raise ValueInputError(f"{self.kind} s", "is zero")


@dataclass(frozen=True, slots=True)
class Promethee:
    """Positive, negative and net flows (m,), ranks by net flow."""

    phi_plus: FloatArray
    phi_minus: FloatArray
    phi_net: FloatArray
    ranks: IntArray


def promethee(
    given: ArrayLike,
    weighting: ArrayLike,
    preferences: Sequence[Preference] | None = None,
    sense: ArrayLike | None = None,
) -> Promethee:
    """Flows of the alternatives in a performance matrix (m, n), m ≥ 2; the usual criterion by default."""
    table = matrix("matrix", given)
    m, n = table.shape
    if m < 2:
        raise ValueInputError("matrix", "has one row; flows compare at least two")
    chosen = [Preference()] * n if preferences is None else list(preferences)
    if len(chosen) != n:
        raise ValueInputError("preference_functions", f"has {len(chosen)} entries instead of {n}")
    w = weights("weights", weighting, n)
    signs = senses("sense", sense, n)
    plus, minus = np.zeros(m), np.zeros(m)
    for j in range(n):
        column = table[:, j] * signs[j]
        plus += w[j] * _preferred_sum(column, chosen[j])
        minus += w[j] * _preferred_sum(-column, chosen[j])
    plus, minus = plus / (m - 1), minus / (m - 1)
    net = plus - minus
    return Promethee(plus, minus, net, ranks_of(np.where(np.abs(net) < 1e-15, 0.0, net)))


def _preferred_sum(x: FloatArray, preference: Preference) -> FloatArray:
    """Σ_b P(x_a − x_b) for every a, shape (m,)."""
    if preference.kind is PreferenceKind.GAUSSIAN:
        return _gaussian_sum(x, preference.s)
    ordered = np.sort(x)
    match preference.kind:
        case PreferenceKind.USUAL:
            return _beaten_by(ordered, x, 0.0)
        case PreferenceKind.U_SHAPE:
            return _beaten_by(ordered, x, preference.q)
        case PreferenceKind.LEVEL:
            weakly = _beaten_by(ordered, x, preference.q)
            return (weakly + _beaten_by(ordered, x, preference.p)) / 2
        case PreferenceKind.V_SHAPE:
            return _ramp_sum(ordered, x, 0.0, preference.p)
        case _:
            return _ramp_sum(ordered, x, preference.q, preference.p)


def _beaten_by(ordered: FloatArray, x: FloatArray, margin: float) -> FloatArray:
    """How many rivals each x exceeds by more than the margin."""
    return np.asarray(np.searchsorted(ordered, x - margin, side="left"), dtype=np.float64)


def _ramp_sum(ordered: FloatArray, x: FloatArray, q: float, p: float) -> FloatArray:
    """Σ_b clip((x − x_b − q)/(p − q), 0, 1); a step at q when p = q."""
    if p == q:
        return _beaten_by(ordered, x, q)
    # Centred, so that prefix sums of large values cancel less.
    centre = float(ordered.mean())
    ordered, x = ordered - centre, x - centre
    sums = np.concatenate([[0.0], np.cumsum(ordered)])
    full = np.searchsorted(ordered, x - p, side="right")
    some = np.searchsorted(ordered, x - q, side="left")
    partial = ((some - full) * (x - q) - (sums[some] - sums[full])) / (p - q)
    return np.asarray(full + np.maximum(partial, 0.0))


def _gaussian_sum(x: FloatArray, s: float) -> FloatArray:
    result = np.empty(len(x))
    rows = max(1, GAUSSIAN_BLOCK_CELLS // len(x))
    for start in range(0, len(x), rows):
        gaps = np.maximum(x[start : start + rows, None] - x, 0.0)
        result[start : start + rows] = -np.expm1(gaps**2 / (-2 * s * s)).sum(axis=1)
    return result
