"""Next best evidence: which open cells are worth settling first, and which could change the leader."""

from dataclasses import dataclass

import numpy as np

from scorecards.engine.exact import FloatArray, IntArray


@dataclass(frozen=True, slots=True)
class OpenCell:
    """A cell not known exactly. `gain` is w (h − l) in points of the total score.

    `decisive`: settling this one cell somewhere in [low, high] would change who has rank 1.
    """

    candidate: str
    criterion: str
    low: float
    high: float
    gain: float
    decisive: bool


def widest_cells(
    low: FloatArray, high: FloatArray, units: IntArray, rows: IntArray, limit: int | None
) -> list[tuple[int, int]]:
    """(row, column) of the open cells among `rows` by w (h − l), largest first, then by row and column."""
    open_at, columns = np.nonzero(high[rows] > low[rows])
    at = rows[open_at]
    gains = units[columns] * (high[at, columns] - low[at, columns])
    if limit is not None and limit < len(gains):
        smallest = np.partition(gains, len(gains) - limit)[len(gains) - limit] if limit > 0 else np.inf
        kept = gains >= smallest
        at, columns, gains = at[kept], columns[kept], gains[kept]
    order = np.argsort(-gains, kind="stable")[:limit]
    return [(int(at[k]), int(columns[k])) for k in order]


def settles_lead(*, leads: bool, alone: bool, reaches: bool, moves: bool, may_exclude: bool) -> bool:
    """Whether settling one cell can change the set of leaders.

    A leader can fall by a floor that turns out unmet, or break a tie; another can draw level or pass.
    """
    if leads:
        return may_exclude or (moves and not alone)
    return reaches


def fewest_to_reach(gains: FloatArray, gap: float) -> list[int] | None:
    """Columns of the fewest gains that add up to `gap`, largest first; None when all of them fall short.

    Taking the largest first is optimal, since every cell counts as one. Whole numbers in, so sums are exact.
    """
    order = np.argsort(-gains, kind="stable")
    reached = np.cumsum(gains[order])
    count = int(np.searchsorted(reached, gap, side="left")) + 1
    if gap <= 0:
        return []
    return [int(column) for column in order[:count]] if count <= len(order) else None
