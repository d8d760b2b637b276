"""Anchors of a rule: the points, weights and periods that a template may set, and the rule's own defaults."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from scorecards.derivation.columns import FloatArray
from scorecards.derivation.kernels import Interval

type AnchorValue = float | int | Sequence[Sequence[float]]
type AnchorSet = Mapping[str, AnchorValue]

LINE_NEEDS = "is a list of at least two [value, points] pairs with rising values and points from 0 to 100"


class AnchorError(ValueError):
    """An anchor that a rule does not know, or that is not of its kind; ``name`` says which."""

    def __init__(self, name: str, problem: str) -> None:
        super().__init__(f"{name}: {problem}")
        self.name = name


@dataclass(frozen=True, slots=True)
class Anchors:
    """What a template says (``given``), else the rule's default."""

    default: AnchorSet
    given: Mapping[str, Any]

    def number(self, name: str) -> float:
        """A weight, a period or a share."""
        return float(self.given.get(name, self.default[name]))

    def points(self, name: str, values: FloatArray) -> FloatArray:
        """Piecewise linear through the anchors of ``name``, clipped at both ends; NaN stays NaN."""
        at, points = np.array(self.given.get(name, self.default[name]), dtype=np.float64).T
        scored: FloatArray = np.where(np.isnan(values), np.nan, np.interp(np.nan_to_num(values), at, points))
        return scored

    def interval(self, name: str, values: FloatArray) -> Interval:
        """The same as bounds; NaN is open, [0, 100]."""
        return settled(self.points(name, values))


def settled(points: FloatArray) -> Interval:
    """Bounds that meet where the points are known; NaN is open, [0, 100]."""
    missing = np.isnan(points)
    return Interval(np.where(missing, 0.0, points), np.where(missing, 100.0, points))


def check_anchors(default: AnchorSet, given: Mapping[str, Any]) -> None:
    """Raise AnchorError for a name the rule does not read, or a value of another kind than its default.

    A line keeps the direction of its default: more of a good thing cannot be made to count as worse.
    """
    for name, value in given.items():
        if name not in default:
            raise AnchorError(name, "is not an anchor of this rule")
        usual = default[name]
        if isinstance(usual, Sequence):
            _check_line(name, value, rises=usual[-1][1] >= usual[0][1])
        elif not isinstance(value, (int, float)) or isinstance(value, bool) or not 0 <= value < np.inf:
            raise AnchorError(name, "is a number, zero or more")


def _check_line(name: str, value: Any, *, rises: bool) -> None:
    try:
        line = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise AnchorError(name, LINE_NEEDS) from None
    if line.ndim != 2 or line.shape[1] != 2 or len(line) < 2 or not np.isfinite(line).all():
        raise AnchorError(name, LINE_NEEDS)
    if any(one[0] >= two[0] for one, two in pairwise(line)) or line[:, 1].min() < 0 or line[:, 1].max() > 100:
        raise AnchorError(name, LINE_NEEDS)
    steps = np.diff(line[:, 1])
    if (rises and steps.min() < 0) or (not rises and steps.max() > 0):
        raise AnchorError(name, "changes the direction: a better figure cannot count as worse")
