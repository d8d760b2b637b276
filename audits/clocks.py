"""Deadlines of the field: business days, US federal holidays, and the clocks that run on regulatory records.

Pure: dates in, dates out. Sources: 5 U.S.C. 6103 (legal public holidays); FDA, "Review of Post-Inspection
Responses", 74 FR 40211 (2009), for the 15 business days of a Form 483; FDA, "Concept of Operations" of the
Office of Regulatory Affairs (2017), for the 90 days to a classification.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache

MONDAY, THURSDAY, SATURDAY, SUNDAY = 0, 3, 5, 6
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class ClockRules:
    """How long each clock runs; `settings.CLOCK_RULES` may name others."""

    form_483_business_days: int = 15
    warning_letter_business_days: int = 15
    classification_days: int = 90
    finding_response_days: int = 30
    told_in_time_days: int = 30
    """A record published later than this after its issue says nothing about whether it was answered."""


class ClockState(StrEnum):
    """Running; met; late (nothing done and the day is past); unknown (nobody has told us)."""

    RUNNING = "running"
    MET = "met"
    LATE = "late"
    UNKNOWN = "unknown"


class ClockKind(StrEnum):
    FORM_483 = "form_483"
    WARNING_LETTER = "warning_letter"
    CLASSIFICATION = "classification"


@dataclass(frozen=True, slots=True)
class Clock:
    """One deadline. `days` are business days where the rule counts them; below zero they are days late."""

    kind: ClockKind
    record_id: int
    started_on: date
    due_on: date
    stopped_on: date | None
    state: ClockState
    days: int


@cache
def us_federal_holidays(year: int) -> frozenset[date]:
    """Days of a calendar year on which federal offices are closed, in lieu days included.

    A holiday on a Saturday is kept on the Friday before, one on a Sunday on the Monday after; so the New
    Year's Day of a Saturday closes the last day of the year before. Inauguration Day is local.

    >>> date(2021, 12, 31) in us_federal_holidays(2021)
    True
    """
    fixed = [(1, 1), (7, 4), (11, 11), (12, 25)]
    if year >= 2021:
        fixed.append((6, 19))
    days = {_in_lieu(date(year, month, day)) for month, day in fixed}
    days.add(_in_lieu(date(year + 1, 1, 1)))
    days |= {
        _nth_weekday(year, 1, MONDAY, 3),
        _nth_weekday(year, 2, MONDAY, 3),
        _last_monday_of_may(year),
        _nth_weekday(year, 9, MONDAY, 1),
        _nth_weekday(year, 10, MONDAY, 2),
        _nth_weekday(year, 11, THURSDAY, 4),
    }
    return frozenset(day for day in days if day.year == year)


def is_business_day(day: date, holidays: Iterable[date] = ()) -> bool:
    """Monday to Friday, no US federal holiday, none of the further `holidays`."""
    return day.weekday() < SATURDAY and day not in us_federal_holidays(day.year) and day not in set(holidays)


def business_days_after(start: date, days: int) -> date:
    """The last of `days` business days counted from the day after `start`.

    Raises:
        ValueError: for fewer than one day.

    >>> business_days_after(date(2026, 11, 20), 5)  # across Thanksgiving, the 26th
    datetime.date(2026, 11, 30)
    """
    if days < 1:
        message = "a deadline lies at least one business day ahead"
        raise ValueError(message)
    day, left = start, days
    while left:
        day += DAY
        left -= is_business_day(day)
    return day


def business_days_between(first: date, last: date) -> int:
    """Business days after `first` up to and including `last`; negative where `last` is earlier."""
    if last < first:
        return -business_days_between(last, first)
    return sum(is_business_day(first + DAY * step) for step in range(1, (last - first).days + 1))


def response_clock(
    kind: ClockKind,
    record_id: int,
    *,
    issued_on: date,
    known_on: date,
    today: date,
    amended_on: date | None = None,
    stated_due_on: date | None = None,
    responded_on: date | None = None,
    rules: ClockRules | None = None,
) -> Clock:
    """The clock of a Form 483 or a warning letter: from issue or receipt, started again by an amendment.

    What the authority's own letter states goes before the rule. Where the record reached us long after its
    issue and no response is on record, nobody has told us whether there was one: unknown, not late.
    """
    held = rules or ClockRules()
    started_on = max(issued_on, amended_on or issued_on)
    days = held.form_483_business_days if kind == ClockKind.FORM_483 else held.warning_letter_business_days
    due_on = stated_due_on or business_days_after(started_on, days)
    heard_late = known_on > issued_on + DAY * held.told_in_time_days
    if responded_on is not None:
        state = ClockState.MET if responded_on <= due_on else ClockState.LATE
    elif today <= due_on:
        state = ClockState.RUNNING
    else:
        state = ClockState.UNKNOWN if heard_late else ClockState.LATE
    until = responded_on or today
    return Clock(
        kind, record_id, started_on, due_on, responded_on, state, business_days_between(until, due_on)
    )


def classification_clock(
    record_id: int, *, ended_on: date, is_pending: bool, today: date, rules: ClockRules | None = None
) -> Clock | None:
    """The clock of an inspection whose classification is pending; none once it is final."""
    if not is_pending:
        return None
    due_on = ended_on + DAY * (rules or ClockRules()).classification_days
    state = ClockState.RUNNING if today <= due_on else ClockState.LATE
    return Clock(ClockKind.CLASSIFICATION, record_id, ended_on, due_on, None, state, (due_on - today).days)


def _in_lieu(day: date) -> date:
    if day.weekday() == SATURDAY:
        return day - DAY
    return day + DAY if day.weekday() == SUNDAY else day


def _nth_weekday(year: int, month: int, weekday: int, nth: int) -> date:
    first = date(year, month, 1)
    return first + DAY * ((weekday - first.weekday()) % 7 + 7 * (nth - 1))


def _last_monday_of_may(year: int) -> date:
    last = date(year, 5, 31)
    return last - DAY * (last.weekday() % 7)
