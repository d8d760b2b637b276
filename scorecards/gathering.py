"""Evidence from the database into columns: one query per table, whatever the number of sites.

Rows never become Python objects. The database aggregates each column into one array, psycopg hands over its
binary form, and NumPy reads it in place (array format: PostgreSQL, src/backend/utils/adt/arrayfuncs.c).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, cast

import numpy as np
import psycopg
from django.db import connection
from numpy.typing import NDArray
from psycopg.adapt import Loader
from psycopg.pq import Format

from audits.models import Authority, Inspection, RegulatoryAction
from partners.vocabulary import EvidenceStrength
from scorecards.derivation import facts as f

ARRAY_HEADER_BYTES = 20
ELEMENT_TYPES = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8"}
ABSENT_DATE = f"'{date.fromordinal(f.EPOCH).isoformat()}'"

OUTCOMES: Mapping[str, f.InspectionOutcome] = {
    Inspection.Classification.NAI: f.InspectionOutcome.NAI,
    Inspection.Classification.COMPLIANT: f.InspectionOutcome.COMPLIANT,
    Inspection.Classification.VAI: f.InspectionOutcome.VAI,
    Inspection.Classification.PENDING: f.InspectionOutcome.PENDING,
    Inspection.Classification.OAI: f.InspectionOutcome.OAI,
    Inspection.Classification.NON_COMPLIANT: f.InspectionOutcome.NON_COMPLIANT,
}
AUTHORITIES: Mapping[str, f.Authority] = {
    Authority.FDA: f.Authority.FDA,
    Authority.EMA: f.Authority.EMA,
    Authority.MHRA: f.Authority.MHRA,
    Authority.PMDA: f.Authority.PMDA,
    Authority.OTHER: f.Authority.OTHER,
}
KINDS: Mapping[str, f.ActionKind] = {
    RegulatoryAction.Kind.FORM_483: f.ActionKind.FORM_483,
    RegulatoryAction.Kind.WARNING_LETTER: f.ActionKind.WARNING_LETTER,
    RegulatoryAction.Kind.RECALL: f.ActionKind.RECALL,
    RegulatoryAction.Kind.IMPORT_ALERT: f.ActionKind.IMPORT_ALERT,
    RegulatoryAction.Kind.NON_COMPLIANCE: f.ActionKind.NON_COMPLIANCE,
    RegulatoryAction.Kind.CLOSEOUT: f.ActionKind.CLOSEOUT,
}
GMP: Mapping[str, f.Gmp] = {
    RegulatoryAction.Gmp.UNKNOWN: f.Gmp.UNKNOWN,
    RegulatoryAction.Gmp.NO: f.Gmp.NO,
    RegulatoryAction.Gmp.YES: f.Gmp.YES,
}
STRENGTHS: Mapping[str, int] = {
    EvidenceStrength.CLAIMED: 1,
    EvidenceStrength.DOCUMENTED: 2,
    EvidenceStrength.VERIFIED: 3,
}


def _codes(column: str, codes: Mapping[str, int], other: int) -> str:
    """SQL that turns a word into its code. Words and codes are constants of this module."""
    cases = " ".join(f"WHEN '{word}' THEN {int(code)}" for word, code in codes.items())
    return f"(CASE {column} {cases} ELSE {other} END)::int2"


def _days(expression: str) -> str:
    return f"COALESCE({expression} - DATE {ABSENT_DATE}, {f.ABSENT})"


def _hash(column: str) -> str:
    return f"CASE {column} WHEN '' THEN 0 ELSE hashtextextended({column}, 0) END"


# A row that its source has not dated was known at the latest on the day it was written here.
KNOWN_ON = _days("COALESCE(known_on, (recorded_at AT TIME ZONE 'UTC')::date)")
HAPPENED_ON = _days("COALESCE(happened_on, known_on, (recorded_at AT TIME ZONE 'UTC')::date)")
OF_SITES = "site_id = ANY(%(sites)s::bigint[])"

INSPECTIONS = {
    "site": "site_id",
    "id": "id",
    "known_on": KNOWN_ON,
    "ended_on": HAPPENED_ON,
    "outcome": _codes("classification", OUTCOMES, f.InspectionOutcome.PENDING),
    "authority": _codes("authority", AUTHORITIES, f.Authority.OTHER),
}
CITATIONS = {
    "site": "site_id",
    "id": "id",
    "known_on": KNOWN_ON,
    "happened_on": HAPPENED_ON,
    "regulation": _hash("regulation"),
    "is_data_integrity": "is_data_integrity::int::int2",
}
ACTIONS = {
    "site": "site_id",
    "id": "id",
    "known_on": KNOWN_ON,
    "happened_on": HAPPENED_ON,
    "kind": _codes("kind", KINDS, f.ActionKind.OTHER),
    "gmp": _codes("gmp", GMP, f.Gmp.UNKNOWN),
    "recall_class": "(CASE recall_class WHEN '' THEN 0 ELSE recall_class::int END)::int2",
    "event": _hash("event_key"),
    "closed_on": _days("closed_on"),
    "source": _hash("source"),
    "reference": _hash("reference"),
}
CAPABILITIES = {
    "site": "site_id",
    "id": "id",
    "known_on": _days("COALESCE(known_on, happened_on, (recorded_at AT TIME ZONE 'UTC')::date)"),
    "expires_on": _days("expires_on"),
    "modality": "modality",
    "dosage_form": "dosage_form",
    "route": "route",
    "stages": "array_to_string(stages, ',')",
    "batch_min": "COALESCE(batch_min, 'NaN')::float8",
    "batch_max": "COALESCE(batch_max, 'NaN')::float8",
    "batch_unit": "batch_unit",
    "batches_made": "COALESCE(batches_made, 'NaN'::float8)",
    "years": "COALESCE(years_experience, 'NaN'::float8)",
    "has_limits": "(stated_limits <> '')::int::int2",
    "strength": _codes("strength", STRENGTHS, 0),
}

# Product types of drug and biologic GMP; an action whose source names none may be one of them.
OF_DRUGS = "(product_type = '' OR product_type ~* '(drug|biologic)')"


def gather_facts(site_ids: Iterable[int]) -> f.Facts:
    """All evidence about the sites, in four queries. Positions follow the ids in ascending order."""
    sites = np.unique(np.fromiter(site_ids, dtype=np.int64))
    gmp = f"{OF_SITES} AND is_drug_gmp"
    return f.Facts(
        sites=sites,
        inspections=_table(f.Inspections, "audits_inspection", INSPECTIONS, gmp, sites),
        citations=_table(f.Citations, "audits_citation", CITATIONS, gmp, sites),
        actions=_table(f.Actions, "audits_regulatoryaction", ACTIONS, f"{OF_SITES} AND {OF_DRUGS}", sites),
        capabilities=_table(f.Capabilities, "partners_capability", CAPABILITIES, OF_SITES, sites),
    )


def _table[T: f.Table](
    kind: type[T], table: str, columns: Mapping[str, str], where: str, sites: f.IntArray
) -> T:
    selected = ", ".join(f"array_agg({sql})" for sql in columns.values())
    arrays = _arrays(f"SELECT {selected} FROM {table} WHERE {where}", sites)
    if arrays is None:
        return kind.empty()
    named = dict(zip(columns, arrays, strict=True))
    named["site"] = np.searchsorted(sites, named["site"])
    return kind(**named).by_site()


class _ArrayLoader(Loader):
    """Leaves the binary form of an array of numbers as it comes."""

    format = Format.BINARY

    def load(self, data: Any) -> bytes:
        return bytes(data)


def _arrays(query: str, sites: f.IntArray) -> list[NDArray[Any]] | None:
    """Run a query whose single row holds one array per column; None where it found no row."""
    connection.ensure_connection()
    pool = connection.connection.adapters.types
    # Django's own cursors bind on the client, which rules out binary results. The wrapper keeps the query
    # in Django's log, so that it is counted.
    raw = psycopg.Cursor(connection.connection)
    raw.format = Format.BINARY
    for name in ELEMENT_TYPES:
        raw.adapters.register_loader(pool[name].array_oid, _ArrayLoader)
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(cast(Any, raw)) as cursor:
        # One text for the whole list: adapting thousands of numbers one by one costs more than the query.
        cursor.execute(query, {"sites": "{" + ",".join(map(str, sites.tolist())) + "}"})
        row = cursor.fetchone()
        types = [pool.get(column.type_code) for column in raw.description or ()]
    if row is None or row[0] is None:
        return None
    return [_column(cell, info.name if info else "") for cell, info in zip(row, types, strict=True)]


def _column(cell: Any, element_type: str) -> NDArray[Any]:
    if not isinstance(cell, bytes):
        return np.array(cell, dtype=np.str_)
    element = ELEMENT_TYPES[element_type]
    layout = np.dtype([("size", ">i4"), ("value", element)])
    values = np.frombuffer(cell, dtype=layout, offset=ARRAY_HEADER_BYTES)["value"]
    return values.astype(np.float64 if element == ">f8" else np.int64)
