"""Rankings among themselves: Kendall's τ between two, Borda and Copeland over several, rank reversal."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import matrix, vector
from scorecards.engine.errors import PanelError, UnknownKeyError
from scorecards.engine.exact import FloatArray, IntArray
from scorecards.engine.opinions import ranks_of

TAU_BLOCK_CELLS = 1 << 22


def kendall_tau(a: ArrayLike, b: ArrayLike) -> float:
    """Kendall's τ_b (1945), corrected for ties, between two rankings or scores of shape (m,).

    Raises PanelError when either ties everybody.

    >>> kendall_tau([1, 2, 3], [1, 3, 2])
    0.3333333333333333
    """
    x, y = vector("a", a), vector("b", b)
    y = vector("b", y, len(x))
    concordance = paired_x = paired_y = 0.0
    rows = max(1, TAU_BLOCK_CELLS // len(x))
    for start in range(0, len(x), rows):
        signs_x = np.sign(x[start : start + rows, None] - x)
        signs_y = np.sign(y[start : start + rows, None] - y)
        concordance += float((signs_x * signs_y).sum())
        paired_x += float(np.abs(signs_x).sum())
        paired_y += float(np.abs(signs_y).sum())
    for name, paired in (("a", paired_x), ("b", paired_y)):
        if paired == 0:
            raise PanelError(name, "has zero variance: it ties everybody")
    return concordance / float(np.sqrt(paired_x * paired_y))


@dataclass(frozen=True, slots=True)
class Borda:
    """Borda points (m,): over all rankings, the number of alternatives beaten, ties counting half."""

    points: FloatArray
    ranks: IntArray


def borda(rankings: ArrayLike) -> Borda:
    """Borda count of `rankings` (k, m), 1 = best.

    >>> borda([[1, 2, 3], [2, 1, 3]]).points.tolist()
    [3.0, 3.0, 0.0]
    """
    table = matrix("rankings", rankings)
    points = np.zeros(table.shape[1])
    for row in table:
        ordered = np.sort(row)
        worse = len(row) - np.searchsorted(ordered, row, side="right")
        ties = np.searchsorted(ordered, row, side="right") - np.searchsorted(ordered, row, side="left") - 1
        points += worse + ties / 2
    return Borda(points, ranks_of(points))


@dataclass(frozen=True, slots=True)
class Reversal:
    """Orders (row indices, best first) with all alternatives and without some; whether the rest moved."""

    order_all: tuple[int, ...]
    order_without: tuple[int, ...]
    reversed: bool


def reversal(
    score: Callable[[FloatArray], FloatArray], table: FloatArray, remove: int | Sequence[int]
) -> Reversal:
    """Whether removing alternatives reorders the rest under `score`, (m, n) to (m,), larger is better."""
    gone = {remove} if isinstance(remove, int) else set(remove)
    for row in gone:
        if not 0 <= row < len(table):
            raise UnknownKeyError("remove", f"names row {row} of a matrix with {len(table)} rows")
    rest = [i for i in range(len(table)) if i not in gone]
    if not rest:
        raise UnknownKeyError("remove", "names every alternative")
    order_all = _order(score(table), range(len(table)))
    order_without = _order(score(table[rest]), rest)
    return Reversal(order_all, order_without, tuple(i for i in order_all if i not in gone) != order_without)


def _order(scores: FloatArray, rows: Sequence[int]) -> tuple[int, ...]:
    return tuple(rows[i] for i in np.argsort(ranks_of(scores), kind="stable"))
