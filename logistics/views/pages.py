"""The pages of one care site, one lane and one dry run."""

from datetime import date, timedelta

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.views.access import AuthenticatedRequest
from logistics.kinds.registry import KINDS
from logistics.models import DryRun, Lane, SiteCheck, SiteOnboarding
from logistics.packing_days import opening_text
from logistics.policies import PlanPolicy
from logistics.readiness.ordering import expected_ordering
from logistics.readiness.reason import OF_SITE
from logistics.readiness.rollup import OpenGap, SiteReadiness
from logistics.selectors import cell_of, gap_line
from logistics.views.access import plan_or_404, row_context, row_of_whole, row_or_404, whole_or_404
from logistics.wording import ORDERINGS, milestone_word, sentence
from programs.models import Program
from programs.views.access import in_program
from records.declarations import RECORD
from records.signing.panel import signature_panel
from records.signing.state import is_locked

# Gaps that close when the care site is asked.
UNASKED = frozenset({"team.unasked", "team.other_area"})


@in_program(PlanPolicy.view)
def care_site(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """One care site: whether a patient can be dosed, the first day, every reason why not."""
    whole = whole_or_404(program)
    row = row_of_whole(whole, "care-sites", pk)
    site = next(each for each in whole.readiness.sites if each.site.pk == pk)
    onboarding = next((each for each in whole.rows.get(SiteOnboarding, []) if each.care_site_id == pk), None)
    ordering = expected_ordering(
        made_for_a_patient=whole.facts.made_for_a_patient,
        returns=onboarding.returns if onboarding else "",
        payment_days=onboarding.payment_days if onboarding else None,
    )
    by_plan = [OpenGap(gap, ()) for gap in site.blocked_by_plan if gap.blocking]
    context = row_context(
        request,
        program,
        "care-sites",
        row,
        site=site,
        cells=[cell_of(whole, site, aspect) for aspect in OF_SITE],
        by_plan=[gap_line(whole, gap) for gap in by_plan],
        milestones=_way(site, whole.facts.turnaround_days),
        missing=sentence(site.dose.missing) if site.dose.missing else "",
        onboarding=onboarding,
        ordering=str(ORDERINGS[ordering.key]),
        ordering_why=sentence(ordering.why),
        checks=[check for check in whole.rows.get(SiteCheck, []) if check.care_site_id == pk],
        area=whole.plan.therapeutic_area.strip().casefold(),
        lanes=[lane for lane in whole.rows.get(Lane, []) if lane.care_site_id == pk],
        receives=opening_text(row),
        unasked=any(gap.reason.key in UNASKED for gap in site.gaps),
    )
    return render(request, "logistics/care_site.html", context)


def _way(site: SiteReadiness, turnaround_days: int) -> list[tuple[str, date, bool]]:
    """The steps to the first dose, with the day that every open point is settled where it comes later."""
    way = [(milestone_word(step.key), step.on, step.done) for step in site.dose.milestones]
    if site.dose.on is not None and site.earliest is not None and site.earliest > site.dose.on:
        settled = site.earliest - timedelta(days=turnaround_days)
        way[-1:] = [(_("open points settled"), settled, False), (way[-1][0], site.earliest, False)]
    return way


@in_program(PlanPolicy.view)
def dry_run(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """One dry run: who did what, what deviated, and who signed it off."""
    plan = plan_or_404(program)
    row: DryRun = row_or_404(KINDS["dry-runs"], plan, pk)
    steps = list(row.steps.select_related("party"))
    locked = is_locked(row, RECORD)
    context = row_context(
        request,
        program,
        "dry-runs",
        row,
        locked=locked,
        steps=steps,
        participants=sorted({step.party.name for step in steps if step.party is not None}),
        open=[step for step in steps if step.deviation and step.closed_on is None],
        signatures=signature_panel(row, request.user),
    )
    return render(request, "logistics/dry_run.html", context)
