"""Marks as big as a letter: the shape of a status, steps of evidence, the interval of a score, a meter."""

import functools
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.charts import palette
from common.charts.svg import coordinate, joined, line, rect
from common.numbers import Number, score_range_text


@dataclass(frozen=True)
class Outline:
    """A 12 × 12 path in the color of the text: filled, or stroked with a dash pattern."""

    d: str
    filled: bool = True
    dash: str = "none"


# Told apart by outline alone: check in a disc, triangle, cross in an octagon, dashed ring, square, ring.
OUTLINES = {
    "good": Outline("M6 0a6 6 0 1 1 0 12A6 6 0 0 1 6 0Zm2.7 3.4L5.2 7 3.4 5.2 2.3 6.3 5.2 9.2 9.8 4.5Z"),
    "caution": Outline("M6 .6 12 11.4H0Z"),
    "bad": Outline(
        "M3.5 0h5L12 3.5v5L8.5 12h-5L0 8.5v-5Z"
        "M4.2 3.1 3.1 4.2 4.9 6 3.1 7.8 4.2 8.9 6 7.1 7.8 8.9 8.9 7.8 7.1 6 8.9 4.2 7.8 3.1 6 4.9Z"
    ),
    "unknown": Outline("M6 1a5 5 0 1 1 0 10A5 5 0 0 1 6 1Z", filled=False, dash="2.2 1.7"),
    "info": Outline("M1 1h10v10H1Z"),
    "neutral": Outline("M6 1.2a4.8 4.8 0 1 1 0 9.6A4.8 4.8 0 0 1 6 1.2Z", filled=False),
}
TONES = tuple(OUTLINES)
_HIDDEN = SafeString('aria-hidden="true" focusable="false"')


@functools.cache
def shape(tone: str) -> SafeString:
    """The shape of a tone, 12 × 12 pixels, hidden from screen readers: its word stands beside it.

    A tone that does not exist gets the neutral ring.
    """
    outline = OUTLINES.get(tone, OUTLINES["neutral"])
    return format_html(
        '<svg class="shape" viewBox="0 0 12 12" width="12" height="12" {}>'
        '<path d="{}" fill-rule="evenodd" fill="{}" stroke="{}" stroke-width="1.5" '
        'stroke-dasharray="{}"/></svg>',
        _HIDDEN,
        outline.d,
        "currentColor" if outline.filled else "none",
        "none" if outline.filled else "currentColor",
        outline.dash,
    )


def steps(level: int) -> SafeString:
    """Three rising steps of which `level` are filled."""
    filled = [
        format_html(
            '<rect x="{}" y="{}" width="6" height="{}" fill="currentColor"/>', 8 * i, 8 - 4 * i, 4 + 4 * i
        )
        for i in range(level)
    ]
    hollow = [
        format_html(
            '<rect x="{}" y="{}" width="5" height="{}" fill="none" stroke="currentColor"/>',
            8 * i + 0.5,
            8.5 - 4 * i,
            3 + 4 * i,
        )
        for i in range(level, 3)
    ]
    return format_html(
        '<svg class="steps" viewBox="0 0 22 12" width="22" height="12" {}>{}</svg>',
        _HIDDEN,
        joined(filled + hollow),
    )


def interval(lower: Number, upper: Number | None) -> SafeString:
    """A bar from `lower` to `upper` on a scale from 0 to 100, the official mark at `lower`.

    Values outside are clipped to the scale; the alternative text gives the figures as they are.
    """
    low = max(0.0, min(100.0, float(lower)))
    high = max(low, min(100.0, float(lower if upper is None else upper)))
    ticks = joined(line(2 + t * 1.36, 3, 2 + t * 1.36, 13, palette.stroke("c-line-2")) for t in (25, 50, 75))
    return format_html(
        '<svg class="interval-bar" viewBox="0 0 140 16" width="140" height="16" role="img" aria-label="{}">'
        "{}{}{}{}</svg>",
        score_range_text(lower, upper),
        rect(2, 6, 136, 4, palette.fill("c-track")),
        ticks,
        rect(2 + low * 1.36, 4, (high - low) * 1.36, 8, palette.fill("c-bar-soft")),
        rect(0.5 + low * 1.36, 1, 3, 14, palette.fill("c-mark")),
    )


def meter(share: Number) -> SafeString:
    """A horizontal meter for a share from 0 to 1; the figure stands beside it."""
    part = max(0.0, min(1.0, float(share)))
    return format_html(
        '<svg class="meter-bar" viewBox="0 0 56 8" width="56" height="8" {}>'
        '{}<rect width="{}" height="8" {}/><rect x="0.5" y="0.5" width="55" height="7" {}/></svg>',
        _HIDDEN,
        rect(0, 0, 56, 8, palette.fill("c-track")),
        coordinate(part * 56),
        palette.fill("c-bar"),
        palette.stroke("c-edge"),
    )
