"""What the pages of a distribution plan show."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from logistics.facts import bands_of_sites, facts_of
from logistics.gathering import Rows, rows_of
from logistics.kinds.registry import KINDS
from logistics.models import DistributionPlan
from logistics.readiness.facts import PlanFacts
from logistics.readiness.reason import OF_SITE, Aspect, Gap
from logistics.readiness.rollup import OpenGap, Readiness, SiteReadiness, readiness
from logistics.wording import ASPECTS, sentence
from programs.models import Program


@dataclass(frozen=True)
class Whole:
    """A plan, its rows, and what they say about being ready."""

    plan: DistributionPlan
    program: Program
    rows: Rows
    facts: PlanFacts
    readiness: Readiness


@dataclass(frozen=True, slots=True)
class GapLine:
    """A gap as a row of the table."""

    aspect: str
    text: str
    sites: str
    names: tuple[str, ...]
    owner: str
    due_on: date | None
    is_late: bool
    blocking: bool
    url: str


@dataclass(frozen=True, slots=True)
class AspectCell:
    """One aspect of a care site: ready, ready with something to settle, or not ready, and why."""

    name: str
    state: str
    reasons: tuple[str, ...]
    gaps: tuple[GapLine, ...]


@dataclass(frozen=True, slots=True)
class SiteLine:
    """A care site in the matrix of readiness."""

    site: SiteReadiness
    place: str
    cells: tuple[AspectCell, ...]
    url: str
    open: int


def plan_of(program: Program) -> DistributionPlan | None:
    """The plan of the work package that the pages are about. One query."""
    found: DistributionPlan | None = DistributionPlan.objects.filter(work_package=program.package).first()
    if found is not None:
        found.work_package = program.package
    return found


def plans_of(program: Program) -> set[int]:
    """The keys of the plans of a program, of all its work packages. One query."""
    plans = DistributionPlan.objects.filter(work_package__program=program)
    return set(plans.values_list("pk", flat=True))


def whole_of(plan: DistributionPlan, program: Program, on: date) -> Whole:
    """The plan with its readiness on a day. Two queries at most."""
    rows = rows_of(plan)
    facts = facts_of(plan, rows, program, bands_of_sites(rows))
    return Whole(plan, program, rows, facts, readiness(facts, on))


def site_lines(whole: Whole) -> list[SiteLine]:
    """The care sites, ready ones first, then by their earliest first dose."""
    places = {row.pk: row for rows in whole.rows.values() for row in rows if _is_site(row)}
    lines = [_site_line(whole, site, places[site.site.pk]) for site in whole.readiness.sites]
    return sorted(
        lines,
        key=lambda line: (not line.site.is_ready, line.site.earliest or date.max, line.site.site.name),
    )


def _is_site(row: Any) -> bool:
    return bool(row._meta.model_name == "caresite")


def _site_line(whole: Whole, site: SiteReadiness, row: Any) -> SiteLine:
    return SiteLine(
        site=site,
        place=", ".join(part for part in (row.city, str(row.country.name)) if part),
        cells=tuple(cell_of(whole, site, aspect) for aspect in OF_SITE),
        url=reverse("logistics:care-site", args=[whole.program.address, site.site.pk]),
        open=len(site.blocking),
    )


def cell_of(whole: Whole, site: SiteReadiness, aspect: Aspect) -> AspectCell:
    """One aspect of a care site, with every reason why not."""
    gaps = site.of(aspect)
    # Nothing can be said of a lane to nowhere: what hangs on it is not ready, for the lane's reason.
    if not gaps and site.lane is None and aspect in (Aspect.SHIPPER, Aspect.DRY_RUN):
        gaps = site.of(Aspect.LANE)
    state = "bad" if any(gap.blocking for gap in gaps) else "caution" if gaps else "good"
    lines = tuple(gap_line(whole, OpenGap(gap, (site.site.name,))) for gap in gaps)
    return AspectCell(str(ASPECTS[aspect]), state, tuple(line.text for line in lines), lines)


def gap_lines(whole: Whole) -> list[GapLine]:
    """Everything that is not ready, what blocks first."""
    return [gap_line(whole, each) for each in whole.readiness.gaps]


def gap_line(whole: Whole, each: OpenGap) -> GapLine:
    """A gap in words, with the address where it is mended."""
    gap, everywhere = each.gap, len(each.sites) == len(whole.readiness.sites)
    return GapLine(
        aspect=str(ASPECTS[gap.aspect]),
        text=sentence(gap.reason),
        sites=_("all care sites") if everywhere and len(each.sites) != 1 else ", ".join(each.sites),
        names=each.sites,
        owner=gap.owner,
        due_on=gap.due_on,
        is_late=gap.due_on is not None and gap.due_on < whole.readiness.on,
        blocking=gap.blocking,
        url=mending_address(whole.program, gap),
    )


def mending_address(program: Program, gap: Gap) -> str:
    """Where a gap is mended: the page or the form of its record, or the list where one is missing."""
    if gap.kind == "plan":
        return reverse("logistics:plan-edit", args=[program.address])
    if not gap.pk:
        return reverse("logistics:rows", args=[program.address, gap.kind])
    page = KINDS[gap.kind].page
    # Storage is a field of the care site, the shipper one of the lane; everything else hangs on the page.
    if page and gap.aspect not in (Aspect.STORAGE, Aspect.SHIPPER):
        return reverse(page, args=[program.address, gap.pk])
    return reverse("logistics:row-edit", args=[program.address, gap.kind, gap.pk])
