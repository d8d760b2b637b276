"""What the source wrote: the cells of an imported row, word for word, read again from its file."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from common.models import Sourced
from common.remembering import remembered
from imports.formats import FORMATS, Format, HeaderMatch, match_header
from imports.formats.clean import Context, clean_batch, date_orders
from imports.models import ImportFile
from imports.reading import RawTable, read_table


@dataclass(frozen=True)
class SourceRow:
    """A line of a file as it came in. `cells` are its headers and texts, in the order of the file."""

    file: ImportFile
    line: int
    cells: tuple[tuple[str, str], ...]


def source_row(row: Sourced) -> SourceRow | None:
    """The line of the file that a row was read from; none for a row by hand, or one that no import wrote.

    A large file takes seconds to read, and its lines never change: each is read once and then remembered.
    """
    file = ImportFile.objects.filter(sha256=row.source_sha256).defer("content").first()
    format_ = FORMATS.get(row.source)
    if file is None or format_ is None:
        return None
    name = f"imports:source-row:{file.sha256}:{row.source}:{row.source_line or row.row_sha256}"
    told = remembered(name, lambda: _read(row, file, format_))
    return told and SourceRow(file, *told)


def _read(row: Sourced, file: ImportFile, format_: Format) -> tuple[int, tuple[tuple[str, str], ...]] | None:
    """The number of the line, and its headers and texts."""
    with tempfile.TemporaryDirectory(prefix="cmo-eval-file-") as directory:
        path = Path(directory) / "upload"
        ImportFile.objects.get(pk=file.pk).content_write(path)
        with read_table(path, file.name, only=row.source_line) as table:
            match = match_header(format_, table.first, table.first_lines)
            line = row.source_line or _line_saying(row, table, match)
            found = [batch.filter(pl.col("line") == line).drop("line", "cells") for batch in table.batches()]
            cells = next((rows.row(0) for rows in found if rows.height), None)
    if line is None or cells is None:
        return None
    return line, tuple(zip(distinct_headers(match.headers), map(str, cells), strict=False))


def _line_saying(row: Sourced, table: RawTable, match: HeaderMatch) -> int | None:
    """The line that says what a row says: rows that were imported before lines were kept have none."""
    assert row.retrieved_at is not None
    context = Context(date_orders(table.batches(), match), row.retrieved_at.date())
    for batch in table.batches():
        cleaned = clean_batch(batch, match, context).rows
        if (found := cleaned.filter(pl.col("row_sha256") == row.row_sha256)).height:
            return int(found["line"][0])
    return None


def distinct_headers(headers: tuple[str, ...]) -> list[str]:
    """Header words that tell columns apart: an empty or repeated one gets its position."""
    named: list[str] = []
    for position, header in enumerate(headers, start=1):
        known = not header or header in named
        named.append(f"{header or 'column'} ({position})" if known else header)
    return named
