"""Whether a lane can carry a dose: time, shipper, hands, dry run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from logistics.readiness.bands import keeps
from logistics.readiness.budget import Leg, TimeBudget, time_budget, walk
from logistics.readiness.facts import DryRunFacts, LaneFacts, PlanFacts, ShipperFacts
from logistics.readiness.reason import Aspect, Gap, Minutes, Reason, Word, reason
from logistics.readiness.timetable import Opening, Timetable, local, moment_of

# Roles that handle the product and so must hold its temperature.
HANDLING = frozenset({"manufacturer", "3pl", "carrier", "distributor"})
# A quarter: every weekday many times, and the public holidays that a plan of today will meet.
DAYS_AHEAD = 91


@dataclass(frozen=True, slots=True)
class LaneTimes:
    """The way of a dose for each day of packing ahead, in order; a single one where no day can be named."""

    days: tuple[TimeBudget, ...]
    slowest: TimeBudget

    @property
    def late(self) -> tuple[TimeBudget, ...]:
        """The days of packing on which the dose comes too late, or never."""
        return tuple(each for each in self.days if each.is_late)

    @property
    def usable(self) -> tuple[TimeBudget, ...]:
        """The days on which a dose is packed: those that are not late, all where every one is."""
        return tuple(each for each in self.days if not each.is_late) or self.days

    @property
    def needed(self) -> int:
        """Minutes from packing to the last handover on the slowest day that is used."""
        return max(each.total for each in self.usable)

    @property
    def in_shipper(self) -> int:
        """Minutes that the shipper must hold on the slowest day that is used."""
        return max(each.in_shipper for each in self.usable)

    @property
    def varies(self) -> bool:
        """Whether the day of packing matters."""
        return len({each.total for each in self.days}) > 1


def lane_times(plan: PlanFacts, lane: LaneFacts, on: date) -> LaneTimes:
    """The time budget of a lane on every day of packing of the `DAYS_AHEAD` days from a day on."""
    return _times(
        tuple(each.leg for each in lane.legs),
        lane.opening,
        plan.packing,
        plan.packed_at,
        plan.release or 0,
        plan.shelf_life,
        on,
    )


@lru_cache(maxsize=256)
def _times(
    legs: tuple[Leg, ...],
    opening: Opening,
    packing: Timetable,
    packed_at: int | None,
    release: int,
    shelf_life: int | None,
    on: date,
) -> LaneTimes:
    """A page asks several times for the same lane."""
    moments: list[datetime | None] = [None]
    if packed_at is not None:
        ahead = (on + timedelta(days=days) for days in range(DAYS_AHEAD))
        moments = [moment_of(day, packed_at, packing.zone) for day in ahead if packing.works_on(day)]
    days = tuple(
        walk(legs, release=release, packed_at=at, shelf_life=shelf_life, opening=opening)
        for at in moments or [None]
    )
    slow = max(days, key=lambda each: (each.stuck is not None, each.total))
    slowest = time_budget(
        legs, release=release, packed_at=slow.packed_at, shelf_life=shelf_life, opening=opening
    )
    return LaneTimes(days, slowest)


def budget_on(plan: PlanFacts, lane: LaneFacts, day: TimeBudget) -> TimeBudget:
    """One of the days of a lane, with what is left when a departure is missed."""
    return time_budget(
        tuple(each.leg for each in lane.legs),
        release=plan.release or 0,
        packed_at=day.packed_at,
        shelf_life=plan.shelf_life,
        opening=lane.opening,
    )


def lane_gaps(plan: PlanFacts, lane: LaneFacts, on: date) -> Iterator[Gap]:
    """What keeps a lane from carrying a dose on a day."""
    times = lane_times(plan, lane, on)
    yield from _time(plan, lane, times)
    yield from _hands(plan, lane)
    yield from _shipper(plan, lane, times.in_shipper, on)
    yield from _dry_run(plan, lane, on)


def _time(plan: PlanFacts, lane: LaneFacts, times: LaneTimes) -> Iterator[Gap]:
    def gap(why: Reason, *, blocking: bool = True) -> Gap:
        return Gap(Aspect.LANE, why, lane.owner, lane.due_on, "lanes", lane.pk, blocking=blocking)

    if not lane.legs:
        yield gap(reason("lane.no_legs", lane=lane.name))
        return
    if plan.packed_at is None and any(each.leg.cut_off is not None for each in lane.legs):
        yield Gap(Aspect.LANE, reason("lane.no_packing_hour"), plan.lead, None, "plan", plan.pk)
    yield from (gap(why, blocking=blocking) for why, blocking in _lateness(plan, lane, times))
    if not any(each.leg.buffer for each in lane.legs):
        yield gap(reason("lane.no_buffer", lane=lane.name), blocking=False)


def _lateness(plan: PlanFacts, lane: LaneFacts, times: LaneTimes) -> Iterator[tuple[Reason, bool]]:
    """Too late on every day blocks; too late on some is a matter of planning, which has to know."""
    stuck = next((each.stuck for each in times.days if each.stuck is not None), None)
    if stuck is not None:
        why = reason("lane.never_leaves", lane=lane.name, leg=stuck) if stuck else reason("lane.never_open")
        yield why, True
        return
    left = times.slowest.left
    if left is None or plan.release is None:
        return
    if len(times.late) == len(times.days):
        quickest = min(times.days, key=lambda each: each.total)
        over = Minutes(-(quickest.left or 0))
        yield reason("lane.too_late", lane=lane.name, needed=Minutes(quickest.total), over=over), True
    elif times.late:
        first = times.late[0].packed_at
        assert first is not None
        yield (
            reason(
                "lane.too_late_on",
                lane=lane.name,
                late=len(times.late),
                days=len(times.days),
                on=local(first, plan.packing.zone).date(),
            ),
            False,
        )
    elif times.slowest.left_after_a_miss is not None and times.slowest.left_after_a_miss < 0:
        yield reason("lane.no_second_departure", lane=lane.name, left=Minutes(left)), False


def _hands(plan: PlanFacts, lane: LaneFacts) -> Iterator[Gap]:
    known = {party.pk: party for party in plan.parties}
    for each in lane.legs:
        if each.giver is None or each.taker is None:
            loose = reason("lane.loose_handoff", lane=lane.name, leg=each.leg.name)
            yield Gap(Aspect.LANE, loose, lane.owner, lane.due_on, "handoffs", each.leg.pk)
    for key in sorted({key for each in lane.legs for key in (each.giver, each.taker) if key is not None}):
        party = known.get(key)
        if party and plan.band and party.role in HANDLING and not keeps(plan.band, party.bands):
            cold = reason("lane.partner_band", party=party.name, band=Word("band", plan.band))
            yield Gap(Aspect.LANE, cold, lane.owner, lane.due_on, "parties", party.pk)


def _shipper(plan: PlanFacts, lane: LaneFacts, in_shipper: int, on: date) -> Iterator[Gap]:
    shipper = lane.shipper
    if shipper is None:
        none = reason("shipper.none", lane=lane.name)
        yield Gap(Aspect.SHIPPER, none, lane.owner, lane.due_on, "lanes", lane.pk)
        return
    if plan.band and shipper.band != plan.band:
        other = reason("shipper.band", name=shipper.name, band=Word("band", shipper.band))
        yield _of_shipper(shipper, other)
    if shipper.valid_until is None:
        yield _of_shipper(shipper, reason("shipper.never", name=shipper.name))
    elif shipper.valid_until < on:
        yield _of_shipper(shipper, reason("shipper.expired", name=shipper.name, on=shipper.valid_until))
    if shipper.hold is None:
        yield _of_shipper(shipper, reason("shipper.no_hold", name=shipper.name))
    elif shipper.hold < in_shipper:
        short = reason(
            "shipper.too_short",
            name=shipper.name,
            hold=Minutes(shipper.hold),
            lane=lane.name,
            needed=Minutes(in_shipper),
        )
        yield Gap(Aspect.SHIPPER, short, shipper.owner, shipper.due_on, "shippers", shipper.pk)


def _of_shipper(shipper: ShipperFacts, why: Reason) -> Gap:
    return Gap(Aspect.SHIPPER, why, shipper.owner, shipper.due_on, "shippers", shipper.pk)


def _dry_run(plan: PlanFacts, lane: LaneFacts, on: date) -> Iterator[Gap]:
    """The latest dry run of this lane counts, else the latest of the whole chain."""
    own = [run for run in plan.dry_runs if run.lane == lane.pk]
    runs = own or [run for run in plan.dry_runs if run.lane is None]
    held = [run for run in runs if run.held_on is not None and run.held_on <= on]
    if not held:
        planned = min(
            (run for run in runs if run.planned_on), key=lambda run: run.planned_on or on, default=None
        )
        if planned is None or planned.planned_on is None:
            none = reason("dry_run.none", lane=lane.name)
            yield Gap(Aspect.DRY_RUN, none, lane.owner, lane.due_on, "dry-runs", 0)
        else:
            ahead = reason("dry_run.planned", name=planned.name, on=planned.planned_on)
            yield Gap(Aspect.DRY_RUN, ahead, planned.owner, planned.planned_on, "dry-runs", planned.pk)
        return
    yield from _held(plan, lane, max(held, key=lambda run: (run.held_on or on, run.pk)))


def _held(plan: PlanFacts, lane: LaneFacts, run: DryRunFacts) -> Iterator[Gap]:
    if run.outcome not in ("passed", "deviations"):
        key = "dry_run.failed" if run.outcome == "failed" else "dry_run.no_outcome"
        yield Gap(Aspect.DRY_RUN, reason(key, name=run.name), run.owner, run.due_on, "dry-runs", run.pk)
        return
    for found in run.deviations:
        deviation = reason("dry_run.deviation", name=run.name, text=found.text)
        yield Gap(Aspect.DRY_RUN, deviation, found.owner, found.due_on, "dry-run-steps", found.pk)
    hands = {key for each in lane.legs for key in (each.giver, each.taker)}
    absent = [party for party in plan.parties if party.pk in hands - run.parties]
    for party in sorted(absent, key=lambda party: party.name):
        why = reason("dry_run.absent", name=run.name, party=party.name)
        yield Gap(Aspect.DRY_RUN, why, run.owner, run.due_on, "dry-runs", run.pk)
    if run.signed_off_on is None:
        unsigned = reason("dry_run.unsigned", name=run.name)
        yield Gap(Aspect.DRY_RUN, unsigned, run.owner, run.due_on, "dry-runs", run.pk)
