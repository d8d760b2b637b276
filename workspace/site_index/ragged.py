"""Rows of different lengths in one flat array."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

type Ints = NDArray[np.int64]
type Mask = NDArray[np.bool_]


@dataclass(frozen=True)
class Ragged:
    """Row ``i`` is ``values[starts[i]:starts[i + 1]]``."""

    values: NDArray[Any]
    starts: Ints

    @classmethod
    def of(cls, rows: Iterable[Sequence[int]], dtype: type = np.int64) -> Ragged:
        """The rows as they come."""
        listed = list(rows)
        sizes = np.array([len(row) for row in listed], dtype=np.int64)
        values: NDArray[Any] = np.array([value for row in listed for value in row], dtype=dtype)
        return cls(values, _starts(sizes))

    def __len__(self) -> int:
        return len(self.starts) - 1

    def row(self, place: int) -> list[int]:
        """One row."""
        found: list[int] = self.values[self.starts[place] : self.starts[place + 1]].tolist()
        return found

    @cached_property
    def owner(self) -> Ints:
        """The row of each value, ascending."""
        return np.repeat(np.arange(len(self), dtype=np.int64), np.diff(self.starts))

    def followed_by(self, other: Ragged) -> Ragged:
        """The rows of both."""
        return Ragged(
            np.concatenate([self.values, other.values]),
            np.concatenate([self.starts, other.starts[1:] + self.starts[-1]]),
        )

    def take(self, rows: Ints) -> Ragged:
        """These rows, in this order."""
        sizes = np.diff(self.starts)[rows]
        starts = _starts(sizes)
        at = np.arange(starts[-1]) + np.repeat(self.starts[rows] - starts[:-1], sizes)
        return Ragged(self.values[at], starts)

    def reduced(self, join: np.ufunc, values: NDArray[Any]) -> NDArray[Any]:
        """One value for each row, joined of those that stand where its own do; 0 for a row without any."""
        joined = np.zeros(len(self), dtype=values.dtype)
        filled = np.diff(self.starts) > 0
        if filled.any():
            joined[filled] = join.reduceat(values, self.starts[:-1][filled])
        return joined


def _starts(sizes: Ints) -> Ints:
    return np.concatenate([np.zeros(1, dtype=np.int64), np.cumsum(sizes, dtype=np.int64)])
