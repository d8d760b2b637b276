"""Business days across holidays, and the clocks that run on them."""

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audits.clocks import (
    Clock,
    ClockKind,
    ClockRules,
    ClockState,
    business_days_after,
    business_days_between,
    classification_clock,
    is_business_day,
    response_clock,
    us_federal_holidays,
)

DAYS = st.dates(date(1995, 1, 1), date(2060, 12, 31))


@pytest.mark.parametrize(
    "days",
    [
        # As the US Office of Personnel Management lists them.
        (2021, "2021-01-01 2021-01-18 2021-02-15 2021-05-31 2021-06-18 2021-07-05 2021-09-06 2021-10-11 "
               "2021-11-11 2021-11-25 2021-12-24 2021-12-31"),
        (2022, "2022-01-17 2022-02-21 2022-05-30 2022-06-20 2022-07-04 2022-09-05 2022-10-10 2022-11-11 "
               "2022-11-24 2022-12-26"),
        (2024, "2024-01-01 2024-01-15 2024-02-19 2024-05-27 2024-06-19 2024-07-04 2024-09-02 2024-10-14 "
               "2024-11-11 2024-11-28 2024-12-25"),
        (2026, "2026-01-01 2026-01-19 2026-02-16 2026-05-25 2026-06-19 2026-07-03 2026-09-07 2026-10-12 "
               "2026-11-11 2026-11-26 2026-12-25"),
    ],
    ids=lambda row: str(row[0]),
)  # fmt: skip
def test_the_holidays_of_a_year_are_those_that_offices_keep(days: tuple[int, str]) -> None:
    year, listed = days
    assert sorted(us_federal_holidays(year)) == [date.fromisoformat(day) for day in listed.split()]


@pytest.mark.parametrize(
    ("issued_on", "due_on"),
    [
        (date(2026, 11, 6), date(2026, 12, 1)),  # Veterans Day and Thanksgiving on the way
        (date(2026, 12, 11), date(2027, 1, 5)),  # Christmas and New Year, both on a Friday
        (date(2021, 12, 10), date(2022, 1, 4)),  # New Year kept on 31 December
        (date(2024, 2, 28), date(2024, 3, 20)),  # the 29th of February counts
        (date(2026, 5, 2), date(2026, 5, 22)),  # issued on a Saturday, counted from Monday
    ],
)
def test_fifteen_business_days_across_holidays_and_leap_days(issued_on: date, due_on: date) -> None:
    assert business_days_after(issued_on, 15) == due_on


@given(DAYS, st.integers(1, 60))
def test_a_deadline_is_a_business_day_and_counts_back_to_its_length(start: date, days: int) -> None:
    due_on = business_days_after(start, days)
    assert is_business_day(due_on)
    assert business_days_between(start, due_on) == days
    assert business_days_after(start, days + 1) > due_on


@given(DAYS, DAYS, DAYS)
def test_business_days_add_up(first: date, second: date, third: date) -> None:
    legs = business_days_between(first, second) + business_days_between(second, third)
    # An end that is itself a business day is counted once on the way there and once on the way back.
    assert abs(legs - business_days_between(first, third)) <= 1


def test_a_deadline_needs_a_day() -> None:
    with pytest.raises(ValueError, match="at least one"):
        business_days_after(date(2026, 1, 5), 0)


def clock(today: date, **more: date) -> Clock:
    issued_on = date(2026, 11, 6)
    values: dict[str, Any] = {"issued_on": issued_on, "known_on": issued_on} | more
    return response_clock(ClockKind.FORM_483, 1, today=today, **values)


def test_a_response_clock_runs_until_its_day_and_is_late_after() -> None:
    assert (clock(date(2026, 12, 1)).state, clock(date(2026, 12, 1)).days) == (ClockState.RUNNING, 0)
    late = clock(date(2026, 12, 4))
    assert (late.state, late.days) == (ClockState.LATE, -3)


def test_an_answer_stops_it_and_a_late_answer_stays_late() -> None:
    answered = clock(date(2027, 3, 1), responded_on=date(2026, 11, 30))
    assert (answered.state, answered.days) == (ClockState.MET, 1)
    assert clock(date(2027, 3, 1), responded_on=date(2026, 12, 2)).state == ClockState.LATE


def test_an_amendment_starts_it_again_and_a_stated_day_goes_before_the_rule() -> None:
    assert clock(date(2026, 11, 20), amended_on=date(2026, 11, 16)).due_on == date(2026, 12, 8)
    assert clock(date(2026, 11, 20), stated_due_on=date(2026, 12, 31)).due_on == date(2026, 12, 31)


def test_a_record_that_reached_us_years_later_is_unknown_and_not_late() -> None:
    assert clock(date(2030, 1, 1), known_on=date(2028, 1, 17)).state == ClockState.UNKNOWN


def test_the_rules_may_be_others() -> None:
    rules = ClockRules(warning_letter_business_days=10)
    issued_on = date(2026, 3, 2)
    found = response_clock(
        ClockKind.WARNING_LETTER, 1, issued_on=issued_on, known_on=issued_on, today=issued_on, rules=rules
    )
    assert found.due_on == date(2026, 3, 16)


def test_a_pending_classification_is_overdue_after_ninety_days() -> None:
    ended_on = date(2026, 1, 10)
    assert classification_clock(1, ended_on=ended_on, is_pending=False, today=ended_on) is None
    due = classification_clock(1, ended_on=ended_on, is_pending=True, today=ended_on + timedelta(days=90))
    late = classification_clock(1, ended_on=ended_on, is_pending=True, today=ended_on + timedelta(days=91))
    assert due is not None
    assert late is not None
    assert (due.state, late.state, late.days) == (ClockState.RUNNING, ClockState.LATE, -1)
