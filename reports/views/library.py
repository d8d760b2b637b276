"""The library of reports, the page of one, and its file."""

from typing import Any, cast

from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django_filters.views import FilterView

from accounts.views.access import AuthenticatedRequest, Guarded
from common.exports import XLSX_TYPE
from common.tables import TablePageMixin
from jobs.models import Job
from reports.filters import ReportFilter
from reports.models import Report, ReportFile
from reports.policies import ReportPolicy, policy_of
from reports.querysets import ReportQuerySet
from reports.selectors import reports_with_files
from reports.services import report_retry
from reports.tables import ReportTable, state_of
from reports.views.access import on_report

CONTENT_TYPES: dict[str, str] = {
    Report.Format.PDF: "application/pdf",
    Report.Format.XLSX: XLSX_TYPE,
    Report.Format.PPTX: "application/vnd.openxmlformats-officedocument.presentationml.presentation",
}


class ReportListView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = ReportPolicy.view
    table_class = ReportTable
    filterset_class = ReportFilter
    template_name = "reports/report_list.html"
    export_title = gettext_lazy("Reports")

    def get_queryset(self) -> ReportQuerySet:
        return reports_with_files(self.request.user)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context = cast(dict[str, Any], super().get_context_data(**kwargs))
        context["may_request"] = ReportPolicy.request.allows(self.request.user)
        return context


@require_GET
@on_report(ReportPolicy.view)
def report_detail(request: AuthenticatedRequest, report: Report) -> HttpResponseBase:
    """One report: how it is doing, and when it is done its file. It can be left and found again."""
    word, tone = state_of(report)
    job = report.job
    context = {
        "report": report,
        "state_word": word,
        "state_tone": tone,
        "being_made": not report.is_issued and job is not None and not job.finished,
        "ended_without": not report.is_issued and job is not None and job.finished,
        "job_is_mine": job is not None and Job.objects.visible_to(request.user).filter(pk=job.pk).exists(),
        "may_request": policy_of(report).allows(request.user),
        "history_url": _history_url(report),
        "compared": report.candidates.select_related("site") if report.is_comparison else (),
    }
    response = render(request, "reports/report_detail.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _history_url(report: Report) -> str:
    """The page of the history that the report is about; blank for any other report."""
    if report.kind != Report.Kind.HISTORY:
        return ""
    if report.record_pk is None:
        return f"{reverse('records:audit-trail')}?{report.entry_filters}"
    app, _dot, model = report.record_model.lower().partition(".")
    return reverse("records:record-history", args=[app, model, report.record_pk])


@require_POST
@on_report(ReportPolicy.view)
def report_retry_view(request: AuthenticatedRequest, report: Report) -> HttpResponseBase:
    """Put a report that was not made back into the queue."""
    report_retry(report=report, actor=request.user)
    return redirect("reports:report-detail", pk=report.pk)


@require_GET
@on_report(ReportPolicy.view)
def report_file(request: AuthenticatedRequest, report: Report, made_as: str = "pdf") -> HttpResponseBase:
    """A file of the report, as a download under a name that we made."""
    return file_response(report, made_as)


def file_response(report: Report, made_as: str) -> HttpResponse:
    """The download of a file of an issued report. One query.

    Raises:
        Http404: when it has none of this format.
    """
    file = ReportFile.objects.filter(report=report, format=made_as).first()
    if file is None:
        raise Http404
    response = HttpResponse(bytes(file.content), content_type=CONTENT_TYPES[file.format])
    response["Content-Disposition"] = f'attachment; filename="{report.file_name(file.format)}"'
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
