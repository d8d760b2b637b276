"""The staging table: temporary, filled by COPY, gone at the end of the transaction."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import connection
from django.db.backends.utils import CursorWrapper

from imports.formats.base import HeaderMatch
from imports.formats.clean import PROBLEM_SCHEMA, Context, clean_batch, staged_columns
from imports.loading.tables import staged_type
from imports.reading import RawTable
from jobs.registry import Progress

# What the comparison adds to each row. `action` is one of created, updated, unchanged, older, duplicate,
# rejected; `known` is the date to store; `existing` the row of the target or of the held rows.
ADDED = (
    "action text not null default 'created'",
    "site_id bigint",
    "existing bigint",
    "was_held boolean not null default false",
    "old_key text",
    "decided text",
)


@dataclass
class Staged:
    """What went into the staging table."""

    rows: int
    rejected: int
    problems: pl.DataFrame


def stage_rows(
    cursor: CursorWrapper, table: RawTable, match: HeaderMatch, context: Context, progress: Progress
) -> Staged:
    """Clean the file batch by batch and COPY what can be saved into `import_stage`."""
    columns = staged_columns(match)
    definitions = ", ".join([*(f"{column} {staged_type(column)}" for column in columns), *ADDED])
    cursor.execute("DROP TABLE IF EXISTS pg_temp.import_stage")
    cursor.execute(f"CREATE TEMPORARY TABLE import_stage ({definitions}) ON COMMIT DROP")
    problems = [pl.DataFrame(schema=PROBLEM_SCHEMA)]
    seen = rejected = 0
    for batch in table.batches():
        cleaned = clean_batch(batch, match, context)
        _copy(cursor, cleaned.rows, columns)
        problems.append(cleaned.problems)
        seen += batch.filter(pl.col("line") > match.line).height
        rejected += cleaned.rejected
        progress(seen, table.rows, "Reading rows")
    cursor.execute("CREATE INDEX ON import_stage (source_key)")
    cursor.execute("ANALYZE import_stage")
    return Staged(rows=seen, rejected=rejected, problems=pl.concat(problems))


def _copy(cursor: CursorWrapper, rows: pl.DataFrame, columns: tuple[str, ...]) -> None:
    statement = f"COPY import_stage ({', '.join(columns)}) FROM STDIN (FORMAT csv)"
    with cursor.copy(statement) as copy:
        for part in rows.iter_slices(5_000):
            copy.write(part.write_csv(include_header=False))


def cursor_rows(
    cursor: CursorWrapper, statement: str, params: list[Any] | None = None
) -> Iterator[dict[str, object]]:
    """The rows of a query as dictionaries."""
    cursor.execute(statement, params or [])
    names = [column.name for column in cursor.description]
    for row in cursor.fetchall():
        yield dict(zip(names, row, strict=True))


def open_cursor() -> CursorWrapper:
    return connection.cursor()
