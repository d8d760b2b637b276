"""Fictional rows in any number, by `COPY`, for measuring at full size."""

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

import psycopg
from django.db import connection

from common.models import Dated
from common.text import name_key
from partners.models import Organization
from partners.vocabulary import (
    DosageForm,
    EvidenceStrength,
    Modality,
    Operation,
    Route,
    Stage,
    TemperatureBand,
)
from records.context import recorded

FIRST_FEI = 98_000_000_001
SOURCE = "demo-bulk"
COUNTRIES = ("US", "IN", "CN", "DE", "FR", "IT", "IE", "CH", "JP", "GB", "ES", "KR", "CA", "BE", "DK")
WORDS = (
    "Ashgrove", "Bellmere", "Castellon", "Dravik", "Elmhurst", "Fairlow", "Glenrock", "Harlan", "Ironbridge",
    "Juneau", "Kelmscott", "Larkspur", "Montrevel", "Northgate", "Oldham", "Pinecrest", "Quarry", "Rosedale",
)  # fmt: skip
TRADES = ("Pharma", "Biologics", "Sterile", "Labs", "Therapeutics", "Manufacturing")
OUTCOMES, WEIGHTS = ("nai", "vai", "oai"), (58, 36, 6)
SITE_COLUMNS = (
    "organization_id", "name", "name_key", "fei", "city", "country", "standing", "duns", "oms_location_id",
    "street", "state", "postal_code", "version", "updated_at",
)  # fmt: skip
CAPABILITY_COLUMNS = (
    "site_id", "modality", "dosage_form", "route", "operation", "stages", "batch_min", "batch_max", "batch_unit",
    "containment_oeb", "temperature_bands", "batches_made", "years_experience", "stated_limits", "strength",
    "document", "happened_on", "known_on", "known_on_basis", "version", "updated_at",
)  # fmt: skip
INSPECTION_COLUMNS = (
    "site_id", "authority", "inspection_number", "happened_on", "known_on", "known_on_basis", "classification",
    "project_area", "product_type", "fiscal_year", "citations_posted", "is_drug_gmp", "source", "source_key",
    "source_sha256", "row_sha256", "updated_at",
)  # fmt: skip


def bulk_seed(*, sites: int, inspections: int, today: date) -> None:
    """Write that many fictional sites, and that many inspections spread over them; the same for a same date.

    Raises:
        ValueError: inspections are asked for without sites to hold them.
    """
    if inspections and not sites:
        raise ValueError("Inspections need at least one site.")
    random = Random(sites * 1_000_003 + inspections)
    with recorded(actor=None, reason="Demonstration data"), connection.cursor() as cursor:
        driver: psycopg.Cursor = cursor.cursor  # Django's wrapper has no COPY
        organization = Organization.objects.create(
            legal_name=f"Fictional sites, {sites} of them", kind=Organization.Kind.CDMO, is_demo=True
        )
        cursor.execute("SELECT coalesce(max(fei::bigint) + 1, %s) FROM partners_site WHERE fei LIKE '98_________'",
                       [FIRST_FEI])  # fmt: skip
        first = cursor.fetchone()[0]
        _copy(driver, "partners_site", SITE_COLUMNS, _sites(organization.pk, sites, first, random))
        cursor.execute(
            "SELECT id FROM partners_site WHERE organization_id = %s ORDER BY id", [organization.pk]
        )
        ids = [row[0] for row in cursor.fetchall()]
        _copy(driver, "partners_capability", CAPABILITY_COLUMNS, _capabilities(ids, today, random))
        _copy(
            driver,
            "audits_inspection",
            INSPECTION_COLUMNS,
            _inspections(ids, inspections, first, today, random),
        )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE partners_site, partners_capability, audits_inspection, audits_siteindex")


def _copy(
    cursor: psycopg.Cursor, table: str, columns: tuple[str, ...], rows: Iterator[tuple[object, ...]]
) -> None:
    names = psycopg.sql.SQL(", ").join(map(psycopg.sql.Identifier, columns))
    statement = psycopg.sql.SQL("COPY {} ({}) FROM STDIN").format(psycopg.sql.Identifier(table), names)
    with cursor.copy(statement) as copy:
        for row in rows:
            copy.write_row(row)


def _sites(organization: int, count: int, first: int, random: Random) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        city = random.choice(WORDS)
        name = f"{random.choice(WORDS)} {random.choice(TRADES)} {number + 1}, {city}"
        yield (
            organization, name, name_key(name), str(first + number), city, random.choice(COUNTRIES), "active",
            "", "", "", "", "", 1, "now",
        )  # fmt: skip


def _capabilities(sites: list[int], today: date, random: Random) -> Iterator[tuple[object, ...]]:
    """One to three kinds of work for each site."""
    stages, bands = Stage.values, TemperatureBand.values
    stated_on = today - timedelta(days=200)
    for site in sites:
        for _ in range(random.randrange(1, 4)):
            first = random.randrange(len(stages))
            unit = random.choice(("kg", "L", "vials"))
            largest = random.choice((50, 400, 3_000, 40_000, 200_000))
            yield (
                site, random.choice(Modality.values), random.choice(DosageForm.values),
                random.choice(Route.values), random.choice(Operation.values), stages[first : first + 3], 1, largest, unit,
                random.choice((None, 3, 4, 5)), [random.choice(bands)], random.randrange(200), random.randrange(1, 25),
                "", random.choice(EvidenceStrength.values), "", stated_on, stated_on,
                Dated.KnownBasis.SOURCE.value, 1, "now",
            )  # fmt: skip


def _inspections(
    sites: list[int], count: int, first: int, today: date, random: Random
) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        ended_on = today - timedelta(days=random.randrange(30, 5_400))
        outcome = random.choices(OUTCOMES, WEIGHTS)[0]
        yield (
            sites[number % len(sites)], "fda", f"B{first + number}", ended_on, ended_on + timedelta(days=90),
            Dated.KnownBasis.LAG.value, outcome, "Drug Quality Assurance", "Drugs", ended_on.year,
            outcome != "nai", True, SOURCE, f"inspection-{first}-{number}", "", "", "now",
        )  # fmt: skip
