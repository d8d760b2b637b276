"""The work of report jobs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_noop

from jobs.models import Job
from jobs.registry import Finish, JobRefused, Progress, handler
from reports.figures.gather import NoCandidate
from reports.models import Report
from reports.paper.press import RenderingFailed
from reports.services import JOB_KIND, report_issue, report_prepare

STEPS = {
    1: gettext_noop("Gathering the figures"),
    2: gettext_noop("Setting the pages"),
    3: gettext_noop("Making the PDF"),
}
TOTAL_STEPS = len(STEPS) + 1
NO_CANDIDATE = gettext_noop("The site is no longer among the candidates of the program.")
NOT_RENDERED = gettext_noop("The PDF could not be made: %(reason)s")


@handler(JOB_KIND)
def report_render(job: Job, progress: Progress) -> Finish:
    """Make the report that the job names; it is issued in the transaction that marks the job as done."""
    report = Report.objects.select_related("program", "site", "requested_by").get(key=job.payload["report"])
    url = reverse("reports:report-detail", args=[report.pk])
    if report.is_issued:
        return lambda: {"url": url}

    try:
        prepared = report_prepare(report=report, step=lambda done: progress(done, TOTAL_STEPS, STEPS[done]))
    except RenderingFailed as problem:
        raise JobRefused(NOT_RENDERED, reason=str(problem)) from problem
    except NoCandidate as problem:
        raise JobRefused(NO_CANDIDATE) from problem

    def finish() -> dict[str, Any]:
        report_issue(report=report, prepared=prepared)
        return {"url": url}

    return finish
