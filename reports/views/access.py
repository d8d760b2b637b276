"""How the views of a report find it: whoever may not see its program gets 404, then the role is asked."""

from collections.abc import Callable

from django.http import Http404

from accounts.policies import Permission
from accounts.views.access import AuthenticatedRequest, View, on_record
from reports.models import Report
from reports.selectors import reports_with_files


def report_or_404(request: AuthenticatedRequest, pk: int) -> Report:
    """The report of the address with its files. Two queries.

    Raises:
        Http404: when there is none, or it is of a program that the person may not see.
    """
    report = reports_with_files(request.user).filter(pk=pk).first()
    if report is None:
        raise Http404
    return report


def on_report(permission: Permission) -> Callable[[View], View]:
    """Declare the permission of a view whose address names a report; the view gets the report itself."""
    return on_record(report_or_404, permission)
