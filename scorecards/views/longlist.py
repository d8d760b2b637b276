"""The proposed longlist, and the must-haves of the candidates."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core import signing
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView

from accounts.views.access import AuthenticatedRequest
from common.notices import notice_done
from common.tables import TablePageMixin
from partners.models import Site
from programs.models import Program
from programs.policies import CandidatePolicy
from programs.services import candidates_add, candidates_take_back
from programs.templatetags.program_frame import Tab
from programs.views.access import InProgram, in_program
from scorecards.forms import day_of
from scorecards.longlist import Longlist, Part, ProposedSite, longlist_of
from scorecards.longlist_tables import LonglistTable, MatrixTable, matrix_columns, matrix_rows
from scorecards.policies import ScorecardPolicy
from scorecards.ranking import Ranking
from scorecards.views.ranking import DayTablePage, day_asked_for, program_ranking

SALT = "scorecards.longlist"
PART_LABELS = {
    Part.PASSING: _("Passing"),
    Part.CONDITIONAL: _("Conditional"),
    Part.EXCLUDED: _("Excluded"),
}


class LonglistView(InProgram, TablePageMixin, TemplateView):  # type: ignore[misc]
    """Every classified site that fails no must-have; the excluded ones on a list of their own."""

    permission = ScorecardPolicy.view
    table_class = LonglistTable
    template_name = "scorecards/longlist.html"
    export_title = _("Longlist")

    @cached_property
    def longlist(self) -> Longlist:
        return longlist_of(self.program.package, self.request.user)

    @cached_property
    def part(self) -> Part:
        """The list asked for; without a wish the passing sites, or the conditional where none passes."""
        wanted = self.request.GET.get("show", "")
        if wanted in set(Part):
            return Part(wanted)
        return Part.PASSING if self.longlist.counts[Part.PASSING] else Part.CONDITIONAL

    @property
    def text(self) -> str:
        return str(self.request.GET.get("q", "")).strip()

    def get_table_data(self) -> list[ProposedSite]:
        return self.longlist.part(self.part, self.text)

    def get_table_kwargs(self) -> dict[str, Any]:
        may_add = CandidatePolicy.change.allows(self.request.user)
        return {"may_add": may_add, "wants": self.longlist.wants}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        address = reverse("scorecards:longlist", args=[self.program.address])
        return context | {
            "program": self.program,
            "part": self.part,
            "text": self.text,
            "total": len(self.longlist.ranking.heads),
            "parts": [
                Tab(
                    PART_LABELS[part],
                    f"{address}?{urlencode({'show': part})}",
                    part is self.part,
                    self.longlist.counts[part],
                )
                for part in Part
            ],
            "may_add": CandidatePolicy.change.allows(self.request.user) and self.part is not Part.EXCLUDED,
        }


@require_POST
@in_program(CandidatePolicy.change)
def longlist_add(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Make the ticked sites candidates, with a way back."""
    asked = {int(value) for value in request.POST.getlist("site") if value.isascii() and value.isdigit()}
    sites = list(Site.objects.visible_to(request.user).filter(pk__in=asked))
    address = reverse("scorecards:longlist", args=[program.address])
    if not sites:
        messages.warning(request, _now("No site was chosen. Tick one or more in the list first."))
        return redirect(address)
    reason = _now("Proposed by the longlist.")
    added = candidates_add(package=program.package, sites=sites, actor=request.user, reason=reason)
    if not added:
        messages.info(request, _now("These sites are candidates already."))
        return redirect(address)
    token = signing.dumps([row.pk for row in added], salt=SALT, compress=True)
    undo = reverse("scorecards:longlist-undo", args=[program.address])
    text = ngettext("%(total)s site is now a candidate.", "%(total)s sites are now candidates.", len(added))
    notice_done(request, text % {"total": len(added)}, undo=f"{undo}?{urlencode({'state': token})}")
    return redirect(f"{address}?{urlencode({'show': request.POST.get('show', '')})}")


@require_POST
@in_program(CandidatePolicy.change)
def longlist_undo(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Take an addition back; who has moved on from the longlist meanwhile stays."""
    try:
        ids = signing.loads(request.GET.get("state", ""), salt=SALT, max_age=86_400)
    except signing.BadSignature:
        raise Http404 from None
    gone = candidates_take_back(package=program.package, ids=ids, actor=request.user)
    text = ngettext(
        "%(total)s site is no longer a candidate.", "%(total)s sites are no longer candidates.", gone
    )
    messages.success(request, text % {"total": gone})
    return redirect("scorecards:longlist", code=program.address)


class MustHavesView(InProgram, DayTablePage, TemplateView):  # type: ignore[misc]
    """Candidates by must-haves as of a day (`?as_of=`): pass, fail or unknown, each with its reason."""

    permission = ScorecardPolicy.view
    table_class = MatrixTable
    template_name = "scorecards/must_haves.html"
    export_title = _("Must-haves")

    @cached_property
    def ranking(self) -> Ranking:
        return program_ranking(self.program, day_asked_for(self.request))

    def get_table_data(self) -> Any:
        return matrix_rows(self.ranking)

    def get_table_kwargs(self) -> dict[str, Any]:
        as_of = day_of(self.request.GET)
        return {
            "extra_columns": matrix_columns(self.ranking),
            "program_address": self.program.address,
            "query": f"?as_of={as_of.isoformat()}" if as_of else "",
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        counts = {status.value: 0 for status in self.ranking.evaluation.statuses}
        for status in self.ranking.evaluation.statuses:
            counts[status.value] += 1
        return context | {
            "program": self.program,
            "ranking": self.ranking,
            "counts": counts,
            "may_change": ScorecardPolicy.change.allows(self.request.user),
        }
