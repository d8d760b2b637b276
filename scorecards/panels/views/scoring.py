"""The scoring screen: one candidate on one criterion, with anchors and evidence; handing the scores in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest, requires
from common.versions import StaleRecord
from programs.models import Program
from programs.views.access import in_program
from scorecards.decisions.selectors import decisions_to_sign
from scorecards.exceptions.selectors import exception_title, exceptions_to_sign
from scorecards.models import PanelCriterion, PanelScore
from scorecards.panels.evidence import gathered
from scorecards.panels.forms import ReasonedForm, ScoreForm
from scorecards.panels.scoring import score_save, seat_submit, seat_take_back
from scorecards.panels.selectors import (
    OwnCell,
    SeatWork,
    panels_to_close,
    panels_to_moderate,
    seats_to_score,
    work_of,
)
from scorecards.panels.views.access import panel_or_404, seat_or_404
from scorecards.policies import PanelPolicy


@require_GET
@requires(PanelPolicy.score)
def work(request: AuthenticatedRequest) -> HttpResponseBase:
    """Everything of panels and decisions that waits for this person, over all their programs."""
    place = "work_package__program"
    context = {
        "seats": list(
            seats_to_score(request.user)
            .select_related(f"panel__{place}")
            .prefetch_related(f"panel__{place}__packages")
        ),
        "to_moderate": list(
            panels_to_moderate(request.user).select_related(place).prefetch_related(f"{place}__packages")
        ),
        "to_close": list(
            panels_to_close(request.user).select_related(place).prefetch_related(f"{place}__packages")
        ),
        "to_sign": decisions_to_sign(request.user),
        "to_except": [(row, exception_title(row)) for row in exceptions_to_sign(request.user)],
        "today": timezone.localdate(),
    }
    return render(request, "scorecards/panels/work.html", context)


@require_GET
@in_program(PanelPolicy.score)
def score_resume(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Where the assessor left off: the first score that is missing, else the overview."""
    found = work_of(seat_or_404(panel_or_404(program, pk), request.user))
    if found.missing and found.seat.is_awaited and found.seat.panel.is_open:
        return _to(program, pk, found.missing[0])
    return redirect("scorecards:panel-mine", code=program.address, pk=pk)


@in_program(PanelPolicy.score)
def score(
    request: AuthenticatedRequest, program: Program, pk: int, key: str, site_id: int
) -> HttpResponseBase:
    """One score. It saves itself; without scripts a button saves and goes on."""
    seat = seat_or_404(panel_or_404(program, pk), request.user)
    found = work_of(seat)
    place = found.place_of(key, site_id)
    if place is None:
        raise Http404
    in_place = bool(getattr(request, "htmx", False))
    attempt = Attempt()
    if request.method == "POST":
        attempt = _attempt(request, found, place)
        if attempt.status == 200:
            if not in_place:
                return _onward(program, pk, found, place, request.POST.get("go", ""))
            found = work_of(seat)
    cell = found.cells[place]
    context: dict[str, Any] = {
        "program": program,
        "panel": seat.panel,
        "work": found,
        "cell": cell,
        "strip": next(cells for asked, cells in found.rows if asked.key == key),
        "attempt": attempt,
        "version": attempt.stale.version if attempt.stale else cell.score.version if cell.score else 0,
    }
    context |= _around(found, place)
    if in_place and request.method == "POST":
        return render(request, "scorecards/panels/_saved.html", context, status=attempt.status)
    context |= _entered(request, cell)
    context["beside"] = gathered(program, cell.criterion, site_id)
    context["is_writable"] = seat.panel.is_open and seat.is_awaited
    return render(request, "scorecards/panels/score.html", context, status=attempt.status)


@dataclass(frozen=True, slots=True)
class Attempt:
    """What came of saving a score: the status, what was wrong, and what another window saved meanwhile."""

    status: int = 200
    problems: tuple[str, ...] = ()
    stale: PanelScore | None = None


def _attempt(request: AuthenticatedRequest, found: SeatWork, place: int) -> Attempt:
    form = ScoreForm(request.POST)
    if not form.is_valid():
        return Attempt(422, tuple(str(error) for errors in form.errors.values() for error in errors))
    cell = found.cells[place]
    entered = form.cleaned_data
    try:
        score_save(
            seat=found.seat,
            criterion=PanelCriterion.objects.get(pk=cell.criterion.id),
            site_id=cell.site_id,
            level=entered["level"],
            cannot_judge=entered["cannot_judge"],
            comment=entered["comment"],
            version=entered["version"] or 0,
            actor=request.user,
        )
    except StaleRecord as stale:
        current = stale.current
        assert isinstance(current, PanelScore)
        return Attempt(409, stale=current)
    except ValidationError as error:
        return Attempt(422, tuple(error.messages))
    return Attempt()


def _entered(request: AuthenticatedRequest, cell: OwnCell) -> dict[str, Any]:
    """What the form shows: what was just typed, else what is saved."""
    if request.method == "POST":
        return {
            "level": request.POST.get("level", ""),
            "cannot_judge": bool(request.POST.get("cannot_judge")),
            "comment": request.POST.get("comment", ""),
        }
    saved = cell.score
    return {
        "level": "" if saved is None or saved.level is None else str(saved.level),
        "cannot_judge": saved is not None and saved.cannot_judge,
        "comment": saved.comment if saved else "",
    }


def _around(found: SeatWork, place: int) -> dict[str, Any]:
    """The scores before and after, and which criterion of how many this is."""
    keys = [asked.key for asked, _cells in found.rows]
    return {
        "previous": found.cells[place - 1] if place else None,
        "following": found.cells[place + 1] if place + 1 < len(found.cells) else None,
        "criterion_number": keys.index(found.cells[place].criterion.key) + 1,
        "criterion_count": len(keys),
        "candidate_number": place % len(found.sites) + 1,
        "candidate_count": len(found.sites),
    }


def _onward(program: Program, pk: int, found: SeatWork, place: int, go: str) -> HttpResponseBase:
    """Where the button leads: the one before, this one again, the next, after the last the overview."""
    to = {"previous": max(place - 1, 0), "stay": place}.get(go, place + 1)
    if to >= len(found.cells):
        return redirect("scorecards:panel-mine", code=program.address, pk=pk)
    return _to(program, pk, found.cells[to])


def _to(program: Program, pk: int, cell: OwnCell) -> HttpResponseBase:
    return redirect(
        "scorecards:panel-score",
        code=program.address,
        pk=pk,
        key=cell.criterion.key,
        site_id=cell.site_id,
    )


@in_program(PanelPolicy.score)
def mine(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """The assessor's own scores at a glance, with what is missing; handing them in."""
    seat = seat_or_404(panel_or_404(program, pk), request.user)
    status = 200
    if request.method == "POST":
        try:
            seat_submit(seat=seat, actor=request.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            status = 422
        else:
            messages.success(
                request, _("Your scores are handed in. You see the others when the panel closes.")
            )
            return redirect("scorecards:panel", code=program.address, pk=pk)
    context = {"program": program, "panel": seat.panel, "seat": seat, "work": work_of(seat)}
    return render(request, "scorecards/panels/mine.html", context, status=status)


@require_POST
@in_program(PanelPolicy.score)
def take_back(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Take one's scores back to change them, with a reason."""
    seat = seat_or_404(panel_or_404(program, pk), request.user)
    form = ReasonedForm({"version": "0", "reason": request.POST.get("reason", "")})
    reason = form.cleaned_data["reason"] if form.is_valid() else ""
    try:
        seat_take_back(seat=seat, reason=reason, actor=request.user)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
        return redirect("scorecards:panel-mine", code=program.address, pk=pk)
    messages.success(request, _("You can change your scores. Hand them in again afterwards."))
    return redirect("scorecards:panel-score-resume", code=program.address, pk=pk)
