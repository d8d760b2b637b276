"""The directory in memory: the columns of `SiteIndex` as arrays, brought up to date at each request.

100 000 sites are a few megabytes and their facets are counted in milliseconds. A process fetches everything
once and then only the rows written by transactions that its last snapshot had not seen, so it is never behind
what the database would answer. Inside a transaction nothing is shared: what it has written may yet be undone.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from threading import Lock
from typing import Any

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from audits.site_index import FIELDS

type Ints = NDArray[np.int64]
type Mask = NDArray[np.bool_]

COLUMNS = (
    "site_id",
    "kind",
    "standing",
    "last_outcome",
    "last_inspected",
    "inspections",
    "actions",
    "country",
    "name_key",
    "organization_key",
    "city_key",
    "fei",
    "capabilities",
)
NUMBERS = COLUMNS[:7]
TEXTS = COLUMNS[7:12]
READ = f"SELECT {', '.join(COLUMNS)}, is_deleted FROM audits_siteindex"
# Transactions at or after this one may be unseen by the statement that reads beside it.
HORIZON = "SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint"


@dataclass(frozen=True)
class SiteColumns:
    """All sites, one position each. ``numbers`` by name, shape (n,); capabilities flat with their site."""

    numbers: dict[str, Ints]
    texts: dict[str, tuple[str, ...]]
    packed: Ints
    owner: Ints
    """Position of the site of each packed capability, ascending."""

    @property
    def count(self) -> int:
        return len(self.numbers["site_id"])

    @cached_property
    def position(self) -> dict[int, int]:
        """Position by site id."""
        return {site: at for at, site in enumerate(self.numbers["site_id"].tolist())}

    @cached_property
    def _orders(self) -> dict[str, Ints]:
        return {}

    def order(self, name: str) -> Ints:
        """Positions in the ascending order of a column, ties by name, then by id. Kept."""
        if name not in self._orders:
            names = self.texts["name_key"]
            ids = self.numbers["site_id"].tolist()
            if name in self.texts:
                keys: Sequence[Any] = self.texts[name]
            else:
                keys = self.numbers[name].tolist()
            rows = sorted(range(self.count), key=lambda at: (keys[at], names[at], ids[at]))
            self._orders[name] = np.array(rows, dtype=np.int64)
        return self._orders[name]

    @cached_property
    def cities(self) -> dict[str, list[int]]:
        """Positions by city: there are far fewer cities than sites."""
        found: dict[str, list[int]] = {}
        for at, city in enumerate(self.texts["city_key"]):
            if city:
                found.setdefault(city, []).append(at)
        return found

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries that occur, in the order of their codes in `country_code`."""
        return tuple(sorted(set(self.texts["country"])))

    @cached_property
    def country_code(self) -> Ints:
        codes = {country: at for at, country in enumerate(self.countries)}
        return np.array([codes[country] for country in self.texts["country"]], dtype=np.int64)

    @cached_property
    def parts(self) -> dict[str, Ints]:
        """Each part of the packed capabilities: codes, or masks for stages and temperature bands."""
        return {
            name: (self.packed >> field.shift) & ((1 << field.bits) - 1) for name, field in FIELDS.items()
        }

    @cached_property
    def masks(self) -> dict[str, Ints]:
        """The same with each code as one bit, so that several capabilities can be joined."""
        return {
            name: values
            if FIELDS[name].is_mask
            else np.where(values > 0, np.int64(1) << np.maximum(values - 1, 0), 0)
            for name, values in self.parts.items()
        }

    @cached_property
    def all_masks(self) -> dict[str, Ints]:
        """The masks of all capabilities of each site, shape (n,)."""
        return {name: self.by_site(values) for name, values in self.masks.items()}

    @cached_property
    def _starts(self) -> Ints:
        """Where the capabilities of each next site begin."""
        return np.flatnonzero(np.diff(self.owner, prepend=-1))

    def by_site(self, values: Ints) -> Ints:
        """Masks of the capabilities joined for each site, shape (n,); 0 where it has none."""
        joined = np.zeros(self.count, dtype=np.int64)
        if len(values):
            joined[self.owner[self._starts]] = np.bitwise_or.reduceat(values, self._starts)
        return joined


def columns_from(rows: Iterable[Sequence[Any]]) -> SiteColumns:
    """Columns from rows in the order of `COLUMNS`."""
    listed = list(rows)
    columns = list(zip(*listed, strict=True)) if listed else [()] * len(COLUMNS)
    named = dict(zip(COLUMNS, columns, strict=True))
    sizes = [len(capabilities) for capabilities in named["capabilities"]]
    return SiteColumns(
        numbers={name: np.array(named[name], dtype=np.int64) for name in NUMBERS},
        texts={name: tuple(named[name]) for name in TEXTS},
        packed=np.array([each for found in named["capabilities"] for each in found], dtype=np.int64),
        owner=np.repeat(np.arange(len(listed), dtype=np.int64), sizes),
    )


class SiteColumnsCache:
    """The columns of one database in one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rows: dict[int, Sequence[Any]] = {}
        self._columns: SiteColumns | None = None
        self._horizon = 0
        self._database = ""

    def current(self) -> SiteColumns:
        """The columns as the database has them now. Two queries, or one inside a transaction."""
        if connection.in_atomic_block:
            return columns_from(row[:-1] for row in _fetch(f"{READ} WHERE NOT is_deleted ORDER BY site_id"))
        with self._lock:
            name = str(connection.settings_dict["NAME"])
            if self._columns is None or self._database != name:
                self._rows, self._horizon, self._database = {}, 0, name
            # The horizon is read first: what commits between the two statements is fetched twice at worst.
            horizon = int(_fetch(HORIZON)[0][0])
            changed = _fetch(f"{READ} WHERE stamp >= %s", [self._horizon])
            self._horizon = horizon
            self._take(changed)
            assert self._columns is not None
            return self._columns

    def _take(self, changed: list[Sequence[Any]]) -> None:
        before = len(self._rows)
        differs = self._columns is None
        for *row, is_deleted in changed:
            if is_deleted:
                differs |= self._rows.pop(row[0], None) is not None
            elif self._rows.get(row[0]) != row:
                self._rows[row[0]] = row
                differs = True
        if differs or len(self._rows) != before:
            self._columns = columns_from(self._rows[site] for site in sorted(self._rows))


def _fetch(query: str, values: Sequence[Any] = ()) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


CACHE = SiteColumnsCache()
