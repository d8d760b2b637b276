"""Normalisations of a performance matrix for second opinions. Which one was used belongs to the result."""

from enum import StrEnum

import numpy as np

from scorecards.engine.checks import positive
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import BoolArray, FloatArray, IntArray


class Normalization(StrEnum):
    """`sense` −1 columns are inverted (max: min/x, sum: 1/x first, minmax and vector: reflected)."""

    NONE = "none"
    MAX = "max"
    SUM = "sum"
    MINMAX = "minmax"
    VECTOR = "vector"


def normalize(table: FloatArray, sense: IntArray, how: Normalization) -> FloatArray:
    """(m, n) to (m, n), larger is better afterwards. Raises ValueInputError where a scale is undefined.

    With NONE, columns where less is better change sign.
    """
    return _RULES[how](table, sense < 0)


def _none(table: FloatArray, cost: BoolArray) -> FloatArray:
    return np.where(cost, -table, table) if cost.any() else table


def _max(table: FloatArray, cost: BoolArray) -> FloatArray:
    _refuse_zero("column maxima of matrix", table.max(axis=0))
    positive("matrix", np.where(cost, table, 1.0))
    return np.where(cost, table.min(axis=0) / np.where(cost, table, 1.0), table / table.max(axis=0))


def _sum(table: FloatArray, cost: BoolArray) -> FloatArray:
    positive("matrix", np.where(cost, table, 1.0))
    upward = np.where(cost, 1 / np.where(cost, table, 1.0), table)
    _refuse_zero("column sums of matrix", upward.sum(axis=0))
    return np.asarray(upward / upward.sum(axis=0))


def _minmax(table: FloatArray, cost: BoolArray) -> FloatArray:
    """A column without spread tells nobody apart: all its entries become 1."""
    span = np.ptp(table, axis=0)
    scaled = (table - table.min(axis=0)) / np.where(span > 0, span, 1.0)
    return np.where(span > 0, np.where(cost, 1 - scaled, scaled), 1.0)


def _vector(table: FloatArray, cost: BoolArray) -> FloatArray:
    length = np.sqrt((table**2).sum(axis=0))
    _refuse_zero("column lengths of matrix", length)
    return np.where(cost, 1 - table / length, table / length)


def _refuse_zero(name: str, scale: FloatArray) -> None:
    if (scale == 0).any():
        raise ValueInputError(f"{name}[{int(np.argmax(scale == 0))}]", "is zero, so the column has no scale")


_RULES = {
    Normalization.NONE: _none,
    Normalization.MAX: _max,
    Normalization.SUM: _sum,
    Normalization.MINMAX: _minmax,
    Normalization.VECTOR: _vector,
}
