"""Columns of facts about many sites at once.

A column is one NumPy array; row k of every column of a table belongs together. ``site`` is the position
of the site in ``Facts.sites``. Dates are days since 1970-01-01 and ``ABSENT`` where the source has none.
Tables are sorted by site, then id. One site is a batch of one: there is a single path through the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any, ClassVar, Self

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
TextArray = NDArray[np.str_]
BoolArray = NDArray[np.bool_]

ABSENT = int(np.iinfo(np.int32).min)
EPOCH = date(1970, 1, 1).toordinal()
DTYPES: Mapping[str, Any] = {"IntArray": np.int64, "FloatArray": np.float64, "TextArray": np.str_}


def day(value: date | None) -> int:
    """Days since 1970-01-01, ``ABSENT`` for none."""
    return ABSENT if value is None else value.toordinal() - EPOCH


def as_date(days: int) -> date:
    """The date of a number of days since 1970-01-01."""
    return date.fromordinal(int(days) + EPOCH)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length that share ``site``, ``id`` and ``known_on``.

    ``HAPPENED`` names the column of the day a row is about; a row about a later day than the one asked about
    is not known yet, whatever its source says.
    """

    HAPPENED: ClassVar[str | None] = None

    site: IntArray
    id: IntArray
    known_on: IntArray

    def __len__(self) -> int:
        return len(self.site)

    def where(self, mask: BoolArray | NDArray[np.signedinteger[Any]]) -> Self:
        """The rows under a mask, or at positions in their order, every column alike."""
        if mask.dtype == np.bool_ and mask.all():
            return self
        return replace(self, **{f.name: getattr(self, f.name)[mask] for f in fields(self)})

    def by_site(self) -> Self:
        """The rows in the order of their sites, then ids."""
        in_order = (np.diff(self.site) > 0) | ((np.diff(self.site) == 0) & (np.diff(self.id) > 0))
        return self if in_order.all() else self.where(np.lexsort((self.id, self.site)))

    def known_by(self, as_of: int) -> Self:
        """What was known on ``as_of``; a fact whose publication is undated was never known."""
        mask = (self.known_on <= as_of) & (self.known_on != ABSENT)
        if self.HAPPENED:
            mask &= getattr(self, self.HAPPENED) <= as_of
        return self.where(mask)

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[Any]]) -> Self:
        """Columns from rows whose cells follow the order of the fields."""
        names = [f.name for f in fields(cls)]
        listed = list(rows)
        columns = list(zip(*listed, strict=True)) if listed else [()] * len(names)
        return cls.from_columns(dict(zip(names, columns, strict=True)))

    @classmethod
    def from_columns(cls, columns: Mapping[str, Any]) -> Self:
        """A table from columns by name; one that is missing is blank in every row."""
        count = len(next(iter(columns.values()), ()))
        kinds = {f.name: str(f.type) for f in fields(cls)}
        made = {
            name: np.array(columns.get(name, [blank(name, kind)] * count), dtype=DTYPES[kind])
            for name, kind in kinds.items()
        }
        return cls(**made).by_site()

    @classmethod
    def empty(cls) -> Self:
        """A table without rows."""
        return cls.from_columns({})


def blank(name: str, kind: str) -> Any:
    """What a column holds where nothing is said: no date, 0, NaN or no text."""
    if kind == "IntArray":
        return ABSENT if name.endswith("_on") else 0
    return np.nan if kind == "FloatArray" else ""


@dataclass(frozen=True, slots=True)
class Evidence(Table):
    """A claim about a site: how strong (index into ``STRENGTHS``), until when, and since when replaced."""

    expires_on: IntArray
    replaced_on: IntArray
    strength: IntArray

    def known_by(self, as_of: int) -> Self:
        """What was believed on ``as_of``: known by then, not replaced by then, not expired."""
        # Named, because a dataclass with slots is made anew and `super()` would not find it.
        known = Table.known_by(self, as_of)
        current = (known.replaced_on == ABSENT) | (known.replaced_on > as_of)
        return known.where(current & ((known.expires_on == ABSENT) | (known.expires_on >= as_of)))
