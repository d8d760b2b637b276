"""When something leaves or is open: weekdays, days of rest, and the clock of the place.

Moments are aware datetimes in UTC; whatever is said in hours of the day is said on the clock of a place, so
that a night on which clocks change is an hour shorter or longer than others.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

ONE_DAY = timedelta(days=1)
MINUTE = timedelta(minutes=1)
DAY_MINUTES = 1_440
LONGEST_WAIT_DAYS = 400
"""Who rests longer than this never leaves."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """On which days something happens, on the clock of a place.

    Attributes:
        weekdays: 0 is Monday; every day when empty.
        rests: days on which it does not happen, such as public holidays.
        zone: IANA name of the place's time zone.
    """

    weekdays: frozenset[int] = frozenset()
    rests: frozenset[date] = frozenset()
    zone: str = "UTC"

    @property
    def is_daily(self) -> bool:
        """Whether no day is left out."""
        return not self.weekdays and not self.rests

    def works_on(self, day: date) -> bool:
        """Whether it happens on a day of the place's calendar."""
        return (not self.weekdays or day.weekday() in self.weekdays) and day not in self.rests


DAILY = Timetable()


@cache
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)


def local(moment: datetime, zone: str) -> datetime:
    """A moment on the clock of a place."""
    return moment.astimezone(_zone(zone))


def moment_of(day: date, minute: int, zone: str) -> datetime:
    """The moment of a minute of a day on the clock of a place, in UTC.

    An hour that a clock leaves out is read as if it had not been put forward; of one that comes twice the
    first counts.

    >>> noons = [moment_of(date(2026, 3, day), 12 * 60, "Europe/Paris") for day in (28, 29)]
    >>> noons[1] - noons[0]
    datetime.timedelta(seconds=82800)
    """
    days, minutes = divmod(minute, DAY_MINUTES)
    hour, minutes = divmod(minutes, 60)
    clock = datetime(day.year, day.month, day.day, hour, minutes, tzinfo=_zone(zone)) + days * ONE_DAY
    return clock.astimezone(UTC)


def next_departure(
    at: datetime, cut_off: int, departs: int | None, table: Timetable, *, missed: int = 0
) -> datetime | None:
    """When the shipment that is there at a moment leaves; None where nothing ever leaves.

    Weekdays and days of rest are those of the day on which it is taken: what is taken on Friday at 22:00 and
    leaves at 01:00 leaves on Saturday, though nothing is taken then.

    Args:
        cut_off, departs: minutes of the day; it leaves at the cut-off where `departs` is null.
        missed: how many departures it misses.
    """
    day, left = local(at, table.zone).date(), missed
    for _ahead in range(LONGEST_WAIT_DAYS):
        if table.works_on(day) and moment_of(day, cut_off, table.zone) >= at:
            if not left:
                after = 0 if departs is None else (departs - cut_off) % DAY_MINUTES
                # In the hour that a clock leaves out, the cut-off can come to stand after the departure.
                return max(at, moment_of(day, cut_off + after, table.zone))
            left -= 1
        day += ONE_DAY
    return None


@dataclass(frozen=True, slots=True)
class Opening:
    """When a care site receives: from and until a minute of the day; at any hour where null."""

    table: Timetable = DAILY
    opens: int | None = None
    closes: int | None = None

    @property
    def is_limited(self) -> bool:
        """Whether there is a moment at which it does not receive."""
        return not self.table.is_daily or self.opens is not None or self.closes is not None

    def next_open(self, at: datetime) -> datetime | None:
        """The first moment from then on at which it receives; None where it never does."""
        day = local(at, self.table.zone).date()
        for _ahead in range(LONGEST_WAIT_DAYS):
            if self.table.works_on(day):
                first = moment_of(day, self.opens or 0, self.table.zone)
                last = moment_of(day, DAY_MINUTES if self.closes is None else self.closes, self.table.zone)
                if at <= first:
                    return first
                if at < last or (at == last and self.closes is not None):
                    return at
            day += ONE_DAY
        return None


ALWAYS = Opening()
