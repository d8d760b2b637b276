"""The days of packing of a lane in words: when a dose that is packed then reaches the care site."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from babel.dates import format_date, get_day_names
from django import forms
from django.utils.translation import gettext_lazy as _

from common.numbers import current_locale, day_text
from logistics.calendars import ORDER
from logistics.models import CareSite, Handoff
from logistics.readiness.budget import TimeBudget
from logistics.readiness.facts import LaneFacts, PlanFacts
from logistics.readiness.lanes import LaneTimes
from logistics.readiness.timetable import local
from logistics.wording import hours_text
from partners.profile.forms import DayInput

MOST_SHOWN = 14


class PackedForm(forms.Form):
    """The day of packing that a reader asks about; the slowest one where none is chosen."""

    packed = forms.DateField(label=_("Packed on"), required=False, widget=DayInput())

    def __init__(self, data: Any, *, days: dict[date, TimeBudget]) -> None:
        super().__init__(data)
        self.days = days

    def clean_packed(self) -> date | None:
        day: date | None = self.cleaned_data["packed"]
        if day is not None and day not in self.days:
            raise forms.ValidationError(
                _("Nothing is packed on this day, or it lies outside the coming 13 weeks.")
            )
        return day


@dataclass(frozen=True, slots=True)
class DayLine:
    """One day of packing: both ends on the clock of their place, and what is left of the shelf life."""

    day: str
    packed: str
    arrives: str
    total: str
    left: str
    is_late: bool
    is_shown: bool


def by_day(plan: PlanFacts, times: LaneTimes) -> dict[date, TimeBudget]:
    """The budgets by the day of packing on the clock of its place; none without the hour of packing."""
    return {
        local(each.packed_at, plan.packing.zone).date(): each
        for each in times.days
        if each.packed_at is not None
    }


def day_lines(plan: PlanFacts, lane: LaneFacts, times: LaneTimes, shown: TimeBudget) -> list[DayLine]:
    """The coming two weeks of packing, and every later day that is too late or is the one shown."""
    days = list(by_day(plan, times).items())
    kept = [
        (day, each)
        for place, (day, each) in enumerate(days)
        if place < MOST_SHOWN or each.is_late or each.packed_at == shown.packed_at
    ]
    return [
        DayLine(
            day=day.isoformat(),
            packed=weekday_text(day),
            arrives="" if each.stuck is not None else arrival_text(lane, each),
            total=hours_text(each.total),
            left="" if each.left is None else hours_text(each.left),
            is_late=each.is_late,
            is_shown=each.packed_at == shown.packed_at,
        )
        for day, each in kept[: 2 * MOST_SHOWN]
    ]


def arrival_text(lane: LaneFacts, budget: TimeBudget) -> str:
    """When the dose is handed over, on the clock of the care site; blank without the hour of packing."""
    if budget.arrives_at is None:
        return ""
    there = local(budget.arrives_at, lane.opening.table.zone)
    return f"{weekday_text(there.date())}, {clock_text(there)}"


def weekday_text(day: date) -> str:
    """A day with its weekday in the reader's language."""
    return f"{format_date(day, 'EEE', locale=current_locale())} {day_text(day)}"


def clock_text(moment: datetime) -> str:
    """An hour of the clock, as plans of transport write it."""
    return f"{moment:%H:%M}"


def weekdays_text(codes: Sequence[str]) -> str:
    """Days of the week in the reader's language, short; blank where every day counts.

    >>> weekdays_text(["mon", "fri"]), weekdays_text([])
    ('Mon, Fri', '')
    """
    names = get_day_names("abbreviated", locale=current_locale())
    return ", ".join(names[ORDER.index(code)] for code in codes)


def departure_lines(leg: Handoff) -> list[str]:
    """When a leg takes a shipment and leaves, on which days, and on whose clock; nothing for any time."""
    if leg.cut_off is None:
        return []
    until = _("until %(hour)s") % {"hour": f"{leg.cut_off:%H:%M}"}
    leaves = _("leaves at %(hour)s") % {"hour": f"{leg.departs:%H:%M}"} if leg.departs else ""
    rests = (
        _("not on public holidays of: %(country)s") % {"country": leg.rests_in.name} if leg.rests_in else ""
    )
    found = [
        ", ".join(str(part) for part in (until, leaves) if part),
        weekdays_text(leg.weekdays),
        str(rests),
    ]
    return [line for line in (*found, leg.zone.replace("_", " ")) if line]


def opening_text(site: CareSite) -> str:
    """When a care site receives, on its clock; blank where it does at any time."""
    hours = ""
    if site.receives_from and site.receives_until:
        hours = f"{site.receives_from:%H:%M}–{site.receives_until:%H:%M}"
    elif site.receives_from:
        hours = _("from %(hour)s") % {"hour": f"{site.receives_from:%H:%M}"}
    elif site.receives_until:
        hours = _("until %(hour)s") % {"hour": f"{site.receives_until:%H:%M}"}
    rests = _("closed on public holidays") if site.rests else ""
    said = [str(part) for part in (hours, weekdays_text(site.receives_on), rests) if part]
    return " · ".join([*said, site.zone.replace("_", " ")] if said and site.zone else said)
