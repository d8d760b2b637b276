"""The first ranks among very many candidates: screen in float32, score the survivors exactly.

The bound on the rounding error of the float32 product makes the screen lossless: whoever could stand at a
counted rank survives, and survivors are ranked by exact integers. Counts equal those of float64.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecards.engine.exact import WEIGHT_UNITS, FloatArray, IntArray
from scorecards.engine.smaa import SmaaProblem
from scorecards.engine.smaa_count import Tally, count_survivors, count_top

Float32Array = NDArray[np.float32]

SAMPLE_BLOCK = 512
ROW_BLOCK = 1024
CHAMPIONS = 512
FLOAT32_ROUNDING = 2.0**-24
SURVIVORS_PER_SAMPLE = 256


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
        margin = 2 * (n + 3) * FLOAT32_ROUNDING * float(values.max(initial=0.0))
        return cls(values[rows], values[rows].astype(np.float32), rows, margin)

    def count(self, tally: Tally, units: FloatArray) -> None:
        """Add the samples of weight units (n, b)."""
        for low in range(0, units.shape[1], SAMPLE_BLOCK):
            self._count_block(tally, units[:, low : low + SAMPLE_BLOCK])

    def _count_block(self, tally: Tally, units: FloatArray) -> None:
        weights = (units / WEIGHT_UNITS).astype(np.float32)
        samples, at = self._survivors(weights, tally.ranks.shape[1])
        if len(samples) > SURVIVORS_PER_SAMPLE * units.shape[1]:
            self._count_exactly(tally, units)
            return
        order = np.argsort(samples, kind="stable")
        samples, at = samples[order], at[order]
        scores = np.einsum("ij,ij->i", self.values[at], units.T[samples])
        count_survivors(tally, samples, self.rows[at], scores, units)

    def _survivors(self, weights: Float32Array, ranks: int) -> tuple[IntArray, IntArray]:
        """(sample, position) of all that may stand at a counted rank."""
        leading = max(CHAMPIONS, ranks)
        rough = self.rough[:leading] @ weights
        floor = np.partition(rough, len(rough) - ranks, axis=0)[len(rough) - ranks] - self.margin
        found = [np.flatnonzero(rough >= floor)]
        for low in range(leading, len(self.rough), ROW_BLOCK):
            rough = self.rough[low : low + ROW_BLOCK] @ weights
            found.append(np.flatnonzero(rough >= floor) + low * weights.shape[1])
        flat = np.concatenate(found)
        return flat % weights.shape[1], flat // weights.shape[1]

    def _count_exactly(self, tally: Tally, units: FloatArray) -> None:
        """Where near ties let too many survive: exact scores of everybody, few samples at a time."""
        original = np.empty_like(self.values)
        original[self.rows] = self.values
        step = max(1, (1 << 20) // len(original))
        for low in range(0, units.shape[1], step):
            part = units[:, low : low + step]
            count_top(tally, part.T @ original.T, part)
