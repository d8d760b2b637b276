"""Exceptions to floors: all of them, one as it is signed, a new one, and its withdrawal."""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest
from common.versions import StaleRecord
from partners.models import Site
from programs.models import Program
from programs.views.access import in_program
from records.refusals import refusals_shown
from records.signing.panel import signature_panel
from scorecards.exceptions.forms import ExceptionForm
from scorecards.exceptions.selectors import below_floors, exception_title, exceptions_of, standing_of
from scorecards.exceptions.services import exception_draft, exception_withdraw
from scorecards.models import FloorException
from scorecards.policies import ExceptionPolicy
from scorecards.views.ranking import program_ranking
from scorecards.views.why import criterion_line

State = FloorException.State


@require_GET
@in_program(ExceptionPolicy.view)
def exceptions(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Every exception of the work package, and where one could be signed."""
    ranking = program_ranking(program, None)
    context = {
        "program": program,
        "ranking": ranking,
        "lines": exceptions_of(program.package, ranking),
        "below": below_floors(ranking),
        "has_floors": bool(ranking.plan.floors),
        "may_change": ExceptionPolicy.change.allows(request.user),
    }
    return render(request, "scorecards/exceptions/list.html", context)


@require_GET
@in_program(ExceptionPolicy.view)
def exception(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """One exception as it is signed."""
    found = _exception(program, pk)
    in_force = found.state == State.EFFECTIVE
    word, tone = standing_of(found, program_ranking(program, None) if in_force else None)
    context = {
        "program": program,
        "exception": found,
        "title": exception_title(found),
        "word": word,
        "tone": tone,
        "signatures": signature_panel(found, request.user),
        "may_withdraw": ExceptionPolicy.change.allows(request.user) and found.state != State.ENDED,
    }
    return render(request, "scorecards/exceptions/exception.html", context)


@in_program(ExceptionPolicy.change)
def exception_add(
    request: AuthenticatedRequest, program: Program, site_id: int, key: str
) -> HttpResponseBase:
    """Write an exception for one candidate on one criterion."""
    row = program_ranking(program, None).candidate(site_id)
    cell = next((cell for cell in row.criteria if cell.criterion.key == key), None) if row else None
    if row is None or cell is None:
        raise Http404
    form = ExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            with refusals_shown(form):
                made = exception_draft(
                    package=program.package,
                    site=Site.objects.get(pk=site_id),
                    criterion=key,
                    actor=request.user,
                    **form.cleaned_data,
                )
                messages.success(request, _("The exception is a draft. It counts with two signatures."))
                return redirect("scorecards:exception", code=program.address, pk=made.pk)
        except ValidationError as error:
            form.add_error(None, error)
    context = {"program": program, "row": row, "line": criterion_line(row, cell), "form": form}
    return render(request, "scorecards/exceptions/form.html", context, status=422 if form.errors else 200)


@require_POST
@in_program(ExceptionPolicy.change)
def exception_end(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Withdraw an exception, or give a draft up."""
    found = _exception(program, pk)
    version = request.POST.get("version", "")
    try:
        exception_withdraw(
            exception=found,
            version=int(version) if version.isdecimal() else 0,
            reason=request.POST.get("reason", ""),
            actor=request.user,
        )
    except StaleRecord:
        messages.error(request, _("Someone else changed this exception meanwhile. Read it again."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    else:
        told = (
            _("The draft is given up. It never counted.")
            if found.state == State.DRAFT
            else _("The exception is withdrawn: the floor counts again.")
        )
        messages.success(request, told)
    return redirect("scorecards:exception", code=program.address, pk=pk)


def _exception(program: Program, pk: int) -> FloorException:
    rows = FloorException.objects.filter(work_package=program.package)
    people = ("author", "approver", "ended_by")
    found = get_object_or_404(rows.select_related("site", "criterion", *people), pk=pk)
    program.package.program = program
    found.work_package = program.package
    return found
