"""The work of report jobs."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from jobs.models import Job
from jobs.registry import Finish, JobRefused, Progress, handler
from reports.figures.compare import CandidateGone
from reports.figures.decide import NoDecision
from reports.figures.distribute import NoPlan
from reports.figures.gather import NoCandidate
from reports.figures.history import MOST_PRINTED, TooMuch
from reports.making import step_note, steps_of
from reports.models import Report
from reports.paper.press import RenderingFailed
from reports.services import JOB_KIND, report_issue, report_prepare

NO_CANDIDATE = gettext_noop("The site is no longer among the candidates of the program.")
NO_LONGER_ALL = gettext_noop("A site to be compared is no longer among the candidates.")
NO_DECISION = gettext_noop("The draft of the decision was discarded.")
TOO_MANY = gettext_noop(
    "At most %(most)s entries are printed at once. Narrow the filters, or export the data."
)
TOO_LONG = gettext_noop("This search would go through too much. Choose a kind of record or dates as well.")
NO_PLAN = gettext_noop("The work package has no distribution plan any more.")
NOT_RENDERED = gettext_noop("The PDF could not be made: %(reason)s")


@handler(JOB_KIND, _("Making of a report"))
def report_render(job: Job, progress: Progress) -> Finish:
    """Make the report that the job names; it is issued in the transaction that marks the job as done."""
    related = ("program", "site", "package", "run__frozen_by", "decision__run", "requested_by")
    of_audit = ("audit__site", "audit__lead_auditor", "audit__supersedes")
    report = Report.objects.select_related(*related, *of_audit).get(key=job.payload["report"])
    url = reverse("reports:report-detail", args=[report.pk])
    if report.is_issued:
        return lambda: {"url": url}

    notes = [step_note(step) for step in steps_of(report)]
    try:
        prepared = report_prepare(
            report=report, step=lambda done: progress(done, len(notes) + 1, notes[done - 1])
        )
    except RenderingFailed as problem:
        raise JobRefused(NOT_RENDERED, reason=str(problem)) from problem
    except NoCandidate as problem:
        raise JobRefused(NO_CANDIDATE) from problem
    except CandidateGone as problem:
        raise JobRefused(NO_LONGER_ALL) from problem
    except NoDecision as problem:
        raise JobRefused(NO_DECISION) from problem
    except TooMuch as problem:
        if problem.too_long:
            raise JobRefused(TOO_LONG) from problem
        raise JobRefused(TOO_MANY, most=MOST_PRINTED) from problem
    except NoPlan as problem:
        raise JobRefused(NO_PLAN) from problem

    def finish() -> dict[str, Any]:
        report_issue(report=report, prepared=prepared)
        return {"url": url}

    return finish
