"""The facts of the catalogue that the profile of a site answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from django_countries import countries

from partners.models import (
    Capability,
    Capacity,
    Certificate,
    Organization,
    Service,
    Site,
    SiteEvidence,
    Staffing,
)
from partners.vocabulary import DosageForm, Modality, Operation, Route, Stage, TemperatureBand
from programs.conditions import Collected, Known, Value
from programs.facts import (
    ABILITY,
    PAPERS,
    PROFILE,
    ROOM,
    FactContext,
    FactKind,
    FactSource,
    FactSpec,
    KnownBySite,
    register,
)
from records.past import Row, past_values

type Cell = Value | Sequence[Value] | None


def _country_choices() -> list[tuple[str, str]]:
    return [(code, str(name)) for code, name in countries]


SITE_SPECS = (
    FactSpec("site.country", PROFILE, _("Country"), FactKind.CHOICE, _country_choices),
    FactSpec("site.kind", PROFILE, _("Kind of partner"), FactKind.CHOICE, lambda: Organization.Kind.choices),
    FactSpec("site.standing", PROFILE, _("Standing"), FactKind.CHOICE, lambda: Site.Standing.choices),
)


def gather_site(keys: frozenset[str], sites: Sequence[int], context: FactContext) -> dict[str, KnownBySite]:
    """What a site was on the day. One query."""
    rows = past_values(
        "SELECT s.id, s.country, o.kind, o.country, s.standing FROM {partners_site} s "
        "JOIN {partners_organization} o ON o.id = s.organization_id WHERE s.id = ANY(%(sites)s::bigint[])",
        (Site, Organization),
        context.as_of,
        sites=sites,
    )
    found: dict[str, dict[int, Known]] = {key: {} for key in keys}
    for pk, country, kind, home, standing in rows:
        told = {
            "site.country": str(country or home or ""),
            "site.kind": "" if kind == Organization.Kind.UNCLASSIFIED else kind,
            "site.standing": standing,
        }
        for key in keys:
            if told[key]:
                found[key][pk] = Known((told[key],), closed=True)
    return dict(found)


ABILITY_SPECS = (
    FactSpec("capability.modality", ABILITY, _("Modality"), FactKind.CHOICES, lambda: Modality.choices),
    FactSpec(
        "capability.dosage_form", ABILITY, _("Dosage form"), FactKind.CHOICES, lambda: DosageForm.choices
    ),
    FactSpec("capability.route", ABILITY, _("Route"), FactKind.CHOICES, lambda: Route.choices),
    FactSpec("capability.operation", ABILITY, _("Operation"), FactKind.CHOICES, lambda: Operation.choices),
    FactSpec(
        "capability.stage", ABILITY, _("Stage, in this modality"), FactKind.CHOICES, lambda: Stage.choices
    ),
    FactSpec(
        "capability.batch_max",
        ABILITY,
        _("Largest proven batch, in this modality"),
        FactKind.NUMBER,
        has_batch_unit=True,
    ),
    FactSpec(
        "capability.batch_min",
        ABILITY,
        _("Smallest proven batch, in this modality"),
        FactKind.NUMBER,
        has_batch_unit=True,
    ),
    FactSpec("capability.batches_made", ABILITY, _("Batches made, in this modality"), FactKind.NUMBER),
    FactSpec(
        "capability.years",
        ABILITY,
        _("Experience, in this modality"),
        FactKind.NUMBER,
        unit=_("years"),
    ),
    FactSpec("capability.containment", ABILITY, _("Containment (OEB), in this modality"), FactKind.NUMBER),
    FactSpec(
        "capability.temperature",
        ABILITY,
        _("Temperature band"),
        FactKind.CHOICES,
        lambda: TemperatureBand.choices,
    ),
    FactSpec(
        "service.kind", ABILITY, _("Service in its own house"), FactKind.CHOICES, lambda: Service.Kind.choices
    ),
)
# The column of each fact, and that of its unit where figures have one.
ABILITY_COLUMNS: Mapping[str, tuple[str, str]] = {
    "capability.modality": ("modality", ""),
    "capability.dosage_form": ("dosage_form", ""),
    "capability.route": ("route", ""),
    "capability.operation": ("operation", ""),
    "capability.stage": ("stages", ""),
    "capability.batch_max": ("batch_max", "batch_unit"),
    "capability.batch_min": ("batch_min", "batch_unit"),
    "capability.batches_made": ("batches_made", ""),
    "capability.years": ("years_experience", ""),
    "capability.containment": ("containment_oeb", ""),
    "capability.temperature": ("temperature_bands", ""),
}
OF_MODALITY = frozenset(
    {
        "capability.stage",
        "capability.batch_max",
        "capability.batch_min",
        "capability.batches_made",
        "capability.years",
        "capability.containment",
    }
)


def gather_capabilities(
    keys: frozenset[str], sites: Sequence[int], context: FactContext
) -> dict[str, KnownBySite]:
    """What a site says it makes; facts of a process are read in the program's modality. One query."""
    columns = ["site_id", "modality"]
    columns += sorted({name for key in keys for name in ABILITY_COLUMNS[key] if name} - {*columns})
    at = {name: place for place, name in enumerate(columns)}
    found: dict[str, dict[int, Collected]] = {key: defaultdict(Collected) for key in keys}
    # Thousands of rows pass here, so places of columns are looked up once.
    wanted = [
        (found[key], at[value], at[unit] if unit else None, key in OF_MODALITY and bool(context.modality))
        for key in keys
        for value, unit in (ABILITY_COLUMNS[key],)
    ]
    for row in _valid(Capability, columns, sites, context):
        is_own = row[1] == context.modality
        for told, value_at, unit_at, only_own in wanted:
            if is_own or not only_own:
                cell = row[value_at]
                if isinstance(cell, Decimal | int):
                    cell = float(cell)
                told[row[0]].add(cell, "" if unit_at is None else row[unit_at])
    return _known(found)


def gather_services(
    keys: frozenset[str], sites: Sequence[int], context: FactContext
) -> dict[str, KnownBySite]:
    """Services of the site's own people. A list of services is never complete. One query."""
    rows = _valid(Service, ("site_id", "kind"), sites, context, "AND in_house")
    return {"service.kind": _listed(rows)}


PAPER_SPECS = (
    FactSpec(
        "certificate.kind", PAPERS, _("Valid certificate"), FactKind.CHOICES, lambda: Certificate.Kind.choices
    ),
    FactSpec(
        "certificate.jurisdiction",
        PAPERS,
        _("GMP certificate valid in"),
        FactKind.CHOICES,
        lambda: Certificate.Jurisdiction.choices,
    ),
)


def gather_certificates(
    keys: frozenset[str], sites: Sequence[int], context: FactContext
) -> dict[str, KnownBySite]:
    """Certificates that had not expired. One not on record may exist all the same. One query."""
    rows = _valid(Certificate, ("site_id", "kind", "jurisdiction"), sites, context)
    found = {
        "certificate.kind": _listed((site, kind) for site, kind, _where in rows),
        "certificate.jurisdiction": _listed(
            (site, where) for site, kind, where in rows if kind == Certificate.Kind.GMP
        ),
    }
    return {key: found[key] for key in keys}


ROOM_SPECS = (
    FactSpec(
        "capacity.reservable",
        ROOM,
        _("Reservable capacity of a year"),
        FactKind.NUMBER,
        has_batch_unit=True,
    ),
    FactSpec("capacity.next_slot", ROOM, _("Next free slot"), FactKind.DATE),
    FactSpec("capacity.lead_months", ROOM, _("Time to add capacity"), FactKind.NUMBER, unit=_("months")),
)
PEOPLE_SPECS = (
    FactSpec("staffing.headcount", ROOM, _("People"), FactKind.NUMBER),
    FactSpec("staffing.quality", ROOM, _("People in quality"), FactKind.NUMBER),
)


def gather_capacity(
    keys: frozenset[str], sites: Sequence[int], context: FactContext
) -> dict[str, KnownBySite]:
    """What the lines of a site offer from this year on. One query."""
    columns = ("site_id", "reservable", "unit", "next_slot_on", "added_capacity_lead_months")
    rows = _valid(Capacity, columns, sites, context, "AND year >= %(year)s")
    found: dict[str, dict[int, Collected]] = {key: defaultdict(Collected) for key in keys}
    for site, reservable, unit, slot, months in rows:
        told: dict[str, tuple[Cell, str]] = {
            "capacity.reservable": (_figure(reservable), unit),
            "capacity.next_slot": (slot.isoformat() if slot else None, ""),
            "capacity.lead_months": (_figure(months), ""),
        }
        for key in keys:
            found[key][site].add(*told[key])
    return _known(found)


def gather_people(keys: frozenset[str], sites: Sequence[int], context: FactContext) -> dict[str, KnownBySite]:
    """The latest year of staffing. One query."""
    columns = ("site_id", "headcount", "quality_headcount")
    # The last one of a site stays.
    rows = _valid(Staffing, columns, sites, context, "ORDER BY site_id, year, id")
    latest = {site: (people, quality) for site, people, quality in rows}
    found: dict[str, dict[int, Known]] = {key: {} for key in keys}
    for site, (people, quality) in latest.items():
        for key, value in (("staffing.headcount", people), ("staffing.quality", quality)):
            if key in keys and value is not None:
                found[key][site] = Known((float(value),), closed=True)
    return dict(found)


VALID = (
    "SELECT {columns} FROM {{{table}}} t WHERE site_id = ANY(%(sites)s::bigint[]) "
    "AND COALESCE(known_on, (recorded_at AT TIME ZONE 'UTC')::date) <= %(day)s "
    "AND (replaced_on IS NULL OR replaced_on > %(day)s) AND (expires_on IS NULL OR expires_on >= %(day)s) "
)


def _valid(
    model: type[SiteEvidence],
    columns: Sequence[str],
    sites: Sequence[int],
    context: FactContext,
    further: str = "",
) -> list[Row]:
    """Columns of the evidence that was known, not replaced and not expired on the day, as it stood on it.

    ``further`` is SQL of this module: more conditions, or an order.
    """
    query = VALID.format(columns=", ".join(columns), table=model._meta.db_table) + further
    day = context.as_of
    return past_values(query, (model,), day, sites=sites, day=day, year=day.year)


def _listed(rows: Any) -> dict[int, Known]:
    """What stands in a list that is never complete."""
    found: dict[int, Collected] = defaultdict(Collected)
    for site, word in rows:
        found[site].add(word)
    return {site: row.known(complete=False) for site, row in found.items()}


def _known(found: Mapping[str, Mapping[int, Collected]]) -> dict[str, KnownBySite]:
    return {key: {site: row.known() for site, row in rows.items()} for key, rows in found.items()}


def _figure(value: Any) -> float | None:
    return None if value is None else float(value)


def register_site_facts() -> None:
    """Called when the application is ready."""
    register(FactSource(SITE_SPECS, gather_site))
    register(FactSource(ABILITY_SPECS[:-1], gather_capabilities))
    register(FactSource(ABILITY_SPECS[-1:], gather_services))
    register(FactSource(PAPER_SPECS, gather_certificates))
    register(FactSource(ROOM_SPECS, gather_capacity))
    register(FactSource(PEOPLE_SPECS, gather_people))
