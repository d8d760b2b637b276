"""The regulatory life of a site as lanes of events; what is crowded is drawn by the year, with its count."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from audits.models import RegulatoryAction
from audits.regulatory_life import RegulatoryLife
from common.charts.events import Event, event_timeline
from reports.paper.words import word

Kind = RegulatoryAction.Kind

# More events than this in one lane would cover one another on paper.
MOST_IN_A_LANE = 24
WORST_FIRST = ("bad", "caution", "unknown", "info", "neutral", "good")
OUTCOME_TONES = {
    "nai": "good",
    "compliant": "good",
    "vai": "caution",
    "pending": "unknown",
    "oai": "bad",
    "non_compliant": "bad",
}
RECALL_TONES = {"1": "bad", "2": "caution", "3": "neutral"}
RECALL_MARKS = {"1": "I", "2": "II", "3": "III"}


def timeline_chart(life: RegulatoryLife, title: str, *, width: float) -> SafeString:
    """All dated records up to the day of the report, one lane per kind; nothing for an empty life."""
    lanes = {
        _("Inspections"): list(_inspections(life)),
        _("Form 483s"): [_act(each.happened_on, "caution") for each in life.forms_483],
        _("Warning letters"): [_act(each.happened_on, "bad") for each in life.warning_letters],
        _("Recalls"): [
            _act(each.happened_on, RECALL_TONES.get(each.recall_class, "unknown"), each.recall_class)
            for each in life.recall_events
        ],
        _("Citations"): list(_citations(life)),
    }
    others = [_act(each.happened_on, _other_tone(each.kind)) for each in life.other_actions]
    if others:
        lanes[_("Others")] = others
    events = [
        replace(event, lane=lane)
        for lane, found in lanes.items()
        for event in _thinned([each for each in found if each is not None])
    ]
    if not events:
        return SafeString()
    first = date(min(event.on.year for event in events), 1, 1)
    return event_timeline(events, list(lanes), first=first, last=life.as_of, caption=title, width=width).svg


def _act(on: date | None, tone: str, recall_class: str = "") -> Event | None:
    return Event("", on, RECALL_MARKS.get(recall_class, ""), tone) if on else None


def _other_tone(kind: str) -> str:
    return {Kind.CLOSEOUT: "good", Kind.OTHER: "neutral"}.get(Kind(kind), "bad")


def _inspections(life: RegulatoryLife) -> Iterable[Event | None]:
    """One event per visit: a visit has a row for each project area, and the worst outcome is shown."""
    visits: dict[object, list[Event]] = defaultdict(list)
    for each in life.inspections:
        if each.happened_on:
            label = word("classification", each.classification).split(",")[0]
            tone = OUTCOME_TONES.get(each.classification, "unknown")
            mark = label if len(label) <= 3 else ""
            visits[each.inspection_number or each.id].append(Event("", each.happened_on, mark, tone))
    for events in visits.values():
        yield min(events, key=lambda event: WORST_FIRST.index(event.tone))


def _citations(life: RegulatoryLife) -> Iterable[Event | None]:
    """Citations of one day together, with their number."""
    days: dict[date, int] = defaultdict(int)
    for each in life.citations:
        if each.happened_on:
            days[each.happened_on] += 1
    for on, times in days.items():
        yield Event("", on, str(times), "info")


def _thinned(events: Sequence[Event]) -> Iterable[Event]:
    """The events themselves, or one a year with their number and the worst tone among them."""
    if len(events) <= MOST_IN_A_LANE:
        yield from events
        return
    years: dict[int, list[Event]] = defaultdict(list)
    for event in events:
        years[event.on.year].append(event)
    for found in years.values():
        worst = min(found, key=lambda event: WORST_FIRST.index(event.tone))
        times = sum(int(event.mark) if event.mark.isdigit() else 1 for event in found)
        yield replace(worst, on=found[len(found) // 2].on, mark=f"×{times}")
