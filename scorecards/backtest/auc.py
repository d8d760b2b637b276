"""Area under the ROC curve with ties counted half, and its interval.

DeLong, DeLong & Clarke-Pearson 1988 (Biometrics 44, 837–845), computed from midranks as in Sun & Xu 2014
(IEEE Signal Processing Letters 21, 1389–1393), O(n log n).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scorecards.derivation.facts import BoolArray, FloatArray

Z_95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Estimate:
    """An estimate with its 95 % interval."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Areas:
    """Areas of several rankings of the same sites, and the covariance of the estimates, shape (k, k)."""

    values: FloatArray
    covariance: FloatArray

    def area(self, at: int) -> Estimate:
        """One area, its interval clipped to [0, 1]."""
        found = _estimate(float(self.values[at]), float(self.covariance[at, at]))
        return Estimate(found.value, max(0.0, found.low), min(1.0, found.high))

    def difference(self, one: int, two: int) -> Estimate:
        """Area ``one`` less area ``two``; both rank the same sites, so that they are correlated."""
        variance = self.covariance[one, one] + self.covariance[two, two] - 2.0 * self.covariance[one, two]
        return _estimate(float(self.values[one] - self.values[two]), float(variance))


def areas(risks: Sequence[FloatArray], event: BoolArray) -> Areas | None:
    """Areas under the curve of ``risks``, each of shape (sites,), where a higher risk should mean an event.

    None where there is no event or nothing but events: the area does not exist. A single event, or a single
    site without, has no measurable spread and gives an interval of the other group's alone.
    """
    cases, controls = int(event.sum()), int((~event).sum())
    if not cases or not controls:
        return None
    of_cases, of_controls, values = [], [], []
    for risk in risks:
        together = midranks(risk)
        case_part = (together[event] - midranks(risk[event])) / controls
        control_part = 1.0 - (together[~event] - midranks(risk[~event])) / cases
        of_cases.append(case_part)
        of_controls.append(control_part)
        values.append(case_part.mean())
    covariance = _covariance(of_cases) / cases + _covariance(of_controls) / controls
    return Areas(values=np.array(values), covariance=covariance)


def midranks(values: FloatArray) -> FloatArray:
    """Ranks from 1, equal values sharing the mean of theirs; shape as given."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    ranks: FloatArray = (last - (counts - 1) / 2.0)[inverse]
    return ranks


def _covariance(rows: list[FloatArray]) -> FloatArray:
    table = np.array(rows)
    if table.shape[1] < 2:
        return np.zeros((len(rows), len(rows)))
    return np.atleast_2d(np.cov(table)).astype(np.float64)


def _estimate(value: float, variance: float) -> Estimate:
    half = Z_95 * math.sqrt(max(variance, 0.0))
    return Estimate(value, value - half, value + half)
