"""Counting of ranks over blocks of samples, exact to the last tie."""

from dataclasses import dataclass, field

import numpy as np

from scorecards.engine.exact import BoolArray, FloatArray, IntArray
from scorecards.engine.scratch import Scratch
from scorecards.engine.smaa import Cells, SmaaProblem
from scorecards.engine.streams import uniforms

FLOAT_EXACT = 1 << 53
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


def count_all(tally: Tally, scores: FloatArray, units: FloatArray) -> None:
    """Count every rank of every candidate from scores (b, m), which are overwritten."""
    if tally.wins is not None:
        _count_wins(tally.wins, scores)
    m = scores.shape[1]
    order, tied = _sorted_rows(scores, tally.scratch)
    samples = np.arange(len(order))
    if tied.any():
        _count_tied(tally, scores[tied], order[tied], samples[tied], units)
        samples, order = samples[~tied], order[~tied]
    tally.add_first(samples, order[:, -1], units)
    order += np.arange(m - 1, -1, -1) * m
    tally.ranks += np.bincount(order.reshape(-1), minlength=m * m).reshape(m, m).T


def _count_tied(
    tally: Tally, ascending: FloatArray, order: IntArray, samples: IntArray, units: FloatArray
) -> None:
    ranks = _shared(ascending)
    tally.add_ranks(order.ravel(), ranks.ravel())
    at, places = np.nonzero(ranks == 0)
    tally.add_first(samples[at], order[at, places], units)


def _sorted_rows(scores: FloatArray, scratch: Scratch) -> tuple[IntArray, BoolArray]:
    """Candidates of each sample by ascending score (b, m), and which samples may hold a tie (b,).

    In those the scores themselves end up in ascending order, in the others as anything. Where they fit
    into 53 bits, score and candidate are packed into one number and sorted together.
    """
    m = scores.shape[1]
    step = float(1 << max(1, (m - 1).bit_length()))
    if scores.max() * step + m < FLOAT_EXACT:
        scores *= step
        scores += np.arange(m, dtype=np.float64)
        scores.sort(axis=1)
        order = scratch.table("order", scores.shape, np.int64)
        np.copyto(order, scores, casting="unsafe")
        order &= int(step) - 1
        gaps = scratch.table("gaps", scores.shape, np.float64)
        np.subtract(scores.reshape(-1)[1:], scores.reshape(-1)[:-1], out=gaps.reshape(-1)[1:])
        gaps[:, 0] = step
        if gaps.min() >= step:
            return order, np.zeros(len(order), dtype=np.bool_)
        np.floor(np.divide(scores, step, out=scores), out=scores)
        return order, (gaps < step).any(axis=1)
    order = np.argsort(scores, axis=1, kind="stable")
    scores[:] = np.take_along_axis(scores, order, axis=1)
    return order, (scores[:, 1:] == scores[:, :-1]).any(axis=1)


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
