"""Confidence factors: how often the drawn values make a candidate first at its own central weights."""

import numpy as np

from scorecards.engine.exact import FloatArray, IntArray
from scorecards.engine.smaa import Cells, SmaaProblem
from scorecards.engine.smaa_count import assessors, drawn_rise


def count_confident(
    problem: SmaaProblem, units: FloatArray, ever: IntArray, first: int, count: int
) -> IntArray:
    """In how many samples first … first + count − 1 each row of `ever` is first at its weights (n, c)."""
    chosen = assessors(problem, first, count)
    result = np.zeros(len(ever), dtype=np.int64)
    for number, cells in enumerate(problem.panel):
        mine = chosen == number
        if mine.any():
            result += (_is_best(problem, cells, units, ever, first, count) & mine[:, None]).sum(axis=0)
    return result


def _is_best(
    problem: SmaaProblem, cells: Cells, units: FloatArray, ever: IntArray, first: int, count: int
) -> FloatArray:
    """Whether the own score is at least every other's, shape (count, c)."""
    base = cells.low @ units
    open_rows = dict(cells.open_rows)
    closed = [row for row in range(len(base)) if row not in open_rows]
    best = np.full((count, len(ever)), -1.0)
    if closed:
        best[:] = base[closed].max(axis=0)
    place = {int(row): i for i, row in enumerate(ever)}
    own = np.empty((count, len(ever)))
    for row, i in place.items():
        own[:, i] = base[row, i]
    for row, columns in cells.open_rows:
        rises = drawn_rise(problem, cells, row, columns, first, count)
        scores = base[row] + rises.T @ units[list(columns)]
        np.maximum(best, scores, out=best)
        if row in place:
            own[:, place[row]] = scores[:, place[row]]
    return np.asarray(own >= best)
