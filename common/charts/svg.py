"""The few SVG elements that charts are made of: numbers written for every language, text escaped.

A chart has thousands of elements, so they are put together as f-strings, which cost a fifth of `format_html`;
whatever is no number of ours goes through `escaped`.
"""

from collections.abc import Iterable
from functools import lru_cache
from html import escape

from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.charts.palette import FONT, fill, stroke


def escaped(words: str) -> str:
    """Words as they stand in markup; what is markup already stays. Charts ask too often for Django's way."""
    return words if isinstance(words, SafeString) else escape(words)


@lru_cache(maxsize=4_096)
def coordinate(value: float) -> str:
    """A coordinate: a point as decimal sign in every language, two decimals, no exponent.

    >>> coordinate(3.0), coordinate(1234.567)
    ('3', '1234.57')
    """
    text = f"{value:.2f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def joined(parts: Iterable[SafeString]) -> SafeString:
    """The parts one after the other."""
    return SafeString("".join(map(escaped, parts)))


def rect(x: float, y: float, width: float, height: float, paint: SafeString) -> SafeString:
    """A rectangle; `paint` comes from `palette`."""
    return SafeString(
        f'<rect x="{coordinate(x)}" y="{coordinate(y)}" width="{coordinate(max(0.0, width))}" '
        f'height="{coordinate(max(0.0, height))}" {escaped(paint)}/>'
    )


def line(x1: float, y1: float, x2: float, y2: float, paint: SafeString, width: float = 1) -> SafeString:
    """A straight line of `width` user units."""
    return SafeString(
        f'<line x1="{coordinate(x1)}" y1="{coordinate(y1)}" x2="{coordinate(x2)}" y2="{coordinate(y2)}" '
        f'stroke-width="{coordinate(width)}" {escaped(paint)}/>'
    )


def path(data: str, paint: SafeString, width: float = 1, dash: str = "none") -> SafeString:
    """A path; `data` and `dash` are made by this package only."""
    dashes = "" if dash == "none" else f' stroke-dasharray="{escaped(dash)}"'
    return SafeString(
        f'<path d="{escaped(data)}" fill-rule="evenodd" stroke-width="{coordinate(width)}"{dashes} '
        f"{escaped(paint)}/>"
    )


def text(
    x: float,
    y: float,
    content: str,
    *,
    size: float = 13,
    anchor: str = "start",
    ink: str = "c-text",
    bold: bool = False,
) -> SafeString:
    """A line of text with its baseline at `y`. `anchor` is start, middle or end."""
    weight = ' font-weight="600"' if bold else ""
    return SafeString(
        f'<text x="{coordinate(x)}" y="{coordinate(y)}" font-family="{escaped(FONT)}" '
        f'font-size="{coordinate(size)}" text-anchor="{escaped(anchor)}"{weight} {fill(ink)}>'
        f"{escaped(content)}</text>"
    )


def moved(x: float, y: float, drawing: SafeString) -> SafeString:
    """A drawing with its origin at a point."""
    return SafeString(f'<g transform="translate({coordinate(x)} {coordinate(y)})">{escaped(drawing)}</g>')


def titled(title: str, drawing: SafeString) -> SafeString:
    """A drawing with the words that a pointer over it shows."""
    return SafeString(f"<title>{escaped(title)}</title>{escaped(drawing)}")


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
