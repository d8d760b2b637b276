"""The picture of docs/backtest.md: areas under the curve by date, with the interval of the score."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.html import format_html
from django.utils.safestring import SafeString

from common.charts import palette
from common.charts.chart import picture
from common.charts.scale import Scale
from common.charts.svg import coordinate, line, path, rect, text
from scorecards.backtest import Backtest
from scorecards.backtest.auc import Estimate

WIDTH, HEIGHT = 760, 370
LEFT, RIGHT, TOP, BOTTOM = 44, 590, 16, 340
LOW, HIGH = 0.3, 0.9
COIN = 0.5
NAIVE = (
    ("form_483s_and_recalls", "483s + ½ log recalls", "c-caution-line", "c-caution"),
    ("recalls_by_class", "recalls by class", "c-axis", "c-text-2"),
    ("form_483s", "published 483s", "c-axis", "c-text-2"),
    ("had_warning_letter", "had a warning letter", "c-axis", "c-text-2"),
)
LABEL_GAP = 15


@dataclass(frozen=True, slots=True)
class _Label:
    """A name at the right end of a line."""

    y: float
    words: str
    ink: str
    bold: bool = False


def backtest_picture(tests: Sequence[Backtest]) -> SafeString:
    """One line per formula over the dates, the score in bold with its 95 % interval; two dates at least."""
    x = Scale(0, len(tests) - 1, LEFT + 14, RIGHT - 8)
    y = Scale(LOW, HIGH, BOTTOM, TOP)
    parts = [rect(0, 0, WIDTH, HEIGHT, palette.fill("c-paper")), *_grid(tests, x, y)]
    labels = []
    for key, words, stroke, ink in NAIVE:
        areas = [row.naive[key] for row in tests]
        parts.append(path(_points(areas, x, y), palette.stroke(stroke), 1.5, "5 3"))
        labels.append(_Label(_end(areas, y), words, ink))
    score = [row.auc for row in tests]
    for at, area in enumerate(score):
        if area is not None:
            parts.append(line(x(at), y(area.low), x(at), y(area.high), palette.stroke("c-bar-soft-line"), 2))
    parts.append(path(_points(score, x, y), palette.stroke("c-bar-line"), 2.5))
    parts += [
        rect(x(at) - 3.5, y(area.value) - 3.5, 7, 7, palette.fill("c-bar"))
        for at, area in enumerate(score)
        if area is not None
    ]
    labels.append(_Label(_end(score, y), "regulatory score", "c-bar", bold=True))
    parts += _ends(labels)
    return picture(
        parts,
        width=WIDTH,
        height=HEIGHT,
        caption="Area under the curve of the regulatory score and of simple formulas, by date",
        description="Higher is better; 0.5 is a coin. Bars: 95 % interval of the score (DeLong 1988).",
    )


def _grid(tests: Sequence[Backtest], x: Scale, y: Scale) -> list[SafeString]:
    parts = []
    for tenth in range(round(LOW * 10), round(HIGH * 10) + 1):
        value = tenth / 10
        paint = palette.stroke("c-axis" if value == COIN else "c-line")
        parts.append(line(LEFT, y(value), RIGHT, y(value), paint))
        parts.append(text(LEFT - 8, y(value) + 4, f"{value:.1f}", size=11, anchor="end", ink="c-text-2"))
    parts.append(text(LEFT + 4, y(COIN) + 13, "a coin", size=11, ink="c-text-2"))
    for at, row in enumerate(tests):
        words = format_html("{}", f"{row.as_of:%Y-%m}")
        parts.append(text(x(at), BOTTOM + 20, words, size=11, anchor="middle", ink="c-text-2"))
    return parts


def _points(areas: Sequence[Estimate | None], x: Scale, y: Scale) -> str:
    found = [(x(at), y(area.value)) for at, area in enumerate(areas) if area is not None]
    return "M" + "L".join(f"{coordinate(across)} {coordinate(down)}" for across, down in found)


def _end(areas: Sequence[Estimate | None], y: Scale) -> float:
    last = areas[-1]
    return y(COIN if last is None else last.value)


def _ends(labels: list[_Label]) -> list[SafeString]:
    """The names at the right, pushed apart where they would touch: upwards from the lowest."""
    parts, below = [], float(HEIGHT)
    for label in sorted(labels, key=lambda row: (-row.y, row.bold)):
        at = min(label.y + 4, below - LABEL_GAP)
        parts.append(text(RIGHT + 10, at, label.words, size=12, ink=label.ink, bold=label.bold))
        below = at
    return parts
