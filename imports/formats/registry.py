"""The known sources, and which of them a header belongs to."""

import re
from collections.abc import Sequence

from imports.formats.base import Format, HeaderMatch
from imports.formats.fda_citations import FDA_CITATIONS
from imports.formats.fda_compliance_actions import FDA_COMPLIANCE_ACTIONS
from imports.formats.fda_form_483s import FDA_FORM_483S
from imports.formats.fda_inspections import FDA_INSPECTIONS
from imports.formats.fda_recalls import FDA_RECALLS
from imports.formats.fda_warning_letters import FDA_WARNING_LETTERS

FORMATS: dict[str, Format] = {
    known.source: known
    for known in (
        FDA_COMPLIANCE_ACTIONS,
        FDA_FORM_483S,
        FDA_RECALLS,
        FDA_WARNING_LETTERS,
        FDA_INSPECTIONS,
        FDA_CITATIONS,
    )
}


def header_key(text: str) -> str:
    """A header without case, spaces and punctuation: "FEI Number", "FEINumber" and "fei_number" agree."""
    return re.sub(r"[\W_]+", "", text.replace("_x000D_", "")).casefold()


def match_header(format_: Format, first: Sequence[Sequence[str]], lines: Sequence[int]) -> HeaderMatch:
    """The row among the first ones that fits the format best. It fits when nothing required is missing."""
    matches = [_match_row(format_, cells, line) for cells, line in zip(first, lines, strict=True)]
    return max(matches, key=lambda match: (len(match.positions) - 2 * len(match.missing), -match.line))


def guess_format(first: Sequence[Sequence[str]], lines: Sequence[int]) -> HeaderMatch | None:
    """The source whose header the file has, or nothing when none fits completely."""
    fitting = [
        match
        for match in (match_header(known, first, lines) for known in FORMATS.values())
        if not match.missing
    ]
    return max(fitting, key=lambda match: len(match.positions), default=None)


def _match_row(format_: Format, cells: Sequence[str], line: int) -> HeaderMatch:
    keys = [header_key(cell) for cell in cells]
    at: dict[str, int] = {}
    for position, key in enumerate(keys):
        at.setdefault(key, position)
    positions: dict[str, int] = {}
    for column in format_.columns:
        for spelling in column.headers:
            found = at.get(header_key(spelling))
            if found is not None and found not in positions.values():
                positions[column.name] = found
                break
    repeated = tuple(cells[place].strip() for place in positions.values() if keys.count(keys[place]) > 1)
    missing = tuple(c for c in format_.columns if c.required and c.name not in positions)
    return HeaderMatch(
        format=format_,
        line=line,
        width=len(cells),
        headers=tuple(" ".join(cell.split()) for cell in cells),
        positions=positions,
        missing=missing,
        repeated=repeated,
    )
