"""The plan at once: which care site can give a dose, when the first, and what is not ready."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from logistics.readiness.facts import LaneFacts, PlanFacts, SiteFacts
from logistics.readiness.first_dose import FirstDose
from logistics.readiness.lanes import lane_gaps, lane_times
from logistics.readiness.reason import OF_SITE, Aspect, Gap, reason
from logistics.readiness.sites import first_dose_of, site_gaps
from logistics.readiness.whole import label_gaps, packaging_gaps, plan_gaps, role_gaps


@dataclass(frozen=True, slots=True)
class SiteReadiness:
    """One care site.

    Attributes:
        gaps: what concerns it, its best lane and the plan's packaging, labels and roles.
        blocked_by_plan: gaps of the plan itself that keep every patient from a dose.
        lane: the lane that is closest to ready; null without any.
        earliest: the first dose by committee, contract, training and product, and not before a treatment that
            begins when the last open gap is due; null when the calendar cannot say.
        is_firm: false when a blocking gap has no date, so that the day is only a lower bound.
    """

    site: SiteFacts
    gaps: tuple[Gap, ...]
    blocked_by_plan: tuple[Gap, ...]
    lane: LaneFacts | None
    dose: FirstDose
    earliest: date | None
    is_firm: bool

    @property
    def blocking(self) -> tuple[Gap, ...]:
        """What keeps a patient from a dose here."""
        return tuple(gap for gap in (*self.gaps, *self.blocked_by_plan) if gap.blocking)

    @property
    def is_ready(self) -> bool:
        """Whether a patient can get a dose here as things stand."""
        return not self.blocking and self.dose.on is not None

    def of(self, aspect: Aspect) -> tuple[Gap, ...]:
        """The gaps of one aspect."""
        return tuple(gap for gap in self.gaps if gap.aspect == aspect)


@dataclass(frozen=True, slots=True)
class OpenGap:
    """A gap with the care sites it concerns, by name; all of them where it is one of the plan."""

    gap: Gap
    sites: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Readiness:
    """The whole plan as seen on a day."""

    on: date
    sites: tuple[SiteReadiness, ...]
    gaps: tuple[OpenGap, ...]

    @property
    def ready(self) -> tuple[SiteReadiness, ...]:
        return tuple(site for site in self.sites if site.is_ready)

    @property
    def first(self) -> SiteReadiness | None:
        """The care site with the earliest first dose: a day that is firm comes before a lower bound."""
        dated = [site for site in self.sites if site.earliest is not None]
        return min(dated, key=lambda site: (site.earliest or date.max, not site.is_firm), default=None)


def readiness(plan: PlanFacts, on: date) -> Readiness:
    """Everything the plan says about being ready on a day. No gap appears twice."""
    whole = tuple(plan_gaps(plan, on))
    roles = tuple(role_gaps(plan))
    sites = tuple(_site(plan, site, whole, roles, on) for site in plan.sites)
    everywhere = () if sites else (*whole, *roles)
    return Readiness(on, sites, _gathered(sites, everywhere))


def _site(
    plan: PlanFacts, site: SiteFacts, whole: tuple[Gap, ...], roles: tuple[Gap, ...], on: date
) -> SiteReadiness:
    lane, of_lane = _best_lane(plan, site, on)
    needed = lane_times(plan, lane, on).needed if lane else 0
    gaps = (
        *site_gaps(plan, site, on),
        *of_lane,
        *packaging_gaps(plan, needed),
        *label_gaps(plan, site.region, on),
        *roles,
    )
    dose = first_dose_of(plan, site, on)
    blocking = [gap for gap in (*gaps, *whole) if gap.blocking]
    dates = [gap.due_on for gap in blocking if gap.due_on is not None]
    # Nobody collects cells for a dose that cannot be given yet: the turnaround begins when nothing is open.
    turnaround = timedelta(days=plan.turnaround_days)
    earliest = None if dose.on is None else max([dose.on, *(day + turnaround for day in dates)])
    return SiteReadiness(
        site=site,
        gaps=tuple(sorted(gaps, key=lambda gap: OF_SITE.index(gap.aspect))),
        blocked_by_plan=whole,
        lane=lane,
        dose=dose,
        earliest=earliest,
        is_firm=all(gap.due_on is not None and gap.due_on >= on for gap in blocking),
    )


def _best_lane(plan: PlanFacts, site: SiteFacts, on: date) -> tuple[LaneFacts | None, tuple[Gap, ...]]:
    """The lane with the fewest gaps that block, and its gaps; one ready lane is enough."""
    if not site.lanes:
        none = Gap(Aspect.LANE, reason("lane.none"), site.owner, None, "lanes", 0)
        return None, (none,)
    tried = [(lane, tuple(lane_gaps(plan, lane, on))) for lane in site.lanes]
    return min(tried, key=lambda pair: (sum(gap.blocking for gap in pair[1]), len(pair[1])))


def _gathered(sites: Iterable[SiteReadiness], everywhere: Iterable[Gap]) -> tuple[OpenGap, ...]:
    """Each gap once, with whom it concerns: what blocks first, then by due date, what has none last."""
    found: dict[Gap, list[str]] = {gap: [] for gap in everywhere}
    for site in sites:
        for gap in dict.fromkeys((*site.gaps, *site.blocked_by_plan)):
            found.setdefault(gap, []).append(site.site.name)
    order = sorted(
        found, key=lambda gap: (not gap.blocking, -len(found[gap]), gap.due_on or date.max, gap.aspect.value)
    )
    return tuple(OpenGap(gap, tuple(found[gap])) for gap in order)
