"""Counting of ranks over blocks of samples, exact to the last tie."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from scorecards.engine.exact import FloatArray, IntArray
from scorecards.engine.scratch import Scratch
from scorecards.engine.smaa import Cells, SmaaProblem
from scorecards.engine.streams import uniforms

# Up to so many candidates the leading bits of a score and the candidate fit into 32 bits and rarely tie.
NARROW = 128
# OpenBLAS computes a product of at most this many multiplications on the thread that asks for it, with
# little ceremony, so that lanes which count blocks of samples side by side do not wait for each other.
PRODUCT_SIZE = 1_000_000
LEAST_STEP = 32


@dataclass
class Tally:
    """Running integer sums of one lane: ranks (m, r), weight units when first (m, n), wins (m, m) or None."""

    ranks: IntArray
    first_units: IntArray
    wins: IntArray | None
    scratch: Scratch = field(default_factory=Scratch)

    @classmethod
    def empty(cls, problem: SmaaProblem) -> "Tally":
        m, n = len(problem.candidates), len(problem.criteria)
        return cls(
            ranks=np.zeros((m, problem.ranks), dtype=np.int64),
            first_units=np.zeros((m, n), dtype=np.int64),
            wins=np.zeros((m, m), dtype=np.int64) if problem.pairwise else None,
        )

    def add_first(self, samples: IntArray, rows: IntArray, units: FloatArray) -> None:
        """Add the weight units (n, b) of `samples` to the candidates `rows` that were first in them."""
        if len(samples) == 0:
            return
        order = np.argsort(rows, kind="stable")
        winners = rows[order]
        starts = np.flatnonzero(np.append(True, winners[1:] != winners[:-1]))
        sums = np.add.reduceat(np.take(units, samples[order], axis=1), starts, axis=1)
        self.first_units[winners[starts]] += sums.T.astype(np.int64)

    def add_winners(self, winners: IntArray, units: FloatArray) -> None:
        """The same for one winner in every sample, (b,), and few candidates; row m stands for nobody."""
        m = len(self.first_units)
        for criterion, drawn in enumerate(units):
            # Sums of whole numbers below 2⁵³ are exact in any order.
            sums = np.bincount(winners, weights=drawn, minlength=m + 1)
            self.first_units[:, criterion] += sums[:m].astype(np.int64)

    def add_ranks(self, rows: IntArray, ranks: IntArray) -> None:
        """Count each of `ranks`, from 0, for the candidate beside it in `rows`."""
        np.add.at(self.ranks.reshape(-1), rows * self.ranks.shape[1] + ranks, 1)

    def add(self, other: "Tally") -> None:
        """Add what another lane has counted."""
        ever = np.flatnonzero(other.ranks[:, 0])
        self.first_units[ever] += other.first_units[ever]
        self.ranks += other.ranks
        if self.wins is not None and other.wins is not None:
            self.wins += other.wins


def assessors(problem: SmaaProblem, first: int, count: int) -> IntArray:
    """Which assessor is drawn in each sample, shape (count,)."""
    if len(problem.panel) == 1:
        return np.zeros(count, dtype=np.int64)
    u = uniforms(problem.seed, ("assessor",), first, count)
    return np.minimum((u * len(problem.panel)).astype(np.int64), len(problem.panel) - 1)


def drawn_rise(
    problem: SmaaProblem, cells: Cells, row: int, columns: tuple[int, ...], first: int, count: int
) -> FloatArray:
    """How far the open cells of a row lie above their low ends, whole numbers, shape (columns, count)."""
    rises = np.empty((len(columns), count))
    for i, column in enumerate(columns):
        labels = ("cell", problem.candidates[row], problem.criteria[column])
        u = uniforms(problem.seed, labels, first, count)
        quantile = (cells.quantiles or {}).get((row, column))
        if quantile is not None:
            rises[i] = quantile(u) - cells.low[row, column]
        else:
            width = cells.high[row, column] - cells.low[row, column]
            rises[i] = np.minimum(np.floor(u * (width + 1)), width)
    return rises


def exact_scores(problem: SmaaProblem, units: FloatArray, first: int, scratch: Scratch) -> FloatArray:
    """Scores as whole numbers, shape (b, m), of samples first … with weight units (n, b)."""
    shape = (units.shape[1], len(problem.candidates))
    scores = scratch.table("scores", shape, np.float64)
    if len(problem.panel) == 1:
        return _scores_of(problem, problem.panel[0], units, first, scores)
    chosen = assessors(problem, first, len(scores))
    of_one = scratch.table("scores of one", shape, np.float64)
    for number, cells in enumerate(problem.panel):
        mine = chosen == number
        if mine.any():
            scores[mine] = _scores_of(problem, cells, units, first, of_one)[mine]
    return scores


def _scores_of(
    problem: SmaaProblem, cells: Cells, units: FloatArray, first: int, scores: FloatArray
) -> FloatArray:
    product(units, cells.low, scores)
    for row, columns in cells.open_rows:
        rises = drawn_rise(problem, cells, row, columns, first, units.shape[1])
        scores[:, row] += (rises * units[list(columns)]).sum(axis=0)
    return scores


def product(units: FloatArray, values: FloatArray, scores: FloatArray) -> None:
    """Put into `scores` (b, m) those of weight units (n, b) and values (m, n), exact."""
    step = PRODUCT_SIZE // values.size
    if step < LEAST_STEP:
        step = len(scores)
    for low in range(0, len(scores), step):
        np.matmul(units[:, low : low + step].T, values.T, out=scores[low : low + step])


def count_clear(tally: Tally, scores: FloatArray) -> tuple[IntArray, IntArray]:
    """Count every rank of every candidate from scores (b, m), but for near ties.

    Returns who was first (b,), for `Tally.add_winners`, and the samples left to `count_close`; nobody, m, was
    first in these.
    """
    if tally.wins is not None:
        _count_wins(tally.wins, scores)
    m = scores.shape[1]
    order, close = _rough_order(scores, tally.scratch)
    winners = order[:, -1].astype(np.int64)
    order += np.arange(m - 1, -1, -1, dtype=order.dtype) * m
    if len(close):
        winners[close] = m
        order[close] = m * m
    counted = np.bincount(order.reshape(-1), minlength=m * m)
    tally.ranks += counted[: m * m].reshape(m, m).T
    return winners, close


def _rough_order(scores: FloatArray, scratch: Scratch) -> tuple[NDArray[np.signedinteger], IntArray]:
    """Candidates of each sample by ascending score (b, m), and the samples in which that may be wrong.

    The leading bits of the score and the candidate are packed into one integer and sorted together. Where
    the leading bits of no two neighbors are equal, the order is that of the whole scores, without a tie.
    """
    m = scores.shape[1]
    kind: type[np.signedinteger] = np.int32 if m <= NARROW else np.int64
    bits = (m - 1).bit_length()
    excess = max(0, int(scores.max()).bit_length() + bits - (np.iinfo(kind).bits - 1))
    packed = scratch.table("packed", scores.shape, kind)
    np.multiply(scores, 2.0**-excess, out=packed, casting="unsafe")
    packed <<= bits
    packed |= np.arange(m, dtype=kind)
    packed.sort(axis=1)
    gaps = scratch.table("gaps", scores.shape, kind)
    np.subtract(packed.reshape(-1)[1:], packed.reshape(-1)[:-1], out=gaps.reshape(-1)[1:])
    enough = 1 << bits
    gaps[:, 0] = enough
    packed &= enough - 1
    if gaps.min() >= enough:
        return packed, np.empty(0, dtype=np.int64)
    at = np.flatnonzero(gaps.reshape(-1) < enough) // m
    return packed, at[np.append(True, at[1:] != at[:-1])]


def count_close(tally: Tally, scores: FloatArray, samples: IntArray, units: FloatArray) -> None:
    """Count the whole scores (c, m) of samples with near ties; ties share the better rank."""
    order = np.argsort(scores, axis=1, kind="stable")
    ranks = _shared(np.take_along_axis(scores, order, axis=1))
    tally.add_ranks(order.ravel(), ranks.ravel())
    at, places = np.nonzero(ranks == 0)
    tally.add_first(samples[at], order[at, places], units)


def _shared(ascending: FloatArray) -> IntArray:
    """Ranks from 0 of rows sorted ascending, ties sharing the better one."""
    m = ascending.shape[1]
    last = np.concatenate([ascending[:, 1:] != ascending[:, :-1], np.ones((len(ascending), 1), bool)], axis=1)
    ends = np.where(last, np.arange(m), m)
    return np.asarray(m - 1 - np.minimum.accumulate(ends[:, ::-1], axis=1)[:, ::-1])


def _count_wins(wins: IntArray, scores: FloatArray) -> None:
    columns = np.ascontiguousarray(scores.T)
    for a in range(len(columns)):
        wins[a] += np.count_nonzero(columns[a] > columns, axis=1)


def count_top(tally: Tally, scores: FloatArray, units: FloatArray) -> None:
    """Count the first ranks from scores (b, m), ties sharing the better rank."""
    m, kept = scores.shape[1], tally.ranks.shape[1]
    threshold = np.partition(scores, m - kept, axis=1)[:, m - kept]
    samples, rows = np.nonzero(scores >= threshold[:, None])
    count_survivors(tally, samples, rows, scores[samples, rows], units)


def count_survivors(
    tally: Tally, samples: IntArray, rows: IntArray, scores: FloatArray, units: FloatArray
) -> None:
    """Count ranks among (sample, row, score) triples that hold at least all of the counted ranks.

    `samples` ascending. Triples beyond the last counted rank are ignored.
    """
    kept = tally.ranks.shape[1]
    order = np.lexsort((-scores, samples))
    samples, rows, scores = samples[order], rows[order], scores[order]
    position = np.arange(len(samples))
    new_sample = np.append(True, samples[1:] != samples[:-1])
    new_score = new_sample | np.append(True, scores[1:] != scores[:-1])
    start = np.maximum.accumulate(np.where(new_sample, position, 0))
    rank = np.maximum.accumulate(np.where(new_score, position, 0)) - start
    counted = rank < kept
    tally.add_ranks(rows[counted], rank[counted])
    first = rank == 0
    tally.add_first(samples[first], rows[first], units)
