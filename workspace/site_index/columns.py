"""All sites as columns, one position each, in the order of their ids. A snapshot stays as it was made."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

import numpy as np

from audits.site_index import NEVER
from workspace.site_index.abilities import Abilities
from workspace.site_index.bits import BitTable
from workspace.site_index.names import NameIndex, Words
from workspace.site_index.ragged import Ints, Mask, Ragged

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
    "alias_keys",
    "capabilities",
    "expiries",
)
NUMBERS = COLUMNS[:7]
TEXTS = COLUMNS[7:13]
EPOCH = date(1970, 1, 1).toordinal()
# With more changes than this the orders are sorted again instead of mended.
MOST_MENDED = 2_000


@dataclass(frozen=True)
class SiteColumns:
    """``numbers`` and ``texts`` by name, one value for each site; capabilities are rows of several values."""

    numbers: Mapping[str, Ints]
    texts: Mapping[str, Sequence[str]]
    packed: Ragged
    expiries: Ragged
    """The last day of each capability, counted from 1970; `NEVER` where it has none."""
    words: Words = field(default_factory=Words)

    @property
    def count(self) -> int:
        return len(self.numbers["site_id"])

    @cached_property
    def _orders(self) -> dict[str, Ints]:
        return {}

    def order(self, name: str) -> Ints:
        """Positions in the ascending order of a column, ties by name, then by id. Kept."""
        if name not in self._orders:
            self._orders[name] = self._sorted(name)
        return self._orders[name]

    def _sorted(self, name: str) -> Ints:
        if name == "name_key":
            names = self.texts[name]
            return np.array(sorted(range(self.count), key=names.__getitem__), dtype=np.int64)
        return self.ranked(self.numbers[name] if name in self.numbers else self._codes(name)[1])

    def ranked(self, keys: Ints) -> Ints:
        """Positions in the ascending order of numbers, ties by name, then by id."""
        by_name = self.order("name_key")
        found: Ints = by_name[np.argsort(keys[by_name], kind="stable")]
        return found

    @cached_property
    def _kept_codes(self) -> dict[str, tuple[tuple[str, ...], Ints]]:
        return {}

    def _codes(self, name: str) -> tuple[tuple[str, ...], Ints]:
        """The texts that occur in a column, sorted, and the number of each site's. Kept."""
        if name not in self._kept_codes:
            texts = tuple(sorted(set(self.texts[name])))
            numbers = {text: number for number, text in enumerate(texts)}
            codes = np.fromiter(map(numbers.__getitem__, self.texts[name]), np.int64, self.count)
            self._kept_codes[name] = (texts, codes)
        return self._kept_codes[name]

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that occur, in the order of their codes in `country_code`."""
        return self._codes("country")[0]

    @property
    def country_code(self) -> Ints:
        return self._codes("country")[1]

    def in_city(self, words: Sequence[str]) -> Mask:
        """Sites whose city has all the words."""
        cities, codes = self._codes("city_key")
        hits = np.array(
            [bool(city) and all(word in city for word in words) for city in cities], dtype=np.bool_
        )
        return hits[codes] if self.count else np.zeros(0, dtype=np.bool_)

    def fei_from(self, digits: str) -> Ints:
        """Positions of the sites whose FEI begins with these digits."""
        feis, at = self.texts["fei"], self.order("fei")
        first = bisect_left(at, digits, key=lambda place: feis[place])
        last = bisect_left(at, digits + ":", key=lambda place: feis[place])
        return at[first:last]

    @cached_property
    def names(self) -> NameIndex:
        """The words of all names."""
        keys = (self.texts[name] for name in ("name_key", "alias_keys", "organization_key"))
        lines = (
            [name, *aliases.split("\n"), organization]
            for name, aliases, organization in zip(*keys, strict=True)
        )
        return NameIndex.of(self.words, lines)

    @cached_property
    def _tables(self) -> dict[str, BitTable]:
        return {}

    def table(self, name: str, size: int) -> BitTable:
        """The sets of sites by a code of theirs, from 0 to below `size`. Kept."""
        if name not in self._tables:
            codes = self.country_code if name == "country" else self.numbers[name]
            self._tables[name] = BitTable.of_codes(codes, size)
        return self._tables[name]

    @cached_property
    def _abilities(self) -> dict[int, Abilities]:
        return {}

    def abilities(self, today: date, *, expired: bool = False) -> Abilities:
        """The capabilities in force on a day; all of them, with what has expired, where asked. Kept."""
        day = today.toordinal() - EPOCH
        first = int(self.expiries.values.min(initial=NEVER))
        key = 0 if expired or first >= day else day
        if key not in self._abilities:
            for old in self._abilities.keys() - {0}:
                del self._abilities[old]
            held = slice(None) if key == 0 else self.expiries.values >= day
            self._abilities[key] = Abilities(self.count, self.packed.values[held], self.packed.owner[held])
        return self._abilities[key]

    def replaced(self, fresh: SiteColumns, gone: Iterable[int]) -> SiteColumns:
        """These sites with the fresh ones in place of their old rows, and without those that are gone."""
        ids = self.numbers["site_id"]
        dropped = np.isin(
            ids, np.concatenate([fresh.numbers["site_id"], np.array(list(gone), dtype=np.int64)])
        )
        kept = np.flatnonzero(~dropped)
        rows = np.concatenate([kept, self.count + np.arange(fresh.count)])
        both = np.concatenate([ids, fresh.numbers["site_id"]])
        rows = rows[np.argsort(both[rows])]
        places = np.full(self.count + fresh.count, -1)
        places[rows] = np.arange(len(rows))
        listed = rows.tolist()
        instead = places[self.count :].tolist() if np.array_equal(both[rows], ids) else None
        made = SiteColumns(
            numbers={
                name: np.concatenate([self.numbers[name], fresh.numbers[name]])[rows] for name in NUMBERS
            },
            texts={name: _texts(self.texts[name], fresh.texts[name], listed, instead) for name in TEXTS},
            packed=self.packed.followed_by(fresh.packed).take(rows),
            expiries=self.expiries.followed_by(fresh.expiries).take(rows),
            words=self.words,
        )
        if "names" in self.__dict__:
            lines = self.names.lines.followed_by(fresh.names.lines).take(rows)
            made.__dict__["names"] = NameIndex(self.words, lines)
        if "name_key" in self._orders and fresh.count <= MOST_MENDED:
            made._orders["name_key"] = made._mended(self._orders["name_key"], places, self.count)
        return made

    def _mended(self, old: Ints, places: Ints, before: int) -> Ints:
        """The order by name after a change: `places` is where each old and then each fresh row went."""
        names = self.texts["name_key"]
        moved = places[old]
        moved = moved[moved >= 0]

        def key(at: int) -> tuple[str, int]:
            return names[at], at

        new = sorted(places[before:].tolist(), key=key)
        into = [bisect_left(moved, key(at), key=key) for at in new]
        found: Ints = np.insert(moved, np.array(into, dtype=np.int64), np.array(new, dtype=np.int64))
        return found


def _texts(old: Sequence[str], fresh: Sequence[str], rows: list[int], instead: list[int] | None) -> list[str]:
    """The texts of `rows`, which count through the old ones and then the fresh ones.

    `instead` says where the fresh ones stand, if all others stay where they are: only these are then read.
    """
    if instead is None:
        return list(map([*old, *fresh].__getitem__, rows))
    changed = list(old)
    for place, text in zip(instead, fresh, strict=True):
        changed[place] = text
    return changed


def columns_from(rows: Iterable[Sequence[Any]], words: Words | None = None) -> SiteColumns:
    """Columns from rows in the order of `COLUMNS`, by site id."""
    listed = list(rows)
    columns = list(zip(*listed, strict=True)) if listed else [()] * len(COLUMNS)
    named = dict(zip(COLUMNS, columns, strict=True))
    # Cities, organizations and countries repeat: one copy of each text is enough.
    once: dict[str, str] = {}
    return SiteColumns(
        numbers={name: np.array(named[name], dtype=np.int64) for name in NUMBERS},
        texts={name: [once.setdefault(text, text) for text in named[name]] for name in TEXTS},
        packed=Ragged.of(named["capabilities"]),
        expiries=Ragged.of(named["expiries"], np.int32),
        words=words or Words(),
    )
