"""The first ranks among very many candidates: screen in float32, settle near ties exactly.

The bound on the rounding error of the float32 product makes the screen lossless: whoever could stand at a
counted rank survives, and wherever two survivors lie within the bound, exact integers decide. Counts equal
those of float64.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecards.engine.exact import WEIGHT_UNITS, BoolArray, FloatArray, IntArray
from scorecards.engine.smaa import SmaaProblem
from scorecards.engine.smaa_count import Tally, count_survivors, count_top

Float32Array = NDArray[np.float32]

SAMPLE_BLOCK = 512
ROW_BLOCK = 1024
CHAMPIONS = 256
FLOAT32_ROUNDING = 2.0**-24
SURVIVORS_PER_SAMPLE = 256
WORD = 8
THREADS = 2


@dataclass(frozen=True, slots=True)
class Survivors:
    """Triples (sample, position, rough score), by sample and then by falling score."""

    samples: IntArray
    positions: IntArray
    rough: Float32Array


@dataclass(frozen=True)
class Screen:
    """Values (m, n), strongest candidates first: `rows` are their original rows."""

    values: FloatArray
    rough: Float32Array
    rows: IntArray
    margin: float

    @classmethod
    def of(cls, problem: SmaaProblem) -> "Screen":
        """For a problem of point cells with one assessor."""
        values = problem.panel[0].low
        rows = np.argsort(-values.mean(axis=1), kind="stable")
        n = values.shape[1]
        # Both factors are rounded once, every product and every partial sum once more; weights sum to one.
        # Two scores that differ by more than twice the error of one keep their order.
        margin = 2 * (n + 3) * FLOAT32_ROUNDING * float(values.max(initial=0.0))
        return cls(values[rows], values[rows].astype(np.float32), rows, margin)

    def count(self, tally: Tally, units: FloatArray) -> None:
        """Add the samples of weight units (n, b)."""
        ranks = tally.ranks.shape[1]
        weights = (units / WEIGHT_UNITS).astype(np.float32)
        lows = range(0, units.shape[1], SAMPLE_BLOCK)
        clear: list[Survivors] = []
        # NumPy lets go of the interpreter: one block is searched while the next one is multiplied.
        with ThreadPoolExecutor(THREADS) as pool:
            screened = pool.map(
                lambda low: self._flat_survivors(weights[:, low : low + SAMPLE_BLOCK], ranks), lows
            )
            for low, flat in zip(lows, screened, strict=True):
                block = units[:, low : low + SAMPLE_BLOCK]
                if sum(len(places) for places, _ in flat) > SURVIVORS_PER_SAMPLE * block.shape[1]:
                    self._count_everybody(tally, block)
                    continue
                found = _by_sample(flat, block.shape[1])
                close = self._close_calls(found, ranks, block.shape[1])[found.samples]
                self._count_exactly(tally, block, found, close)
                clear.append(
                    Survivors(found.samples[~close] + low, found.positions[~close], found.rough[~close])
                )
        self._count_clear(tally, units, clear)

    def _flat_survivors(self, weights: Float32Array, ranks: int) -> list[tuple[IntArray, Float32Array]]:
        """Flat places (position · b + sample) of all that may stand at a counted rank, and their scores."""
        b = weights.shape[1]
        leading = max(CHAMPIONS, ranks)
        champions = weights.T @ self.rough[:leading].T
        floor = np.partition(champions, champions.shape[1] - ranks, axis=1)[:, champions.shape[1] - ranks]
        floor = floor - np.float32(self.margin)
        # Buffers are used again and again: fresh ones of this size would be mapped in page by page.
        rough = np.empty((ROW_BLOCK, b), dtype=np.float32)
        mask = np.empty((ROW_BLOCK, b), dtype=np.bool_)
        found = []
        for low in range(0, len(self.rough), ROW_BLOCK):
            rows = self.rough[low : low + ROW_BLOCK]
            scores = np.matmul(rows, weights, out=rough[: len(rows)])
            places = _true_places(np.greater_equal(scores, floor, out=mask[: len(rows)]))
            found.append((places + low * b, scores.ravel()[places]))
        return found

    def _close_calls(self, found: Survivors, ranks: int, b: int) -> BoolArray:
        """Samples in which float32 leaves the order of the counted ranks open, shape (b,)."""
        same = found.samples[1:] == found.samples[:-1]
        near = found.rough[:-1] - found.rough[1:] <= self.margin
        starts = np.searchsorted(found.samples, np.arange(b))
        rank = np.arange(len(found.samples)) - starts[found.samples]
        open_ = np.zeros(b, dtype=bool)
        open_[found.samples[:-1][same & near & (rank[:-1] < ranks)]] = True
        return open_

    def _count_exactly(self, tally: Tally, units: FloatArray, found: Survivors, close: BoolArray) -> None:
        samples, positions = found.samples[close], found.positions[close]
        if len(samples) == 0:
            return
        scores = np.einsum("ij,ij->i", self.values[positions], units[:, samples].T)
        count_survivors(tally, samples, self.rows[positions], scores, units)

    def _count_clear(self, tally: Tally, units: FloatArray, parts: list[Survivors]) -> None:
        """Samples without near ties: the place among the survivors is the rank."""
        if not parts:
            return
        samples = np.concatenate([part.samples for part in parts])
        if len(samples) == 0:
            return
        rows = self.rows[np.concatenate([part.positions for part in parts])]
        new_sample = np.append(True, samples[1:] != samples[:-1])
        position = np.arange(len(samples))
        rank = position - np.maximum.accumulate(np.where(new_sample, position, 0))
        m, kept = tally.ranks.shape
        counted = rank < kept
        codes = rows[counted] * kept + rank[counted]
        tally.ranks += np.bincount(codes, minlength=m * kept).reshape(m, kept)
        tally.add_first(samples[new_sample], rows[new_sample], units)

    def _count_everybody(self, tally: Tally, units: FloatArray) -> None:
        """Where near ties let too many survive: exact scores of everybody, few samples at a time."""
        original = np.empty_like(self.values)
        original[self.rows] = self.values
        for low in _steps(units.shape[1], max(1, (1 << 20) // len(original))):
            part = units[:, low]
            count_top(tally, part.T @ original.T, part)


def _steps(total: int, step: int) -> Iterator[slice]:
    return (slice(low, min(low + step, total)) for low in range(0, total, step))


def _true_places(mask: BoolArray) -> IntArray:
    """Flat places of the true entries, skipping words of eight that hold none."""
    flat = mask.ravel()
    if flat.size % WORD:
        return np.flatnonzero(flat)
    words = np.flatnonzero(flat.view(np.uint64) != 0)
    word, bit = np.nonzero(flat.reshape(-1, WORD)[words])
    return np.asarray(words[word] * WORD + bit)


def _by_sample(flat: list[tuple[IntArray, Float32Array]], b: int) -> Survivors:
    places = np.concatenate([part[0] for part in flat])
    rough = np.concatenate([part[1] for part in flat])
    samples = places % b
    # Scores are not negative, so their bits are ordered like the numbers.
    keys = (samples << 32) - rough.view(np.int32)
    order = np.argsort(keys)
    return Survivors(samples[order], places[order] // b, rough[order])
