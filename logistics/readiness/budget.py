"""Time from packing to the patient against shelf life, cut-offs and the hold time of the shipper.

All times are minutes. Clock times are minutes of the day on one clock, that of the place of packing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

DAY = 1_440


class Part(StrEnum):
    """What a stretch of the way is spent on."""

    RELEASE = "release"
    WAIT = "wait"
    TRANSIT = "transit"
    BUFFER = "buffer"


@dataclass(frozen=True, slots=True)
class Leg:
    """One leg from hand to hand.

    Attributes:
        minutes: on the way, from departure to handover.
        buffer: planned for delays after it.
        cut_off: until when of the day it takes the shipment; null when it leaves at any time.
        departs: when of the day it then leaves; the cut-off itself when null.
    """

    pk: int
    name: str
    minutes: int
    buffer: int = 0
    cut_off: int | None = None
    departs: int | None = None


@dataclass(frozen=True, slots=True)
class Stretch:
    """A part of the way, in minutes since packing; `leg` is 0 for the release."""

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
        total: minutes from packing to the last handover, buffers included.
        left: minutes of shelf life that remain then; negative when too late; null without shelf life.
        in_shipper: minutes between release and the last handover: what the shipper must hold.
        left_after_a_miss: what remains when one departure is missed; null where nothing has a cut-off.
    """

    stretches: tuple[Stretch, ...]
    total: int
    left: int | None
    in_shipper: int
    left_after_a_miss: int | None


def waiting(at: int, cut_off: int | None, departs: int | None) -> int:
    """Minutes from `at` until the next departure that the shipment still makes. One departure each day.

    >>> waiting(13 * 60, 14 * 60, 16 * 60), waiting(15 * 60, 14 * 60, 16 * 60), waiting(900, None, None)
    (180, 1500, 0)
    """
    if cut_off is None:
        return 0
    after = 0 if departs is None else (departs - cut_off) % DAY
    return (cut_off - at) % DAY + after


def time_budget(
    legs: tuple[Leg, ...], *, release: int, packed_at: int | None, shelf_life: int | None
) -> TimeBudget:
    """Walk the clock from packing through release and every leg.

    A leg with a cut-off waits for its next departure; what arrives late waits a day more. Without the hour of
    packing, cut-offs cannot be kept to and the waits are left out.

    Args:
        release: minutes from packing to release.
        packed_at: minute of the day of packing.
        shelf_life: minutes from packing within which the product must be used.
    """
    stretches = [Stretch(Part.RELEASE, "", 0, 0, release)] if release else []
    now = release
    for leg in legs:
        wait = 0 if packed_at is None else waiting(packed_at + now, leg.cut_off, leg.departs)
        for part, minutes in ((Part.WAIT, wait), (Part.TRANSIT, leg.minutes), (Part.BUFFER, leg.buffer)):
            if minutes:
                stretches.append(Stretch(part, leg.name, leg.pk, now, now + minutes))
                now += minutes
    left = None if shelf_life is None else shelf_life - now
    bound = packed_at is not None and any(leg.cut_off is not None for leg in legs)
    return TimeBudget(
        stretches=tuple(stretches),
        total=now,
        left=left,
        in_shipper=now - release,
        left_after_a_miss=left - DAY if bound and left is not None else None,
    )
