"""Where a score comes from: points per group of criteria, stacked, and what open evidence could add."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common.charts import palette
from common.charts.chart import WIDTH, Chart, picture
from common.charts.labels import label
from common.charts.scale import Scale
from common.charts.svg import hatch, joined, line, rect, text
from common.charts.widths import text_width
from common.numbers import number_text, score_text

ROW = 30
FIGURES_WIDTH = 48
LEGEND_ROW = 20


@dataclass(frozen=True)
class Breakdown:
    """One candidate: `points` per group (weight times value) in the order of the groups, and the upper bound.

    The points of all groups add up to the official score.
    """

    name: str
    points: tuple[float, ...]
    upper: float


def contribution_chart(
    breakdowns: Sequence[Breakdown], groups: Sequence[str], *, caption: str, width: float = WIDTH
) -> Chart:
    """Stacked bars on a scale from 0 to 100, one per candidate; the hatched end is what is still open.

    Raises `ValueError` where a breakdown has not one figure per group.
    """
    if any(len(breakdown.points) != len(groups) for breakdown in breakdowns):
        message = "every breakdown needs one figure per group"
        raise ValueError(message)
    names = min(240.0, width * 0.3)
    legend, legend_height = _legend(groups, width)
    top = legend_height + 26
    bottom = top + ROW * len(breakdowns)
    scale = Scale(0, 100, names, width - FIGURES_WIDTH)
    parts = [legend, _axis(scale, top, bottom)]
    parts += [_row(breakdown, top + ROW * i, scale) for i, breakdown in enumerate(breakdowns)]
    return Chart(
        svg=picture(
            parts,
            width=width,
            height=bottom + 6,
            caption=caption,
            description=gettext(
                "Points by group of criteria; hatched is what open evidence could still add."
            ),
        ),
        caption=caption,
        columns=(gettext("Candidate"), *groups, gettext("Score"), gettext("Upper bound")),
        rows=tuple(
            (
                breakdown.name,
                *(number_text(points, 1) for points in breakdown.points),
                score_text(sum(breakdown.points)),
                score_text(breakdown.upper),
            )
            for breakdown in breakdowns
        ),
        numeric=frozenset(range(1, len(groups) + 3)),
    )


def _legend(groups: Sequence[str], width: float) -> tuple[SafeString, float]:
    """Swatch and name of each group, flowing over as many lines as it takes."""
    parts, x, y = [], 0.0, 0.0
    for index, group in enumerate((*groups, gettext("still open"))):
        needed = 18 + text_width(group, 12) + 20
        if x and x + needed > width:
            x, y = 0.0, y + LEGEND_ROW
        swatch = (
            hatch(x, y + 3, 12, 12, gap=4)
            if index == len(groups)
            else rect(x, y + 3, 12, 12, palette.fill(palette.category(index)))
        )
        parts += [swatch, text(x + 18, y + 13, group, size=12)]
        x += needed
    return joined(parts), y + LEGEND_ROW


def _axis(scale: Scale, top: float, bottom: float) -> SafeString:
    return joined(
        part
        for tick in (0, 25, 50, 75, 100)
        for part in (
            line(scale(tick), top - 4, scale(tick), bottom, palette.stroke("c-line")),
            text(scale(tick), top - 9, number_text(tick), size=11, anchor="middle", ink="c-text-2"),
        )
    )


def _row(breakdown: Breakdown, top: float, scale: Scale) -> SafeString:
    base, bar_top, height = top + 20, top + 5, 20
    parts = [label(0, top + 15, breakdown.name, scale.start - 12)]
    reached = 0.0
    for index, points in enumerate(breakdown.points):
        left, right = scale(reached), scale(reached + points)
        reached += points
        parts.append(
            rect(left, bar_top, right - left, height, palette.edged(palette.category(index), "c-gap"))
        )
        figure = number_text(points, 1)
        if right - left >= text_width(figure, 11) + 6:
            parts.append(text((left + right) / 2, base - 1, figure, size=11, anchor="middle", ink="c-on-cat"))
    if breakdown.upper > reached:
        left, right = scale(reached), scale(breakdown.upper)
        parts.append(hatch(left, bar_top, right - left, height))
    parts.append(text(scale.end + 40, base, score_text(reached), anchor="end", bold=True))
    return joined(parts)
