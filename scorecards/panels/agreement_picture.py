"""How far a panel agrees, as a picture: a row for each criterion, the levels apart for each candidate."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.charts import palette
from common.charts.chart import Chart, picture
from common.charts.svg import hatch, joined, moved, rect, text, titled
from common.charts.widths import clipped_words, wrapped_words
from common.numbers import number_text
from scorecards.models.panel import HIGHEST
from scorecards.panels.agreement import Statistic
from scorecards.panels.consensus import Cell, Consensus

CELL = 92.0
ROW = 30.0
NAMES = 250.0
FIGURE = 190.0
PITCH = 13
LEGEND = 34.0
HEAD_SIZE = 11


def agreement_chart(found: Consensus) -> Chart:
    """Levels between the lowest and the highest score, light where all say the same, hatched where open."""
    sites = sorted({(cell.site, cell.site_id) for cell in found.cells})
    cells = {(cell.criterion.id, cell.site_id): cell for cell in found.cells}
    heads = [wrapped_words(name, CELL - 6, HEAD_SIZE, 3) for name, _site_id in sites]
    top = PITCH * max((len(lines) for lines in heads), default=1) + 12.0
    parts = [_heads(heads, top)]
    rows: list[tuple[str, ...]] = []
    for number, each in enumerate(found.agreement):
        row = [cells[each.criterion.id, site_id] for _name, site_id in sites]
        figure = _figure(each.statistics)
        parts.append(_row(each.criterion.title, row, figure, top + ROW * number))
        rows.append((each.criterion.title, *map(_words, row), figure))
    bottom = top + ROW * len(found.agreement)
    parts.append(_legend(bottom + 8))
    caption = _("Levels between the lowest and the highest score; the darker, the further apart")
    return Chart(
        svg=picture(
            parts,
            width=NAMES + CELL * len(sites) + FIGURE,
            height=bottom + LEGEND,
            caption=caption,
            description=_(
                "A row for each criterion, a column for each candidate, and a figure of agreement."
            ),
        ),
        caption=caption,
        columns=(_("Criterion"), *(name for name, _site_id in sites), _("Agreement")),
        rows=tuple(rows),
        numeric=frozenset(range(1, len(sites) + 1)),
    )


def _heads(heads: Sequence[Sequence[str]], bottom: float) -> SafeString:
    parts = []
    for number, lines in enumerate(heads):
        top = bottom - 8 - PITCH * (len(lines) - 1)
        x = NAMES + CELL * number + 2
        parts += [text(x, top + PITCH * at, words, size=HEAD_SIZE) for at, words in enumerate(lines)]
    return joined(parts)


def _row(title: str, cells: Sequence[Cell], figure: str, y: float) -> SafeString:
    parts = [text(0, y + 18, clipped_words(title, NAMES - 12))]
    for number, cell in enumerate(cells):
        words = f"{cell.site}, {title}: {_words(cell)}"
        parts.append(moved(NAMES + CELL * number, y, titled(words, _square(cell))))
    parts.append(text(NAMES + CELL * len(cells) + 12, y + 18, figure, size=12, ink="c-text-2"))
    return joined(parts)


def _square(cell: Cell) -> SafeString:
    width, height = CELL - 2, ROW - 2
    if cell.apart is None:
        chip = rect(width / 2 - 9, 5, 18, 18, palette.fill("c-paper"))
        return joined(
            [hatch(0, 0, width, height), chip, text(width / 2, 19, "?", anchor="middle", bold=True)]
        )
    step = _step(cell.apart)
    ground = rect(0, 0, width, height, palette.fill(f"c-value-{step}"))
    number = text(width / 2, 19, number_text(cell.apart), anchor="middle", ink=palette.value_ink(step))
    return joined([ground, number])


def _step(apart: int) -> int:
    return palette.value_step(100 - 100 * apart / HIGHEST)


def _words(cell: Cell) -> str:
    return _("open") if cell.apart is None else number_text(cell.apart)


def _figure(statistics: Sequence[Statistic]) -> str:
    """The first figure of a criterion with its value; a dash where it has none."""
    first = statistics[0]
    return "–" if first.value is None else f"{first.name} {number_text(first.value, 2)}"


def _legend(y: float) -> SafeString:
    parts = [text(0, y + 12, _("Levels apart"), size=11, ink="c-text-2")]
    x = 110.0
    for apart in range(HIGHEST + 1):
        step = _step(apart)
        parts.append(rect(x, y, 24, 16, palette.fill(f"c-value-{step}")))
        number = text(x + 12, y + 12, str(apart), size=10, anchor="middle", ink=palette.value_ink(step))
        parts.append(number)
        x += 24
    parts += [hatch(x + 16, y, 24, 16)]
    parts.append(text(x + 46, y + 12, _("somebody could not judge"), size=11, ink="c-text-2"))
    return joined(parts)
