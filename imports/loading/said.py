"""What the rows of a file say, kept on disk until it is known which of them are written.

Most rows of a newer snapshot are known already. Only what is written, or shown, crosses to the database.
"""

import io
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import polars as pl
from django.db.backends.utils import CursorWrapper
from polars.datatypes import DataTypeClass

from imports.loading.tables import staged_type

# What a written row takes from the file beside its values; its key and its site are the comparison's.
DATED = ("row_sha256", "happened_on", "known_on", "known_on_basis")
COPIED_ROWS = 5_000


@dataclass(frozen=True)
class Decided:
    """A column that the comparison adds to a row: its SQL over `import_stage`, and its type."""

    name: str
    sql: str
    kind: DataTypeClass


@dataclass(frozen=True)
class SaidPart:
    """One batch of cleaned rows in an Arrow file; `first` and `last` are its lines."""

    path: Path
    first: int
    last: int

    def rows(self, chosen: pl.DataFrame) -> pl.DataFrame:
        """The rows of the lines in `chosen`, sorted by line, with its other columns."""
        from_, to = (int(chosen["line"].search_sorted(line)) for line in (self.first, self.last + 1))
        here = chosen.slice(from_, to - from_)
        if here.is_empty():
            return here
        return pl.read_ipc(self.path).join(here, on="line", maintain_order="left")


@dataclass(frozen=True)
class Said:
    """All that can be saved of a file. `columns` are those that only writing needs, `line` the first."""

    columns: tuple[str, ...]
    parts: tuple[SaidPart, ...]


def said_keep(path: Path, rows: pl.DataFrame, columns: tuple[str, ...]) -> SaidPart:
    """Keep the rows of a batch, in the order of their lines, in a file beside the batch itself."""
    kept = rows.select(*columns, *DATED)
    kept.write_ipc(path, compression="lz4")
    return SaidPart(path, int(kept["line"][0]), int(kept["line"][-1]))


def said_stage(cursor: CursorWrapper, said: Said, where: str) -> None:
    """`import_said`: what those staged rows say for which the condition `where` holds."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.import_said")
    definitions = ", ".join(f"{column} {staged_type(column)}" for column in said.columns)
    cursor.execute(f"CREATE TEMPORARY TABLE import_said ({definitions}) ON COMMIT DROP")
    chosen = lines_chosen(cursor, where)
    for part in said.parts:
        rows = part.rows(chosen)
        if not rows.is_empty():
            rows_copy(cursor, "import_said", rows.select(said.columns))


def lines_chosen(cursor: CursorWrapper, where: str, decided: tuple[Decided, ...] = ()) -> pl.DataFrame:
    """The lines of the staged rows for which `where` holds, in order, with the columns `decided`."""
    wanted = (Decided("line", "line", pl.Int32), *decided)
    selected = ", ".join(f"{column.sql} AS {column.name}" for column in wanted)
    query = f"SELECT {selected} FROM import_stage WHERE {where} ORDER BY line"
    answer = io.BytesIO()
    with cursor.copy(f"COPY ({query}) TO STDOUT (FORMAT csv)") as copy:
        for block in copy:
            answer.write(block)
    schema = {column.name: column.kind for column in wanted}
    if not answer.tell():
        return pl.DataFrame(schema=schema)
    answer.seek(0)
    return pl.read_csv(answer, has_header=False, schema=schema)


def rows_copy(
    cursor: CursorWrapper, table: str, rows: pl.DataFrame, *, never_null: Iterable[str] = ()
) -> None:
    """COPY rows into a table; in the columns `never_null` a missing text is an empty one."""
    blocks_copy(cursor, table, rows.columns, csv_blocks(rows), never_null=never_null)


def csv_blocks(rows: pl.DataFrame) -> Iterator[bytes]:
    """The rows as CSV without header, in blocks."""
    for part in rows.iter_slices(COPIED_ROWS):
        yield part.write_csv(include_header=False).encode()


def blocks_copy(
    cursor: CursorWrapper,
    table: str,
    columns: Iterable[str],
    blocks: Iterable[bytes],
    *,
    never_null: Iterable[str] = (),
) -> None:
    """COPY blocks of CSV into the columns of a table."""
    filled = ", ".join(never_null)
    options = f"FORMAT csv, FORCE_NOT_NULL ({filled})" if filled else "FORMAT csv"
    with cursor.copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN ({options})") as copy:
        for block in blocks:
            copy.write(block)


def worked_ahead[Given, Made](
    given: Iterable[Given], work: Callable[[Given], Made], *, ahead: int = 1
) -> Iterator[tuple[Given, Made]]:
    """Each thing with what `work` makes of it; the next ones are worked on while the caller uses this one."""
    with ThreadPoolExecutor(max_workers=ahead) as pool:
        waiting: deque[tuple[Given, Future[Made]]] = deque()
        for thing in given:
            waiting.append((thing, pool.submit(work, thing)))
            if len(waiting) > ahead:
                ready, made = waiting.popleft()
                yield ready, made.result()
        while waiting:
            ready, made = waiting.popleft()
            yield ready, made.result()
