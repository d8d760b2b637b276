"""Time from packing to the patient: computed by hand, and what must hold whatever is entered."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, reset_tzpath

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.readiness.budget import Leg, Part, time_budget
from logistics.readiness.facts import LaneFacts, LegFacts, PlanFacts
from logistics.readiness.lanes import DAYS_AHEAD, lane_gaps, lane_times
from logistics.readiness.timetable import DAILY, Opening, Timetable, local, moment_of, next_departure

HOUR, DAY = 60, 1_440
# A Monday.
EIGHT = datetime(2026, 11, 2, 8, tzinfo=UTC)
# Packed at 08:00, released after 26 hours (10:00 next day); 3 h to the depot, 1 h in reserve: 14:00.
# The flight takes until 15:00 and leaves at 16:30: two and a half hours of waiting. Then 5 h and 2 h.
LEGS = (
    Leg(1, "To the depot", 3 * HOUR, 1 * HOUR),
    Leg(2, "Flight", 5 * HOUR, 2 * HOUR, cut_off=15 * HOUR, departs=16 * HOUR + 30),
)


def test_the_way_of_a_dose_worked_out_by_hand() -> None:
    found = time_budget(LEGS, release=26 * HOUR, packed_at=EIGHT, shelf_life=48 * HOUR)
    assert [(part.part, part.leg, part.start / HOUR, part.end / HOUR) for part in found.stretches] == [
        (Part.RELEASE, 0, 0, 26),
        (Part.TRANSIT, 1, 26, 29),
        (Part.BUFFER, 1, 29, 30),
        (Part.WAIT, 2, 30, 32.5),
        (Part.TRANSIT, 2, 32.5, 37.5),
        (Part.BUFFER, 2, 37.5, 39.5),
    ]
    assert (found.total, found.left, found.in_shipper) == (39.5 * HOUR, 8.5 * HOUR, 13.5 * HOUR)
    assert found.left_after_a_miss == (8.5 - 24) * HOUR


def test_an_hour_more_in_reserve_misses_the_flight_and_costs_a_day() -> None:
    late = (replace(LEGS[0], buffer=2 * HOUR + 1), LEGS[1])
    found = time_budget(late, release=26 * HOUR, packed_at=EIGHT, shelf_life=48 * HOUR)
    assert found.total == (39.5 + 24) * HOUR
    assert found.left == -15.5 * HOUR


def test_without_the_hour_of_packing_no_wait_is_made_up() -> None:
    found = time_budget(LEGS, release=26 * HOUR, packed_at=None, shelf_life=None)
    assert (found.total, found.left, found.left_after_a_miss) == (37 * HOUR, None, None)


@pytest.mark.parametrize(
    ("at", "cut_off", "departs", "expected"),
    [
        (15 * HOUR, 15 * HOUR, None, 0),
        (15 * HOUR + 1, 15 * HOUR, None, DAY - 1),
        (23 * HOUR, 22 * HOUR, 1 * HOUR, 26 * HOUR),
        (20 * HOUR, 22 * HOUR, 1 * HOUR, 5 * HOUR),
    ],
)
def test_what_comes_after_the_cut_off_waits_for_the_next_day(
    at: int, cut_off: int, departs: int | None, expected: int
) -> None:
    there = datetime(2026, 11, 2, tzinfo=UTC) + timedelta(minutes=at)
    assert next_departure(there, cut_off, departs, DAILY) == there + timedelta(minutes=expected)


WORKDAYS = frozenset(range(5))
PARIS, CHICAGO = "Europe/Paris", "America/Chicago"


@pytest.mark.parametrize(
    ("there", "table", "leaves"),
    [
        # Friday after the cut-off: Monday. Christmas Day of 2026 is a Friday: Thursday's late one waits too.
        ("2026-12-18T16:00", Timetable(WORKDAYS, zone=PARIS), "2026-12-21T15:00"),
        ("2026-12-24T16:00", Timetable(WORKDAYS, frozenset({date(2026, 12, 25)}), PARIS), "2026-12-28T15:00"),
        # 15:00 in Chicago is 21:00 in winter and 20:00 in summer, by UTC.
        ("2026-12-18T20:30", Timetable(zone=CHICAGO), "2026-12-18T21:00"),
        ("2026-07-17T20:30", Timetable(zone=CHICAGO), "2026-07-18T20:00"),
    ],
)  # fmt: skip
def test_departures_keep_to_the_calendar_and_the_clock_of_their_place(
    there: str, table: Timetable, leaves: str
) -> None:
    moment = datetime.fromisoformat(there).replace(tzinfo=UTC)
    expected = datetime.fromisoformat(leaves)
    wanted = (
        moment_of(expected.date(), 15 * HOUR, PARIS) if table.zone == PARIS else expected.replace(tzinfo=UTC)
    )
    assert next_departure(moment, 15 * HOUR, None, table) == wanted


def test_a_night_on_which_clocks_change_is_an_hour_shorter_or_longer() -> None:
    """From 20:00 to 08:00 in Paris: eleven hours in the night to 29 March 2026, thirteen to 25 October."""
    leg = Leg(1, "Van", 0, cut_off=8 * HOUR, table=Timetable(zone=PARIS))
    for evening, hours in (((3, 27), 12), ((3, 28), 11), ((10, 24), 13)):
        packed = moment_of(date(2026, *evening), 20 * HOUR, PARIS)
        assert time_budget((leg,), release=0, packed_at=packed, shelf_life=None).total == hours * HOUR


def test_nothing_leaves_before_it_is_there_on_the_night_on_which_clocks_are_put_forward() -> None:
    # 02:30 is left out and read as 03:30, after the departure at 03:00.
    at = datetime(2026, 3, 29, 1, 15, tzinfo=UTC)
    table = Timetable(zone="Europe/Paris")
    assert next_departure(at, 2 * HOUR + 30, 3 * HOUR, table) == at


def test_clocks_of_places_need_nothing_of_the_machine() -> None:
    try:
        reset_tzpath(to=[])
        assert ZoneInfo.no_cache("Asia/Calcutta").key == "Asia/Calcutta"
    finally:
        reset_tzpath()


def test_who_never_leaves_is_said_to() -> None:
    never = Timetable(frozenset({0}), frozenset(date(2026, 1, 5) + timedelta(7 * n) for n in range(200)))
    leg = Leg(1, "Monday flight", 60, cut_off=600, table=never)
    found = time_budget((leg,), release=0, packed_at=EIGHT, shelf_life=9_000)
    assert (found.stuck, found.is_late) == ("Monday flight", True)
    closed = Opening(replace(never, weekdays=frozenset({0})))
    assert (
        time_budget((Leg(1, "Van", 60),), release=0, packed_at=EIGHT, shelf_life=None, opening=closed).stuck
        == ""
    )


@pytest.mark.parametrize(
    ("arrives", "opening", "opens"),
    [
        ("2026-11-02T09:30", Opening(opens=8 * HOUR, closes=16 * HOUR), "2026-11-02T09:30"),
        ("2026-11-02T16:00", Opening(opens=8 * HOUR, closes=16 * HOUR), "2026-11-02T16:00"),
        ("2026-11-02T16:01", Opening(opens=8 * HOUR, closes=16 * HOUR), "2026-11-03T08:00"),
        ("2026-11-07T12:00", Opening(Timetable(WORKDAYS)), "2026-11-09T00:00"),
        # 07:00 in Paris is 06:00 by UTC in winter.
        ("2026-11-02T03:00", Opening(Timetable(zone=PARIS), opens=7 * HOUR), "2026-11-02T06:00"),
    ],
)
def test_a_care_site_receives_when_it_is_open(arrives: str, opening: Opening, opens: str) -> None:
    at, wanted = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (arrives, opens))
    assert opening.next_open(at) == wanted


def plan_of(**changed: Any) -> PlanFacts:
    return PlanFacts(packed_at=8 * HOUR, release=2 * HOUR, shelf_life=72 * HOUR, lead="Lead", **changed)


def test_a_lane_is_judged_on_every_day_of_packing_ahead() -> None:
    """Leaves at 15:00 from Monday to Friday and takes 20 hours: what is packed on a Friday evening waits."""
    flight = Leg(1, "Flight", 20 * HOUR, 1, cut_off=9 * HOUR, table=Timetable(WORKDAYS))
    lane = LaneFacts(7, "L", (LegFacts(flight, 1, 2),))
    monday = date(2026, 11, 2)
    times = lane_times(plan_of(), lane, monday)
    assert len(times.days) == DAYS_AHEAD
    # Released at 10, after the cut-off of the day: 23 h to Tuesday's, then 20 h. On Fridays two days more.
    assert [each.total for each in times.days[:5]] == [hours * HOUR + 1 for hours in (45, 45, 45, 45, 93)]
    assert {each.packed_at.weekday() for each in times.late if each.packed_at} == {4}
    gap, *_ = [gap for gap in lane_gaps(plan_of(), lane, monday) if gap.reason.key == "lane.too_late_on"]
    assert (gap.blocking, dict(gap.reason.params)["late"], dict(gap.reason.params)["on"]) == (
        False, 13, date(2026, 11, 6),
    )  # fmt: skip
    # Who packs on no Friday has no such point, and the shipper is asked for what the days used need.
    kept = plan_of(packing=Timetable(frozenset({0, 1, 2, 3, 5, 6})))
    assert not lane_times(kept, lane, monday).late
    assert times.in_shipper < times.slowest.in_shipper


tables = st.builds(
    Timetable,
    st.frozensets(st.integers(0, 6), max_size=7),
    st.frozensets(st.dates(date(2026, 10, 1), date(2027, 4, 30)), max_size=12),
    st.sampled_from(["UTC", PARIS, CHICAGO, "Pacific/Auckland"]),
)
openings = st.builds(Opening, tables, st.none() | st.integers(0, 700), st.none() | st.integers(800, 1_439))
moments = st.datetimes(datetime(2026, 10, 1), datetime(2027, 4, 1)).map(
    lambda moment: moment.replace(second=0, microsecond=0, tzinfo=UTC)
)
clock = st.none() | st.integers(0, DAY - 1)
legs = st.lists(
    st.builds(
        Leg,
        pk=st.integers(1, 99),
        name=st.just("leg"),
        minutes=st.integers(0, 3_000),
        buffer=st.integers(0, 1_000),
        cut_off=clock,
        departs=clock,
        table=tables,
    ),
    min_size=1,
    max_size=6,
).map(tuple)
starts = {
    "release": st.integers(0, 10_000),
    "packed_at": st.none() | moments,
    "shelf_life": st.integers(0, 50_000),
    "opening": openings,
}


@given(legs, st.integers(0, 5), st.integers(1, 2_000), st.fixed_dictionaries(starts))
def test_more_buffer_never_leaves_more_time(
    way: tuple[Leg, ...], place: int, more: int, given_: dict[str, Any]
) -> None:
    place %= len(way)
    wider = (*way[:place], replace(way[place], buffer=way[place].buffer + more), *way[place + 1 :])
    before, after = time_budget(way, **given_), time_budget(wider, **given_)
    assert before.left is not None
    assert after.left is not None
    assert after.left <= before.left
    assert after.in_shipper >= before.in_shipper


@given(legs, st.fixed_dictionaries(starts))
def test_the_stretches_add_up_without_a_hole(way: tuple[Leg, ...], given_: dict[str, Any]) -> None:
    found = time_budget(way, **given_)
    ends = [0, *(part.end for part in found.stretches)]
    assert [part.start for part in found.stretches] == ends[:-1]
    assert found.total == ends[-1] == given_["release"] + found.in_shipper
    assert found.left == given_["shelf_life"] - found.total


@given(legs, st.fixed_dictionaries(starts))
def test_cut_offs_never_make_a_way_shorter(way: tuple[Leg, ...], given_: dict[str, Any]) -> None:
    free = tuple(replace(leg, cut_off=None, departs=None) for leg in way)
    assert time_budget(way, **given_).total >= time_budget(free, **given_).total


@settings(deadline=None)
@given(legs, st.fixed_dictionaries(starts))
def test_a_calendar_is_never_quicker_than_departures_on_every_day(
    way: tuple[Leg, ...], given_: dict[str, Any]
) -> None:
    daily = tuple(replace(leg, table=Timetable(zone=leg.table.zone)) for leg in way)
    always = given_ | {"opening": Opening()}
    kept, free = time_budget(way, **given_), time_budget(daily, **always)
    assert kept.stuck is not None or kept.total >= free.total
    if kept.stuck is None and kept.left_after_a_miss is not None and kept.left is not None:
        assert kept.left_after_a_miss <= kept.left


@given(moments, st.integers(0, DAY - 1), st.none() | st.integers(0, DAY - 1), tables)
def test_a_departure_is_one_of_the_timetable_and_not_before_the_shipment(
    at: datetime, cut_off: int, departs: int | None, table: Timetable
) -> None:
    leaves = next_departure(at, cut_off, departs, table)
    assert leaves is not None
    assert leaves >= at
    missed = next_departure(at, cut_off, departs, table, missed=1)
    assert missed is not None
    assert missed > leaves
    if departs is None:
        there = local(leaves, table.zone)
        assert table.works_on(there.date())
