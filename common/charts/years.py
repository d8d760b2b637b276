"""Figures by year: columns for counts, a fan for a forecast with a low, a base and a high case."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common.charts import palette
from common.charts.chart import Chart, picture
from common.charts.scale import Scale, round_ticks
from common.charts.svg import coordinate, hatch, joined, line, path, rect, text
from common.numbers import MISSING, number_text


@dataclass(frozen=True)
class YearValue:
    """A figure of a year; None where nothing is known, which is not zero."""

    year: int
    value: float | None


@dataclass(frozen=True)
class YearRange:
    """A forecast of a year: low, base and high."""

    year: int
    low: float
    base: float
    high: float


def column_chart(
    values: Sequence[YearValue], *, caption: str, unit: str, width: float = 380, height: float = 150
) -> Chart:
    """A column per year with its figure on top; a year without a figure is hatched and marked with a dash."""
    top, bottom = 20.0, height - 20
    highest = max((v.value for v in values if v.value is not None), default=0.0)
    scale = Scale(0, highest or 1, bottom, top)
    pitch = width / max(1, len(values))
    bar = min(36.0, pitch * 0.66)
    parts = []
    for index, value in enumerate(values):
        middle = pitch * (index + 0.5)
        if value.value is None:
            parts.append(hatch(middle - bar / 2, top, bar, bottom - top))
        else:
            y = scale(value.value)
            parts.append(rect(middle - bar / 2, y, bar, bottom - y, palette.fill("c-bar")))
            label = number_text(value.value)
            parts.append(text(middle, y - 5, label, size=11, anchor="middle"))
        parts.append(text(middle, height - 5, str(value.year), size=11, anchor="middle", ink="c-text-2"))
    parts.append(line(0, bottom, width, bottom, palette.stroke("c-axis")))
    return Chart(
        svg=picture(parts, width=width, height=height, caption=caption, description=unit),
        caption=caption,
        columns=(gettext("Year"), unit),
        rows=tuple((str(v.year), MISSING if v.value is None else number_text(v.value)) for v in values),
        numeric=frozenset({1}),
    )


def fan_chart(
    ranges: Sequence[YearRange],
    *,
    caption: str,
    unit: str,
    doubled: bool = False,
    width: float = 560,
    height: float = 240,
) -> Chart:
    """A line through the base case in a band from low to high. Raises `ValueError` below two years.

    `doubled` adds a dashed line at twice the base case.
    """
    if len(ranges) < 2:
        message = "a forecast needs at least two years"
        raise ValueError(message)
    left, right, top, bottom = 56.0, width - 64, 14.0, height - 24
    highest = max(max(r.high, 2 * r.base if doubled else 0.0) for r in ranges)
    ticks = round_ticks(0, highest, 4)
    x = Scale(ranges[0].year, ranges[-1].year, left, right)
    y = Scale(ticks[0], ticks[-1], bottom, top)
    parts = [_grid(ticks, y, left, right), *(_year(r.year, x(r.year), height) for r in ranges)]
    upper = [(x(r.year), y(r.high)) for r in ranges]
    lower = [(x(r.year), y(r.low)) for r in reversed(ranges)]
    base = [(x(r.year), y(r.base)) for r in ranges]
    parts.append(path(f"{_points(upper)}L{_points(lower)[1:]}Z", palette.fill("c-band"), 0))
    parts.append(path(_points(upper), palette.stroke("c-bar-soft-line")))
    parts.append(path(_points(lower), palette.stroke("c-bar-soft-line")))
    parts.append(path(_points(base), palette.stroke("c-bar-line"), 2))
    parts += [rect(px - 2.5, py - 2.5, 5, 5, palette.fill("c-bar")) for px, py in base]
    if doubled:
        twice = [(x(r.year), y(2 * r.base)) for r in ranges]
        parts.append(path(_points(twice), palette.stroke("c-bar-line"), 1, "5 4"))
    parts += _end_labels(ranges[-1], right + 8, y, doubled=doubled)
    more = (gettext("Doubled"),) if doubled else ()
    return Chart(
        svg=picture(parts, width=width, height=height, caption=caption, description=unit),
        caption=caption,
        columns=(gettext("Year"), gettext("Low"), gettext("Base"), gettext("High"), *more),
        rows=tuple((str(r.year), *(number_text(v) for v in _cases(r, doubled=doubled))) for r in ranges),
        numeric=frozenset(range(1, 4 + len(more))),
    )


def _cases(forecast: YearRange, *, doubled: bool) -> tuple[float, ...]:
    cases = (forecast.low, forecast.base, forecast.high)
    return (*cases, 2 * forecast.base) if doubled else cases


def _points(points: Sequence[tuple[float, float]]) -> str:
    return "M" + "L".join(f"{coordinate(px)} {coordinate(py)}" for px, py in points)


def _grid(ticks: Sequence[float], y: Scale, left: float, right: float) -> SafeString:
    return joined(
        part
        for tick in ticks
        for part in (
            line(left, y(tick), right, y(tick), palette.stroke("c-line")),
            text(left - 8, y(tick) + 4, number_text(tick), size=11, anchor="end", ink="c-text-2"),
        )
    )


def _year(year: int, x: float, height: float) -> SafeString:
    return text(x, height - 6, str(year), size=11, anchor="middle", ink="c-text-2")


def _end_labels(last: YearRange, x: float, y: Scale, *, doubled: bool) -> list[SafeString]:
    """The names of the cases beside their ends, pushed apart where they would touch."""
    words = [(last.high, gettext("high")), (last.base, gettext("base")), (last.low, gettext("low"))]
    if doubled:
        words.append((2 * last.base, gettext("doubled")))
        words.sort(key=lambda case: -case[0])
    labels, above = [], -1e9
    for value, word in words:
        base = max(y(value) + 4, above + 13)
        labels.append(text(x, base, word, size=11, bold=value == last.base))
        above = base
    return labels
