"""The staging tables: temporary, filled by COPY, gone at the end of the transaction.

`import_stage` is narrow and holds what rows are compared by, `import_address` the addresses that they name.
What else they say waits on disk (`imports.loading.said`) until it is known which of them are written.
"""

import datetime as dt
import itertools
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polars as pl
from django.db import connection
from django.db.backends.utils import CursorWrapper

from imports.formats.base import HeaderMatch
from imports.formats.clean import (
    COMPARED,
    PLACES,
    PROBLEM_SCHEMA,
    Cleaned,
    Context,
    DateEvidence,
    DateOrders,
    clean_batch,
    date_evidence,
    date_orders,
    said_columns,
)
from imports.loading.said import Said, SaidPart, rows_copy, said_keep, worked_ahead
from imports.loading.tables import staged_type
from imports.reading import RawTable
from jobs.registry import Progress

# What the comparison adds to each row. `action` is one of created, updated, dated, unchanged, older,
# duplicate, rejected; `existing` the row of the target or of the held rows.
ADDED = (
    "address integer",
    "action text not null default 'created'",
    "site_id bigint",
    "existing bigint",
    "was_held boolean not null default false",
    "old_key text",
    "decided text",
)
# Batches that are cleaned at once; each more holds one more batch in memory.
CLEANERS = 2


@dataclass
class Staged:
    """What went into the staging table, and what was kept aside."""

    rows: int
    rejected: int
    problems: pl.DataFrame
    said: Said
    orders: DateOrders


def stage_rows(
    cursor: CursorWrapper, table: RawTable, match: HeaderMatch, seen_on: dt.date, progress: Progress
) -> Staged:
    """Clean the file batch by batch, COPY what rows are compared by, and keep aside what else they say.

    The file is still being parsed meanwhile. How its dates are to be read is certain only at its end: what
    the first batch says is taken to hold, and the few files of which it does not are cleaned once more.
    """
    assumed = date_orders(itertools.islice(table.batches(), 1), match)
    staged = _stage(cursor, table, match, Context(assumed, seen_on), progress)
    if staged.orders.by_column != assumed.by_column:
        staged = _stage(cursor, table, match, Context(staged.orders, seen_on), progress)
    cursor.execute("ANALYZE import_stage")
    cursor.execute("ANALYZE import_address")
    return staged


def _stage(
    cursor: CursorWrapper, table: RawTable, match: HeaderMatch, context: Context, progress: Progress
) -> Staged:
    columns = said_columns(match)
    _create(cursor, "import_stage", COMPARED, ADDED)
    _create(cursor, "import_address", PLACES, ("address integer",))
    problems = [pl.DataFrame(schema=PROBLEM_SCHEMA)]
    parts: list[SaidPart] = []
    seen = rejected = addresses = 0
    evidence = DateEvidence()

    def clean(path: Path) -> tuple[int, DateEvidence, Cleaned]:
        batch = pl.read_ipc(path)
        rows = batch.filter(pl.col("line") > match.line).height
        return rows, date_evidence(batch, match), clean_batch(batch, match, context)

    for path, (rows, said_of_dates, cleaned) in worked_ahead(table.parts(), clean, ahead=CLEANERS):
        if not cleaned.rows.is_empty():
            parts.append(said_keep(path.with_name(f"said-{path.name}"), cleaned.rows, columns))
            addresses += _copy_compared(cursor, cleaned.rows, addresses)
        problems.append(cleaned.problems)
        evidence += said_of_dates
        seen += rows
        rejected += cleaned.rejected
        progress(seen, table.rows_expected, "Reading rows")
    said = Said(columns, tuple(parts))
    return Staged(seen, rejected, pl.concat(problems), said, evidence.orders)


def _copy_compared(cursor: CursorWrapper, rows: pl.DataFrame, first: int) -> int:
    """COPY the rows and the different addresses among them, numbered from `first`; returns how many."""
    told = rows.select(pl.col(PLACES).fill_null(""))
    addresses = told.unique(maintain_order=True).with_row_index("address", offset=first)
    numbers = told.join(addresses, on=PLACES, how="left", maintain_order="left")["address"]
    rows_copy(cursor, "import_address", addresses, never_null=PLACES)
    rows_copy(cursor, "import_stage", rows.select(COMPARED).with_columns(numbers))
    return addresses.height


def _create(cursor: CursorWrapper, table: str, columns: tuple[str, ...], added: tuple[str, ...] = ()) -> None:
    definitions = ", ".join([*(f"{column} {staged_type(column)}" for column in columns), *added])
    cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    cursor.execute(f"CREATE TEMPORARY TABLE {table} ({definitions}) ON COMMIT DROP")


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
