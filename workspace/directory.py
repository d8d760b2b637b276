"""The directory: which sites fit what was asked, how many each further choice would show, and their rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, cast

import numpy as np
from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from audits.models import Inspection, RegulatoryAction
from audits.site_index import code
from common.text import name_key
from partners.models import Capability, Organization, Site
from partners.querysets import SiteQuerySet
from workspace.facet_words import FACETS, Facet
from workspace.site_columns import Ints, Mask, SiteColumns

UNCLASSIFIED = Organization.Kind.UNCLASSIFIED
CODE_OF_UNCLASSIFIED = code(Organization.Kind, UNCLASSIFIED)

ROW_FIELDS = (
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
    "inspection_count",
    "last_inspected_on",
    "last_classification",
    "action_count",
    "modalities",
    "dosage_forms",
)


def rows_of(sites: SiteQuerySet) -> SiteQuerySet:
    """The sites as dictionaries of `ROW_FIELDS`, by name; what comes from their records is:

    `inspection_count`, `last_inspected_on`, `last_classification`, `action_count`, `modalities` and
    `dosage_forms`. Each is a subquery that the database works out for these rows only. Lazy: one query.
    """
    inspections = Inspection.objects.filter(site=OuterRef("pk")).order_by()
    latest = Inspection.objects.filter(site=OuterRef("pk"), happened_on__isnull=False).order_by(
        "-happened_on"
    )
    actions = RegulatoryAction.objects.filter(site=OuterRef("pk")).order_by()
    capabilities = Capability.objects.filter(site=OuterRef("pk"), replaced_on__isnull=True).order_by()
    rows = (
        sites.annotate(
            inspection_count=Coalesce(_counted(inspections), 0),
            last_inspected_on=Subquery(latest.values("happened_on")[:1]),
            last_classification=Subquery(latest.values("classification")[:1]),
            action_count=Coalesce(_counted(actions), 0),
            modalities=ArraySubquery(capabilities.values("modality").distinct().order_by("modality")),
            dosage_forms=ArraySubquery(capabilities.values("dosage_form").distinct().order_by("dosage_form")),
        )
        .values(*ROW_FIELDS)
        .order_by("name_key", "pk")
    )
    return cast(SiteQuerySet, rows)


def rows_by_id(ids: Sequence[int]) -> list[dict[str, Any]]:
    """The rows of some sites, in the order of the ids. One query."""
    found = cast("list[dict[str, Any]]", list(rows_of(Site.objects.filter(pk__in=ids))))
    rows = {row["pk"]: row for row in found}
    # A site that was deleted since its id was read has no row any more.
    return [rows[site] for site in ids if site in rows]


def _counted(rows: models.QuerySet[models.Model]) -> Subquery:
    # Not the primary key: the index on the site alone then answers, without the rows themselves.
    return Subquery(rows.values("site").annotate(total=Count("site")).values("total"))


@dataclass(frozen=True)
class Question:
    """What was asked for: values by facet (any of them), words, and whether there are regulatory records."""

    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    close: Mapping[int, float] | None = None
    text: str = ""
    records: str = ""
    unclassified: bool = False


@dataclass(frozen=True)
class Found:
    """The sites of a question, and how many each further choice would show, by facet and value."""

    columns: SiteColumns
    mask: Mask
    counts: Mapping[str, Mapping[str, int]]
    hidden: int
    close: Mapping[int, float]

    @cached_property
    def count(self) -> int:
        """How many sites."""
        return int(np.count_nonzero(self.mask))

    def ids(self, order: str = "name_key", *, descending: bool = False) -> Ints:
        """Site ids in the order of a column of `SiteColumns`, or of ``close`` (closest first)."""
        sites = self.columns.numbers["site_id"]
        at = self.columns.order("name_key" if order == "close" else order)
        at = at[self.mask[at]]
        if order == "close" and len(set(self.close.values())) > 1:
            closeness = np.array([self.close.get(site, 0.0) for site in sites[at].tolist()])
            at = at[np.argsort(-closeness, kind="stable")]
        found: Ints = sites[at[::-1] if descending else at]
        return found


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

    def found(self) -> Found:
        base = self._base()
        site_masks = {name: self._site_mask(name, spec) for name, spec in self.of_site.items()}
        fits = self._fits("")
        counts: dict[str, Mapping[str, int]] = {}
        for name, spec in self.of_site.items():
            others = base & fits if fits is not None else base
            for other, mask in site_masks.items():
                if other != name and mask is not None:
                    others = others & mask
            counts[name] = self._count_site(spec, others)
        sites = base
        for mask in site_masks.values():
            sites = sites & mask if mask is not None else sites
        for name, spec in self.of_capability.items():
            counts[name] = self._count_capability(name, spec, sites)
        shown = sites & fits if fits is not None else sites
        return Found(
            columns=self.columns,
            mask=shown,
            counts=counts,
            hidden=self._hidden(base, site_masks, fits),
            close=self.question.close or {},
        )

    def _base(self) -> Mask:
        numbers = self.columns.numbers
        mask = np.ones(self.columns.count, dtype=np.bool_)
        if self.question.close is not None:
            mask = self._matching()
        if self.question.records:
            present = (numbers["inspections"] > 0) | (numbers["actions"] > 0)
            mask &= present if self.question.records == "yes" else ~present
        return mask

    def _matching(self) -> Mask:
        """Sites close to the words, or whose city has them all, or whose FEI begins with the only one."""
        mask = np.zeros(self.columns.count, dtype=np.bool_)
        position = self.columns.position
        mask[[position[site] for site in self.question.close or () if site in position]] = True
        words = name_key(self.question.text).split()
        for city, places in self.columns.cities.items():
            if all(word in city for word in words):
                mask[places] = True
        if len(words) == 1 and words[0].isdigit():
            feis = self.columns.texts["fei"]
            mask[[at for at, fei in enumerate(feis) if fei.startswith(words[0])]] = True
        return mask

    def _values(self, spec: Facet) -> Ints:
        if spec.key == "country":
            return self.columns.country_code
        return self.columns.numbers[spec.column]

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
        values = self._values(spec)[mask]
        totals = np.bincount(values, minlength=len(self.columns.countries) + len(spec.words) + 1).tolist()
        if spec.key == "country":
            return {country: totals[at] for at, country in enumerate(self.columns.countries)}
        return {value: totals[spec.code(value)] for value in spec.words}

    def _hidden(self, base: Mask, masks: Mapping[str, Mask | None], fits: Mask | None) -> int:
        """How many sites of unclassified organizations the default leaves out."""
        if self.question.chosen.get("kind") or self.question.unclassified:
            return 0
        left = base & (self.columns.numbers["kind"] == CODE_OF_UNCLASSIFIED)
        for name, mask in masks.items():
            if name != "kind" and mask is not None:
                left = left & mask
        return int(np.count_nonzero(left & fits if fits is not None else left))

    def _rows(self, but: str) -> Mask | None:
        """Capabilities that have all that was chosen of them but one facet; None where nothing was."""
        mask: Mask | None = None
        for name, spec in self.of_capability.items():
            chosen = self.question.chosen.get(name, ())
            if name == but or not chosen:
                continue
            wanted = sum(1 << (spec.code(value) - 1) for value in chosen)
            holds = (self.columns.masks[cast(str, spec.part)] & wanted) != 0
            mask = holds if mask is None else mask & holds
        return mask

    def _fits(self, but: str) -> Mask | None:
        rows = self._rows(but)
        if rows is None:
            return None
        fits = np.zeros(self.columns.count, dtype=np.bool_)
        fits[self.columns.owner[rows]] = True
        return fits

    def _count_capability(self, name: str, spec: Facet, sites: Mask) -> Mapping[str, int]:
        part = cast(str, spec.part)
        rows = self._rows(name)
        if rows is None:
            joined = self.columns.all_masks[part][sites]
        else:
            joined = self.columns.by_site(np.where(rows, self.columns.masks[part], 0))[sites]
        return {value: int(np.count_nonzero(joined & (1 << (spec.code(value) - 1)))) for value in spec.words}
