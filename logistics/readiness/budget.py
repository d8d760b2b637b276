"""Time from packing to the patient against shelf life, departures, opening hours and the shipper's hold time.

Stretches are minutes that pass; hours of the day are on the clock of the place where they are kept.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from types import MappingProxyType

from logistics.readiness.timetable import ALWAYS, DAILY, MINUTE, Opening, Timetable, next_departure


class Part(StrEnum):
    """What a stretch of the way is spent on."""

    RELEASE = "release"
    WAIT = "wait"
    TRANSIT = "transit"
    BUFFER = "buffer"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg from hand to hand.

    Attributes:
        minutes: on the way, from departure to handover.
        buffer: planned for delays after it.
        cut_off: until when of the day it takes the shipment; null when it leaves at any time.
        departs: when of the day it then leaves; the cut-off itself when null.
        table: the days on which it takes one, on the clock of the place it leaves from.
    """

    pk: int
    name: str
    minutes: int
    buffer: int = 0
    cut_off: int | None = None
    departs: int | None = None
    table: Timetable = DAILY


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the way, in minutes since packing; `leg` is 0 for the release and for closed doors."""

    part: Part
    name: str
    leg: int
    start: int
    end: int

    @property
    def minutes(self) -> int:
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class TimeBudget:
    """The way of one dose.

    Attributes:
        total: minutes from packing to the last handover, buffers and the wait for open doors included.
        left: minutes of shelf life that remain then; negative when too late; null without shelf life.
        in_shipper: minutes between release and the last handover: what the shipper must hold.
        left_after_a_miss: what remains when the departure that costs most is missed; null where nothing has
            a cut-off.
        packed_at, arrives_at: moments; null without the hour of packing.
        stuck: the leg that never leaves, blank for a care site that never receives; null where all goes on.
    """

    stretches: tuple[Stretch, ...]
    total: int
    left: int | None
    in_shipper: int
    left_after_a_miss: int | None = None
    packed_at: datetime | None = None
    arrives_at: datetime | None = None
    stuck: str | None = None

    @property
    def is_late(self) -> bool:
        """Whether the dose is past its shelf life when it is handed over, or never is."""
        return self.stuck is not None or (self.left is not None and self.left < 0)


NONE_MISSED: Mapping[int, int] = MappingProxyType({})


def walk(
    legs: tuple[Leg, ...],
    *,
    release: int,
    packed_at: datetime | None,
    shelf_life: int | None,
    opening: Opening = ALWAYS,
    missed: Mapping[int, int] = NONE_MISSED,
) -> TimeBudget:
    """Walk the clock from packing through release and every leg to an open door.

    A leg with a cut-off waits for its next departure. Without the moment of packing, departures and opening
    hours cannot be kept to and the waits are left out.

    Args:
        release: minutes from packing to release.
        packed_at: the moment of packing, in UTC.
        shelf_life: minutes from packing within which the product must be used.
        missed: by place in `legs`, how many departures are missed there.
    """
    stretches = [Stretch(Part.RELEASE, "", 0, 0, release)] if release else []
    now, stuck = release, None
    for place, leg in enumerate(legs):
        wait = 0
        if packed_at is not None and leg.cut_off is not None:
            at = packed_at + now * MINUTE
            leaves = next_departure(at, leg.cut_off, leg.departs, leg.table, missed=missed.get(place, 0))
            wait, stuck = (0, stuck or leg.name) if leaves is None else (_minutes(leaves - at), stuck)
        for part, minutes in ((Part.WAIT, wait), (Part.TRANSIT, leg.minutes), (Part.BUFFER, leg.buffer)):
            if minutes:
                stretches.append(Stretch(part, leg.name, leg.pk, now, now + minutes))
                now += minutes
    if packed_at is not None and legs and opening.is_limited:
        at = packed_at + now * MINUTE
        opens = opening.next_open(at)
        closed = 0 if opens is None else _minutes(opens - at)
        stuck = stuck if opens is not None or stuck is not None else ""
        if closed:
            stretches.append(Stretch(Part.CLOSED, "", 0, now, now + closed))
            now += closed
    return TimeBudget(
        stretches=tuple(stretches),
        total=now,
        left=None if shelf_life is None else shelf_life - now,
        in_shipper=now - release,
        packed_at=packed_at,
        arrives_at=None if packed_at is None else packed_at + now * MINUTE,
        stuck=stuck,
    )


def time_budget(
    legs: tuple[Leg, ...],
    *,
    release: int,
    packed_at: datetime | None,
    shelf_life: int | None,
    opening: Opening = ALWAYS,
) -> TimeBudget:
    """The same as `walk`, with what is left when one departure is missed, wherever that costs most."""
    found = walk(legs, release=release, packed_at=packed_at, shelf_life=shelf_life, opening=opening)
    bound = [place for place, leg in enumerate(legs) if leg.cut_off is not None]
    if packed_at is None or shelf_life is None or not bound:
        return found
    again = [
        walk(
            legs,
            release=release,
            packed_at=packed_at,
            shelf_life=shelf_life,
            opening=opening,
            missed={place: 1},
        )
        for place in bound
    ]
    return replace(found, left_after_a_miss=min(each.left or 0 for each in again))


def _minutes(span: timedelta) -> int:
    return round(span / MINUTE)
