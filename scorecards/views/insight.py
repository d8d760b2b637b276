"""What questions the ranking: side by side, head to head, robustness, other methods, evidence gaps.

Nothing is written.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.views.access import AuthenticatedRequest
from common.exports import FORMATS, export_response
from programs.models import Program
from programs.views.access import InProgram, in_program
from scorecards.forms import PairForm, day_refused
from scorecards.gap_table import GapTable
from scorecards.head_to_head import duel_of, duel_picture
from scorecards.kept_shares import firsts_kept, ranks_kept
from scorecards.lead import gaps_of, lead_of, open_must_haves_of
from scorecards.opinion_words import opinions_sheet, opinions_told
from scorecards.order_forms import OrderForm
from scorecards.ordered import ordered_shares
from scorecards.orders import OrderError
from scorecards.policies import ScorecardPolicy
from scorecards.ranking import Ranking
from scorecards.second_opinions import second_opinions
from scorecards.sensitivity import SPREADS, USUAL_SPREAD, Shares, shares_of, weight_ranges
from scorecards.side_by_side import chosen_rows, columns_of, comparison_sheet
from scorecards.views.ranking import DayTablePage, day_asked_for, day_words, program_ranking
from scorecards.wording import criterion_title


@in_program(ScorecardPolicy.view)
def side_by_side(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Up to six candidates as somebody who decides looks at them: those of `?site=`, else the finalists."""
    ranking = program_ranking(program, day_asked_for(request))
    rows = chosen_rows(ranking, request.GET.getlist("site"))
    columns = columns_of(program, program.package, ranking, rows)
    wanted = request.GET.get("export", "")
    if wanted in FORMATS and columns and not day_refused(request.GET):
        return export_response(comparison_sheet(ranking, columns), wanted, f"{program.code}-side-by-side")
    shown = {row.head.site_id for row in rows}
    context = {
        "program": program,
        "ranking": ranking,
        **day_words(request),
        "columns": columns,
        "group_rows": [
            (criterion_title(group.key, group.title), [column.groups[at] for column in columns])
            for at, group in enumerate(ranking.plan.groups)
        ],
        "choices": [(row, row.head.site_id in shown) for row in ranking.candidates],
    }
    return render(request, "scorecards/side_by_side.html", context)


@in_program(ScorecardPolicy.view)
def head_to_head(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Why one candidate stands above another (`?a=` and `?b=`); the first two of the ranking at first."""
    ranking = program_ranking(program, day_asked_for(request))
    rows = {row.head.site_id: row for row in ranking.candidates}
    first_two = dict(zip(("a", "b"), rows, strict=False))
    asked = {name: request.GET.get(name) or first_two.get(name) for name in ("a", "b")}
    form = PairForm(asked, candidates=[(site_id, row.head.name) for site_id, row in rows.items()])
    context: dict[str, Any] = {
        "program": program,
        "ranking": ranking,
        "form": form,
        "enough": len(rows) > 1,
        **day_words(request),
    }
    if len(rows) > 1 and form.is_valid():
        duel = duel_of(ranking, rows[form.cleaned_data["a"]], rows[form.cleaned_data["b"]])
        context |= {"duel": duel, "picture": duel_picture(duel)}
    return render(request, "scorecards/head_to_head.html", context)


@in_program(ScorecardPolicy.view)
def robustness(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """How often each candidate comes first when weights vary, and how far each weight may move (`?off=`).

    With `?order=1`, how often each takes each rank under the order that the other parameters state.
    """
    ranking = program_ranking(program, day_asked_for(request))
    asked = request.GET.get("off", "")
    spread = int(asked) if asked in map(str, SPREADS) else USUAL_SPREAD
    lead = lead_of(ranking)
    context: dict[str, Any] = {
        "program": program,
        "ranking": ranking,
        "lead": lead,
        "spreads": SPREADS,
        **day_words(request),
    }
    if lead:
        ranges = weight_ranges(ranking)
        bound = [one for one in ranges if not one.is_free]
        shares = shares_of(ranking, spread, firsts_kept)
        context |= {
            "shares": shares,
            **_ordered(request, program, ranking, shares),
            "groups": [one for one in ranges if not one.group],
            "criteria": [one for one in ranges if one.group],
            "bound": bound,
            "tightest": min(bound, key=lambda one: one.slack, default=None),
        }
    return render(request, "scorecards/robustness.html", context)


def _ordered(
    request: AuthenticatedRequest, program: Program, ranking: Ranking, shares: Shares
) -> dict[str, Any]:
    """The form of an order, and what follows from it where one is stated."""
    asked = request.GET if request.GET.get("order") else None
    form = OrderForm(asked, plan=ranking.plan)
    found = None
    if asked is not None and form.is_valid():
        try:
            found = ordered_shares(ranking, form.comparisons, shares, ranks_kept)
        except OrderError as error:
            form.add_error(None, str(error))
    command = f'manage.py robustness {program.address} --order "{found.text}"' if found else ""
    return {"order_form": form, "ordered": found, "order_command": command}


@in_program(ScorecardPolicy.view)
def opinions(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """What other methods say on the same values, who would reorder whom, and how far the data spread."""
    ranking = program_ranking(program, day_asked_for(request))
    found = second_opinions(ranking.evaluation)
    told = opinions_told(ranking, found) if found else None
    wanted = request.GET.get("export", "")
    if told and wanted in FORMATS and not day_refused(request.GET):
        return export_response(opinions_sheet(told), wanted, f"{program.code}-second-opinions")
    context = {"program": program, "ranking": ranking, "told": told, **day_words(request)}
    return render(request, "scorecards/opinions.html", context)


class EvidenceGapsView(InProgram, DayTablePage, TemplateView):  # type: ignore[misc]
    """Every open criterion of those who are ranked, the one that could add most first."""

    permission = ScorecardPolicy.view
    table_class = GapTable
    template_name = "scorecards/gaps.html"
    export_title = _("Evidence gaps")

    @cached_property
    def ranking(self) -> Ranking:
        return program_ranking(self.program, day_asked_for(self.request))

    def get_table_data(self) -> Any:
        return gaps_of(self.ranking)

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"program_code": self.program.address, "query": day_words(self.request)["day_query"]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        own = {
            "program": self.program,
            "ranking": self.ranking,
            "lead": lead_of(self.ranking),
            "open_must_haves": open_must_haves_of(self.ranking.candidates),
        }
        return context | own | day_words(self.request)
