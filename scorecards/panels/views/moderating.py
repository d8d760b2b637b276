"""Consensus: what was scored, where the panel disagrees, and the agreed value with its reason."""

from __future__ import annotations

from decimal import Decimal
from functools import cached_property
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView

from accounts.views.access import AuthenticatedRequest
from common.editing import with_version
from common.exports import FORMATS, export_response
from common.models import Versioned
from common.numbers import number_text
from common.tables import TablePageMixin
from common.versions import StaleRecord
from programs.models import Program
from programs.views.access import InProgram, in_program
from records.refusals import refusals_shown
from scorecards.agreed import points_of
from scorecards.models import Panel, PanelCriterion
from scorecards.models.panel import HIGHEST
from scorecards.panels.agreeing import agreed_accept, agreed_set, panel_settle, panel_withdraw
from scorecards.panels.agreement_picture import agreement_chart
from scorecards.panels.consensus import Cell, Consensus, consensus_of, consensus_sheet
from scorecards.panels.consensus_table import SCORES, ConsensusTable
from scorecards.panels.evidence import Gathered, gathered
from scorecards.panels.forms import AgreedForm
from scorecards.panels.pictures import spread_chart
from scorecards.panels.views.access import panel_or_404
from scorecards.panels.views.running import stepped
from scorecards.policies import PanelPolicy


class ConsensusView(InProgram, TablePageMixin, TemplateView):
    """Every cell by disagreement, with figures of agreement; no such page before the panel closes."""

    permission = PanelPolicy.view
    table_class = ConsensusTable
    template_name = "scorecards/panels/consensus.html"
    export_title = gettext_lazy("Consensus")
    request: AuthenticatedRequest

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The page; the table as a file (`?export=csv`), or every score of it (`?export=scores-csv`)."""
        asked = self.request.GET.get("export", "")
        wanted = asked.removeprefix(SCORES)
        if asked != wanted and wanted in FORMATS:
            name = f"{self.program.code}-panel-{self.panel.pk}"
            return export_response(consensus_sheet(self.consensus), wanted, name)
        return super().render_to_response(context, **kwargs)

    @cached_property
    def revealed(self) -> tuple[Panel, Consensus]:
        return _revealed(self.program, self.kwargs["pk"])

    @property
    def panel(self) -> Panel:
        return self.revealed[0]

    @property
    def consensus(self) -> Consensus:
        return self.revealed[1]

    @property
    def may_moderate(self) -> bool:
        return PanelPolicy.moderate.allows(self.request.user)

    def get_table_data(self) -> tuple[Cell, ...]:
        return self.consensus.cells

    def get_table_kwargs(self) -> dict[str, Any]:
        moderated = self.panel.state == Panel.State.CLOSED and self.may_moderate
        return {"program": self.program, "panel": self.panel, "moderated": moderated}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "program": self.program,
            "panel": self.panel,
            "consensus": self.consensus,
            "chart": spread_chart(self.consensus.cells),
            "agreement_chart": agreement_chart(self.consensus),
            "may_moderate": self.may_moderate,
            "is_moderated": self.panel.state == Panel.State.CLOSED,
        }


@require_GET
@in_program(PanelPolicy.view)
def panel_cell(
    request: AuthenticatedRequest, program: Program, pk: int, key: str, site_id: int
) -> HttpResponseBase:
    """One cell: who said what and why, the anchors, the evidence; for whoever moderates, the form."""
    panel, one = _cell(program, pk, key, site_id)
    may_moderate = panel.state == Panel.State.CLOSED and PanelPolicy.moderate.allows(request.user)
    form = AgreedForm(initial=_proposed(one), within=one.criterion.within) if may_moderate else None
    return _cell_page(request, program, panel, one, form)


@require_POST
@in_program(PanelPolicy.moderate)
def agree(
    request: AuthenticatedRequest, program: Program, pk: int, key: str, site_id: int
) -> HttpResponseBase:
    """Agree on the value of one cell; the second of two moderators is told, and what they typed stays."""
    panel, one = _cell(program, pk, key, site_id)
    form = AgreedForm(request.POST, within=one.criterion.within)
    stale = None
    if form.is_valid():
        told = dict(form.cleaned_data)
        told["version"] = told["version"] or 0
        criterion = PanelCriterion.objects.get(pk=one.criterion.id)
        try:
            with refusals_shown(form):
                agreed_set(criterion=criterion, site_id=site_id, actor=request.user, **told)
                messages.success(request, _("Agreed: %(site)s.") % {"site": one.site})
                return redirect("scorecards:panel-consensus", code=program.address, pk=pk)
        except StaleRecord as clash:
            stale = clash.current
            with_version(form, clash.current.version)
    return _cell_page(request, program, panel, one, form, stale)


def _cell(program: Program, pk: int, key: str, site_id: int) -> tuple[Panel, Cell]:
    panel, found = _revealed(program, pk)
    one = found.cell(key, site_id)
    if one is None:
        raise Http404
    return panel, one


def _cell_page(
    request: AuthenticatedRequest,
    program: Program,
    panel: Panel,
    one: Cell,
    form: AgreedForm | None,
    stale: Versioned | None = None,
) -> HttpResponseBase:
    beside = gathered(program, one.criterion, one.site_id)
    context = {
        "program": program,
        "panel": panel,
        "cell": one,
        "form": form,
        "stale": stale,
        "beside": beside,
        "counted": _counted(one, beside),
    }
    status = 409 if stale else 422 if form is not None and form.errors else 200
    return render(request, "scorecards/panels/cell.html", context, status=status)


@require_POST
@in_program(PanelPolicy.moderate)
def accept(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Accept as scored: one cell (`cell`, criterion and site), or all that are within a step."""
    panel = panel_or_404(program, pk)
    one: dict[str, int] = {}
    if "cell" in request.POST:
        criterion, _mark, site = request.POST["cell"].partition("-")
        if not (criterion.isdecimal() and site.isdecimal()):
            raise Http404
        one = {"criterion_id": int(criterion), "site_id": int(site)}
    try:
        count = agreed_accept(panel=panel, actor=request.user, **one)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        text = ngettext("%(count)s value accepted as scored.", "%(count)s values accepted as scored.", count)
        messages.success(request, text % {"count": number_text(count)})
    where = "scorecards:panel-consensus" if panel.is_revealed else "scorecards:panel"
    return redirect(where, code=program.address, pk=pk)


@require_POST
@in_program(PanelPolicy.moderate)
def settle(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Conclude the agreement: its values count from now on."""

    def act(found: Panel, step: dict[str, Any]) -> str:
        panel_settle(panel=found, version=step["version"], actor=request.user)
        return _("The agreed values count in the ranking now, beside what is derived.")

    return stepped(request, program, pk, act)


@require_POST
@in_program(PanelPolicy.moderate)
def withdraw(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Let the derived values count again."""

    def act(found: Panel, step: dict[str, Any]) -> str:
        panel_withdraw(panel=found, version=step["version"], reason=step["reason"], actor=request.user)
        return _("The derived values count again.")

    return stepped(request, program, pk, act)


def _revealed(program: Program, pk: int) -> tuple[Panel, Consensus]:
    panel = panel_or_404(program, pk)
    try:
        return panel, consensus_of(panel)
    except LookupError:
        raise Http404 from None


def _counted(one: Cell, beside: Gathered) -> tuple[float, float] | None:
    """What was agreed, in points, beside the derived value of today."""
    if one.agreed is None:
        return None
    within = one.criterion.within and not one.agreed.replaces
    derived = beside.derived.low, beside.derived.high
    low, high = (
        points_of(float(level), one.criterion.rule_anchors, derived if within else None)
        for level in (one.agreed.low, one.agreed.high)
    )
    return low, high


def _proposed(one: Cell) -> dict[str, Any]:
    """What is agreed already, else the median of the levels given; all of the scale where nobody could judge.

    How far the scores lie apart is shown beside it; a value that stays open is entered on purpose.
    """
    if one.agreed:
        low, high = one.agreed.low, one.agreed.high
        return {
            "low": low,
            "high": high if high != low else None,
            "reason": one.agreed.reason,
            "replaces": one.agreed.replaces,
            "version": one.agreed.version,
        }
    if one.middle is not None:
        return {"low": one.middle, "version": 0}
    return {"low": Decimal(0), "high": Decimal(HIGHEST), "version": 0}
