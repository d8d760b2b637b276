"""Ask for a paper of which only language and sheet are chosen, or make it at once."""

from typing import Any

from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.models import Audit
from logistics.selectors import plan_of
from programs.models import WorkPackage
from reports.models import Report
from reports.policies import policy_of
from reports.services import ReportRefused, report_ask, report_finish
from scorecards.models import SourcingDecision

NAME_LENGTH = 200


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


def audit_paper(audit: Audit) -> Report:
    """The report on an audit as it stands today, not written down."""
    return Report(kind=Report.Kind.AUDIT, audit=audit, as_of=timezone.localdate())


def record_history(record: Model | None, model: type[Model], pk: int) -> Report:
    """The report on the history of a record, not written down; `record` is None where it is gone."""
    return Report(
        kind=Report.Kind.HISTORY,
        record_model=model._meta.label,
        record_pk=pk,
        record_name=(str(record) if record is not None else str(pk))[:NAME_LENGTH],
        as_of=timezone.localdate(),
    )


def trail_history(filters: str) -> Report:
    """The report on the audit trail with the filters of an address, not written down."""
    return Report(kind=Report.Kind.HISTORY, entry_filters=filters, as_of=timezone.localdate())


def paper_request(*, report: Report, language: str, paper: str, actor: User, token: str) -> Report:
    """Ask for a paper that the person may see; a worker is woken when the transaction commits.

    Once for each token.

    Raises:
        PermissionDenied: when the person's role may not ask for such reports.
    """
    policy_of(report).require(actor)
    report.language, report.paper = language, paper
    return report_ask(report=report, actor=actor, token=token)


def paper_make(*, report: Report, actor: User | None = None, **told: Any) -> Report:
    """Make and issue a paper at once, without a worker; for commands. `told`: language, paper, key.

    Raises:
        RenderingFailed: when the PDF could not be made; no report is left behind.
    """
    policy_of(report).require(actor)
    report.language, report.paper, report.key = told["language"], told["paper"], told["key"]
    report.requested_by = actor
    return report_finish(report=report, actor=actor)
