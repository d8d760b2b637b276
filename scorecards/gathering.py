"""Evidence from the database into columns: six queries whatever the number of sites, and one for a past day.

The three large regulatory tables have a query each, the eighteen small ones of a profile share three.

Rows never become Python objects. The database aggregates each column into one array, psycopg hands over its
binary form, and NumPy reads it in place (array format: PostgreSQL, src/backend/utils/adt/arrayfuncs.c).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from itertools import batched
from typing import Any, cast

import numpy as np
import psycopg
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray
from psycopg.adapt import Loader
from psycopg.pq import Format

from audits.models import Authority, Inspection, RegulatoryAction
from records.past import Past, past
from scorecards.derivation import facts as f
from scorecards.profile_sql import CHANGED_IN_PLACE, SOURCES, Source, codes, days, hashed

ARRAY_HEADER_BYTES = 20
ELEMENT_TYPES = {"int2": ">i2", "int4": ">i4", "int8": ">i8", "float8": ">f8"}

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
    RegulatoryAction.Kind.INJUNCTION: f.ActionKind.INJUNCTION,
    RegulatoryAction.Kind.SEIZURE: f.ActionKind.SEIZURE,
}
GMP: Mapping[str, f.Gmp] = {
    RegulatoryAction.Gmp.UNKNOWN: f.Gmp.UNKNOWN,
    RegulatoryAction.Gmp.NO: f.Gmp.NO,
    RegulatoryAction.Gmp.YES: f.Gmp.YES,
}

# A row that its source has not dated was known at the latest on the day it was written here.
KNOWN_ON = days("COALESCE(known_on, (recorded_at AT TIME ZONE 'UTC')::date)")
HAPPENED_ON = days("COALESCE(happened_on, known_on, (recorded_at AT TIME ZONE 'UTC')::date)")
OF_SITES = "site_id = ANY(%(sites)s::bigint[])"

INSPECTIONS = {
    "site": "site_id",
    "id": "id",
    "known_on": KNOWN_ON,
    "ended_on": HAPPENED_ON,
    "outcome": codes("classification", OUTCOMES, f.InspectionOutcome.PENDING),
    "authority": codes("authority", AUTHORITIES, f.Authority.OTHER),
}
CITATIONS = {
    "site": "site_id",
    "id": "id",
    "known_on": KNOWN_ON,
    "happened_on": HAPPENED_ON,
    "regulation": hashed("regulation"),
    "is_data_integrity": "is_data_integrity::int::int2",
}
ACTIONS = {
    "site": "site_id",
    "id": "id",
    "known_on": KNOWN_ON,
    "happened_on": HAPPENED_ON,
    "kind": codes("kind", KINDS, f.ActionKind.OTHER),
    "gmp": codes("gmp", GMP, f.Gmp.UNKNOWN),
    "recall_class": "(CASE recall_class WHEN '' THEN 0 ELSE recall_class::int END)::int2",
    "event": hashed("event_key"),
    "closed_on": days("closed_on"),
    "source": hashed("source"),
    "reference": hashed("reference"),
    # "Lack of sterility assurance", "non-sterility": the agency's words for it all hold this one.
    "is_sterility": f"(kind = '{RegulatoryAction.Kind.RECALL}' AND text ~* 'steril')::int::int2",
}

# Product types of drug and biologic GMP; an action whose source names none may be one of them.
OF_DRUGS = "(product_type = '' OR product_type ~* '(drug|biologic)')"


REGULATORY: Mapping[str, Source] = {
    "inspections": Source(f.Inspections, INSPECTIONS, "{audits_inspection} t", f"{OF_SITES} AND is_drug_gmp"),
    "citations": Source(f.Citations, CITATIONS, "{audits_citation} t", f"{OF_SITES} AND is_drug_gmp"),
    "actions": Source(f.Actions, ACTIONS, "{audits_regulatoryaction} t", f"{OF_SITES} AND {OF_DRUGS}"),
}


ALL: Mapping[str, Source] = {**REGULATORY, **SOURCES}
# PostgreSQL looks for the best order of up to eight one-row results; twenty-one took it 0.2 s to plan.
PER_QUERY = 6


def gather_facts(
    site_ids: Iterable[int], package_id: int | None = None, as_of: date | None = None
) -> f.Facts:
    """All evidence about the sites, as its rows stood on a day (today by default), in six queries or seven.

    Rows that came to be known later are among them; `Facts.known_by` leaves them out. Positions follow the
    ids in ascending order. Proposals are those of the work package ``package_id``, none without one.
    """
    sites = np.unique(np.fromiter(site_ids, dtype=np.int64))
    stood = past(as_of or timezone.localdate(), CHANGED_IN_PLACE)
    found: dict[str, f.Table] = {}
    for names in (*((name,) for name in REGULATORY), *batched(SOURCES, PER_QUERY)):
        found |= _tables({name: ALL[name] for name in names}, sites, package_id, stood)
    return f.Facts(sites, **found)  # type: ignore[arg-type]


def _tables(
    sources: Mapping[str, Source], sites: f.IntArray, package_id: int | None, stood: Past
) -> dict[str, f.Table]:
    """Tables of facts in one query: each source is aggregated to one row, and the rows stand side by side."""
    relations = stood.relations(CHANGED_IN_PLACE)
    parts = [
        f"(SELECT {', '.join(f'array_agg({sql})' for sql in source.columns.values())} "
        f"FROM {source.origin.format_map(relations)} WHERE {source.where}) AS {name}"
        for name, source in sources.items()
    ]
    values = {**stood.params, "package": package_id}
    arrays = iter(_arrays(f"SELECT * FROM {', '.join(parts)}", sites, values))
    found: dict[str, f.Table] = {}
    for name, source in sources.items():
        every = {column: next(arrays) for column in source.columns}
        columns = {column: cells for column, cells in every.items() if cells is not None}
        if not columns:
            found[name] = source.kind.empty()
            continue
        columns["site"] = np.searchsorted(sites, columns["site"])
        found[name] = source.kind(**columns).by_site()
    return found


class _ArrayLoader(Loader):
    """Leaves the binary form of an array of numbers as it comes."""

    format = Format.BINARY

    def load(self, data: Any) -> bytes:
        return bytes(data)


def _arrays(query: str, sites: f.IntArray, values: Mapping[str, Any]) -> list[NDArray[Any] | None]:
    """Run a query whose single row holds one array per column; None where an aggregate found no row."""
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
        cursor.execute(query, {**values, "sites": "{" + ",".join(map(str, sites.tolist())) + "}"})
        row = cursor.fetchone() or ()
        types = [pool.get(column.type_code) for column in raw.description or ()]
    return [
        None if cell is None else _column(cell, info.name if info else "")
        for cell, info in zip(row, types, strict=True)
    ]


def _column(cell: Any, element_type: str) -> NDArray[Any]:
    if not isinstance(cell, bytes):
        return np.array(cell, dtype=np.str_)
    element = ELEMENT_TYPES[element_type]
    layout = np.dtype([("size", ">i4"), ("value", element)])
    values = np.frombuffer(cell, dtype=layout, offset=ARRAY_HEADER_BYTES)["value"]
    return values.astype(np.float64 if element == ">f8" else np.int64)
