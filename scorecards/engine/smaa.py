"""SMAA-2: what happens over all weights, and over all values, that agree with what is known.

Lahdelma & Salminen (2001). Weights come from a regime, open cells are drawn within their intervals, and with
a panel one whole assessor is drawn per sample. All counts are integers: any split into ranges of samples
merges to the same bits as one run.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

import numpy as np

from scorecards.engine.checks import ordered
from scorecards.engine.chunks import CHUNK, SampleRange
from scorecards.engine.errors import PanelError, UnknownKeyError, ValueInputError
from scorecards.engine.exact import WEIGHT_UNITS, FloatArray, IntArray
from scorecards.engine.quantiles import Quantile
from scorecards.engine.regimes import WeightRegime

FULL_RANKS_LIMIT = 512
TOP_RANKS = 10
LARGEST_VALUE = 1 << 22


@dataclass(frozen=True, eq=False)
class Cells:
    """Values as whole numbers, low and high of shape (m, n), at most 2²² (hundredths, for official runs).

    A cell with low < high is drawn uniformly among the whole numbers between. `quantiles` gives cells, by
    (row, column), another distribution: a function from uniforms to whole numbers.
    """

    low: FloatArray
    high: FloatArray
    quantiles: Mapping[tuple[int, int], Quantile] | None = None

    def open_columns(self, row: int) -> list[int]:
        """Columns of the cells of a row that are drawn."""
        columns = set(np.flatnonzero(self.high[row] > self.low[row]).tolist())
        columns.update(column for (at, column) in self.quantiles or {} if at == row)
        return sorted(columns)

    @cached_property
    def open_rows(self) -> tuple[tuple[int, tuple[int, ...]], ...]:
        """(row, open columns) of every row that has any."""
        rows = set(np.flatnonzero((self.high > self.low).any(axis=1)).tolist())
        rows.update(at for (at, _) in self.quantiles or {})
        return tuple((row, tuple(self.open_columns(row))) for row in sorted(rows))


@dataclass(frozen=True, eq=False)
class SmaaProblem:
    """Candidates, criteria, the cells as each assessor (one, without a panel) sees them, and the regime.

    `ranks`: how many ranks are counted, from the first. `pairwise`: count who beats whom, m × m.
    """

    candidates: tuple[str, ...]
    criteria: tuple[str, ...]
    panel: tuple[Cells, ...]
    regime: WeightRegime
    seed: int
    ranks: int
    pairwise: bool = False

    def __post_init__(self) -> None:
        if not self.panel:
            raise PanelError("panel", "is empty")
        if not self.candidates:
            raise ValueInputError("candidates", "are none")
        if len(set(self.candidates)) < len(self.candidates):
            raise UnknownKeyError("candidates", "hold the same key twice")
        if set(self.regime.leaves) != set(self.criteria) or len(self.criteria) != len(self.regime.leaves):
            raise UnknownKeyError("regime", "is over other criteria than the values")
        if not 1 <= self.ranks <= len(self.candidates):
            raise ValueInputError("ranks", f"is {self.ranks} for {len(self.candidates)} candidates")
        shape = (len(self.candidates), len(self.criteria))
        for cells in self.panel:
            _check_cells(cells, shape)

    @property
    def full(self) -> bool:
        """Whether every rank is counted."""
        return self.ranks == len(self.candidates)

    @property
    def point(self) -> bool:
        """Whether values are known exactly: one assessor, no open cell."""
        return len(self.panel) == 1 and not self.panel[0].open_rows

    @cached_property
    def digest(self) -> str:
        """SHA-256 of the problem; of own quantile functions only the places."""
        seen = hashlib.sha256()
        head = {
            "candidates": self.candidates,
            "criteria": self.criteria,
            "regime": self.regime.canonical(),
            "seed": self.seed,
            "ranks": self.ranks,
            "quantiles": [sorted(cells.quantiles or ()) for cells in self.panel],
        }
        seen.update(json.dumps(head, ensure_ascii=True).encode())
        for cells in self.panel:
            seen.update(cells.low.astype("<i8").tobytes())
            seen.update(cells.high.astype("<i8").tobytes())
        return seen.hexdigest()

    def weight_units(self, first: int, count: int) -> FloatArray:
        """Drawn weights as whole numbers that sum to 2³⁰ in every sample, shape (n, count).

        Rounded cumulatively in the order of sorted keys, so that no sort is needed and none is negative.
        """
        drawn = self.regime.draw(self.seed, first, count)
        leaves = self.regime.leaves
        rows = [drawn[i] for i in sorted(range(len(leaves)), key=leaves.__getitem__)]
        # All in place: fresh tables of this size would be mapped in page by page.
        for below, above in pairwise(rows):
            above += below
        drawn *= WEIGHT_UNITS / rows[-1]
        np.rint(drawn, out=drawn)
        for below, above in pairwise(reversed(rows)):
            below -= above
        if leaves == self.criteria:
            return drawn
        place = {key: i for i, key in enumerate(leaves)}
        return drawn[[place[key] for key in self.criteria]]


def _check_cells(cells: Cells, shape: tuple[int, int]) -> None:
    for name, values in (("low", cells.low), ("high", cells.high)):
        if values.shape != shape:
            raise ValueInputError(name, f"has the shape {values.shape} instead of {shape}")
        if not np.isfinite(values).all() or (values != np.rint(values)).any():
            raise ValueInputError(name, "holds something that is not a whole number")
        if values.min() < 0 or values.max() > LARGEST_VALUE:
            raise ValueInputError(name, f"holds a value outside 0 … {LARGEST_VALUE}")
    ordered("cells", cells.low, cells.high)


@dataclass(frozen=True, eq=False)
class SmaaPartial:
    """Integer counts over some ranges of samples; partials of one problem merge by addition.

    `rank_counts` (m, ranks), `first_units` (m, n): sums of the weight units of the samples in which a
    candidate was first; `wins` (m, m) or None; `chunk_hashes`: SHA-256 of the drawn weights by chunk.
    """

    problem_digest: str
    ranges: tuple[SampleRange, ...]
    rank_counts: IntArray
    first_units: IntArray
    wins: IntArray | None
    chunk_hashes: Mapping[int, str]

    @property
    def samples(self) -> int:
        return sum(part.count for part in self.ranges)

    def to_json(self) -> dict[str, object]:
        """Plain JSON values; rows that are all zero are left out."""
        return {
            "problem": self.problem_digest,
            "ranges": [[part.first, part.count] for part in self.ranges],
            "shape": [*self.rank_counts.shape, self.first_units.shape[1]],
            "rank_counts": _sparse(self.rank_counts),
            "first_units": _sparse(self.first_units),
            "wins": None if self.wins is None else _sparse(self.wins),
            "chunk_hashes": {str(number): value for number, value in self.chunk_hashes.items()},
        }

    @classmethod
    def from_json(cls, given: Mapping[str, object]) -> "SmaaPartial":
        """The inverse of `to_json`, also after a passage through JSON text. Raises ValueInputError."""
        try:
            plain = json.loads(json.dumps(given))
            m, ranks, n = plain["shape"]
            return cls(
                problem_digest=plain["problem"],
                ranges=tuple(SampleRange(first, count) for first, count in plain["ranges"]),
                rank_counts=_dense(plain["rank_counts"], (m, ranks)),
                first_units=_dense(plain["first_units"], (m, n)),
                wins=None if plain["wins"] is None else _dense(plain["wins"], (m, m)),
                chunk_hashes={int(number): value for number, value in plain["chunk_hashes"].items()},
            )
        except (KeyError, TypeError, IndexError, ValueError) as error:
            raise ValueInputError("partial", f"is not a partial result ({error})") from error


def _sparse(table: IntArray) -> dict[str, list[int]]:
    return {str(i): table[i].tolist() for i in np.flatnonzero(table.any(axis=1)).tolist()}


def _dense(rows: Mapping[str, Sequence[int]], shape: tuple[int, int]) -> IntArray:
    table = np.zeros(shape, dtype=np.int64)
    for i, row in rows.items():
        table[int(i)] = row
    return table


def merge(partials: Sequence[SmaaPartial]) -> SmaaPartial:
    """Add partials of one problem, in any order. Raises ValueInputError for none, others, or overlaps."""
    if not partials:
        raise ValueInputError("partials", "are none")
    head = partials[0]
    if any(part.problem_digest != head.problem_digest for part in partials):
        raise ValueInputError("partials", "come from different problems")
    ranges = sorted((r for part in partials for r in part.ranges), key=lambda r: r.first)
    for before, after in pairwise(ranges):
        if after.first < before.end:
            raise ValueInputError("partials", f"count sample {after.first} twice")
    wins = [part.wins for part in partials if part.wins is not None]
    hashes = {number: value for part in partials for number, value in part.chunk_hashes.items()}
    return SmaaPartial(
        problem_digest=head.problem_digest,
        ranges=tuple(_joined(ranges)),
        rank_counts=np.sum([part.rank_counts for part in partials], axis=0),
        first_units=np.sum([part.first_units for part in partials], axis=0),
        wins=np.sum(wins, axis=0) if wins else None,
        chunk_hashes=dict(sorted(hashes.items())),
    )


def _joined(ranges: Sequence[SampleRange]) -> list[SampleRange]:
    joined: list[SampleRange] = []
    for part in ranges:
        if joined and joined[-1].end == part.first:
            joined[-1] = SampleRange(joined[-1].first, joined[-1].count + part.count)
        else:
            joined.append(part)
    return joined


def check_range(first: int, count: int) -> None:
    """Ranges begin at chunk boundaries. Raises ValueInputError."""
    if first < 0 or first % CHUNK:
        raise ValueInputError("first_sample", f"is {first}, not a multiple of {CHUNK}")
    if count < 1:
        raise ValueInputError("count", f"is {count}")
