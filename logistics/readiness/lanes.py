"""Whether a lane can carry a dose: time, shipper, hands, dry run."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from logistics.readiness.bands import keeps
from logistics.readiness.budget import TimeBudget, time_budget
from logistics.readiness.facts import DryRunFacts, LaneFacts, PlanFacts, ShipperFacts
from logistics.readiness.reason import Aspect, Gap, Minutes, Reason, Word, reason

# Roles that handle the product and so must hold its temperature.
HANDLING = frozenset({"manufacturer", "3pl", "carrier", "distributor"})


def budget_of(plan: PlanFacts, lane: LaneFacts) -> TimeBudget:
    """The time budget of a lane under the plan's shelf life, hour of packing and release."""
    return time_budget(
        tuple(each.leg for each in lane.legs),
        release=plan.release or 0,
        packed_at=plan.packed_at,
        shelf_life=plan.shelf_life,
    )


def lane_gaps(plan: PlanFacts, lane: LaneFacts, on: date) -> Iterator[Gap]:
    """What keeps a lane from carrying a dose on a day."""
    budget = budget_of(plan, lane)
    yield from _time(plan, lane, budget)
    yield from _hands(plan, lane)
    yield from _shipper(plan, lane, budget, on)
    yield from _dry_run(plan, lane, on)


def _time(plan: PlanFacts, lane: LaneFacts, budget: TimeBudget) -> Iterator[Gap]:
    if not lane.legs:
        yield Gap(
            Aspect.LANE, reason("lane.no_legs", lane=lane.name), lane.owner, lane.due_on, "lanes", lane.pk
        )
        return
    if plan.packed_at is None and any(each.leg.cut_off is not None for each in lane.legs):
        yield Gap(Aspect.LANE, reason("lane.no_packing_hour"), plan.lead, None, "plan", plan.pk)
    if budget.left is None or plan.release is None:
        return
    if budget.left < 0:
        late = reason(
            "lane.too_late", lane=lane.name, needed=Minutes(budget.total), over=Minutes(-budget.left)
        )
        yield Gap(Aspect.LANE, late, lane.owner, lane.due_on, "lanes", lane.pk)
    elif budget.left_after_a_miss is not None and budget.left_after_a_miss < 0:
        missed = reason("lane.no_second_departure", lane=lane.name, left=Minutes(budget.left))
        yield Gap(Aspect.LANE, missed, lane.owner, lane.due_on, "lanes", lane.pk, blocking=False)
    if not any(each.leg.buffer for each in lane.legs):
        none = reason("lane.no_buffer", lane=lane.name)
        yield Gap(Aspect.LANE, none, lane.owner, lane.due_on, "lanes", lane.pk, blocking=False)


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


def _shipper(plan: PlanFacts, lane: LaneFacts, budget: TimeBudget, on: date) -> Iterator[Gap]:
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
    elif shipper.hold < budget.in_shipper:
        short = reason(
            "shipper.too_short",
            name=shipper.name,
            hold=Minutes(shipper.hold),
            lane=lane.name,
            needed=Minutes(budget.in_shipper),
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
