"""The child process: turns one file into parts of plain text columns.

Run as `python -m imports.reading.parse`. It limits its own memory and time first, so that a hostile file
costs one process and nothing else. Each part is an Arrow file with the columns `line` (row as a spreadsheet
numbers it), `cells` (how many cells the row had) and `c0` … `cn`. What was found is told on standard output
as JSON, a line as soon as a part is there; the first line also says what the header is looked for in.
"""

import csv
import itertools
import json
import resource
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from common.room import is_no_room
from imports.reading.limits import Limits
from imports.reading.refusal import Refused

HEADER_SEARCH_ROWS = 20


@dataclass(frozen=True)
class Told:
    """What the child says after each part: how many parts and rows are there."""

    parts: int
    rows: int


@dataclass(frozen=True)
class ToldFirst(Told):
    """What it says after the first part. `first` are the first rows, cells as text, to find the header in.

    `expected` is about how many rows there are: the lines of a text file.
    """

    width: int
    first: list[list[str]]
    first_lines: list[int]
    encoding: str
    sheet: str
    expected: int


def main(arguments: list[str]) -> int:
    path, kind, directory = Path(arguments[0]), arguments[1], Path(arguments[2])
    limits = Limits(**json.loads(arguments[3]))
    resource.setrlimit(resource.RLIMIT_AS, (limits.memory_bytes, limits.memory_bytes))
    resource.setrlimit(resource.RLIMIT_CPU, (limits.seconds, limits.seconds + 1))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    try:
        if kind == "csv":
            from imports.reading.delimited import delimited_rows

            rows, encoding = delimited_rows(path, limits)
            told = _write(rows, directory, limits, encoding=encoding, formulas=True, expected=_lines(path))
        else:
            from imports.reading.workbook import workbook_rows

            rows, sheet = workbook_rows(path)
            told = _write(rows, directory, limits, sheet=sheet, formulas=False)
        for each in told:
            print(json.dumps(asdict(each)), flush=True)
    except Refused as refusal:
        print(json.dumps({"refused": refusal.key, "params": refusal.params}))
        return 0
    except MemoryError:
        print(json.dumps({"refused": "too_much_memory", "params": {}}))
    except Exception as problem:
        if not is_no_room(problem):
            raise
        # Standard error is a file on the same disk.
        print(json.dumps({"no_room": True}))
    return 0


def _write(
    rows: Iterable[list[str]],
    directory: Path,
    limits: Limits,
    *,
    formulas: bool,
    encoding: str = "utf-8",
    sheet: str = "",
    expected: int = 0,
) -> Iterator[Told]:
    """Write the rows in parts of limited size, blank rows left out, and say of each what is written so far.

    `expected` is about how many rows there are, 0 where that is not known.
    """
    numbered = _not_blank(rows)
    opening = list(itertools.islice(numbered, HEADER_SEARCH_ROWS))
    if not opening:
        raise Refused("no_rows")
    width = max(len(cells) for _, cells in opening)
    if width > limits.columns:
        raise Refused("too_many_columns", {"columns": width, "limit": limits.columns})
    total = 0
    batches = itertools.batched(itertools.chain(opening, numbered), limits.batch_rows)
    for number, batch in enumerate(batches):
        _write_part(batch, width, directory / f"part-{number:05}.arrow", formulas=formulas)
        total += len(batch)
        if number:
            yield Told(number + 1, total)
            continue
        yield ToldFirst(
            parts=1,
            rows=total,
            width=width,
            first=[cells for _, cells in opening],
            first_lines=[line for line, _ in opening],
            encoding=encoding,
            sheet=sheet,
            expected=expected,
        )


def _lines(path: Path) -> int:
    """How many lines a text file has."""
    with path.open("rb") as file:
        return sum(chunk.count(b"\n") for chunk in iter(lambda: file.read(1 << 20), b""))


def _not_blank(rows: Iterable[list[str]]) -> Iterator[tuple[int, list[str]]]:
    for line, cells in enumerate(rows, start=1):
        if "".join(cells).strip():
            yield line, cells


def _write_part(batch: tuple[tuple[int, list[str]], ...], width: int, path: Path, *, formulas: bool) -> None:
    import polars as pl

    columns: dict[str, list[int] | list[str | None]] = {
        "line": [line for line, _ in batch],
        "cells": [len(cells) for _, cells in batch],
    }
    padded = [
        cells if len(cells) == width else (cells + [""] * (width - len(cells)))[:width] for _, cells in batch
    ]
    columns |= {f"c{i}": list(column) for i, column in enumerate(zip(*padded, strict=True))}
    schema = {"line": pl.Int32, "cells": pl.Int32} | {f"c{i}": pl.String for i in range(width)}
    frame = pl.DataFrame(columns, schema=schema)
    if formulas:
        _refuse_formulas(frame, width)
    frame.write_ipc(path)


def _refuse_formulas(frame: object, width: int) -> None:
    """In a text file a cell that begins with "=" is a formula to whichever spreadsheet opens it."""
    import polars as pl

    assert isinstance(frame, pl.DataFrame)
    texts = [f"c{i}" for i in range(width)]
    begins = pl.any_horizontal(pl.col(texts).str.strip_chars_start().str.starts_with("="))
    hits = frame.filter(begins).head(1)
    if hits.is_empty():
        return
    row = hits.row(0, named=True)
    index = next(i for i, text in enumerate(texts) if row[text].lstrip().startswith("="))
    raise Refused("formula", {"cell": f"{column_letters(index)}{row['line']}"})


def column_letters(index: int) -> str:
    """The letters a spreadsheet gives to a column, 0 being A.

    >>> column_letters(0), column_letters(27)
    ('A', 'AB')
    """
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


if __name__ == "__main__":
    csv.field_size_limit(131_072)
    sys.exit(main(sys.argv[1:]))
