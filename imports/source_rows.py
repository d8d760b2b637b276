"""What the source wrote: the cells of an imported row, word for word, from the index of its file."""

from dataclasses import dataclass

from common.models import Sourced
from imports.formats import FORMATS, match_header
from imports.models import FilePage, ImportFile

type Lines = dict[int, list[str]]

HEADER_SEARCH_ROWS = 20


@dataclass(frozen=True)
class SourceRow:
    """A line of a file as it came in. `cells` are its headers and texts, in the order of the file."""

    file: ImportFile
    line: int
    cells: tuple[tuple[str, str], ...]


def source_file(row: Sourced) -> ImportFile | None:
    """The file that a row was read from; none for a row by hand, or one that no import wrote."""
    if row.source not in FORMATS:
        return None
    return ImportFile.objects.filter(sha256=row.source_sha256).defer("content").first()


def is_indexed(row: Sourced, file: ImportFile) -> bool:
    """Whether the index of the file says where the row stands."""
    return FilePage.objects.filter(file=file, source="" if row.source_line else row.source).exists()


def source_row(row: Sourced, file: ImportFile) -> SourceRow | None:
    """The line of the file that a row was read from, as its index has it; a few queries by key."""
    line = row.source_line or _line_saying(row, file)
    cells = None if line is None else _lines(file, line).get(line)
    if line is None or cells is None:
        return None
    first = _lines(file)
    opening = sorted(first)[:HEADER_SEARCH_ROWS]
    match = match_header(FORMATS[row.source], [first[number] for number in opening], opening)
    return SourceRow(file, line, tuple(zip(distinct_headers(match.headers), cells, strict=False)))


def _lines(file: ImportFile, line: int | None = None) -> Lines:
    """The lines of the page with this line; without one, of the first."""
    pages = FilePage.objects.filter(file=file, source="")
    if line is not None:
        pages = pages.filter(number__lte=line).order_by("-number")
    page = pages.first()
    return {} if page is None else dict(page.content_read())


def _line_saying(row: Sourced, file: ImportFile) -> int | None:
    """The line that says what a row says: rows that were imported before lines were kept have none."""
    number = int(row.row_sha256[:2] or "0", 16)
    page = FilePage.objects.filter(file=file, source=row.source, number=number).first()
    line: int | None = page.content_read().get(row.row_sha256) if page else None
    return line


def distinct_headers(headers: tuple[str, ...]) -> list[str]:
    """Header words that tell columns apart: an empty or repeated one gets its position."""
    named: list[str] = []
    for position, header in enumerate(headers, start=1):
        known = not header or header in named
        named.append(f"{header or 'column'} ({position})" if known else header)
    return named
