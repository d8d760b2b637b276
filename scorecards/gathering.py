"""Evidence from the database into columns: one query whatever the number of sites, and one for a past day.

Rows never become Python objects. The database strings the binary form of each column's numbers together, and
NumPy reads the bytes in place.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import date
from functools import cache
from itertools import batched
from typing import Any, cast

import numpy as np
import psycopg
from django.db import connection
from django.utils import timezone
from numpy.typing import NDArray
from psycopg.pq import Format

from audits.models import Authority, Inspection, RegulatoryAction
from records.past import Past, past
from scorecards.derivation import facts as f
from scorecards.derivation.columns import Table
from scorecards.profile_sql import PROFILE, READ_AS_OF, Source, codes, days, hashed

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

# How a column of numbers travels: the type that it is sent as, and how NumPy reads it (network byte order).
# Days fit four bytes, which keeps the answer for thousands of sites a third smaller.
DAYS, WHOLE, REAL = ("int4", ">i4"), ("int8", ">i8"), ("float8", ">f8")

# A row that its source has not dated was known at the latest on the day it was written here.
KNOWN_ON = days("COALESCE(known_on, (recorded_at AT TIME ZONE 'UTC')::date)")
HAPPENED_ON = days("COALESCE(happened_on, known_on, (recorded_at AT TIME ZONE 'UTC')::date)")

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
    "inspections": Source(f.Inspections, INSPECTIONS, "{audits_inspection} t", "site_id", "is_drug_gmp"),
    "citations": Source(f.Citations, CITATIONS, "{audits_citation} t", "site_id", "is_drug_gmp"),
    "actions": Source(f.Actions, ACTIONS, "{audits_regulatoryaction} t", "site_id", OF_DRUGS),
}


SOURCES: Mapping[str, Source] = {**REGULATORY, **PROFILE}
# PostgreSQL looks for the best order of up to eight one-row results; twenty-one took it 0.2 s to plan.
PLANNED_TOGETHER = 6
# With a longer list of sites, planning takes milliseconds a table.
LONG_LIST = 200


def gather_facts(
    site_ids: Iterable[int], package_id: int | None = None, as_of: date | None = None
) -> f.Facts:
    """All evidence about the sites, as its rows stood on a day (today by default), in one query or two.

    Rows that came to be known later are among them; `Facts.known_by` leaves them out. Positions follow the
    ids in ascending order. Proposals are those of the work package ``package_id``, none without one.
    """
    sites = np.unique(np.fromiter(site_ids, dtype=np.int64))
    stood = past(as_of or timezone.localdate(), READ_AS_OF)
    # Sites that were entered together have their ids in a row: the range is asked for, and the few strangers
    # in it are dropped here.
    in_a_row = len(sites) > LONG_LIST and bool(sites[-1] - sites[0] < 2 * len(sites))
    query = _query(stood, in_a_row=in_a_row)
    cells = iter(_cells(query, sites, {**stood.params, "package": package_id}))
    found = {
        name: _table(name, {column: next(cells) for column in source.columns}, sites)
        for name, source in SOURCES.items()
    }
    return f.Facts(sites, **found)  # type: ignore[arg-type]


def _query(stood: Past, *, in_a_row: bool) -> str:
    """A single row with a cell for each column of each source: aggregates, side by side."""
    relations = stood.relations(READ_AS_OF)
    asked = "BETWEEN %(first)s AND %(last)s" if in_a_row else "= ANY(%(sites)s::bigint[])"
    parts = [
        f"(SELECT {', '.join(_aggregate(name, *each) for each in source.columns.items())} "
        f"FROM {source.origin.format_map(relations)} "
        f"WHERE {source.site} {asked} AND {source.where}) AS {name}"
        for name, source in SOURCES.items()
    ]
    # OFFSET 0 keeps the groups apart, and so the orders that are tried few.
    groups = [
        f"(SELECT * FROM {', '.join(group)} OFFSET 0) AS group_{number}"
        for number, group in enumerate(batched(parts, PLANNED_TOGETHER))
    ]
    return f"SELECT * FROM {', '.join(groups)}"


def _aggregate(table: str, column: str, sql: str) -> str:
    travels = _travels(table, column)
    if travels is None:
        return f"array_agg({sql})"
    sent_as, _layout = travels
    return f"string_agg({sent_as}send(({sql})::{sent_as}), ''::bytea)"


@cache
def _travels(table: str, column: str) -> tuple[str, str] | None:
    """How a column of a source travels; None for words."""
    holds = next(str(field.type) for field in fields(SOURCES[table].kind) if field.name == column)
    if holds == "TextArray":
        return None
    if holds == "FloatArray":
        return REAL
    return DAYS if column.endswith("_on") else WHOLE


def _cells(query: str, sites: f.IntArray, params: Mapping[str, Any]) -> tuple[Any, ...]:
    """Run a query whose single row holds a cell for each column; None where an aggregate found no row."""
    connection.ensure_connection()
    # Django's own cursors bind on the client, which rules out binary results. The wrapper keeps the query
    # in Django's log, so that it is counted.
    raw = psycopg.Cursor(connection.connection)
    raw.format = Format.BINARY
    wrap = connection.make_debug_cursor if connection.queries_logged else connection.make_cursor
    with wrap(cast(Any, raw)) as cursor:
        values = {
            **params,
            # One text for the whole list: adapting thousands of numbers one by one costs more than the query.
            "sites": "{" + ",".join(map(str, sites.tolist())) + "}",
            "first": int(sites[0]) if len(sites) else 0,
            "last": int(sites[-1]) if len(sites) else 0,
        }
        cursor.execute(query, values)
        return tuple(cursor.fetchone() or ())


def _table(name: str, cells: Mapping[str, Any], sites: f.IntArray) -> Table:
    kind = SOURCES[name].kind
    if cells["site"] is None:
        return kind.empty()
    columns = {column: _column(cell, _travels(name, column)) for column, cell in cells.items()}
    at = np.searchsorted(sites, columns["site"])
    found = kind(**{**columns, "site": at})
    return found.where(sites[at] == columns["site"]).by_site()


def _column(cell: Any, travels: tuple[str, str] | None) -> NDArray[Any]:
    if travels is None:
        # Thousands of rows say one of a few words.
        places = {word: at for at, word in enumerate(dict.fromkeys(cell))}
        return np.array(list(places), dtype=np.str_)[np.fromiter(map(places.__getitem__, cell), np.int64)]
    values = np.frombuffer(cell, dtype=travels[1])
    return values.astype(np.float64 if travels is REAL else np.int64)
