"""Marks for paper. WeasyPrint's SVG does not see the color of the text, so each carries its own."""

from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.charts import palette
from common.charts.marks import OUTLINES
from common.charts.svg import joined, path, rect


def paper_shape(tone: str) -> SafeString:
    """The 12 × 12 shape of a tone in its color; its word stands beside it."""
    known = tone if tone in OUTLINES else "neutral"
    outline = OUTLINES[known]
    return format_html(
        '<svg class="shape" viewBox="0 0 12 12" width="12" height="12" aria-hidden="true">{}</svg>',
        path(
            outline.d,
            palette.tone_paint(known, filled=outline.filled),
            0 if outline.filled else 1.5,
            outline.dash,
        ),
    )


def paper_steps(level: int) -> SafeString:
    """Three rising steps of which `level` are filled."""
    return format_html(
        '<svg class="steps" viewBox="0 0 22 12" width="22" height="12" aria-hidden="true">{}</svg>',
        joined(
            rect(8 * i, 8 - 4 * i, 6, 4 + 4 * i, palette.fill("c-neutral" if i < level else "c-track"))
            for i in range(3)
        ),
    )
