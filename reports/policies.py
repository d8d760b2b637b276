"""Who may ask for reports and read them. Which ones is said by `Report.objects.visible_to`."""

from accounts.policies import Permission, allow, allow_all
from accounts.roles import STAFF, Role
from audits.policies import AuditPolicy
from records.policies import HistoryPolicy
from reports.models import Report


class ReportPolicy:
    view = allow_all(STAFF)
    # Of a record that the person sees.
    history = allow_all(STAFF)
    request = allow(Role.SOURCING, Role.QA, Role.EXECUTIVE, Role.ADMINISTRATOR)


def policy_of(report: Report) -> Permission:
    """Who may ask for a report of its kind, once its subject is in sight."""
    if report.kind == Report.Kind.AUDIT:
        return AuditPolicy.view
    if report.kind == Report.Kind.HISTORY:
        return ReportPolicy.history if report.record_model else HistoryPolicy.view_all
    return ReportPolicy.request
