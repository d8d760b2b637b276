"""Time from packing to the patient: computed by hand, and what must hold whatever is entered."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.readiness.budget import DAY, Leg, Part, time_budget, waiting

HOUR = 60
# Packed at 08:00, released after 26 hours (10:00 next day); 3 h to the depot, 1 h in reserve: 14:00.
# The flight takes until 15:00 and leaves at 16:30: two and a half hours of waiting. Then 5 h and 2 h.
LEGS = (
    Leg(1, "To the depot", 3 * HOUR, 1 * HOUR),
    Leg(2, "Flight", 5 * HOUR, 2 * HOUR, cut_off=15 * HOUR, departs=16 * HOUR + 30),
)


def test_the_way_of_a_dose_worked_out_by_hand() -> None:
    found = time_budget(LEGS, release=26 * HOUR, packed_at=8 * HOUR, shelf_life=48 * HOUR)
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
    found = time_budget(late, release=26 * HOUR, packed_at=8 * HOUR, shelf_life=48 * HOUR)
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
    assert waiting(at, cut_off, departs) == expected


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
    ),
    min_size=1,
    max_size=6,
).map(tuple)
starts = {"release": st.integers(0, 10_000), "packed_at": clock, "shelf_life": st.integers(0, 50_000)}


@given(legs, st.integers(0, 5), st.integers(1, 2_000), st.fixed_dictionaries(starts))
def test_more_buffer_never_leaves_more_time(
    way: tuple[Leg, ...], place: int, more: int, given_: dict[str, int]
) -> None:
    place %= len(way)
    wider = (*way[:place], replace(way[place], buffer=way[place].buffer + more), *way[place + 1 :])
    before, after = time_budget(way, **given_), time_budget(wider, **given_)
    assert before.left is not None
    assert after.left is not None
    assert after.left <= before.left
    assert after.in_shipper >= before.in_shipper


@given(legs, st.fixed_dictionaries(starts))
def test_the_stretches_add_up_without_a_hole(way: tuple[Leg, ...], given_: dict[str, int]) -> None:
    found = time_budget(way, **given_)
    ends = [0, *(part.end for part in found.stretches)]
    assert [part.start for part in found.stretches] == ends[:-1]
    assert found.total == ends[-1] == given_["release"] + found.in_shipper
    assert found.left == given_["shelf_life"] - found.total


@given(legs, st.fixed_dictionaries(starts))
def test_cut_offs_never_make_a_way_shorter(way: tuple[Leg, ...], given_: dict[str, int]) -> None:
    free = tuple(replace(leg, cut_off=None, departs=None) for leg in way)
    assert time_budget(way, **given_).total >= time_budget(free, **given_).total
