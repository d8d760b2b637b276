"""The capabilities of all sites as sets of bits, one bit for each value of each facet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cached_property

import numpy as np

from audits.site_index import FIELDS, BitField
from workspace.site_index.bits import BitTable, Words
from workspace.site_index.ragged import Ints, Mask


def _values(field: BitField) -> int:
    """How many values a part can have."""
    return field.bits if field.is_mask else (1 << field.bits) - 1


def _layout() -> Mapping[str, int]:
    """The first byte of each part: parts begin at a byte, so that bytes can be counted one by one."""
    places, at = {}, 0
    for part, field in FIELDS.items():
        places[part] = at
        at += -(-_values(field) // 8)
    return places


PLACES = _layout()
BYTES = max(place + -(-_values(FIELDS[part]) // 8) for part, place in PLACES.items())
WORDS = -(-BYTES // 8)
# Row b: the eight bits of the byte b, lowest first.
BITS_OF_BYTE = np.unpackbits(np.arange(256, dtype=np.uint8)[:, None], axis=1, bitorder="little").astype(
    np.int64
)


class Counts:
    """How many sites have each value."""

    def __init__(self, totals: Iterable[int]) -> None:
        self._totals = list(totals)

    def of(self, part: str, code: int) -> int:
        """For one value of a part, by its code from 1."""
        return self._totals[8 * PLACES[part] + code - 1]


class Abilities:
    """Capabilities in the order of their sites: ``words`` has shape (WORDS, capabilities)."""

    def __init__(self, sites: int, packed: Ints, owner: Ints) -> None:
        self.sites = sites
        self.owner = owner
        octets = np.zeros((len(packed), 8 * WORDS), dtype=np.uint8)
        for part, field in FIELDS.items():
            value = (packed >> field.shift) & ((1 << field.bits) - 1)
            held = value if field.is_mask else np.where(value > 0, np.int64(1) << np.maximum(value - 1, 0), 0)
            for step in range(-(-_values(field) // 8)):
                octets[:, PLACES[part] + step] = (held >> 8 * step) & 255
        self.words: Words = np.ascontiguousarray(octets.view(np.uint64).T)

    def having(self, part: str, codes: Iterable[int]) -> Mask:
        """The capabilities that have one of these values."""
        octets = np.zeros(8 * WORDS, dtype=np.uint8)
        for code in codes:
            octets[PLACES[part] + (code - 1) // 8] |= 1 << (code - 1) % 8
        wanted = octets.view(np.uint64)
        found = np.zeros(len(self.owner), dtype=np.bool_)
        for word in np.flatnonzero(wanted):
            found |= (self.words[word] & wanted[word]) != 0
        return found

    def sites_of(self, rows: Mask) -> Mask:
        """The sites of some capabilities."""
        found = np.zeros(self.sites, dtype=np.bool_)
        found[self.owner[rows]] = True
        return found

    def counts(self, sites: Mask, rows: Mask | None) -> Counts:
        """How many of the sites have each value, in a capability of `rows` (of any, where that is None)."""
        if rows is None:
            return Counts(self._table.counts(sites))
        joined = self._joined(rows & sites[self.owner])[1]
        octets = joined.view(np.uint8).reshape(WORDS, -1, 8)
        totals = [
            np.bincount(octets[place // 8, :, place % 8], minlength=256) @ BITS_OF_BYTE
            for place in range(BYTES)
        ]
        return Counts(np.concatenate(totals).tolist())

    def _joined(self, rows: Mask | None) -> tuple[Ints, Words]:
        """Sites, ascending, and the bits of their capabilities together, shape (WORDS, sites)."""
        owner = self.owner if rows is None else self.owner[rows]
        words = self.words if rows is None else [word[rows] for word in self.words]
        if not len(owner):
            return owner, np.zeros((WORDS, 0), dtype=np.uint64)
        starts = np.flatnonzero(np.diff(owner, prepend=-1))
        return owner[starts], np.stack([np.bitwise_or.reduceat(word, starts) for word in words])

    @cached_property
    def _table(self) -> BitTable:
        """The sites that have each bit."""
        sites, joined = self._joined(None)
        by_site = np.zeros((WORDS, self.sites), dtype=np.uint64)
        by_site[:, sites] = joined
        nobody = np.zeros(self.sites, dtype=np.bool_)
        occurring = np.bitwise_or.reduce(by_site, axis=1)
        masks = []
        for place in range(8 * BYTES):
            word, bit = place // 64, np.uint64(1 << place % 64)
            masks.append((by_site[word] & bit) != 0 if occurring[word] & bit else nobody)
        return BitTable(masks)
