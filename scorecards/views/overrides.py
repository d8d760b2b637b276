"""One criterion of one candidate with its evidence; a value in its place, taken back; all of them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.views.access import AuthenticatedRequest
from common.versions import StaleRecord
from partners.models import Site
from programs.models import Program
from programs.views.access import in_program
from scorecards.evidence import evidence_rows
from scorecards.forms import OverrideForm, WithdrawForm
from scorecards.models import Override
from scorecards.overrides import override_history, override_make, override_withdraw
from scorecards.policies import ExceptionPolicy, ScorecardPolicy
from scorecards.ranking import CriterionResult, RankedCandidate, Ranking
from scorecards.views.ranking import day_asked_for, program_ranking
from scorecards.views.why import criterion_line
from scorecards.wording import criterion_title


@in_program(ScorecardPolicy.view)
def overrides(request: AuthenticatedRequest, program: Program) -> HttpResponseBase:
    """Every override of the program, withdrawn ones too."""
    rows = [
        (row, criterion_title(row.criterion.key, row.criterion.title))
        for row in override_history(program.package)
    ]
    may_override = ScorecardPolicy.override.allows(request.user)
    context = {"program": program, "rows": rows, "may_override": may_override}
    return render(request, "scorecards/overrides.html", context)


@in_program(ScorecardPolicy.view)
def criterion(request: AuthenticatedRequest, program: Program, site_id: int, key: str) -> HttpResponseBase:
    """One criterion of one candidate: the value, how it came about, and every row behind it."""
    as_of = day_asked_for(request)
    row, cell = _cell(program_ranking(program, as_of), site_id, key)
    context = {
        "program": program,
        "row": row,
        "line": criterion_line(row, cell),
        "evidence": evidence_rows(cell.derived.evidence, row.head.site_id, program.address),
        "looks_back": as_of is not None,
        "may_override": ScorecardPolicy.override.allows(request.user) and as_of is None,
        "may_except": ExceptionPolicy.change.allows(request.user) and as_of is None,
    }
    return render(request, "scorecards/criterion.html", context)


@in_program(ScorecardPolicy.override)
def override(request: AuthenticatedRequest, program: Program, site_id: int, key: str) -> HttpResponseBase:
    """Put a value in place of the derived one, which stands beside the form with its evidence."""
    row, cell = _cell(program_ranking(program, None), site_id, key)
    form = OverrideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            override_make(
                package=program.package,
                site=Site.objects.get(pk=site_id),
                criterion=key,
                actor=request.user,
                **form.cleaned_data,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            words = {"criterion": criterion_title(key, cell.criterion.title), "name": row.head.name}
            messages.success(request, _("Your value on %(criterion)s counts for %(name)s.") % words)
            return redirect("scorecards:criterion", code=program.address, site_id=site_id, key=key)
    context = {"program": program, "row": row, "line": criterion_line(row, cell), "form": form}
    status = 422 if form.errors else 200
    return render(request, "scorecards/override.html", context, status=status)


@in_program(ScorecardPolicy.override)
def override_back(request: AuthenticatedRequest, program: Program, pk: int) -> HttpResponseBase:
    """Let the derived value count again."""
    found = (
        Override.objects.filter(scorecard__work_package__program=program, pk=pk)
        .select_related("site", "criterion", "made_by")
        .first()
    )
    if found is None:
        raise Http404
    form = WithdrawForm(request.POST or None, initial={"version": found.version})
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            try:
                override_withdraw(override=found, actor=request.user, **form.cleaned_data)
            except StaleRecord:
                status = 409
                form.add_error(None, _("Someone else changed this override meanwhile. Read it again."))
            except ValidationError as error:
                form.add_error(None, error)
            else:
                messages.success(request, _("The derived value counts again."))
                return redirect(
                    "scorecards:criterion",
                    code=program.address,
                    site_id=found.site_id,
                    key=found.criterion.key,
                )
    title = criterion_title(found.criterion.key, found.criterion.title)
    context: dict[str, Any] = {"program": program, "override": found, "title": title, "form": form}
    return render(request, "scorecards/override_withdraw.html", context, status=status)


def _cell(ranking: Ranking, site_id: int, key: str) -> tuple[RankedCandidate, CriterionResult]:
    row = ranking.candidate(site_id)
    cell = next((cell for cell in row.criteria if cell.criterion.key == key), None) if row else None
    if row is None or cell is None:
        raise Http404
    return row, cell
