"""A month of audits: when they are held, and when the answers of sites are due."""

from calendar import MONDAY, Calendar
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from audits.models import Audit
from common.months import months_after

WEEKDAYS = (
    (gettext_lazy("Mon"), gettext_lazy("Monday")),
    (gettext_lazy("Tue"), gettext_lazy("Tuesday")),
    (gettext_lazy("Wed"), gettext_lazy("Wednesday")),
    (gettext_lazy("Thu"), gettext_lazy("Thursday")),
    (gettext_lazy("Fri"), gettext_lazy("Friday")),
    (gettext_lazy("Sat"), gettext_lazy("Saturday")),
    (gettext_lazy("Sun"), gettext_lazy("Sunday")),
)
TONES = {
    Audit.State.PLANNED: "info",
    Audit.State.IN_PROGRESS: "caution",
    Audit.State.REPORTED: "neutral",
    Audit.State.RESPONSES: "neutral",
    Audit.State.CLOSED: "good",
}
ANSWERS_WAIT = (Audit.State.REPORTED, Audit.State.RESPONSES)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """What happens on a day: the audit, what of it, and its mark."""

    title: str
    detail: str
    tone: str
    url: str


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One cell of the month."""

    day: date
    in_month: bool
    is_today: bool
    entries: tuple[CalendarEntry, ...]


@dataclass(frozen=True, slots=True)
class CalendarMonth:
    """A month in whole weeks from Monday on."""

    first: date
    before: date
    after: date
    weeks: tuple[tuple[CalendarDay, ...], ...]
    total: int


def audit_month(*, user: User, first: date, today: date) -> CalendarMonth:
    """The month that begins on `first`; one query."""
    days = days_of_month(first)
    return month_with(_entries(user, days[0], days[-1], today), first=first, today=today)


def days_of_month(first: date) -> list[date]:
    """The days of whole weeks from Monday on around the month that begins on `first`."""
    return list(Calendar(MONDAY).itermonthdates(first.year, first.month))


def month_with(entries: Mapping[date, list[CalendarEntry]], *, first: date, today: date) -> CalendarMonth:
    """A month with what happens on its days."""
    days = days_of_month(first)
    cells = [
        CalendarDay(day, day.month == first.month, day == today, tuple(entries.get(day, ()))) for day in days
    ]
    return CalendarMonth(
        first=first,
        before=months_after(first, -1),
        after=months_after(first, 1),
        weeks=tuple(tuple(cells[start : start + 7]) for start in range(0, len(cells), 7)),
        total=sum(len(cell.entries) for cell in cells if cell.in_month),
    )


def month_of(text: str, today: date) -> date:
    """The first day of a month written YYYY-MM; the month of today where it is none."""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        return today.replace(day=1)


def _entries(user: User, first: date, last: date, today: date) -> dict[date, list[CalendarEntry]]:
    audits = (
        Audit.objects.visible_to(user)
        .in_force()
        .filter(
            Q(starts_on__range=(first, last))
            | Q(ends_on__range=(first, last))
            | Q(starts_on__lt=first, ends_on__gt=last)
            | Q(responses_due_on__range=(first, last))
        )
        .select_related("site")
        .order_by("starts_on", "number")
    )
    found: dict[date, list[CalendarEntry]] = defaultdict(list)
    for audit in audits:
        url = reverse("audits:audit", args=[audit.pk])
        for day in _days(audit, first, last):
            tone = TONES[Audit.State(audit.state)]
            found[day].append(CalendarEntry(audit.site.name, audit.get_state_display(), tone, url))
        due = audit.responses_due_on
        if due and first <= due <= last and audit.state in ANSWERS_WAIT:
            tone = "bad" if due < today else "caution"
            found[due].append(CalendarEntry(audit.site.name, _("answers due"), tone, url))
    return found


def _days(audit: Audit, first: date, last: date) -> Iterator[date]:
    if audit.starts_on is None:
        return
    day, end = max(audit.starts_on, first), min(audit.ends_on or audit.starts_on, last)
    while day <= end:
        yield day
        day += timedelta(days=1)
