"""The few SVG elements that charts are made of: numbers written for every language, text escaped."""

from collections.abc import Iterable
from functools import lru_cache

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from common.charts.palette import FONT, fill, stroke


def coordinate(value: float) -> str:
    """A coordinate: a point as decimal sign in every language, two decimals, no exponent.

    >>> coordinate(3.0), coordinate(1234.567)
    ('3', '1234.57')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def joined(parts: Iterable[SafeString]) -> SafeString:
    """The parts one after the other."""
    return format_html_join("", "{}", ((part,) for part in parts))


def rect(x: float, y: float, width: float, height: float, paint: SafeString) -> SafeString:
    """A rectangle; `paint` comes from `palette`."""
    return format_html(
        '<rect x="{}" y="{}" width="{}" height="{}" {}/>',
        coordinate(x),
        coordinate(y),
        coordinate(max(0.0, width)),
        coordinate(max(0.0, height)),
        paint,
    )


def line(x1: float, y1: float, x2: float, y2: float, paint: SafeString, width: float = 1) -> SafeString:
    """A straight line of `width` user units."""
    return format_html(
        '<line x1="{}" y1="{}" x2="{}" y2="{}" stroke-width="{}" {}/>',
        coordinate(x1),
        coordinate(y1),
        coordinate(x2),
        coordinate(y2),
        coordinate(width),
        paint,
    )


def path(data: str, paint: SafeString, width: float = 1, dash: str = "none") -> SafeString:
    """A path; `data` and `dash` are made by this package only."""
    dashes = "" if dash == "none" else format_html(' stroke-dasharray="{}"', dash)
    return format_html(
        '<path d="{}" fill-rule="evenodd" stroke-width="{}"{} {}/>', data, coordinate(width), dashes, paint
    )


def text(
    x: float,
    y: float,
    content: object,
    *,
    size: float = 13,
    anchor: str = "start",
    ink: str = "c-text",
    bold: bool = False,
) -> SafeString:
    """A line of text with its baseline at `y`. `anchor` is start, middle or end."""
    return format_html(
        '<text x="{}" y="{}" font-family="{}" font-size="{}" text-anchor="{}"{} {}>{}</text>',
        coordinate(x),
        coordinate(y),
        FONT,
        coordinate(size),
        anchor,
        format_html(' font-weight="{}"', 600) if bold else "",
        fill(ink),
        content,
    )


def moved(x: float, y: float, drawing: SafeString) -> SafeString:
    """A drawing with its origin at a point."""
    return format_html('<g transform="translate({} {})">{}</g>', coordinate(x), coordinate(y), drawing)


def hatch(x: float, y: float, width: float, height: float, gap: float = 6) -> SafeString:
    """A rectangle with diagonal lines, which mean "unknown". Plain lines, clipped by arithmetic: a pattern
    needs an id, and ids clash where two charts share a page."""
    return moved(x, y, _hatched(max(0.0, width), max(0.0, height), gap))


@lru_cache(maxsize=512)
def _hatched(width: float, height: float, gap: float) -> SafeString:
    """The same at the origin: charts repeat few sizes, and the lines are most of a chart's work."""
    strokes = []
    offset = gap / 2
    while offset < width + height:
        x1, y1 = max(0.0, offset - height), min(height, offset)
        x2, y2 = min(width, offset), max(0.0, offset - width)
        strokes.append(f"M{coordinate(x1)} {coordinate(y1)}L{coordinate(x2)} {coordinate(y2)}")
        offset += gap
    return format_html(
        "{}{}",
        rect(0, 0, width, height, fill("c-hatch-ground")),
        path("".join(strokes), stroke("c-hatch")),
    )
