"""What a sheet of profile records would do: read, matched with what is recorded, compared. Writes nothing."""

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any

from common.text import name_key
from imports.profiles.cells import CellProblem, cell_value
from imports.profiles.matching import Matcher
from imports.reading import Limits, RawTable, Refused, read_table
from partners.models import Site
from partners.profile.section import Section
from partners.profile.sheets import COMMENT, RECORD, SITE, cell_of, headings_ignored, headings_known
from partners.profile.validation import row_problems

MEGABYTE = 1024 * 1024
ROWS = 5_000
LIMITS = Limits(
    csv_bytes=16 * MEGABYTE,
    workbook_bytes=16 * MEGABYTE,
    unpacked_bytes=256 * MEGABYTE,
    seconds=30,
)


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong with one row."""

    row: int
    column: str
    value: str
    message: str


@dataclass(frozen=True)
class PlannedRow:
    """What happens to one row: created, changed, unchanged or rejected.

    `changes` are label, old and new in words; `values` are those to be set, by field.
    """

    line: int
    action: str
    site: Site | None
    words: str = ""
    pk: int = 0
    version: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)
    changes: tuple[tuple[str, str, str], ...] = ()
    verified: bool = False


@dataclass(frozen=True)
class Plan:
    rows: tuple[PlannedRow, ...]
    problems: tuple[Problem, ...]
    skipped: int

    def count(self, action: str) -> int:
        return sum(row.action == action for row in self.rows)

    @property
    def digest(self) -> str:
        """Stands for what would be done: another plan of the same file has another digest."""
        told = [(row.line, row.action, row.pk, row.version) for row in self.rows]
        return hashlib.sha256(json.dumps(told).encode()).hexdigest()

    @property
    def asks_reason(self) -> bool:
        """Whether something changes that somebody of ours verified."""
        return any(row.action == "changed" and row.verified for row in self.rows)

    def listed(self) -> list[dict[str, Any]]:
        """The rows that do something, as plain data for the preview."""
        return [
            {
                "line": row.line,
                "action": row.action,
                "site": row.site.name if row.site else "",
                "words": row.words,
                "changes": [list(change) for change in row.changes],
            }
            for row in self.rows
            if row.action in ("created", "changed")
        ]

    def problems_listed(self) -> list[dict[str, Any]]:
        return [asdict(problem) for problem in self.problems]


@dataclass
class ReadRow:
    """One row of the file: its cells by column, what could be read, and what could not."""

    line: int
    cells: dict[str, str]
    values: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def wrong(self, column: str, message: str, heading: str = "") -> None:
        self.problems.append(Problem(self.line, heading or column, self.cells.get(column, ""), message))


type RowPlanner = Callable[[Section, Site | None, Sequence[ReadRow], Mapping[str, str]], list[PlannedRow]]


def plan_make(
    *, section: Section, path: Path, name: str, site: Site | None, rows: RowPlanner, most: int
) -> Plan:
    """Read a sheet and say what it would do.

    Args:
        site: whose records the rows are that name no site.
        rows: compares the rows with what is recorded.
        most: how many rows are read at once.

    Raises `Refused` for a file that cannot be read, has too many rows or no column that is known.
    """
    with read_table(path, name, LIMITS) as table:
        return plan_of(section, table, site, rows, most)


def plan_of(section: Section, table: RawTable, site: Site | None, rows: RowPlanner, most: int = ROWS) -> Plan:
    """What the rows of a sheet that was read would do. Raises as `plan_make`."""
    start, columns, headings = _header(section, table)
    if table.rows - start - 1 > most:
        raise Refused("too_many_rows", {"rows": table.rows - start - 1, "limit": most})
    read = list(_rows(table, start, columns))
    data = [row for row in read if not row.cells.get(SITE, "").lstrip().startswith(COMMENT)]
    if not data:
        raise Refused("nothing_but_header")
    planned = rows(section, site, data, headings)
    problems = [problem for row in data for problem in row.problems]
    return Plan(tuple(planned), tuple(problems), len(read) - len(data))


def profile_rows(
    section: Section, site: Site | None, data: Sequence[ReadRow], headings: Mapping[str, str]
) -> list[PlannedRow]:
    """What each row of a profile's sheet would do. A fixed number of queries."""
    matcher = Matcher(section, site, [row.cells for row in data])
    return [_planned(section, matcher, row, headings) for row in data]


def _header(section: Section, table: RawTable) -> tuple[int, dict[str, int], dict[str, str]]:
    """Where the header is, which column is which, and what each was called."""
    known = headings_known(section)
    best: tuple[int, dict[str, int], dict[str, str]] = (0, {}, {})
    for place, cells in enumerate(table.first):
        found: dict[str, int] = {}
        for index, text in enumerate(cells):
            key = known.get(name_key(text)) or known.get(text.strip().casefold())
            if key and key not in found:
                found[key] = index
        if len(found) > len(best[1]):
            best = place, found, {key: cells[index].strip() for key, index in found.items()}
    if not best[1].keys() - {SITE, RECORD}:
        shown = ", ".join(text for text in table.first[0] if text)[:300]
        raise Refused("profile_header", {"found": shown})
    header = table.first[best[0]]
    strange = [
        text.strip()
        for index, text in enumerate(header)
        if text.strip() and index not in best[1].values() and name_key(text) not in headings_ignored()
    ]
    if strange:
        raise Refused("profile_columns", {"found": ", ".join(strange)[:300]})
    return best


def _rows(table: RawTable, start: int, columns: Mapping[str, int]) -> Iterator[ReadRow]:
    header_line = table.first_lines[start]
    for batch in table.batches():
        for row in batch.iter_rows(named=True):
            if row["line"] > header_line:
                yield ReadRow(row["line"], {key: row[f"c{at}"] or "" for key, at in columns.items()})


def cells_read(section: Section, row: ReadRow, headings: Mapping[str, str]) -> None:
    """Turn the cells of a row into values; what cannot be read becomes a problem of the row."""
    for name in section.fields:
        if row.cells.get(name, "").strip():
            try:
                row.values[name] = cell_value(section, name, row.cells[name])
            except CellProblem as problem:
                row.wrong(name, str(problem), headings.get(name, name))


def _planned(section: Section, matcher: Matcher, row: ReadRow, headings: Mapping[str, str]) -> PlannedRow:
    cells_read(section, row, headings)
    match = matcher.match(row.cells, row.values)
    for column, message in match.problems:
        row.wrong(column, message, headings.get(column, ""))
    site = match.site
    if row.problems or site is None:
        return PlannedRow(row.line, "rejected", site)
    before = match.record
    changed = row.values if before is None else matcher.differences(before, row.values)
    if before is not None and not changed:
        return PlannedRow(row.line, "unchanged", site, str(before), before.pk, before.version)
    for column, message in row_problems(section, site, changed, before):
        row.wrong(column, message, headings.get(column, section.label(column) if column else ""))
    if row.problems:
        return PlannedRow(row.line, "rejected", site)
    after = section.model(**section.scope(site), **row.values)
    if before is None:
        return PlannedRow(row.line, "created", site, str(after), values=row.values)
    return PlannedRow(
        row.line,
        "changed",
        site,
        str(before),
        before.pk,
        before.version,
        changed,
        tuple(
            (section.label(name), shown_text(section, before, name), shown_text(section, after, name))
            for name in changed
        ),
        before.strength == "verified",
    )


def shown_text(section: Section, row: Any, name: str) -> str:
    """A value in words, for the preview of a change."""
    value = cell_of(section, row, name)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else str(value)
