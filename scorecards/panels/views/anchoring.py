"""The anchors of one criterion of a panel: what its levels mean, all versions, and writing the next one."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest
from common.editing import with_version
from common.versions import StaleRecord
from programs.models import Program
from programs.views.access import in_program
from records.refusals import refusals_shown
from scorecards.models import Panel, WrittenAnchors
from scorecards.panels.anchoring import anchors_general, anchors_write
from scorecards.panels.anchors_form import AnchorsForm
from scorecards.panels.selectors import AskedCriterion, asked_criterion, criteria_of
from scorecards.panels.views.access import panel_or_404
from scorecards.policies import PanelPolicy


@require_GET
@in_program(PanelPolicy.view)
def panel_anchors(request: AuthenticatedRequest, program: Program, pk: int, key: str) -> HttpResponseBase:
    """What the levels mean, for everybody on the program; in a draft, the form for whoever runs it."""
    panel, criterion = _criterion(program, pk, key)
    return _page(request, program, panel, criterion, _form(request, panel, criterion))


@require_POST
@in_program(PanelPolicy.change)
def panel_anchors_write(
    request: AuthenticatedRequest, program: Program, pk: int, key: str
) -> HttpResponseBase:
    """Write the next version, or go back to the general anchors (`act=general`)."""
    panel, criterion = _criterion(program, pk, key)
    form = _form(request, panel, criterion)
    if form is None:
        messages.error(request, _("Anchors are written while a panel is a draft, where a practice has none."))
        return redirect("scorecards:panel", code=program.address, pk=pk)
    general = request.POST.get("act") == "general"
    if form.is_valid():
        told: dict[str, Any] = {"panel": panel, "key": key, "version": form.cleaned_data["version"]}
        try:
            with refusals_shown(form):
                if general:
                    anchors_general(actor=request.user, **told)
                    messages.success(request, _("The general anchors hold. What was written is kept."))
                else:
                    done = anchors_write(texts=form.texts, actor=request.user, **told)
                    number = done.written.version if done.written else 0
                    text = _("Version %(version)s of the anchors holds for this panel.")
                    messages.success(request, text % {"version": number})
                return redirect("scorecards:panel", code=program.address, pk=pk)
        except StaleRecord as clash:
            with_version(form, clash.current.version)
            return _page(request, program, panel, criterion, form, status=409)
    return _page(request, program, panel, criterion, form, status=422)


def _criterion(program: Program, pk: int, key: str) -> tuple[Panel, AskedCriterion]:
    panel = panel_or_404(program, pk)
    for row in criteria_of(panel):
        if row.criterion.key == key:
            return panel, asked_criterion(row)
    raise Http404


def _form(request: AuthenticatedRequest, panel: Panel, criterion: AskedCriterion) -> AnchorsForm | None:
    if not panel.is_draft or criterion.practice or not PanelPolicy.change.allows(request.user):
        return None
    texts = criterion.written.texts if criterion.written else {}
    return AnchorsForm(request.POST or None, texts=texts, initial={"version": panel.version})


def _page(
    request: AuthenticatedRequest,
    program: Program,
    panel: Panel,
    criterion: AskedCriterion,
    form: AnchorsForm | None,
    status: int = 200,
) -> HttpResponseBase:
    versions = WrittenAnchors.objects.filter(work_package=panel.work_package_id, key=criterion.key)
    context = {
        "program": program,
        "panel": panel,
        "criterion": criterion,
        "form": form,
        "stale": status == 409,
        "versions": list(versions.select_related("author")),
    }
    return render(request, "scorecards/panels/anchors.html", context, status=status)
