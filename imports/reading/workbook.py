"""Rows of an Excel workbook's first sheet that has any, read by calamine (through fastexcel)."""

import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

from imports.reading.refusal import Refused

CHUNK = 1 << 20
FORMULA = re.compile(rb"<(?:\w+:)?f[ >/]")
CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,3}\d+)"')
SLICE = 5_000
# Longer than any opening tag of a cell, so that none is cut in two between chunks.
OVERLAP = 4_096


def workbook_rows(path: Path) -> tuple[Iterator[list[str]], str]:
    """The rows of the first sheet with content, every cell as text, and the sheet's name.

    A date cell reads "2025-05-29 00:00:00", a whole number without decimals. Raises `Refused` for a
    formula in any sheet, and for a container whose content is not what it declares.
    """
    import fastexcel

    _check_content(path)
    try:
        reader = fastexcel.read_excel(str(path))
        for name in reader.sheet_names:
            frame = reader.load_sheet(name, header_row=None, skip_rows=0, dtypes="string").to_polars()
            if frame.height:
                return _rows(frame), name
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
