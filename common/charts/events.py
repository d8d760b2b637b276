"""What regulators did, over the years: one lane per kind, a shape per outcome, the class beside it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common.charts import palette
from common.charts.chart import WIDTH, Chart, picture
from common.charts.marks import OUTLINES
from common.charts.scale import Scale
from common.charts.svg import coordinate, joined, line, path, text
from common.charts.widths import clipped_words, text_width
from common.numbers import MISSING, day_text

LANE = 30
LEVEL = 17
TOP = 28
LANE_NAMES = 180
MARGIN = 18


@dataclass(frozen=True)
class Event:
    """One act: its lane (kind, as shown), day, class (such as "OAI" or "II"), tone and what it was about."""

    lane: str
    on: date
    mark: str
    tone: str
    detail: str = ""


@dataclass(frozen=True)
class _Placed:
    """Where an event is drawn; at the right end its label stands left of the symbol."""

    event: Event
    x: float
    level: int
    label_left: bool


def event_timeline(
    events: Sequence[Event],
    lanes: Sequence[str],
    *,
    first: date,
    last: date,
    caption: str,
    width: float = WIDTH,
) -> Chart:
    """Events between `first` and `last` on the given lanes, in that order; an empty lane says so.

    Events that would cover one another are set one below the other. Raises `ValueError` on an event whose
    lane is not listed; events outside the days are left out of the picture and counted in its description.
    """
    unknown = {event.lane for event in events} - set(lanes)
    if unknown:
        message = f"no such lane: {', '.join(sorted(unknown))}"
        raise ValueError(message)
    shown = [event for event in sorted(events, key=lambda e: (e.on, e.mark)) if first <= event.on <= last]
    scale = Scale(first.toordinal(), last.toordinal(), LANE_NAMES + 12, width - MARGIN)
    parts, y = [], float(TOP)
    for lane in lanes:
        placed = _placed([event for event in shown if event.lane == lane], scale)
        height = LANE + LEVEL * max((item.level for item in placed), default=0)
        parts.append(_lane(lane, placed, y, height, width))
        y += height
    left_out = len(events) - len(shown)
    description = gettext("Regulatory events by kind from %(first)s to %(last)s; %(count)s lie outside.") % {
        "first": day_text(first),
        "last": day_text(last),
        "count": left_out,
    }
    return Chart(
        svg=picture(
            [_years(first, last, scale, y), *parts],
            width=width,
            height=y + 4,
            caption=caption,
            description=description,
        ),
        caption=caption,
        columns=(gettext("Date"), gettext("Kind"), gettext("Class"), gettext("Detail")),
        rows=tuple(
            (day_text(event.on), event.lane, event.mark or MISSING, event.detail or MISSING)
            for event in reversed(shown)
        ),
    )


def _placed(events: Sequence[Event], scale: Scale) -> list[_Placed]:
    """Each event at its day, on the first level where it touches no other."""
    placed: list[_Placed] = []
    free_from: list[float] = []
    for event in events:
        x, label = scale(event.on.toordinal()), text_width(event.mark, 11) + 3
        label_left = x + 9 + label > scale.end + MARGIN
        begin = x - 8 - label * label_left
        level = next((i for i, edge in enumerate(free_from) if begin >= edge), len(free_from))
        if level == len(free_from):
            free_from.append(0.0)
        free_from[level] = x + 9 + label * (not label_left) + 2
        placed.append(_Placed(event, x, level, label_left))
    return placed


def _years(first: date, last: date, scale: Scale, bottom: float) -> SafeString:
    """A line and a label at each New Year, thinned out where they would touch."""
    years = range(first.year + 1, last.year + 1)
    pitch = (scale.end - scale.start) / max(1, (last - first).days) * 365.25
    every = max(1, round(36 / pitch + 0.49)) if pitch else 1
    parts: list[SafeString] = []
    for year in years:
        x = scale(date(year, 1, 1).toordinal())
        parts.append(line(x, TOP - 8, x, bottom, palette.stroke("c-line")))
        if (last.year - year) % every == 0:
            parts.append(text(x, TOP - 13, str(year), size=11, anchor="middle", ink="c-text-2"))
    return joined(parts)


def _lane(name: str, placed: Sequence[_Placed], y: float, height: float, width: float) -> SafeString:
    ink = "c-text" if placed else "c-text-2"
    count = str(len(placed)) if placed else gettext("none")
    parts = [
        line(0, y, width, y, palette.stroke("c-line-2")),
        text(0, y + 20, clipped_words(name, LANE_NAMES - 30), ink=ink),
        text(LANE_NAMES - 6, y + 20, count, size=11, anchor="end", ink="c-text-2"),
    ]
    parts += [_symbol(item, y + 9 + LEVEL * item.level) for item in placed]
    return joined(parts)


def _symbol(item: _Placed, y: float) -> SafeString:
    event = item.event
    tone = event.tone if event.tone in OUTLINES else "neutral"
    outline = OUTLINES[tone]
    paint = palette.tone_paint(tone, filled=outline.filled)
    title = ", ".join(word for word in (day_text(event.on), event.lane, event.mark, event.detail) if word)
    return format_html(
        '<g><title>{}</title><g transform="translate({} {})">{}</g>{}</g>',
        title,
        coordinate(item.x - 6),
        coordinate(y),
        path(outline.d, paint, 0 if outline.filled else 1.5, outline.dash),
        text(
            item.x + (-9 if item.label_left else 9),
            y + 10,
            event.mark,
            size=11,
            anchor="end" if item.label_left else "start",
        ),
    )
