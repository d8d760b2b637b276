"""The scorecard of a program: the ranked list, and why a candidate stands where it stands."""

from __future__ import annotations

from datetime import date
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView

from accounts.views.access import AuthenticatedRequest
from audits.auditing.cautions import AuditCaution, audit_cautions
from common.tables import TablePageMixin
from programs.models import Program
from programs.views.access import InProgram, in_program
from scorecards.forms import AsOfForm, day_of, day_refused
from scorecards.lead import lead_of
from scorecards.pictures import evaluation_heat_map
from scorecards.policies import ScorecardPolicy
from scorecards.ranking import Ranking
from scorecards.selectors import ranking_kept
from scorecards.tables import RankingTable
from scorecards.views.why import why_context


class DayTablePage(TablePageMixin):
    """A table as of the day in the address; no file of today's for a day that makes no sense."""

    def export_refusal(self) -> str:
        return day_refused(self.request.GET)


class ScorecardView(InProgram, DayTablePage, TemplateView):  # type: ignore[misc]
    """The ranked list as of a day (`?as_of=`), its heat map, and downloads of the list."""

    permission = ScorecardPolicy.view
    table_class = RankingTable
    template_name = "scorecards/scorecard.html"
    export_title = _("Ranking")

    @cached_property
    def ranking(self) -> Ranking:
        return program_ranking(self.program, self.as_of)

    @cached_property
    def as_of_form(self) -> AsOfForm:
        return AsOfForm({"as_of": self.request.GET.get("as_of", "")})

    @property
    def as_of(self) -> date | None:
        return self.as_of_form.cleaned_data["as_of"] if self.as_of_form.is_valid() else None

    def get_table_data(self) -> Any:
        return self.ranking.candidates

    def get_table_kwargs(self) -> dict[str, Any]:
        query = f"?as_of={self.as_of.isoformat()}" if self.as_of else ""
        return {"program_code": self.program.address, "query": query}

    def cautions(self) -> list[AuditCaution]:
        """What our audits found at the candidates, for today; a past day knew another last audit."""
        if self.as_of is not None:
            return []
        return audit_cautions(self.request.user, [head.site_id for head in self.ranking.heads])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "program": self.program,
            "ranking": self.ranking,
            "as_of_form": self.as_of_form,
            "looks_back": self.as_of is not None,
            "lead": lead_of(self.ranking),
            "cautions": self.cautions(),
            **day_words(self.request),
            "heat_map": evaluation_heat_map(self.ranking),
            "may_change": ScorecardPolicy.change.allows(self.request.user),
            "may_freeze": ScorecardPolicy.freeze.allows(self.request.user) and bool(self.ranking.heads),
        }


@in_program(ScorecardPolicy.view)
def candidate(request: AuthenticatedRequest, program: Program, site_id: int) -> HttpResponseBase:
    """Why a candidate stands where it stands: in the side panel, or as a page of its own."""
    found = program_ranking(program, day_asked_for(request)).candidate(site_id)
    if found is None:
        raise Http404
    context = {
        "program": program,
        "looks_back": day_of(request.GET) is not None,
        **why_context(found),
    }
    panel = bool(getattr(request, "htmx", False))
    return render(request, "scorecards/_why.html" if panel else "scorecards/candidate.html", context)


def program_ranking(program: Program, as_of: date | None) -> Ranking:
    """The ranking of the work package that the address names."""
    package = program.package
    package.program = program
    return ranking_kept(package, as_of)


def day_words(request: HttpRequest) -> dict[str, str]:
    """The day looked back to, for the addresses on a page: as a query of its own, and as one more word."""
    day = day_of(request.GET)
    word = f"as_of={day.isoformat()}" if day else ""
    return {"day_query": f"?{word}" if word else "", "and_day": f"&{word}" if word else ""}


def day_asked_for(request: HttpRequest) -> date | None:
    """The day in the address; today where there is none, and where it makes no sense, which is told.

    Once a request; `day_of` is silent.
    """
    if refusal := day_refused(request.GET):
        messages.error(request, format_lazy("{} {}", refusal, _("What you see is as of today.")))
    return day_of(request.GET)
