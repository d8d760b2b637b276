"""Where time goes: one row for each stage, its parts one after the other, and the ends it must keep to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common.charts import palette
from common.charts.chart import WIDTH, Chart, picture
from common.charts.scale import Scale
from common.charts.svg import hatch, joined, line, rect, text, titled
from common.charts.widths import clipped_words, text_width

ROW = 28
TOP = 56
LEGEND = 26


class Fill(StrEnum):
    """How a part is drawn: spent, spent waiting, or kept in reserve."""

    SOLID = "solid"
    SOFT = "soft"
    HATCHED = "hatched"
    OUTLINED = "outlined"


@dataclass(frozen=True)
class Stretch:
    """A part of a stage from `start` to `end`; `name` says what it is and stands in the legend."""

    name: str
    fill: Fill
    start: float
    end: float


@dataclass(frozen=True)
class Stage:
    """A row of the picture."""

    name: str
    stretches: tuple[Stretch, ...]


@dataclass(frozen=True)
class Limit:
    """An end that must not be passed; drawn as a dashed line."""

    name: str
    at: float
    tone: str = "bad"


def span_chart(
    stages: Sequence[Stage],
    limits: Sequence[Limit],
    *,
    ticks: Sequence[float],
    tick_unit: Callable[[float], str],
    unit: Callable[[float], str],
    caption: str,
    width: float = WIDTH,
) -> Chart:
    """Stages on one axis from zero, its ticks in `tick_unit`. `unit` puts a value into words."""
    names = min(230.0, width * 0.3)
    scale = Scale(0, ticks[-1], names, width - 70)
    bottom = TOP + ROW * len(stages)
    parts = [_axis(ticks, scale, bottom, tick_unit)]
    # Under the bars, so that no dash runs through a figure.
    parts += [_limit(limit, scale, bottom, place) for place, limit in enumerate(limits)]
    parts += [_stage(stage, TOP + ROW * index, scale, unit) for index, stage in enumerate(stages)]
    parts.append(_legend(stages, bottom + 12, names, width))
    return Chart(
        svg=picture(
            parts,
            width=width,
            height=bottom + LEGEND + 12,
            caption=caption,
            description=gettext("Each row begins where the one above it ended."),
        ),
        caption=caption,
        columns=(gettext("Stage"), gettext("Part"), gettext("From"), gettext("To"), gettext("Takes")),
        rows=(
            *(
                (stage.name, part.name, unit(part.start), unit(part.end), unit(part.end - part.start))
                for stage in stages
                for part in stage.stretches
            ),
            *((limit.name, "", "", unit(limit.at), "") for limit in limits),
        ),
        numeric=frozenset({2, 3, 4}),
    )


def _axis(ticks: Sequence[float], scale: Scale, bottom: float, unit: Callable[[float], str]) -> SafeString:
    return joined(
        part
        for tick in ticks
        for part in (
            line(scale(tick), TOP - 4, scale(tick), bottom, palette.stroke("c-line")),
            text(scale(tick), TOP - 9, unit(tick), size=11, anchor="middle", ink="c-text-2"),
        )
    )


def _stage(stage: Stage, top: float, scale: Scale, unit: Callable[[float], str]) -> SafeString:
    parts = [text(0, top + 19, clipped_words(stage.name, scale.start - 12))]
    parts += [_stretch(part, top, scale) for part in stage.stretches]
    if stage.stretches:
        end = stage.stretches[-1].end
        at, words = scale(end) + 7, unit(end)
        # Paper behind the figure: a limit may run through here.
        parts.append(rect(at - 2, top + 8, text_width(words, 12) + 4, 14, palette.fill("c-paper")))
        parts.append(text(at, top + 19, words, size=12, ink="c-text-2"))
    return titled(stage.name, joined(parts))


def _stretch(part: Stretch, top: float, scale: Scale) -> SafeString:
    left = scale(part.start)
    return _swatch(part.fill, left, top + 6, max(1.0, scale(part.end) - left), 16)


def _swatch(fill: Fill, left: float, top: float, width: float, height: float) -> SafeString:
    if fill == Fill.HATCHED:
        return hatch(left, top, width, height)
    if fill == Fill.OUTLINED:
        return rect(left, top, width, height, palette.edged("c-band", "c-bar-line"))
    return rect(left, top, width, height, palette.fill("c-bar" if fill == Fill.SOLID else "c-bar-soft"))


def _limit(limit: Limit, scale: Scale, bottom: float, place: int) -> SafeString:
    at = scale(limit.at)
    strokes = [
        line(at, y, at, min(y + 5, bottom), palette.stroke(f"c-{limit.tone}-line"), 2)
        for y in range(TOP - 4, int(bottom), 8)
    ]
    anchor = "end" if at > (scale.start + scale.end) / 2 else "start"
    label = text(at, 12 + 14 * place, limit.name, size=12, anchor=anchor, ink="c-text", bold=True)
    return joined([*strokes, label])


def _legend(stages: Sequence[Stage], top: float, left: float, width: float) -> SafeString:
    """Each part once, in the order in which it is met."""
    found = {part.name: part.fill for stage in stages for part in stage.stretches}
    widths = {name: 16 + 6 + text_width(name, 12) + 18 for name in found}
    # Below the bars, or from the edge where it would not fit there.
    parts, at = [], left if left + sum(widths.values()) <= width else 0.0
    for name, fill in found.items():
        needed = widths[name]
        if at + needed > width:
            break
        parts += [_swatch(fill, at, top, 16, 12), text(at + 22, top + 10, name, size=12, ink="c-text-2")]
        at += needed
    return joined(parts)
