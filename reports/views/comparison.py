"""The page that asks for a comparison of candidates."""

import uuid
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.views.access import AuthenticatedRequest, requires
from programs.models import Program
from programs.views.access import program_or_404
from reports.comparisons import ComparisonRefused, comparison_request, usual_choice
from reports.figures.compare import ranking_for
from reports.forms import ComparisonForm
from reports.models import Report
from reports.policies import ReportPolicy
from reports.selectors import programs_to_report_on
from scorecards.forms import day_of
from scorecards.models import EvaluationRun
from scorecards.ranking import Ranking
from scorecards.selectors import ranking_kept, run_of, runs_of
from scorecards.views.ranking import day_asked_for
from scorecards.wording import STATUS_TONES, status_word


@requires(ReportPolicy.request)
def comparison_create(request: AuthenticatedRequest) -> HttpResponseBase:
    """Choose the program (`?program=CODE`), then candidates (`&site=ID…` ticks them) and formats.

    `&as_of=DATE` or `&frozen=HASH` says which evaluation the ranks beside the candidates are of.
    """
    address = request.GET.get("program", "")
    if not address:
        context: dict[str, Any] = {"programs": programs_to_report_on(request.user)}
        return render(request, "reports/comparison_form.html", context)
    program = program_or_404(request, address)
    run = _run(request, program)
    ranking = _ranking(request, program, run)
    rows = ranking.candidates
    form = ComparisonForm(
        request.POST or None,
        sites=[row.head.site_id for row in rows],
        runs=runs_of(program.package),
        initial=_first_values(request, ranking, run),
    )
    if request.method == "POST" and form.is_valid() and (report := _asked(request, program, form)):
        return redirect("reports:report-detail", pk=report.pk)
    ticked = form.ticked
    context = {
        "program": program,
        "form": form,
        "ranking": ranking,
        "rows": [
            (row, row.head.site_id in ticked, status_word(row.status), STATUS_TONES[row.status])
            for row in rows
        ],
    }
    return render(request, "reports/comparison_form.html", context, status=422 if form.errors else 200)


def _asked(request: AuthenticatedRequest, program: Program, form: ComparisonForm) -> Report | None:
    """The report that was asked for; None when it was refused, which then stands beside its field."""
    entered = form.cleaned_data
    try:
        return comparison_request(
            package=program.package,
            sites=entered["sites"],
            formats=entered["formats"],
            language=entered["language"],
            paper=entered["paper"],
            as_of=entered["as_of"],
            run=entered["run"],
            actor=request.user,
            token=str(entered["token"]),
        )
    except ComparisonRefused as refusal:
        form.add_error(refusal.field, str(refusal))
        return None


def _run(request: HttpRequest, program: Program) -> EvaluationRun | None:
    sha256 = request.GET.get("frozen", "")
    if not sha256:
        return None
    run = run_of(program, sha256)
    if run is None:
        raise Http404
    return run


def _ranking(request: HttpRequest, program: Program, run: EvaluationRun | None) -> Ranking:
    package = program.package
    package.program = program
    return ranking_for(package, run.as_of, run) if run else ranking_kept(package, day_asked_for(request))


def _first_values(
    request: AuthenticatedRequest, ranking: Ranking, run: EvaluationRun | None
) -> dict[str, Any]:
    """What the form begins with: those named in the address, else the finalists or first ranked."""
    asked = [int(site) for site in request.GET.getlist("site") if site.isdecimal()]
    return {
        "token": uuid.uuid4(),
        "sites": asked or usual_choice(ranking),
        "formats": [Report.Format.PDF],
        "language": request.user.language,
        "paper": Report.Paper.A4,
        "run": run.pk if run else None,
        "as_of": day_of(request.GET) or timezone.localdate(),
    }
