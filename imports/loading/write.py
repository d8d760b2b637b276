"""Writes the compared rows: new ones by COPY, changed ones by INSERT … ON CONFLICT, the rest not at all."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db.backends.utils import CursorWrapper

from imports.formats.base import Format, Target
from imports.loading.said import (
    DATED,
    Decided,
    Said,
    SaidPart,
    blocks_copy,
    csv_blocks,
    lines_chosen,
    said_stage,
    worked_ahead,
)
from imports.loading.tables import TABLES, is_never_null, value_expression

PROVENANCE = ("source", "source_key", "source_sha256", "retrieved_at", "source_line", "row_sha256")
DATES = ("happened_on", "known_on", "known_on_basis")
MATCH_STATE = """CASE WHEN site_id IS NOT NULL THEN 'matched'
    WHEN decided = 'dismissed' THEN 'dismissed' ELSE 'unmatched' END"""
MATCHED_NAME = "CASE WHEN fei IS NULL AND decided = 'confirmed' THEN left(name, 300) ELSE '' END"


@dataclass(frozen=True)
class Provenance:
    """The run that writes the rows, and the file that they come from."""

    run_id: int
    sha256: str
    retrieved_at: dt.datetime


def rows_write(
    cursor: CursorWrapper, format_: Format, said: Said, provenance: Provenance, counts: Mapping[str, int]
) -> None:
    """Save the staged rows whose action is created or updated, and the dates of older ones.

    `counts` has the number of rows by action, and of those without site under `unmatched`.
    """
    table = TABLES[format_.target]
    if counts["dated"]:
        _keep_earlier_dates(cursor, table.name)
    if counts["updated"]:
        _rekey(cursor, table.name)
    is_new = "action = 'created'" if table.keeps_unmatched else "action = 'created' AND site_id IS NOT NULL"
    _copy_new(cursor, format_, said, provenance, is_new)
    if counts["updated"] or counts["unmatched"]:
        said_stage(cursor, said, f"action IN ('created', 'updated') AND NOT ({is_new})")
        _upsert(cursor, format_, provenance)
    _link_citations(cursor, format_)


def _upsert(cursor: CursorWrapper, format_: Format, provenance: Provenance) -> None:
    """The rows of `import_said`: changed ones, and new ones that have no site."""
    if format_.target is Target.ACTION:
        _upsert_actions(cursor, format_, provenance)
    else:
        _upsert_with_site(cursor, format_, provenance)
        _upsert_held(cursor, format_, provenance)
        _release_held(cursor, format_)


def _rekey(cursor: CursorWrapper, table: str) -> None:
    """A stored row that the source now lists under another key keeps its identity."""
    cursor.execute(f"""
        UPDATE {table} t SET source_key = s.source_key, updated_at = now()
        FROM import_stage s WHERE s.old_key IS NOT NULL AND s.action = 'updated' AND t.id = s.existing
    """)


def _keep_earlier_dates(cursor: CursorWrapper, table: str) -> None:
    """An older file may not overwrite, but it can show that a fact was out earlier."""
    cursor.execute(f"""
        UPDATE {table} t SET known_on = s.known_on, updated_at = now()
        FROM import_stage s WHERE s.action = 'dated' AND NOT s.was_held AND t.id = s.existing
    """)


def _copy_new(
    cursor: CursorWrapper, format_: Format, said: Said, provenance: Provenance, is_new: str
) -> None:
    """COPY the rows with a new key straight into their table. Imports go one at a time: it stays new.

    A statement for each part of the file: the rows that its triggers are handed stay in the server's memory.
    """
    table = TABLES[format_.target]
    decided = [
        Decided("source_key", "source_key", pl.String),
        Decided("site_id", "site_id", pl.Int64),
        Decided("matched_name", MATCHED_NAME, pl.String),
    ]
    if table.keeps_unmatched:
        decided.append(Decided("match_state", MATCH_STATE, pl.String))
    chosen = lines_chosen(cursor, is_new, tuple(decided))
    cursor.execute("SELECT now()")
    constant = {
        "source": format_.source,
        "source_sha256": provenance.sha256,
        "retrieved_at": provenance.retrieved_at.isoformat(),
        "updated_at": cursor.fetchone()[0].isoformat(),
        "authority": "fda",
    }
    told = [
        pl.col("line").alias("source_line"),
        *(pl.lit(each).alias(name) for name, each in constant.items()),
    ]
    columns = ["source_line", *said.columns[1:], *DATED, *(column.name for column in decided), *constant]
    texts = ["matched_name", *(column for column in format_.values if is_never_null(column))]

    def prepared(part: SaidPart) -> list[bytes]:
        rows = part.rows(chosen)
        return [] if rows.is_empty() else list(csv_blocks(rows.with_columns(told).select(columns)))

    if chosen.is_empty():
        return
    for _part, blocks in worked_ahead(said.parts, prepared):
        if blocks:
            blocks_copy(cursor, table.name, columns, blocks, never_null=texts)


def _select(format_: Format) -> tuple[str, str]:
    """The columns of the target that every row has, and their values."""
    columns = ", ".join((*PROVENANCE, *DATES, "updated_at", *format_.values))
    values = ", ".join(
        (
            *(
                "%(source)s",
                "s.source_key",
                "%(sha256)s",
                "%(retrieved_at)s",
                "s.line",
                "s.row_sha256",
            ),
            *(f"s.{column}" for column in DATES),
            "now()",
            *(value_expression(column) for column in format_.values),
        )
    )
    return columns, values


def _params(format_: Format, provenance: Provenance) -> dict[str, Any]:
    return {
        "source": format_.source,
        "sha256": provenance.sha256,
        "retrieved_at": provenance.retrieved_at,
    }


def _assignments(format_: Format, *extra: str) -> str:
    replaced = (*PROVENANCE[2:], *DATES, "updated_at", *format_.values, *extra)
    return ", ".join(f"{column} = excluded.{column}" for column in replaced)


def _upsert_actions(cursor: CursorWrapper, format_: Format, provenance: Provenance) -> None:
    columns, values = _select(format_)
    cursor.execute(
        f"""
        INSERT INTO audits_regulatoryaction AS t ({columns}, authority, site_id, match_state, matched_name)
        SELECT {values}, 'fda', s.site_id, {MATCH_STATE}, {MATCHED_NAME}
        FROM import_stage s JOIN import_said v USING (line)
        ON CONFLICT (source, source_key) WHERE NOT (source = '') DO UPDATE
        SET {_assignments(format_, "site_id", "match_state", "matched_name")}
        """,
        _params(format_, provenance),
    )


def _upsert_with_site(cursor: CursorWrapper, format_: Format, provenance: Provenance) -> None:
    columns, values = _select(format_)
    cursor.execute(
        f"""
        INSERT INTO {TABLES[format_.target].name} AS t ({columns}, authority, site_id, matched_name)
        SELECT {values}, 'fda', s.site_id, {MATCHED_NAME}
        FROM import_stage s JOIN import_said v USING (line)
        WHERE s.site_id IS NOT NULL
        ON CONFLICT (source, source_key) WHERE NOT (source = '') DO UPDATE
        SET {_assignments(format_, "site_id", "matched_name")}
        """,
        _params(format_, provenance),
    )


def _upsert_held(cursor: CursorWrapper, format_: Format, provenance: Provenance) -> None:
    """Rows of a firm without FEI wait, with all their values."""
    values = ", ".join(f"'{column}', {value_expression(column)}" for column in format_.values)
    replaced = (*PROVENANCE[2:], *DATES, "firm_name", "firm_key", "match_state", "covered_type", "values")
    cursor.execute(
        f"""
        INSERT INTO imports_heldrow ({", ".join((*PROVENANCE, *DATES))}, updated_at, firm_name, firm_key,
                                     match_state, covered_type, values)
        SELECT %(source)s, s.source_key, %(sha256)s, %(retrieved_at)s, s.line, s.row_sha256,
               s.happened_on, s.known_on, s.known_on_basis, now(), s.name, s.name_key,
               CASE WHEN s.decided = 'dismissed' THEN 'dismissed' ELSE 'unmatched' END,
               coalesce(s.covered_type, ''), jsonb_build_object({values})
        FROM import_stage s JOIN import_said v USING (line)
        WHERE s.site_id IS NULL
        ON CONFLICT (source, source_key) DO UPDATE
        SET {", ".join(f"{column} = excluded.{column}" for column in replaced)}, updated_at = now()
        """,
        _params(format_, provenance),
    )


def _release_held(cursor: CursorWrapper, format_: Format) -> None:
    """A row that waited and now has its site is no longer held."""
    cursor.execute(
        """
        DELETE FROM imports_heldrow h USING import_stage s
        WHERE h.source = %s AND h.source_key = s.source_key AND s.was_held AND s.site_id IS NOT NULL
          AND s.action = 'updated'
        """,
        [format_.source],
    )


def _link_citations(cursor: CursorWrapper, format_: Format) -> None:
    """Citations name their inspection by number; either may come first. Drug areas are preferred."""
    if format_.target is Target.ACTION:
        return
    changed = "import_stage WHERE action IN ('created', 'updated')"
    if format_.target is Target.CITATION:
        touched = f"c.source_key IN (SELECT source_key FROM {changed})"
    else:
        touched = f"c.inspection_number IN (SELECT split_part(source_key, '/', 1) FROM {changed})"
    cursor.execute(f"""
        UPDATE audits_citation c SET inspection_id = i.id, updated_at = now()
        FROM (SELECT DISTINCT ON (inspection_number, site_id) inspection_number, site_id, id
              FROM audits_inspection WHERE source = 'fda-inspections'
              ORDER BY inspection_number, site_id, is_drug_gmp DESC, id) i
        WHERE c.source = 'fda-citations' AND c.inspection_number = i.inspection_number
          AND c.site_id = i.site_id AND c.inspection_id IS NULL AND {touched}
    """)
