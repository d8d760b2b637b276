"""A chart: one picture for screen and paper, and the same figures as a table."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.charts.svg import coordinate, joined

WIDTH = 760


@dataclass(frozen=True)
class Chart:
    """An SVG picture and its figures.

    `caption` says the finding. `columns` and `rows` hold what is drawn as text in the reader's language;
    `numeric` names the columns of figures by index. Draw it with `common/_chart.html`.
    """

    svg: SafeString
    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    numeric: frozenset[int] = frozenset()


def picture(
    parts: Iterable[SafeString], *, width: float, height: float, caption: str, description: str
) -> SafeString:
    """The `<svg>` element: natural size in CSS pixels, `<title>` and `<desc>` for those who cannot see it."""
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" role="img">'
        "<title>{caption}</title><desc>{description}</desc>{parts}</svg>",
        w=coordinate(width),
        h=coordinate(height),
        caption=caption,
        description=description,
        parts=joined(parts),
    )
