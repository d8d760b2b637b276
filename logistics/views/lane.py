"""The page of one lane."""

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.views.access import AuthenticatedRequest
from logistics.lane_picture import lane_picture
from logistics.models import Handoff, Lane
from logistics.packing_days import PackedForm, arrival_text, by_day, day_lines, departure_lines
from logistics.policies import PlanPolicy
from logistics.readiness.budget import TimeBudget
from logistics.readiness.facts import LaneFacts
from logistics.readiness.lanes import budget_on, lane_gaps, lane_times
from logistics.readiness.rollup import OpenGap
from logistics.selectors import Whole, gap_line
from logistics.views.access import row_context, row_of_whole, whole_or_404
from logistics.wording import hours_text
from programs.models import Program
from programs.views.access import in_program


@in_program(PlanPolicy.view)
def lane(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """One lane: its time budget as a picture, for any day of packing, its hands, and what is not ready."""
    whole = whole_or_404(program)
    row = row_of_whole(whole, "lanes", pk)
    found: LaneFacts = next(each for site in whole.facts.sites for each in site.lanes if each.pk == pk)
    times = lane_times(whole.facts, found, whole.readiness.on)
    form = PackedForm(request.GET, days=by_day(whole.facts, times))
    chosen = form.cleaned_data["packed"] if form.is_valid() else None
    budget = budget_on(whole.facts, found, form.days[chosen]) if chosen else times.slowest
    gaps = [OpenGap(gap, ()) for gap in lane_gaps(whole.facts, found, whole.readiness.on)]
    legs = sorted(
        (leg for leg in whole.rows.get(Handoff, []) if leg.lane_id == pk), key=lambda leg: leg.position
    )
    context = row_context(
        request,
        program,
        "lanes",
        row,
        plan=whole.plan,
        chart=lane_picture(whole.facts, found, budget) if legs else None,
        figures=_figures(found, budget, row),
        packed_form=form,
        packed_on=budget.packed_at and next(day for day, each in form.days.items() if _same(each, budget)),
        is_slowest=chosen is None,
        varies=times.varies,
        days=day_lines(whole.facts, found, times, budget),
        gaps=[gap_line(whole, gap) for gap in gaps],
        is_ready=not any(each.gap.blocking for each in gaps),
        legs=[(leg, departure_lines(leg)) for leg in legs],
        sources=[] if legs else [each for each in whole.rows.get(Lane, []) if each.pk in _with_legs(whole)],
    )
    return render(request, "logistics/lane.html", context)


def _same(one: TimeBudget, other: TimeBudget) -> bool:
    return one.packed_at == other.packed_at


def _with_legs(whole: Whole) -> set[int]:
    return {leg.lane_id for leg in whole.rows.get(Handoff, [])}


def _figures(lane: LaneFacts, budget: TimeBudget, row: Lane) -> list[dict[str, str]]:
    hold = row.shipper.hold_hours if row.shipper and row.shipper.hold_hours is not None else None
    return [
        {
            "label": _("Packing to the last handover"),
            "value": hours_text(budget.total),
            "note": _("there on %(moment)s") % {"moment": arrival_text(lane, budget)}
            if budget.arrives_at and budget.stuck is None
            else "",
        },
        {
            "label": _("Shelf life that remains"),
            "value": "" if budget.left is None else hours_text(budget.left),
        },
        {
            "label": _("Time in the shipper"),
            "value": hours_text(budget.in_shipper),
            "note": "" if hold is None else _("it holds %(time)s") % {"time": hours_text(round(hold * 60))},
        },
    ]
