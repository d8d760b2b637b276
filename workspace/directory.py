"""The directory: sites with what their records say in short, and how many there are of each kind."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import cast

from django.contrib.postgres.expressions import ArraySubquery
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from audits.models import Inspection, RegulatoryAction
from partners.models import Capability, Organization
from partners.querysets import SiteQuerySet

UNCLASSIFIED = Organization.Kind.UNCLASSIFIED


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
    `dosage_forms`. Each is a subquery that the database works out for the rows of the page only (for all rows
    where the page is sorted by it). Lazy: one query when read.
    """
    inspections = Inspection.objects.filter(site=OuterRef("pk")).order_by()
    latest = Inspection.objects.filter(site=OuterRef("pk"), happened_on__isnull=False).order_by(
        "-happened_on"
    )
    actions = RegulatoryAction.objects.filter(site=OuterRef("pk")).order_by()
    capabilities = Capability.objects.filter(site=OuterRef("pk")).order_by()
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


def _counted(rows: models.QuerySet[models.Model]) -> Subquery:
    # Not the primary key: the index on the site alone then answers, without the rows themselves.
    return Subquery(rows.values("site").annotate(total=Count("site")).values("total"))


def with_capability(sites: SiteQuerySet, *, modality: str = "", dosage_form: str = "") -> SiteQuerySet:
    """Sites of which one and the same capability has both the modality and the dosage form."""
    wanted = {"modality": modality, "dosage_form": dosage_form}
    given = {name: value for name, value in wanted.items() if value}
    if not given:
        return sites
    return sites.filter(Exists(Capability.objects.filter(site=OuterRef("pk"), **given)))


def with_records(sites: SiteQuerySet, present: bool) -> SiteQuerySet:
    """Sites with an inspection or a regulatory action, or those without any."""
    has_any = Q(Exists(Inspection.objects.filter(site=OuterRef("pk")))) | Q(
        Exists(RegulatoryAction.objects.filter(site=OuterRef("pk")))
    )
    return sites.filter(has_any if present else ~has_any)


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen of the three facets; empty means any. Unclassified sites show only when asked for."""

    kind: str = ""
    country: str = ""
    standing: str = ""
    unclassified: bool = False

    def kind_fits(self, kind: str) -> bool:
        if self.kind:
            return kind == self.kind
        return self.unclassified or kind != UNCLASSIFIED


@dataclass(slots=True)
class Facets:
    """How many sites each choice would show, with the other choices as they are."""

    kinds: dict[str, int] = field(default_factory=dict)
    countries: dict[str, int] = field(default_factory=dict)
    standings: dict[str, int] = field(default_factory=dict)
    shown: int = 0
    hidden: int = 0


def facets_of(sites: SiteQuerySet, choice: Choice) -> Facets:
    """Count the sites by kind, country and standing at once. One query, whatever is counted."""
    rows = (
        sites.order_by().values_list("organization__kind", "country", "standing").annotate(total=Count("pk"))
    )
    facets = Facets()
    for kind, country, standing, total in _plain(rows):
        fits_kind = choice.kind_fits(kind)
        fits_country = choice.country in ("", country)
        fits_standing = choice.standing in ("", standing)
        if fits_country and fits_standing:
            _add(facets.kinds, kind, total)
        if fits_kind and fits_standing:
            _add(facets.countries, country, total)
        if fits_kind and fits_country:
            _add(facets.standings, standing, total)
        if fits_kind and fits_country and fits_standing:
            facets.shown += total
        elif fits_country and fits_standing and kind == UNCLASSIFIED and not choice.kind:
            facets.hidden += total
    return facets


def _plain(rows: Iterable[tuple[str, str, str, int]]) -> Iterable[tuple[str, str, str, int]]:
    return ((kind, str(country or ""), standing, total) for kind, country, standing, total in rows)


def _add(counts: dict[str, int], key: str, total: int) -> None:
    counts[key] = counts.get(key, 0) + total


def choose(sites: SiteQuerySet, choice: Choice) -> SiteQuerySet:
    """The sites of the chosen facets."""
    if choice.kind:
        sites = sites.filter(organization__kind=choice.kind)
    elif not choice.unclassified:
        sites = sites.classified()
    if choice.country:
        sites = sites.filter(country=choice.country)
    if choice.standing:
        sites = sites.filter(standing=choice.standing)
    return sites
