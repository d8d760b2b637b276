"""The spread of a panel's scores: a row for each candidate and criterion, a disc for each assessor."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.charts import palette
from common.charts.chart import WIDTH, Chart, picture
from common.charts.scale import Scale
from common.charts.svg import coordinate, hatch, joined, line, path, rect, text
from common.charts.widths import clipped_words
from common.numbers import number_text
from scorecards.models.panel import HIGHEST
from scorecards.panels.consensus import Cell

ROW = 30
TOP = 26
GROUP = 24
NAMES = 250.0
UNJUDGED = 96.0
DISC = 9.0


def spread_chart(cells: Sequence[Cell]) -> Chart:
    """The cells by criterion, in the order given within each; a number in a disc counts equal scores."""
    scale = Scale(0, HIGHEST, NAMES + 20, WIDTH - UNJUDGED - 20)
    groups: dict[str, list[Cell]] = {}
    for cell in cells:
        groups.setdefault(cell.criterion.title, []).append(cell)
    parts: list[SafeString] = []
    y = float(TOP)
    for title, members in groups.items():
        parts.append(text(0, y + 16, clipped_words(title, WIDTH, 13, bold=True), bold=True))
        y += GROUP
        for cell in members:
            parts.append(_row(cell, y, scale))
            y += ROW
    caption = _("Every score of every assessor; the further apart, the more there is to discuss")
    return Chart(
        svg=picture(
            [_axis(scale, y), *parts],
            width=WIDTH,
            height=y + 4,
            caption=caption,
            description=_(
                "A row for each candidate, levels 0 to 5 from left to right; a frame is what was agreed."
            ),
        ),
        caption=caption,
        columns=(_("Criterion"), _("Candidate"), _("Scores"), _("Cannot judge"), _("Spread"), _("Agreed")),
        rows=tuple(_figures(cell) for cell in cells),
        numeric=frozenset({3, 4, 5}),
    )


def _axis(scale: Scale, bottom: float) -> SafeString:
    parts = []
    for level in range(HIGHEST + 1):
        x = scale(level)
        parts.append(line(x, TOP - 6, x, bottom, palette.stroke("c-line-2")))
        parts.append(text(x, TOP - 12, str(level), size=12, anchor="middle", ink="c-text-2"))
    parts.append(
        text(WIDTH - UNJUDGED / 2, TOP - 12, _("Cannot judge"), size=12, anchor="middle", ink="c-text-2")
    )
    return joined(parts)


def _row(cell: Cell, y: float, scale: Scale) -> SafeString:
    middle = y + ROW / 2
    parts = [text(8, middle + 4, clipped_words(cell.site, NAMES - 8))]
    if cell.levels:
        low, high = scale(min(cell.levels)), scale(max(cell.levels))
        parts.append(rect(low, middle - 2, high - low, 4, palette.fill("c-bar-soft")))
    for level, count in sorted(Counter(cell.levels).items()):
        parts.append(_disc(scale(level), middle, count))
    if cell.unjudged:
        parts.append(hatch(WIDTH - UNJUDGED / 2 - 14, middle - 9, 28, 18))
        words = number_text(cell.unjudged)
        parts.append(text(WIDTH - UNJUDGED / 2, middle + 4, words, size=12, anchor="middle", bold=True))
    if cell.agreed is not None:
        start, end = scale(float(cell.agreed.low)) - 13, scale(float(cell.agreed.high)) + 13
        frame = f"M{coordinate(start)} {coordinate(middle - 13)}H{coordinate(end)}v26H{coordinate(start)}Z"
        parts.append(path(frame, palette.stroke("c-mark-line"), 2))
    return joined(parts)


def _disc(x: float, y: float, count: int) -> SafeString:
    radius = coordinate(DISC)
    disc = SafeString(
        f'<circle cx="{coordinate(x)}" cy="{coordinate(y)}" r="{radius}" {palette.fill("c-bar")}/>'
    )
    if count == 1:
        return disc
    number = text(x, y + 4, number_text(count), size=11, anchor="middle", ink="c-on-cat", bold=True)
    return joined([disc, number])


def _figures(cell: Cell) -> tuple[str, ...]:
    agreed = ""
    if cell.agreed is not None:
        ends = dict.fromkeys((cell.agreed.low, cell.agreed.high))
        agreed = "–".join(number_text(end, 1) for end in ends)
    return (
        cell.criterion.title,
        cell.site,
        " ".join(str(level) for level in sorted(cell.levels)),
        number_text(cell.unjudged),
        number_text(cell.spread, 2),
        agreed,
    )
