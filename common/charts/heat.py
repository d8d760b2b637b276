"""Criteria by candidates: the value in every cell, unknown hatched, intervals marked."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common.charts import palette
from common.charts.chart import Chart, picture
from common.charts.labels import label
from common.charts.svg import hatch, joined, line, moved, rect, text, titled
from common.charts.widths import text_width, wrapped_words
from common.numbers import number_text, percent_text

CELL = 92
ROW = 28
GROUP_ROW = 26
HEAD_LINES = 4
HEAD_SIZE = 11
HEAD_PITCH = 13
NAMES = 250
WEIGHT = 48
STRIP = 6


@dataclass(frozen=True)
class Cell:
    """The value of a candidate on a criterion as an interval from 0 to 100; equal ends are an exact value."""

    lower: float
    upper: float

    @property
    def unknown(self) -> bool:
        """Nothing is known: the interval is the whole scale."""
        return self.lower <= 0 and self.upper >= 100

    @property
    def exact(self) -> bool:
        return self.lower == self.upper


@dataclass(frozen=True)
class CriterionRow:
    """A criterion with its group, its weight (a share of 1) and one cell per candidate."""

    name: str
    group: str
    weight: float
    cells: tuple[Cell, ...]


def heat_map(candidates: Sequence[str], criteria: Sequence[CriterionRow], *, caption: str) -> Chart:
    """A grid with a row per criterion, headed by its group, and a column per candidate.

    Raises `ValueError` where a criterion has not one cell per candidate.
    """
    if any(len(row.cells) != len(candidates) for row in criteria):
        message = "every criterion needs one cell per candidate"
        raise ValueError(message)
    width = NAMES + WEIGHT + CELL * len(candidates)
    heads = [wrapped_words(name, CELL - 4, HEAD_SIZE, HEAD_LINES) for name in candidates]
    head = float(HEAD_PITCH * max(map(len, heads), default=1) + 18)
    parts, y, group = [_head(heads, head)], head, None
    # Few different cells make up most maps, so each is drawn once.
    drawn = {cell: _drawn(cell) for cell in {cell for row in criteria for cell in row.cells}}
    for row in criteria:
        # Rows without a group stand under the heads at once.
        if row.group and row.group != group:
            group = row.group
            parts.append(_group(group, y, width))
            y += GROUP_ROW
        parts.append(_row(row, y, candidates, drawn))
        y += ROW
    parts.append(_legend(y + 10))
    return Chart(
        svg=picture(
            parts,
            width=max(width, _legend_end()),
            height=y + 34,
            caption=caption,
            description=gettext("One row per criterion, one column per candidate, values from 0 to 100."),
        ),
        caption=caption,
        columns=(gettext("Group"), gettext("Criterion"), gettext("Weight"), *candidates),
        rows=tuple(
            (row.group, row.name, percent_text(row.weight, 1), *(drawn[cell].words for cell in row.cells))
            for row in criteria
        ),
        numeric=frozenset(range(2, len(candidates) + 3)),
    )


@dataclass(frozen=True)
class _Drawn:
    """A cell as words and as a drawing at the origin."""

    words: str
    svg: SafeString


def _drawn(cell: Cell) -> _Drawn:
    return _Drawn(cell_words(cell), _cell(cell))


def cell_text(cell: Cell) -> str:
    """What stands in a cell: the value, both ends of an interval, or a question mark."""
    if cell.unknown:
        return "?"
    if cell.exact:
        return number_text(cell.lower)
    return f"{number_text(cell.lower)}–{number_text(cell.upper)}"


def cell_words(cell: Cell) -> str:
    """The same for the table and for screen readers, where a question mark is no word."""
    return gettext("unknown (0–100)") if cell.unknown else cell_text(cell)


def _head(heads: Sequence[Sequence[str]], bottom: float) -> SafeString:
    """The names of the candidates, their last lines on one line with the heading of the weights."""
    parts = [text(NAMES + WEIGHT - 12, bottom - 8, gettext("Weight"), size=11, anchor="end", ink="c-text-2")]
    for index, lines in enumerate(heads):
        x = NAMES + WEIGHT + CELL * index + 2
        top = bottom - 8 - HEAD_PITCH * (len(lines) - 1)
        parts += [text(x, top + HEAD_PITCH * i, words, size=HEAD_SIZE) for i, words in enumerate(lines)]
    return joined(parts)


def _group(name: str, y: float, width: float) -> SafeString:
    return joined(
        [
            line(0, y + GROUP_ROW - 3.5, width, y + GROUP_ROW - 3.5, palette.stroke("c-line-2")),
            text(0, y + GROUP_ROW - 9, name, size=12, bold=True, ink="c-text-2"),
        ]
    )


def _row(row: CriterionRow, y: float, candidates: Sequence[str], drawn: Mapping[Cell, _Drawn]) -> SafeString:
    parts = [
        label(0, y + ROW / 2 - 1, row.name, NAMES - 8),
        text(NAMES + WEIGHT - 12, y + 18, percent_text(row.weight, 1), size=12, anchor="end", ink="c-text-2"),
    ]
    for index, cell in enumerate(row.cells):
        title = f"{candidates[index]}, {row.name}: {drawn[cell].words}"
        parts.append(moved(NAMES + WEIGHT + CELL * index, y, titled(title, drawn[cell].svg)))
    return joined(parts)


def _cell(cell: Cell) -> SafeString:
    """Colored by the lower bound, which is what counts; an interval has a hatched strip as a foot."""
    width, height = CELL - 2, ROW - 2
    if cell.unknown:
        chip = rect(width / 2 - 9, 4, 18, 18, palette.fill("c-paper"))
        return joined(
            [hatch(0, 0, width, height), chip, text(width / 2, 18, "?", anchor="middle", bold=True)]
        )
    step = palette.value_step(cell.lower)
    ground = height if cell.exact else height - STRIP
    parts = [rect(0, 0, width, ground, palette.fill(f"c-value-{step}"))]
    if not cell.exact:
        parts.append(hatch(0, ground, width, STRIP, gap=5))
    base = 18 if cell.exact else 15
    parts.append(text(width / 2, base, cell_text(cell), anchor="middle", ink=palette.value_ink(step)))
    return joined(parts)


def _legend_end() -> float:
    """Where the last word of the legend ends; few candidates make a map narrower than that."""
    words = text_width(gettext("interval, colored by its lower end"), 11) + text_width(gettext("unknown"), 11)
    return 44.0 + 24 * len(palette.VALUES) + 20 + 30 + 20 + 30 + words + 4


def _legend(y: float) -> SafeString:
    parts: list[SafeString] = [text(0, y + 12, gettext("Value"), size=11, ink="c-text-2")]
    for step in range(len(palette.VALUES)):
        x = 44.0 + 24 * step
        parts.append(rect(x, y, 24, 16, palette.fill(f"c-value-{step}")))
        parts.append(
            text(
                x + 12, y + 12, number_text(10 * step), size=10, anchor="middle", ink=palette.value_ink(step)
            )
        )
    x = 44.0 + 24 * len(palette.VALUES) + 20
    parts += [
        rect(x, y, 24, 10, palette.fill("c-value-4")),
        hatch(x, y + 10, 24, STRIP, gap=5),
        text(x + 30, y + 12, gettext("interval, colored by its lower end"), size=11, ink="c-text-2"),
    ]
    x += 30 + text_width(gettext("interval, colored by its lower end"), 11) + 20
    parts += [hatch(x, y, 24, 16), text(x + 30, y + 12, gettext("unknown"), size=11, ink="c-text-2")]
    return joined(parts)
