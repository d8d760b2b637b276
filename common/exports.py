"""CSV and XLSX of exactly what a table shows, safe to open in a spreadsheet program.

A cell that a spreadsheet would take for a formula is written as text: in CSV behind an apostrophe, in XLSX as
a string cell (OWASP, "CSV Injection"). Numbers and dates stay numbers and dates.
"""

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from html import unescape

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import strip_tags
from django.utils.safestring import SafeData
from django.utils.translation import gettext

type Cell = str | int | float | Decimal | bool | date | datetime | None

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
XLSX_MAX_ROWS = 1_048_575
XLSX_MAX_TEXT = 32_767
FORMATS = ("csv", "xlsx")
# Nothing that was typed becomes a formula, a link or a number.
BOOK_OPTIONS = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
    "default_date_format": "yyyy-mm-dd",
}

# What starts a formula, after white space that spreadsheets drop; the full-width forms count in East Asia.
_FORMULA = re.compile(r"^\s*[=+\-@＝＋－＠]|^[\t\r\n\0]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")


class TooManyRows(Exception):
    """The table has more rows than an XLSX sheet can hold."""


@dataclass(frozen=True)
class Sheet:
    """A table to be written: headings and rows of plain values, in the order shown."""

    title: str
    columns: tuple[str, ...]
    rows: Iterable[Sequence[object]]


def plain(value: object) -> Cell:
    """`value` as a cell: markup loses its tags, control characters become visible, a moment is local."""
    if value is None or isinstance(value, bool | int | float | Decimal):
        return value
    if isinstance(value, datetime):
        return timezone.localtime(value).replace(tzinfo=None) if timezone.is_aware(value) else value
    if isinstance(value, date):
        return value
    if isinstance(value, Promise):
        value = str(value)
    return unescape(strip_tags(str(value))).strip() if isinstance(value, SafeData) else str(value)


def safe_csv_text(text: str) -> str:
    """`text` with an apostrophe in front where a spreadsheet program would read a formula."""
    guarded = f"'{text}" if _FORMULA.match(text) else text
    return visible(guarded)


def _csv_cell(value: object) -> str:
    cell = plain(value)
    match cell:
        case None:
            return ""
        case bool():
            return gettext("yes") if cell else gettext("no")
        case datetime():
            return cell.isoformat(sep=" ", timespec="seconds")
        case date():
            return cell.isoformat()
        case int() | float() | Decimal():
            return str(cell)
    return safe_csv_text(cell)


class _Echo:
    """A file that gives back what is written, so that lines can be made one by one."""

    def write(self, line: str) -> str:
        return line


def csv_lines(sheet: Sheet) -> Iterator[str]:
    """The lines of a CSV file (RFC 4180, UTF-8 with byte order mark so that Excel reads accents)."""
    writer = csv.writer(_Echo(), quoting=csv.QUOTE_MINIMAL)
    yield "\N{BYTE ORDER MARK}"
    yield writer.writerow([_csv_cell(heading) for heading in sheet.columns])
    for row in sheet.rows:
        yield writer.writerow([_csv_cell(value) for value in row])


def xlsx_bytes(sheet: Sheet) -> bytes:
    """The sheet as an XLSX workbook with a frozen, filtered heading.

    Raises `TooManyRows` beyond 1 048 575 rows. Text longer than a cell can hold is cut and ends in "…".
    """
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, BOOK_OPTIONS)
    page = book.add_worksheet(sheet_name(sheet.title))
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
    widths = [min(60, len(heading) + 2) for heading in sheet.columns]
    for column, heading in enumerate(sheet.columns):
        page.write_string(0, column, xlsx_text(heading), bold)
    last = 0
    for last, row in enumerate(sheet.rows, start=1):
        if last > XLSX_MAX_ROWS:
            raise TooManyRows
        for column, value in enumerate(row):
            shown = _write_cell(page, last, column, plain(value), moment)
            widths[column] = min(60, max(widths[column], shown + 2))
    for column, width in enumerate(widths):
        page.set_column(column, column, width)
    page.freeze_panes(1, 1)
    page.autofilter(0, 0, last, max(0, len(sheet.columns) - 1))
    book.close()
    return buffer.getvalue()


def _write_cell(
    page: "xlsxwriter.worksheet.Worksheet", row: int, column: int, cell: Cell, moment: object
) -> int:
    """Write one cell by its type, never by its looks; returns the number of characters shown."""
    match cell:
        case None:
            return 0
        case bool():
            page.write_boolean(row, column, cell)
            return 5
        case datetime():
            page.write_datetime(row, column, cell, moment)
            return 16
        case date():
            page.write_datetime(row, column, cell)
            return 10
        case int() | float() | Decimal():
            number = float(cell)
            if number != number or number in (float("inf"), float("-inf")) or abs(number) >= 1e15:
                page.write_string(row, column, str(cell))
            else:
                page.write_number(row, column, number)
            return len(str(cell))
    page.write_string(row, column, xlsx_text(cell))
    return max((len(line) for line in cell.splitlines()), default=0)


def visible(text: str) -> str:
    """`text` with control characters made visible; XML cannot hold them."""
    return _CONTROL.sub("\N{REPLACEMENT CHARACTER}", text)


def xlsx_text(text: str) -> str:
    """`text` without control characters, no longer than a cell can hold."""
    clean = visible(text)
    return clean if len(clean) <= XLSX_MAX_TEXT else clean[: XLSX_MAX_TEXT - 1] + "…"


def sheet_name(title: str) -> str:
    """`title` as Excel allows it: at most 31 characters, none of []:*?/\\ and no apostrophe at the ends."""
    return re.sub(r"[\[\]:*?/\\]", " ", _CONTROL.sub(" ", title))[:31].strip("' ") or "Sheet"


def export_response(sheet: Sheet, file_format: str, filename: str) -> HttpResponse:
    """The sheet as a download named `filename` plus the ending. Raises `ValueError` on another format.

    Made whole before it is sent: a stream that breaks half-way looks like a complete file.
    """
    if file_format == "csv":
        response = HttpResponse("".join(csv_lines(sheet)), content_type="text/csv; charset=utf-8")
    elif file_format == "xlsx":
        response = HttpResponse(xlsx_bytes(sheet), content_type=XLSX_TYPE)
    else:
        message = f"unknown export format: {file_format!r}"
        raise ValueError(message)
    stem = re.sub(r"[^A-Za-z0-9._-]+", "-", filename).strip("-.") or "export"
    response["Content-Disposition"] = f'attachment; filename="{stem}.{file_format}"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
