"""The page that asks for a report."""

from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render

from accounts.views.access import AuthenticatedRequest, requires
from programs.models import Program
from reports.forms import ReportForm
from reports.policies import ReportPolicy
from reports.selectors import programs_to_report_on, sites_to_report_on
from reports.services import ReportRefused, report_request


@requires(ReportPolicy.request)
def report_create(request: AuthenticatedRequest) -> HttpResponseBase:
    """Choose the program (`?program=CODE`), then the candidate (`&site=ID` fills it in) and how to print."""
    program = _chosen_program(request)
    programs = programs_to_report_on(request.user)
    if program is None:
        return render(request, "reports/report_form.html", {"programs": programs})
    sites = sites_to_report_on(program)
    initial = ReportForm.first_values(language=request.user.language, site=request.GET.get("site", ""))
    form = ReportForm(request.POST or None, sites=sites, initial=initial)
    if request.method == "POST" and form.is_valid():
        entered = form.cleaned_data
        try:
            report = report_request(
                program=program,
                site=entered["site"],
                language=entered["language"],
                paper=entered["paper"],
                as_of=entered["as_of"],
                actor=request.user,
                token=str(entered["token"]),
            )
        except ReportRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("reports:report-detail", pk=report.pk)
    context = {"programs": programs, "program": program, "form": form, "sites": sites}
    return render(request, "reports/report_form.html", context, status=422 if form.errors else 200)


def _chosen_program(request: AuthenticatedRequest) -> Program | None:
    code = request.GET.get("program", "")
    if not code:
        return None
    program = Program.objects.visible_to(request.user).filter(code=code).first()
    if program is None:
        raise Http404
    return program
