"""Ask for the paper of a decision or of a distribution plan, or make it at once."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from logistics.selectors import plan_of
from programs.models import WorkPackage
from reports.models import Report
from reports.policies import ReportPolicy
from reports.services import ReportRefused, report_ask, report_finish
from scorecards.models import SourcingDecision


def decision_report(decision: SourcingDecision) -> Report:
    """The report on a decision, not written down; its day is that of the evaluation it rests on."""
    package = decision.work_package
    return Report(
        kind=Report.Kind.DECISION,
        program=package.program,
        package=package,
        decision=decision,
        as_of=decision.run.as_of,
    )


def distribution_report(package: WorkPackage) -> Report:
    """The report on the distribution plan of a work package as it is today, not written down.

    Raises:
        ReportRefused: when it has none.
    """
    program = package.program
    program.package = package
    if plan_of(program) is None:
        raise ReportRefused(_("This work package has no distribution plan. Begin it first, then ask again."))
    return Report(kind=Report.Kind.DISTRIBUTION, program=program, package=package, as_of=timezone.localdate())


def paper_request(*, report: Report, language: str, paper: str, actor: User, token: str) -> Report:
    """Ask for a paper; a worker is woken when the transaction commits. Once for each token.

    Raises:
        PermissionDenied: when the person's role may not ask for reports.
    """
    ReportPolicy.request.require(actor)
    report.language, report.paper = language, paper
    return report_ask(report=report, actor=actor, token=token)


def paper_make(*, report: Report, actor: User | None = None, **told: Any) -> Report:
    """Make and issue a paper at once, without a worker; for commands. `told`: language, paper, key.

    Raises:
        RenderingFailed: when the PDF could not be made; no report is left behind.
    """
    ReportPolicy.request.require(actor)
    report.language, report.paper, report.key = told["language"], told["paper"], told["key"]
    report.requested_by = actor
    return report_finish(report=report, actor=actor)
