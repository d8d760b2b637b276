"""Gathers the figures of a distribution plan, in a constant number of queries."""

from collections.abc import Iterator
from datetime import date, datetime

from django.conf import settings

from logistics.models import CareSite, DistributionPlan
from logistics.readiness.facts import PlanFacts
from logistics.readiness.lanes import lane_gaps, lane_times
from logistics.readiness.reason import OF_SITE, Aspect
from logistics.readiness.rollup import SiteReadiness, readiness
from logistics.readiness.timetable import local
from logistics.selectors import plan_of, whole_of
from programs.models import WorkPackage
from reports.figures.distribution import (
    KIND,
    SCHEMA,
    AspectFigures,
    CareSiteFigures,
    DistributionPaper,
    LaneFigures,
    PlaceFigures,
    PlanFigures,
    ReadinessFigures,
    StretchFigures,
    gap_figures,
    reason_figures,
)
from reports.figures.due_diligence import ChainHead
from reports.figures.gather import program_of


class NoPlan(Exception):
    """The work package has no distribution plan."""


def distribution_figures(
    package: WorkPackage, *, as_of: date, issued_at: datetime, requested_by: str, history: ChainHead
) -> DistributionPaper:
    """Everything that the paper says about the plan of a work package, seen on a day.

    Raises:
        NoPlan: when there is none.
    """
    program = package.program
    program.package = package
    plan = plan_of(program)
    if plan is None:
        raise NoPlan
    whole = whole_of(plan, program, as_of)
    return DistributionPaper(
        kind=KIND,
        schema=SCHEMA,
        product_version=settings.VERSION,
        as_of=as_of,
        issued_at=issued_at,
        requested_by=requested_by,
        program=program_of(program),
        package=package.name if program.has_parts else "",
        is_demo=program.is_demo,
        plan=_plan(plan),
        places={
            str(row.pk): PlaceFigures(row.city, row.country.code) for row in whole.rows.get(CareSite, [])
        },
        facts=whole.facts,
        result=result_of(whole.facts, as_of),
        history=history,
    )


def result_of(facts: PlanFacts, on: date) -> ReadinessFigures:
    """What follows from the facts on a day. No query."""
    found = readiness(facts, on)
    sites = sorted(found.sites, key=lambda one: (not one.is_ready, one.earliest or date.max, one.site.name))
    return ReadinessFigures(
        sites=tuple(_site(site) for site in sites),
        gaps=tuple(gap_figures(each.gap, each.sites) for each in found.gaps),
        lanes=tuple(_lanes(facts, on)),
    )


def _site(site: SiteReadiness) -> CareSiteFigures:
    return CareSiteFigures(
        id=site.site.pk,
        name=site.site.name,
        ready=site.is_ready,
        earliest=site.earliest,
        firm=site.is_firm,
        missing=reason_figures(site.dose.missing) if site.dose.missing else None,
        milestones=site.dose.milestones,
        aspects={aspect.value: _aspect(site, aspect) for aspect in OF_SITE},
        lane=site.lane.pk if site.lane else None,
    )


def _aspect(site: SiteReadiness, aspect: Aspect) -> AspectFigures:
    gaps = site.of(aspect)
    # As on the page: what hangs on a lane that does not exist is not ready, for the lane's reason.
    if not gaps and site.lane is None and aspect in (Aspect.SHIPPER, Aspect.DRY_RUN):
        gaps = site.of(Aspect.LANE)
    return AspectFigures(len(gaps), sum(gap.blocking for gap in gaps))


def _lanes(facts: PlanFacts, on: date) -> Iterator[LaneFigures]:
    for site in facts.sites:
        for lane in site.lanes:
            times = lane_times(facts, lane, on)
            budget, packed_at = times.slowest, times.slowest.packed_at
            yield LaneFigures(
                id=lane.pk,
                site=site.pk,
                blocking=sum(gap.blocking for gap in lane_gaps(facts, lane, on)),
                total=budget.total,
                left=budget.left,
                in_shipper=times.in_shipper,
                left_after_a_miss=budget.left_after_a_miss,
                packed_on=packed_at and local(packed_at, facts.packing.zone).date(),
                stretches=tuple(
                    StretchFigures(part.part.value, part.leg, part.start, part.end)
                    for part in budget.stretches
                ),
            )


def _plan(plan: DistributionPlan) -> PlanFigures:
    return PlanFigures(**{name: getattr(plan, name) for name in PlanFigures.__dataclass_fields__})
