"""Why two figures differ: steps that add up exactly from the first to the second."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from common.charts import palette
from common.charts.chart import WIDTH, Chart, picture
from common.charts.labels import label
from common.charts.scale import Scale, round_ticks
from common.charts.svg import joined, line, rect, text
from common.numbers import number_text, signed_text

ROW = 28
TOP = 26


@dataclass(frozen=True)
class Step:
    """One part of the difference, in points; negative takes away."""

    name: str
    change: float


def waterfall_chart(
    start_name: str,
    start: float,
    steps: Sequence[Step],
    end_name: str,
    *,
    caption: str,
    width: float = WIDTH,
) -> Chart:
    """Horizontal bars from `start` by each step to the sum, which is the second figure."""
    names = min(260.0, width * 0.34)
    levels = [start]
    for step in steps:
        levels.append(levels[-1] + step.change)
    ticks = round_ticks(min(*levels, 0.0) if min(levels) < 0 else _floor(levels), max(levels), 5)
    scale = Scale(ticks[0], ticks[-1], names, width - 60)
    bottom = TOP + ROW * (len(steps) + 2)
    parts = [_axis(ticks, scale, bottom), _total(start_name, start, TOP, scale)]
    for index, step in enumerate(steps):
        parts.append(_step(step, levels[index], levels[index + 1], TOP + ROW * (index + 1), scale))
    parts.append(_total(end_name, levels[-1], TOP + ROW * (len(steps) + 1), scale))
    return Chart(
        svg=picture(
            parts,
            width=width,
            height=bottom + 6,
            caption=caption,
            description=gettext("The steps add up exactly to the difference."),
        ),
        caption=caption,
        columns=(gettext("Step"), pgettext("difference", "Change"), gettext("Reached")),
        rows=(
            (start_name, "", number_text(start, 1)),
            *(
                (step.name, signed_text(step.change, 1), number_text(level, 1))
                for step, level in zip(steps, levels[1:], strict=True)
            ),
            (end_name, "", number_text(levels[-1], 1)),
        ),
        numeric=frozenset({1, 2}),
    )


def _floor(levels: Sequence[float]) -> float:
    """Where the axis begins: at zero unless all the action is far from it."""
    low, high = min(levels), max(levels)
    return 0.0 if high <= 0 or low < 2 * (high - low) else low - (high - low) * 0.5


def _axis(ticks: Sequence[float], scale: Scale, bottom: float) -> SafeString:
    return joined(
        part
        for tick in ticks
        for part in (
            line(scale(tick), TOP - 4, scale(tick), bottom, palette.stroke("c-line")),
            text(scale(tick), TOP - 9, number_text(tick), size=11, anchor="middle", ink="c-text-2"),
        )
    )


def _total(name: str, value: float, top: float, scale: Scale) -> SafeString:
    return joined(
        [
            label(0, top + 14, name, scale.start - 12, bold=True),
            # A bar may only stand on zero; on a cut axis the total is a mark.
            rect(scale.start, top + 6, scale(value) - scale.start, 16, palette.fill("c-bar"))
            if scale.low == 0
            else rect(scale(value) - 2, top + 4, 4, 20, palette.fill("c-mark")),
            text(scale(value) + 8, top + 19, number_text(value, 1), bold=True),
        ]
    )


def _step(step: Step, before: float, after: float, top: float, scale: Scale) -> SafeString:
    left, right = sorted((scale(before), scale(after)))
    paint = palette.fill("c-good" if step.change >= 0 else "c-bad")
    return joined(
        [
            label(0, top + 14, step.name, scale.start - 12),
            line(scale(before), top - 6, scale(before), top + 22, palette.stroke("c-axis")),
            rect(left, top + 6, max(1.0, right - left), 16, paint),
            text(right + 8, top + 19, signed_text(step.change, 1)),
        ]
    )
