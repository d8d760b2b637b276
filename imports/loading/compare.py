"""Staged rows against stored ones, as sets.

A snapshot's age is the day it was retrieved where people said it of both, else the latest date in it. Where
a newer committed snapshot of the source covers a stored row, by product type, kind and date, an older file
does not overwrite that row; it may only add rows, and show that a fact was out earlier than known so far.
"""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any

from django.db.backends.utils import CursorWrapper

from imports.formats.base import Format
from imports.loading.outcome import Coverage
from imports.loading.said import Said, said_stage
from imports.loading.stage import cursor_rows
from imports.loading.tables import TABLES, covered_on_column

LISTED_MISSING = 2_000
LISTED_CHANGES = 200
DATES = ("happened_on", "known_on")
# Rows that share their key with another one of the file.
REPEATED = "source_key IN (SELECT source_key FROM import_repeated)"


@dataclass(frozen=True)
class Age:
    """How old a snapshot is: by days of retrieval when both are stated, else by the latest dates."""

    latest: dt.date | None
    retrieved_on: dt.date
    retrieved_stated: bool


def clashes_resolve(cursor: CursorWrapper, format_: Format, said: Said) -> list[dict[str, Any]]:
    """Collapse rows that repeat another; tell apart or reject those that share a key and differ.

    Returns the problems of rejected rows: `line`, `key` and the line of the row that was taken.
    """
    if format_.clashes_split_by_fei:
        cursor.execute("""
            UPDATE import_stage s
            SET source_key = s.source_key || '/' || coalesce(s.fei, left(s.name_key, 100))
            WHERE s.source_key IN (
                SELECT source_key FROM import_stage GROUP BY source_key
                HAVING count(DISTINCT coalesce(fei, name_key)) > 1)
        """)
    cursor.execute("DROP TABLE IF EXISTS pg_temp.import_repeated")
    cursor.execute("""
        CREATE TEMPORARY TABLE import_repeated ON COMMIT DROP AS
        SELECT source_key FROM import_stage GROUP BY source_key HAVING count(*) > 1
    """)
    cursor.execute(f"""
        UPDATE import_stage s SET action = 'duplicate'
        FROM (SELECT line, row_number() OVER (
                  PARTITION BY source_key, row_sha256 ORDER BY known_on NULLS LAST, line) AS copy
              FROM import_stage WHERE {REPEATED}) c
        WHERE s.line = c.line AND c.copy > 1
    """)
    return _number(cursor, said) if format_.clashes_numbered else _reject_repeated(cursor)


def _number(cursor: CursorWrapper, said: Said) -> list[dict[str, Any]]:
    said_stage(cursor, said, f"action = 'created' AND {REPEATED}")
    cursor.execute("""
        UPDATE import_stage s SET source_key = s.source_key || '#' || c.number
        FROM (SELECT line, row_number() OVER (
                  PARTITION BY source_key ORDER BY short_text, long_text, row_sha256) AS number
              FROM import_stage JOIN import_said USING (line)) c
        WHERE s.line = c.line AND c.number > 1
    """)
    return []


def _reject_repeated(cursor: CursorWrapper) -> list[dict[str, Any]]:
    cursor.execute(f"""
        UPDATE import_stage s SET action = 'rejected', decided = c.taken::text
        FROM (SELECT line, min(line) OVER (PARTITION BY source_key) AS taken
              FROM import_stage WHERE action = 'created' AND {REPEATED}) c
        WHERE s.line = c.line AND s.line > c.taken
    """)
    return list(
        cursor_rows(
            cursor,
            "SELECT line, source_key, decided AS taken FROM import_stage "
            "WHERE action = 'rejected' ORDER BY line",
        )
    )


def sites_find(cursor: CursorWrapper) -> None:
    """The site of each row: by its FEI, else by what a person said about a firm of this name."""
    cursor.execute(
        "UPDATE import_stage s SET site_id = p.id "
        "FROM partners_site p WHERE p.fei = s.fei AND s.site_id IS NULL"
    )
    cursor.execute("""
        UPDATE import_stage s SET site_id = m.site_id, decided = m.decision
        FROM imports_namematch m WHERE s.fei IS NULL AND m.firm_key = s.name_key
    """)


def coverage_of(cursor: CursorWrapper) -> Coverage:
    cursor.execute("""
        SELECT coalesce(array_agg(DISTINCT covered_type), '{}'),
               coalesce(array_agg(DISTINCT covered_kind), '{}'), min(covered_on), max(covered_on)
        FROM import_stage WHERE action <> 'rejected'
    """)
    types, kinds, first, last = cursor.fetchone()
    return Coverage(types=tuple(types), kinds=tuple(kinds), first=first, last=last)


def existing_view(cursor: CursorWrapper, format_: Format) -> None:
    """`import_existing`: what is stored of this source, and whether a newer snapshot speaks for it."""
    table = TABLES[format_.target]
    covered_on = covered_on_column(format_)
    common = "source_key, row_sha256, happened_on, known_on, known_on_basis"
    held = f"""
        UNION ALL SELECT id, true, NULL::bigint, {common}, covered_type, ''::text, {covered_on}, firm_name
        FROM imports_heldrow WHERE source = '{format_.source}'
    """
    name = "firm_name" if table.keeps_unmatched else "''::text"
    cursor.execute("DROP TABLE IF EXISTS pg_temp.import_existing")
    cursor.execute(f"""
        CREATE TEMPORARY TABLE import_existing ON COMMIT DROP AS
        SELECT *, false AS protected FROM (
            SELECT id, false AS held, site_id, {common}, {table.covered_type}::text AS covered_type,
                   {table.covered_kind}::text AS covered_kind, {covered_on} AS covered_on, {name} AS firm_name
            FROM {table.name} WHERE source = '{format_.source}'
            {"" if table.keeps_unmatched else held}) stored
    """)
    cursor.execute("CREATE INDEX ON import_existing (source_key)")
    cursor.execute("ANALYZE import_existing")


def newer_protect(cursor: CursorWrapper, format_: Format, age: Age) -> dt.date | None:
    """Mark stored rows that a newer snapshot covers; returns the latest date of the newest such snapshot."""
    if age.latest is None:
        return None
    newer = """
        r.source = %s AND r.state IN ('committed', 'undoing') AND CASE
            WHEN r.retrieved_stated AND %s THEN (r.retrieved_on, r.snapshot_on) > (%s::date, %s::date)
            ELSE r.snapshot_on > %s END
    """
    params: list[Any] = [format_.source, age.retrieved_stated, age.retrieved_on, age.latest, age.latest]
    cursor.execute(f"SELECT max(r.snapshot_on) FROM imports_importrun r WHERE {newer}", params)
    newest: dt.date | None = cursor.fetchone()[0]
    if newest is not None:
        cursor.execute(
            f"""
            UPDATE import_existing e SET protected = true
            WHERE EXISTS (SELECT FROM imports_importrun r WHERE {newer} AND {_covers("r", "e")})
            """,
            params,
        )
    return newest


def rows_compare(cursor: CursorWrapper, format_: Format) -> None:
    """Set `existing` and `action` of each staged row, and the date it was known on."""
    cursor.execute("""
        UPDATE import_stage s SET existing = e.id, was_held = e.held,
            -- A firm whose FEI the source no longer tells keeps the site it had.
            site_id = coalesce(s.site_id, CASE WHEN s.fei IS NULL THEN e.site_id END),
            action = CASE
                WHEN e.protected AND s.known_on < e.known_on
                     AND s.known_on_basis = e.known_on_basis THEN 'dated'
                WHEN e.protected AND e.row_sha256 <> s.row_sha256 THEN 'older'
                WHEN e.protected THEN 'unchanged'
                WHEN e.row_sha256 = s.row_sha256 AND e.held = (s.site_id IS NULL AND s.fei IS NULL AND e.held)
                     AND NOT (s.known_on < e.known_on AND s.known_on_basis = e.known_on_basis)
                     AND e.known_on_basis = s.known_on_basis THEN 'unchanged'
                ELSE 'updated' END,
            known_on = CASE
                WHEN e.known_on_basis <> s.known_on_basis THEN s.known_on
                WHEN s.known_on_basis = 'lag' AND e.happened_on <> s.happened_on THEN s.known_on
                ELSE greatest(least(e.known_on, s.known_on), s.happened_on) END
        FROM import_existing e WHERE e.source_key = s.source_key AND s.action = 'created'
    """)
    if format_.clashes_split_by_fei:
        _find_readdressed(cursor)


def _find_readdressed(cursor: CursorWrapper) -> None:
    """A document whose address changed kind: the same firm and date, once on either side, is the same one."""
    cursor.execute("""
        WITH loose AS (
            SELECT min(e.id) AS id, min(e.source_key) AS source_key, p.fei, e.happened_on,
                   bool_or(e.protected) AS protected, min(e.known_on) AS known_on
            FROM import_existing e JOIN partners_site p ON p.id = e.site_id
            WHERE e.happened_on IS NOT NULL
              AND NOT EXISTS (SELECT FROM import_stage s WHERE s.source_key = e.source_key)
            GROUP BY p.fei, e.happened_on HAVING count(*) = 1),
        fresh AS (
            SELECT min(line) AS line, fei, happened_on, min(source_key) AS source_key FROM import_stage
            WHERE action = 'created' AND fei IS NOT NULL AND happened_on IS NOT NULL
            GROUP BY fei, happened_on HAVING count(*) = 1)
        UPDATE import_stage s SET existing = l.id, old_key = l.source_key,
            action = CASE WHEN f.source_key LIKE 'media/%' AND NOT l.protected THEN 'updated'
                          WHEN s.known_on < l.known_on THEN 'dated' ELSE 'older' END,
            known_on = least(s.known_on, l.known_on)
        FROM fresh f JOIN loose l ON l.fei = f.fei AND l.happened_on = f.happened_on
        WHERE s.line = f.line AND (f.source_key LIKE 'media/%') <> (l.source_key LIKE 'media/%')
    """)


def missing_rows(cursor: CursorWrapper, coverage: Coverage) -> tuple[int, list[dict[str, Any]]]:
    """Stored rows that the file covers and does not name: their number, and the first of them."""
    gone = """
        FROM import_existing e LEFT JOIN partners_site p ON p.id = e.site_id
        WHERE e.covered_type = ANY(%s) AND e.covered_kind = ANY(%s)
          AND e.covered_on BETWEEN %s AND %s
          AND NOT EXISTS (SELECT FROM import_stage s WHERE s.source_key = e.source_key)
          AND NOT EXISTS (SELECT FROM import_stage s WHERE s.old_key = e.source_key)
    """
    params: list[Any] = [list(coverage.types), list(coverage.kinds), coverage.first, coverage.last]
    cursor.execute("SELECT count(*) " + gone, params)
    count = int(cursor.fetchone()[0])
    listed = cursor_rows(
        cursor,
        "SELECT e.source_key, coalesce(nullif(e.firm_name, ''), p.name, '') AS firm, p.fei, "
        "e.happened_on::text, e.covered_type "
        + gone
        + f" ORDER BY e.happened_on DESC NULLS LAST LIMIT {LISTED_MISSING}",
        params,
    )
    return count, list(listed)


def changes_sample(cursor: CursorWrapper, format_: Format, said: Said) -> list[dict[str, Any]]:
    """Old and new of the first rows that change, field by field, as the person sees them."""
    table = TABLES[format_.target]
    changed = "action IN ('updated', 'dated') AND NOT was_held"
    said_stage(
        cursor,
        said,
        f"line IN (SELECT line FROM import_stage WHERE {changed} ORDER BY line LIMIT {LISTED_CHANGES})",
    )
    columns = [*DATES, *format_.values]
    old = ", ".join(f"'{column}', t.{column}" for column in columns)
    new = ", ".join(f"'{column}', {'s' if column in DATES else 'v'}.{column}" for column in columns)
    rows = cursor_rows(
        cursor,
        f"""
        SELECT s.line, s.source_key, s.name AS firm,
               jsonb_build_object({old}) AS old, jsonb_build_object({new}) AS new
        FROM import_stage s JOIN {table.name} t ON t.id = s.existing JOIN import_said v USING (line)
        ORDER BY s.line
        """,
    )
    return [
        {
            "line": row["line"],
            "firm": row["firm"],
            "field": field,
            "old": _shown(before),
            "new": _shown(after),
        }
        for row in rows
        for field, before, after in _differences(_object(row["old"]), _object(row["new"]))
    ]


def _differences(old: dict[str, Any], new: dict[str, Any]) -> list[tuple[str, Any, Any]]:
    hidden = {"firm_key"}
    return [
        (field, old[field], new[field])
        for field in old
        if field not in hidden and (old[field] or "") != (new[field] or "")
    ]


def _object(value: object) -> dict[str, Any]:
    return dict(json.loads(value)) if isinstance(value, str) else dict(value)  # type: ignore[call-overload]


def _shown(value: Any) -> str:
    return "" if value is None else str(value)[:500]


def _covers(run: str, row: str) -> str:
    return (
        f"{row}.covered_type = ANY({run}.covered_types) AND {row}.covered_kind = ANY({run}.covered_kinds) "
        f"AND {row}.covered_on BETWEEN {run}.covered_from AND {run}.covered_to"
    )
