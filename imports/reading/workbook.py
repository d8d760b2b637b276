"""Rows of an Excel workbook's first sheet with a table, read by calamine (through fastexcel)."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from imports.reading.refusal import Refused

CHUNK = 1 << 20
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3}\d+)"')
SLICE = 5_000
WIDTH_OF_NOTES = 2
# Longer than any opening tag of a cell, so that none is cut in two between chunks.
OVERLAP = 4_096


def workbook_rows(path: Path) -> tuple[Iterator[list[str]], str]:
    """The rows of the first sheet with a table, else with anything, every cell as text; and the sheet's name.

    A sheet of notes is no table: it is one or two columns wide.
    A date cell reads "2025-05-29 00:00:00", a whole number without decimals. Raises `Refused` for a
    formula in any sheet, and for a container whose content is not what it declares.
    """
    import fastexcel

    _check_content(path)
    try:
        reader = fastexcel.read_excel(str(path))
        notes = None
        for name in reader.sheet_names:
            frame = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            if frame.height and frame.width > WIDTH_OF_NOTES:
                return _rows(frame), name
            if frame.height and notes is None:
                notes = (_rows(frame), name)
        if notes is not None:
            return notes
    except fastexcel.FastExcelError as error:
        raise Refused("unreadable", {"detail": str(error).splitlines()[0][:200]}) from None
    raise Refused("no_rows")


def _rows(frame: object) -> Iterator[list[str]]:
    import polars as pl

    assert isinstance(frame, pl.DataFrame)
    for part in frame.iter_slices(SLICE):
        for row in part.fill_null("").iter_rows():
            yield list(row)


def _check_content(path: Path) -> None:
    """Unpack every entry once, in small pieces: sizes must be as declared, and no cell may hold a formula."""
    try:
        with zipfile.ZipFile(path) as archive:
            for entry in archive.infolist():
                sheet = entry.filename.startswith("xl/worksheets/") and entry.filename.endswith(".xml")
                with archive.open(entry) as stream:
                    _scan(stream, formulas=sheet)
    except (zipfile.BadZipFile, EOFError, OSError, NotImplementedError):
        raise Refused("not_a_workbook") from None


def _scan(stream: object, *, formulas: bool) -> None:
    tail = b""
    while chunk := stream.read(CHUNK):  # type: ignore[attr-defined]
        if not formulas:
            continue
        text = tail + chunk
        if hit := FORMULA.search(text):
            cells = CELL.findall(text, 0, hit.start())
            raise Refused("formula", {"cell": cells[-1].decode() if cells else "?"})
        tail = text[-OVERLAP:]
