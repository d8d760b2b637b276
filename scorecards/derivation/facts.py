"""Frozen facts about many sites at once, as columns, and the program's need.

A column is one NumPy array; row k of every column of a table belongs together. ``site`` is the position
of the site in ``Facts.sites``. Dates are days since 1970-01-01 and ``ABSENT`` where the source has none.
Tables are sorted by site, then date. One site is a batch of one: there is a single path through the rules.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date
from enum import IntEnum
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

IntArray = NDArray[np.int64]
FloatArray = NDArray[np.float64]
TextArray = NDArray[np.str_]
BoolArray = NDArray[np.bool_]

ABSENT = int(np.iinfo(np.int32).min)
EPOCH = date(1970, 1, 1).toordinal()


class InspectionOutcome(IntEnum):
    """Classification of an inspection; higher is worse, pending is unknown."""

    NAI = 0
    COMPLIANT = 1
    VAI = 2
    PENDING = 3
    OAI = 4
    NON_COMPLIANT = 5


class ActionKind(IntEnum):
    """Kinds of regulatory action that rules read."""

    FORM_483 = 1
    WARNING_LETTER = 2
    RECALL = 3
    IMPORT_ALERT = 4
    NON_COMPLIANCE = 5
    CLOSEOUT = 6
    OTHER = 9


class Authority(IntEnum):
    """Who inspected; only the named ones count as stringent."""

    OTHER = 0
    FDA = 1
    EMA = 2
    MHRA = 3
    PMDA = 4


class Gmp(IntEnum):
    """Whether an action is about good manufacturing practice."""

    UNKNOWN = 0
    NO = 1
    YES = 2


def day(value: date | None) -> int:
    """Days since 1970-01-01, ``ABSENT`` for none."""
    return ABSENT if value is None else value.toordinal() - EPOCH


def as_date(days: int) -> date:
    """The date of a number of days since 1970-01-01."""
    return date.fromordinal(int(days) + EPOCH)


@dataclass(frozen=True, slots=True)
class Table:
    """Columns of equal length that share ``site``, ``id`` and ``known_on``."""

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

    def known_by(self, as_of: int, happened: str | None = None) -> Self:
        """What was known on ``as_of``; a fact whose publication is undated was never known.

        Rows whose column ``happened`` claims a later day are dropped too: their age would be negative.
        """
        mask = (self.known_on <= as_of) & (self.known_on != ABSENT)
        return self.where(mask if happened is None else mask & (getattr(self, happened) <= as_of))

    @classmethod
    def from_rows(cls, rows: Iterable[Sequence[Any]]) -> Self:
        """Columns from rows whose cells follow the order of the fields."""
        names = [f.name for f in fields(cls)]
        listed = list(rows)
        columns = list(zip(*listed, strict=True)) if listed else [()] * len(names)
        return cls(**{n: _column(cls, n, c) for n, c in zip(names, columns, strict=True)}).by_site()

    @classmethod
    def empty(cls) -> Self:
        """A table without rows."""
        return cls.from_rows(())


def _column(table: type[Table], name: str, cells: Sequence[Any]) -> NDArray[Any]:
    kind = {f.name: str(f.type) for f in fields(table)}[name]
    dtype: Any = {"IntArray": np.int64, "FloatArray": np.float64, "TextArray": np.str_}[kind]
    return np.array(cells, dtype=dtype)


@dataclass(frozen=True, slots=True)
class Inspections(Table):
    """Drug and biologic GMP inspections: end date and ``InspectionOutcome``."""

    ended_on: IntArray
    outcome: IntArray
    authority: IntArray


@dataclass(frozen=True, slots=True)
class Citations(Table):
    """Posted citations: ``regulation`` is a code that is equal for equal references."""

    happened_on: IntArray
    regulation: IntArray
    is_data_integrity: IntArray


@dataclass(frozen=True, slots=True)
class Actions(Table):
    """Regulatory actions; ``source`` and ``reference`` are codes, 0 where blank."""

    happened_on: IntArray
    kind: IntArray
    gmp: IntArray
    recall_class: IntArray
    event: IntArray
    closed_on: IntArray
    source: IntArray
    reference: IntArray


@dataclass(frozen=True, slots=True)
class Capabilities(Table):
    """What a site says it can do; blank text, −1 and NaN where it does not say."""

    expires_on: IntArray
    modality: TextArray
    dosage_form: TextArray
    route: TextArray
    stages: TextArray
    batch_min: FloatArray
    batch_max: FloatArray
    batch_unit: TextArray
    batches_made: FloatArray
    years: FloatArray
    has_limits: IntArray
    strength: IntArray


@dataclass(frozen=True, slots=True)
class Need:
    """What the program asks for; blank where it does not say."""

    modality: str = ""
    dosage_form: str = ""
    route: str = ""
    stage: str = ""
    batch_size: float | None = None
    batch_unit: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """All evidence about ``sites`` (database ids, one per position)."""

    sites: IntArray
    inspections: Inspections
    citations: Citations
    actions: Actions
    capabilities: Capabilities

    @property
    def count(self) -> int:
        """How many sites."""
        return len(self.sites)

    def known_by(self, as_of: int) -> Facts:
        """The facts that were known on ``as_of`` (days); what was published later is not there."""
        capabilities = self.capabilities.known_by(as_of)
        current = (capabilities.expires_on == ABSENT) | (capabilities.expires_on >= as_of)
        return Facts(
            sites=self.sites,
            inspections=self.inspections.known_by(as_of, "ended_on"),
            citations=self.citations.known_by(as_of, "happened_on"),
            actions=self.actions.known_by(as_of, "happened_on"),
            capabilities=capabilities.where(current),
        )
