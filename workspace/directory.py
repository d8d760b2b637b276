"""The directory: which sites fit what was asked, how many each further choice would show, and their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property
from typing import Any, cast

import numpy as np

from audits.models import Inspection
from audits.site_index import FIELDS, NO_DAY, code
from common.text import name_key
from partners.models import Organization, Site
from partners.vocabulary import DosageForm, Modality
from workspace.facet_words import FACETS, Facet
from workspace.site_index.abilities import Abilities
from workspace.site_index.columns import EPOCH, SiteColumns
from workspace.site_index.names import Floats
from workspace.site_index.ragged import Ints, Mask

UNCLASSIFIED = Organization.Kind.UNCLASSIFIED
# How close a site is whose city has the words: less than a name as typed, more than most other spellings.
IN_CITY = 0.9
CODE_OF_UNCLASSIFIED = code(Organization.Kind, UNCLASSIFIED)

READ_FIELDS = (
    "pk",
    "name",
    "fei",
    "duns",
    "city",
    "state",
    "country",
    "standing",
    "organization__legal_name",
    "organization__kind",
)


@dataclass(frozen=True, slots=True)
class Ability:
    """A modality or a dosage form of a site, and whether all evidence of it has expired."""

    value: str
    expired: bool


def rows_at(columns: SiteColumns, places: Sequence[int], today: date) -> list[dict[str, Any]]:
    """The rows of the sites at these positions, in that order. One query.

    Words are read from the database; `inspection_count`, `last_inspected_on`, `last_classification`,
    `action_count`, `modalities` and `dosage_forms` come from the index.
    """
    ids = {place: int(columns.numbers["site_id"][place]) for place in places}
    found = Site.objects.filter(pk__in=ids.values()).values(*READ_FIELDS)
    rows = {row["pk"]: row for row in found}
    # A site that was deleted since the index was read has no row any more.
    return [rows[site] | _records(columns, place, today) for place, site in ids.items() if site in rows]


def _records(columns: SiteColumns, place: int, today: date) -> dict[str, Any]:
    numbers = columns.numbers
    day, outcome = int(numbers["last_inspected"][place]), int(numbers["last_outcome"][place])
    packed, until = columns.packed.row(place), columns.expiries.row(place)
    limit = today.toordinal() - EPOCH
    held = [(each, last < limit) for each, last in zip(packed, until, strict=True)]
    return {
        "inspection_count": int(numbers["inspections"][place]),
        "action_count": int(numbers["actions"][place]),
        "last_inspected_on": None if day == NO_DAY else date(1970, 1, 1) + timedelta(days=day),
        "last_classification": Inspection.Classification.values[outcome - 1] if outcome else None,
        "modalities": _abilities(held, "modality", Modality.values),
        "dosage_forms": _abilities(held, "dosage_form", DosageForm.values),
    }


def _abilities(held: Sequence[tuple[int, bool]], part: str, values: Sequence[str]) -> list[Ability]:
    """Each value once, in force where one capability with it is; those in force first, then by value."""
    shift, mask = FIELDS[part].shift, (1 << FIELDS[part].bits) - 1
    found: dict[int, bool] = {}
    for packed, expired in held:
        if number := (packed >> shift) & mask:
            found[number] = expired and found.get(number, True)
    abilities = [Ability(values[number - 1], expired) for number, expired in found.items()]
    return sorted(abilities, key=lambda each: (each.expired, each.value))


@dataclass(frozen=True)
class Question:
    """What was asked for: values by facet (any of them), words, and whether there are regulatory records.

    Capabilities count while their evidence is in force on `today`, with `expired` afterwards as well.
    """

    today: date
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    text: str = ""
    records: str = ""
    unclassified: bool = False
    expired: bool = False


@dataclass(frozen=True)
class Found:
    """The sites of a question, and how many each further choice would show, by facet and value.

    ``hidden`` sites are left out because nobody said what they are, ``lapsed`` ones because the evidence of
    what they state has expired.
    """

    columns: SiteColumns
    mask: Mask
    counts: Mapping[str, Mapping[str, int]]
    hidden: int
    lapsed: int
    close: Floats | None

    @cached_property
    def count(self) -> int:
        """How many sites."""
        return int(np.count_nonzero(self.mask))

    def places(self, order: str = "name_key", *, descending: bool = False) -> Ints:
        """Positions of the sites in the order of a column of `SiteColumns`."""
        return self._shown(self.columns.order(order), descending=descending)

    def by_rank(self, ranks: Ints, *, descending: bool = False) -> Ints:
        """Positions of the sites in the order of a number of each, ties by name."""
        return self._shown(self.columns.ranked(ranks), descending=descending)

    def closest_first(self) -> Ints:
        """Positions of the sites in the order of how close they are to the words, ties by name."""
        at = self.places()
        if self.close is None:
            return at
        found: Ints = at[np.argsort(-self.close[at], kind="stable")]
        return found

    def _shown(self, order: Ints, *, descending: bool) -> Ints:
        at: Ints = order[self.mask[order]]
        return at[::-1] if descending else at


def find(columns: SiteColumns, question: Question) -> Found:
    """Apply a question. A choice of several values in one facet means any of them; facets all hold at once,
    and those of capabilities hold for one and the same capability."""
    return _Search(columns, question).found()


class _Search:
    def __init__(self, columns: SiteColumns, question: Question) -> None:
        self.columns = columns
        self.question = question
        self.of_site = {name: spec for name, spec in FACETS.items() if spec.part is None}
        self.of_capability = {name: spec for name, spec in FACETS.items() if spec.part is not None}
        self.abilities = columns.abilities(question.today, expired=question.expired)
        self.close = self._closeness()

    def found(self) -> Found:
        base = self._base()
        site_masks = {name: self._site_mask(name, spec) for name, spec in self.of_site.items()}
        rows = self._rows()
        fits = None if rows is None else self.abilities.sites_of(rows)
        counts: dict[str, Mapping[str, int]] = {}
        for name, spec in self.of_site.items():
            counts[name] = self._count_site(spec, _all(base, fits, *_others(site_masks, name)))
        sites = _all(base, *site_masks.values())
        counts |= self._count_capabilities(sites, rows)
        shown = _all(sites, fits)
        return Found(
            columns=self.columns,
            mask=shown,
            counts=counts,
            hidden=self._hidden(_all(base, fits, *_others(site_masks, "kind"))),
            lapsed=self._lapsed(sites, shown),
            close=self.close,
        )

    def _base(self) -> Mask:
        numbers = self.columns.numbers
        mask = np.ones(self.columns.count, dtype=np.bool_)
        if self.close is not None:
            mask = self.close > 0
        if self.question.records:
            present = (numbers["inspections"] > 0) | (numbers["actions"] > 0)
            mask &= present if self.question.records == "yes" else ~present
        return mask

    def _closeness(self) -> Floats | None:
        """How close each site is to the words, 0 for one that is not: by its names, its FEI or its city.

        What is written as typed comes before what is written otherwise, and a name before a city.
        """
        close = self.columns.names.closeness(self.question.text)
        if close is None:
            return None
        words = name_key(self.question.text).split()
        close = cast(Floats, np.maximum(close, IN_CITY * self.columns.in_city(words)))
        if len(words) == 1 and words[0].isascii() and words[0].isdigit():
            close[self.columns.fei_from(words[0])] = 1.0
        return close

    def _values(self, spec: Facet) -> Ints:
        return self.columns.country_code if spec.key == "country" else self.columns.numbers[spec.column]

    def _site_mask(self, name: str, spec: Facet) -> Mask | None:
        chosen = self.question.chosen.get(name, ())
        if name == "kind" and not chosen:
            if self.question.unclassified:
                return None
            return np.asarray(self.columns.numbers["kind"] != CODE_OF_UNCLASSIFIED)
        if not chosen:
            return None
        return np.isin(self._values(spec), [self._code(spec, value) for value in chosen])

    def _code(self, spec: Facet, value: str) -> int:
        if spec.key == "country":
            return self.columns.countries.index(value) if value in self.columns.countries else -1
        return spec.code(value)

    def _count_site(self, spec: Facet, mask: Mask) -> Mapping[str, int]:
        if spec.key == "country":
            totals = self.columns.table("country", len(self.columns.countries)).counts(mask)
            return dict(zip(self.columns.countries, totals, strict=True))
        totals = self.columns.table(spec.column, len(spec.words) + 1).counts(mask)
        return dict(zip(spec.words, totals[1:], strict=True))

    def _hidden(self, sites: Mask) -> int:
        """How many sites of unclassified organizations the default leaves out."""
        if self.question.chosen.get("kind") or self.question.unclassified:
            return 0
        return int(np.count_nonzero(sites & (self.columns.numbers["kind"] == CODE_OF_UNCLASSIFIED)))

    def _lapsed(self, sites: Mask, shown: Mask) -> int:
        """How many sites more would fit if evidence never expired."""
        ever = self.columns.abilities(self.question.today, expired=True)
        if ever is self.abilities or not self._choices():
            return 0
        rows = self._rows(abilities=ever)
        fits = None if rows is None else ever.sites_of(rows)
        return int(np.count_nonzero(_all(sites, fits) & ~shown))

    def _choices(self) -> dict[str, tuple[str, ...]]:
        """What was chosen of capabilities, by facet."""
        asked = self.question.chosen
        return {name: asked[name] for name in self.of_capability if asked.get(name)}

    def _rows(self, but: str = "", abilities: Abilities | None = None) -> Mask | None:
        """Capabilities that have all that was chosen of them but one facet; None where nothing was."""
        abilities = abilities or self.abilities
        mask: Mask | None = None
        for name, chosen in self._choices().items():
            if name == but:
                continue
            spec = FACETS[name]
            holds = abilities.having(cast(str, spec.part), [spec.code(value) for value in chosen])
            mask = holds if mask is None else mask & holds
        return mask

    def _count_capabilities(self, sites: Mask, rows: Mask | None) -> dict[str, Mapping[str, int]]:
        """Each facet under the choices in the others; those without a choice are counted all at once."""
        together = self.abilities.counts(sites, rows)
        counts: dict[str, Mapping[str, int]] = {}
        for name, spec in self.of_capability.items():
            chosen = self.question.chosen.get(name)
            totals = self.abilities.counts(sites, self._rows(but=name)) if chosen else together
            part = cast(str, spec.part)
            counts[name] = {value: totals.of(part, spec.code(value)) for value in spec.words}
        return counts


def _all(first: Mask, *others: Mask | None) -> Mask:
    """What all of the masks let through; None lets everything through."""
    for mask in others:
        first = first if mask is None else first & mask
    return first


def _others(masks: Mapping[str, Mask | None], name: str) -> list[Mask | None]:
    return [mask for other, mask in masks.items() if other != name]
