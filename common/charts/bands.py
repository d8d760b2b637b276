"""Counts by band or class as bars, each with a part that stands out."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.charts import palette
from common.charts.chart import Chart, picture
from common.charts.scale import Scale
from common.charts.svg import line, rect, text
from common.numbers import number_text

ROW = 28.0
LABEL = 150.0


@dataclass(frozen=True)
class Band:
    """A count with its label; `marked` of it stand out."""

    label: str
    total: int
    marked: int = 0


def band_chart(
    bands: Sequence[Band], *, caption: str, heading: str, unit: str, marked: str, width: float = 560
) -> Chart:
    """A bar for each band; the marked part is drawn solid at its start and named beside the count.

    Args:
        heading: what the bands are, over the first column of the table.
        unit: what is counted.
        marked: what the marked part is, such as "late".
    """
    height = ROW * len(bands) + 8
    highest = max((band.total for band in bands), default=0)
    scale = Scale(0, highest or 1, LABEL, width - 110)
    parts = []
    for number, band in enumerate(bands):
        y = 4 + ROW * number
        parts.append(text(LABEL - 10, y + 18, band.label, size=12, anchor="end"))
        end, solid = scale(band.total), scale(band.marked)
        if band.total:
            parts.append(rect(LABEL, y + 4, end - LABEL, ROW - 10, palette.fill("c-band")))
        if band.marked:
            parts.append(rect(LABEL, y + 4, solid - LABEL, ROW - 10, palette.fill("c-bar")))
        words = number_text(band.total)
        if band.marked:
            words = f"{words} ({number_text(band.marked)} {marked})"
        parts.append(text(end + 8, y + 18, words, size=12))
    parts.append(line(LABEL, 2, LABEL, height - 2, palette.stroke("c-axis")))
    return Chart(
        svg=picture(parts, width=width, height=height, caption=caption, description=unit),
        caption=caption,
        columns=(heading, unit, marked.capitalize()),
        rows=tuple((band.label, number_text(band.total), number_text(band.marked)) for band in bands),
        numeric=frozenset({1, 2}),
    )
