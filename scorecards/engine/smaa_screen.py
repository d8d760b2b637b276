"""The first ranks among very many candidates: screen in float32, settle near ties exactly.

Weights are divided by a score that is surely reached, so that whoever may stand at a counted rank reaches
one. The bound on the rounding error of the float32 product makes the screen lossless: nobody who could stand
there is lost, and wherever two survivors lie within the bound, exact integers decide. Counts equal those of
float64.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecards.engine.exact import BoolArray, FloatArray, IntArray
from scorecards.engine.scratch import Scratch
from scorecards.engine.smaa import SmaaProblem
from scorecards.engine.smaa_count import Tally, count_survivors, count_top, product

Float32Array = NDArray[np.float32]

# Tiles of TILE candidates by TILE samples: for up to 61 criteria OpenBLAS computes them on the thread that
# asks, and what is compared next is still in the cache.
TILE = 128
CHAMPIONS = 256
FLOAT32_ROUNDING = 2.0**-24
SURVIVORS_PER_SAMPLE = 256
WORD = 8


@dataclass(frozen=True, slots=True)
class Survivors:
    """Triples (sample, position, rough score), by sample and then by falling score."""

    samples: IntArray
    positions: IntArray
    rough: Float32Array


@dataclass(frozen=True)
class Screen:
    """Exact values (m, n); and in float32, as tiles (tiles, TILE, n), strongest candidates first.

    `rows`: row of `values` at each position in the tiles. `margin`: relative error of a difference.
    """

    values: FloatArray
    tiles: Float32Array
    rows: IntArray
    margin: float

    @classmethod
    def of(cls, problem: SmaaProblem) -> "Screen":
        """For a problem of point cells with one assessor."""
        values = problem.panel[0].low
        m, n = values.shape
        rows = np.argsort(-values.mean(axis=1), kind="stable")
        # Whoever fills up the last tile scores below zero, so never survives. Values fit into 24 bits.
        rough = np.full((-(-m // TILE) * TILE, n), -1, dtype=np.float32)
        rough[:m] = values.astype(np.float32)[rows]
        # Weights are rounded once, every product and every partial sum once more, and none is negative, so
        # that errors are relative. Scores that differ by more than twice the error of one keep their order.
        margin = 2 * (n + 3) * FLOAT32_ROUNDING
        return cls(values, rough.reshape(-1, TILE, n), rows, margin)

    def count(self, tally: Tally, units: FloatArray) -> None:
        """Add the samples of weight units (n, b)."""
        b, ranks = units.shape[1], tally.ranks.shape[1]
        found = self._survivors(units, ranks, tally.scratch)
        if found is None:
            self._count_everybody(tally, units)
            return
        close = self._close_calls(found, ranks, b)[found.samples]
        self._count_exactly(tally, units, found, close)
        self._count_clear(tally, units, found.samples[~close], found.positions[~close])

    def _survivors(self, units: FloatArray, ranks: int, scratch: Scratch) -> Survivors | None:
        """All that may stand at a counted rank; None where near ties let too many survive."""
        n, b = units.shape
        across = -(-b // TILE)
        weights = scratch.table("weights", (n, across * TILE), np.float32)
        weights[:, :b], weights[:, b:] = units, 0
        floor = self._floor(weights, ranks)
        if not floor[:b].all():
            return None
        floor[b:] = 1
        np.divide(units, floor[:b], out=weights[:, :b], casting="same_kind")
        tiled = scratch.table("tiled", (across, n, TILE), np.float32)
        tiled[:] = weights.reshape(n, across, TILE).transpose(1, 0, 2)
        scores = scratch.table("rough", (across, TILE, TILE), np.float32)
        mask = scratch.table("mask", (across, TILE, TILE), np.bool_)
        enough = np.float32(1 - self.margin)
        places, rough, left = [], [], SURVIVORS_PER_SAMPLE * b
        for number, tile in enumerate(self.tiles):
            np.matmul(tile, tiled, out=scores)
            reached = _true_places(np.greater_equal(scores, enough, out=mask))
            rough.append(scores.reshape(-1)[reached])
            places.append(reached + number * mask.size)
            left -= len(reached)
            if left < 0:
                return None
        return _by_sample(np.concatenate(places), np.concatenate(rough), across)

    def _floor(self, weights: Float32Array, ranks: int) -> Float32Array:
        """A score that the last counted rank reaches but for rounding, by sample: from the strongest."""
        n, b = weights.shape
        leading = self.tiles[: -(-max(CHAMPIONS, ranks) // TILE)]
        champions = np.empty((b // TILE, TILE, len(leading), TILE), dtype=np.float32)
        np.matmul(
            weights.T.reshape(b // TILE, 1, TILE, n),
            leading.transpose(0, 2, 1),
            out=champions.transpose(0, 2, 1, 3),
        )
        table = champions.reshape(b, -1)
        at = table.shape[1] - ranks
        table.partition(at, axis=1)
        return table[:, at].copy()

    def _close_calls(self, found: Survivors, ranks: int, b: int) -> BoolArray:
        """Samples in which float32 leaves the order of the counted ranks open, shape (b,)."""
        same = found.samples[1:] == found.samples[:-1]
        above, below = found.rough[:-1], found.rough[1:]
        near = above - below <= above * np.float32(self.margin)
        starts = np.searchsorted(found.samples, np.arange(b))
        rank = np.arange(len(found.samples)) - starts[found.samples]
        open_ = np.zeros(b, dtype=np.bool_)
        open_[found.samples[:-1][same & near & (rank[:-1] < ranks)]] = True
        return open_

    def _count_exactly(self, tally: Tally, units: FloatArray, found: Survivors, close: BoolArray) -> None:
        samples, rows = found.samples[close], self.rows[found.positions[close]]
        if len(samples) == 0:
            return
        scores = np.einsum("ij,ij->i", self.values[rows], units.T[samples])
        count_survivors(tally, samples, rows, scores, units)

    def _count_clear(self, tally: Tally, units: FloatArray, samples: IntArray, positions: IntArray) -> None:
        """Samples without near ties: the place among the survivors is the rank."""
        if len(samples) == 0:
            return
        rows = self.rows[positions]
        new_sample = np.append(True, samples[1:] != samples[:-1])
        position = np.arange(len(samples))
        rank = position - np.maximum.accumulate(np.where(new_sample, position, 0))
        counted = rank < tally.ranks.shape[1]
        tally.add_ranks(rows[counted], rank[counted])
        tally.add_first(samples[new_sample], rows[new_sample], units)

    def _count_everybody(self, tally: Tally, units: FloatArray) -> None:
        """Exact scores of everybody, few samples at a time."""
        for low in _steps(units.shape[1], max(1, (1 << 20) // len(self.values))):
            part = units[:, low]
            scores = tally.scratch.table("scores", (part.shape[1], len(self.values)), np.float64)
            product(part, self.values, scores)
            count_top(tally, scores, part)


def _steps(total: int, step: int) -> Iterator[slice]:
    return (slice(low, min(low + step, total)) for low in range(0, total, step))


def _true_places(mask: BoolArray) -> IntArray:
    """Flat places of the true entries, skipping words of eight that hold none."""
    flat = mask.reshape(-1)
    words = np.flatnonzero(flat.view(np.uint64) != 0)
    word, bit = np.nonzero(flat.reshape(-1, WORD)[words])
    return np.asarray(words[word] * WORD + bit)


def _by_sample(places: IntArray, rough: Float32Array, across: int) -> Survivors:
    """Survivors of their flat places in (candidate tile, sample tile, candidate, sample)."""
    tile, rest = np.divmod(places, across * TILE * TILE)
    over, rest = np.divmod(rest, TILE * TILE)
    position, sample = np.divmod(rest, TILE)
    samples = over * TILE + sample
    # Scores are not negative, so their bits are ordered like the numbers.
    keys = (samples << 32) - rough.view(np.int32)
    order = np.argsort(keys)
    return Survivors(samples[order], (tile * TILE + position)[order], rough[order])
