"""The staging tables: temporary, filled by COPY, gone at the end of the transaction.

`import_stage` is narrow and holds what rows are compared by; `import_said` holds what they say, joined by
line only when something is written.
"""

from collections import deque
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import polars as pl
from django.db import connection
from django.db.backends.utils import CursorWrapper

from imports.formats.base import HeaderMatch
from imports.formats.clean import COMPARED, PROBLEM_SCHEMA, Cleaned, Context, clean_batch, said_columns
from imports.loading.tables import staged_type
from imports.reading import RawTable
from jobs.registry import Progress

# What the comparison adds to each row. `action` is one of created, updated, dated, unchanged, older,
# duplicate, rejected; `existing` the row of the target or of the held rows.
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
    """Clean the file batch by batch and COPY what can be saved into `import_stage` and `import_said`."""
    said = said_columns(match)
    _create(cursor, "import_stage", COMPARED, ADDED)
    _create(cursor, "import_said", said)
    problems = [pl.DataFrame(schema=PROBLEM_SCHEMA)]
    seen = rejected = 0
    for batch, cleaned in _cleaned_ahead(table, match, context):
        _copy(cursor, "import_stage", cleaned.rows.select(COMPARED))
        _copy(cursor, "import_said", cleaned.rows.select(said))
        problems.append(cleaned.problems)
        seen += batch.filter(pl.col("line") > match.line).height
        rejected += cleaned.rejected
        progress(seen, table.rows, "Reading rows")
    cursor.execute("CREATE INDEX ON import_stage (source_key)")
    cursor.execute("ANALYZE import_stage")
    cursor.execute("ANALYZE import_said (line)")
    return Staged(rows=seen, rejected=rejected, problems=pl.concat(problems))


def _cleaned_ahead(
    table: RawTable, match: HeaderMatch, context: Context
) -> Iterator[tuple[pl.DataFrame, Cleaned]]:
    """Batches with their cleaned rows; the next one is cleaned while the database takes this one."""
    with ThreadPoolExecutor(max_workers=1) as pool:
        waiting: deque[tuple[pl.DataFrame, Future[Cleaned]]] = deque()
        for batch in table.batches():
            waiting.append((batch, pool.submit(clean_batch, batch, match, context)))
            if len(waiting) > 1:
                ready, future = waiting.popleft()
                yield ready, future.result()
        while waiting:
            ready, future = waiting.popleft()
            yield ready, future.result()


def _create(cursor: CursorWrapper, table: str, columns: tuple[str, ...], added: tuple[str, ...] = ()) -> None:
    definitions = ", ".join([*(f"{column} {staged_type(column)}" for column in columns), *added])
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({definitions}) ON COMMIT DROP")


def _copy(cursor: CursorWrapper, table: str, rows: pl.DataFrame) -> None:
    statement = f"COPY {table} ({', '.join(rows.columns)}) FROM STDIN (FORMAT csv)"
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
