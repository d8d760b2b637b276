"""Running a panel: the list, its page, the form, opening, closing, cancelling."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest
from common.editing import with_version
from common.versions import StaleRecord
from programs.models import Candidate, Program
from programs.selectors import members_of
from programs.views.access import in_program
from records.refusals import refusals_shown
from scorecards.models import Panel, PanelAssignment
from scorecards.panels.forms import PanelForm, ReasonedForm
from scorecards.panels.scorable import Field, field_of
from scorecards.panels.selectors import (
    asked_criterion,
    criteria_of,
    panel_detail,
    panels_of,
    sites_of,
    work_of,
)
from scorecards.panels.services import panel_cancel, panel_change, panel_close, panel_draft, panel_open
from scorecards.panels.views.access import panel_or_404
from scorecards.policies import PanelPolicy

USUAL_TIME = timedelta(days=14)


@require_GET
@in_program(PanelPolicy.view)
def panel_list(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Every panel of the work package."""
    context = {
        "program": program,
        "panels": panels_of(program.package, request.user),
        "may_change": PanelPolicy.change.allows(request.user),
        "has_candidates": program.package.candidates.exists(),
    }
    return render(request, "scorecards/panels/list.html", context)


@require_GET
@in_program(PanelPolicy.view)
def panel(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """What a panel asks of whom, how many have handed in, and what comes next."""
    found = panel_or_404(program, pk)
    detail = panel_detail(found)
    seat = detail.seat_of(request.user)
    if seat is not None:
        seat.panel = found
    context = {
        "program": program,
        "panel": found,
        "detail": detail,
        "seat": seat,
        "work": work_of(seat) if seat and found.opened_at else None,
        "may_change": PanelPolicy.change.allows(request.user),
        "away": detail.away if found.is_open else set(),
        "is_late": found.is_open and found.due_on < timezone.localdate(),
    }
    return render(request, "scorecards/panels/panel.html", context)


@in_program(PanelPolicy.change)
def panel_add(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Draft a panel; the finalists and the shortlist are ticked where there are some."""
    package = program.package
    package.program = program
    field = _field(program)
    form = _form(request, program, field, initial=_usual(field))
    if request.method == "POST" and form.is_valid():
        with refusals_shown(form):
            made = panel_draft(package=package, plan=form.plan, actor=request.user)
            messages.success(
                request, _("The panel is a draft. Nobody is asked for anything before it opens.")
            )
            return redirect("scorecards:panel", code=program.address, pk=made.pk)
    return _form_page(request, program, form)


@in_program(PanelPolicy.change)
def panel_edit(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Change a draft; the second of two editors is told, and what they typed stays."""
    found = panel_or_404(program, pk)
    entered = _as_entered(found)
    form = _form(request, program, _field(program), initial=entered)
    more: dict[str, Any] = {"panel": found, "settled": _settled_since(found, form, entered)}
    if request.method == "POST" and form.is_valid():
        version = form.cleaned_data["version"] or 0
        try:
            with refusals_shown(form):
                panel_change(panel=found, version=version, plan=form.plan, actor=request.user)
                messages.success(request, _("The panel was saved."))
                return redirect("scorecards:panel", code=program.address, pk=pk)
        except StaleRecord as stale:
            more["stale"] = True
            with_version(form, stale.current.version)
    return _form_page(request, program, form, **more)


@require_POST
@in_program(PanelPolicy.change)
def panel_open_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Ask for the scores."""

    def act(found: Panel, step: dict[str, Any]) -> str:
        panel_open(panel=found, version=step["version"], accept_few=step["accept_few"], actor=request.user)
        return _("The panel is open. Its assessors are told by e-mail and find it on their start page.")

    return stepped(request, program, pk, act)


@require_POST
@in_program(PanelPolicy.change)
def panel_close_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """End the scoring, and go on to what was scored."""

    def act(found: Panel, step: dict[str, Any]) -> str:
        panel_close(panel=found, version=step["version"], reason=step["reason"], actor=request.user)
        return _("The panel is closed. Its scores can be read and moderated now.")

    return stepped(request, program, pk, act, to="scorecards:panel-consensus")


@require_POST
@in_program(PanelPolicy.change)
def panel_cancel_view(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """End the panel without result."""

    def act(found: Panel, step: dict[str, Any]) -> str:
        panel_cancel(panel=found, version=step["version"], reason=step["reason"], actor=request.user)
        return _("The panel is cancelled. Its scores are shown to nobody.")

    return stepped(request, program, pk, act)


def stepped(
    request: AuthenticatedRequest,
    program: Program,
    pk: int,
    act: Callable[[Panel, dict[str, Any]], str],
    to: str = "scorecards:panel",
) -> HttpResponseBase:
    """Take one step of a panel and say what was done, or why not."""
    found = panel_or_404(program, pk)
    form = ReasonedForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Nothing was changed. Open the page of the panel and try again."))
        return redirect("scorecards:panel", code=program.address, pk=pk)
    try:
        messages.success(request, act(found, form.cleaned_data))
    except StaleRecord:
        messages.error(request, _("Someone else changed the panel meanwhile. Read it again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        return redirect(to, code=program.address, pk=pk)
    return redirect("scorecards:panel", code=program.address, pk=pk)


def _field(program: Program) -> Field:
    program.package.program = program
    return field_of(program.package)


def _form(
    request: AuthenticatedRequest, program: Program, field: Field, initial: dict[str, Any]
) -> PanelForm:
    heads = sorted(field.heads, key=lambda head: (head.name_key, head.site_id))
    return PanelForm(
        request.POST or None,
        criteria=field.criteria,
        members=[member for member in members_of(program) if member.is_active],
        candidates=[(head.site_id, head.name) for head in heads],
        initial=initial,
    )


def _usual(field: Field) -> dict[str, Any]:
    """Two weeks, and whoever has come further than the longlist, else all."""
    further = [head.site_id for head in field.heads if head.stage != Candidate.Stage.LONGLIST]
    return {
        "due_on": timezone.localdate() + USUAL_TIME,
        "sites": further or [head.site_id for head in field.heads],
        "version": 0,
    }


def _as_entered(found: Panel) -> dict[str, Any]:
    asked: dict[str, list[int]] = {}
    rows = PanelAssignment.objects.filter(panel=found)
    for key, assessor in rows.values_list("criterion__criterion__key", "seat__assessor_id"):
        asked.setdefault(f"a-{key}", []).append(assessor)
    return {
        "title": found.title,
        "due_on": found.due_on,
        "guidance": found.guidance,
        "sites": [site_id for site_id, _name in sites_of(found)],
        "version": found.version,
        **asked,
    }


def _settled_since(found: Panel, form: PanelForm, entered: dict[str, Any]) -> list[str]:
    """Criteria of the draft that are not offered any more, since the evidence settles them by now."""
    gone = [name.removeprefix("a-") for name in entered if name.startswith("a-") and name not in form.fields]
    if not gone:
        return []
    rows = criteria_of(found)
    return [asked_criterion(row).title for row in rows if row.criterion.key in gone]


def _form_page(
    request: AuthenticatedRequest, program: Program, form: PanelForm, **more: Any
) -> HttpResponseBase:
    status = 409 if more.get("stale") else 422 if form.errors else 200
    context = {"program": program, "form": form} | more
    return render(request, "scorecards/panels/form.html", context, status=status)
