"""How the views of a report find it: whoever may not see its program gets 404, then the role is asked."""

import functools
from collections.abc import Callable
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.policies import SIGNED_IN, Permission
from accounts.views.access import AuthenticatedRequest, requires
from reports.models import Report
from reports.selectors import reports_listed

type ReportView = Callable[..., HttpResponseBase]


def report_or_404(request: AuthenticatedRequest, pk: int) -> Report:
    """The report of the address. One query.

    Raises:
        Http404: when there is none, or it is of a program that the person may not see.
    """
    report = reports_listed(request.user).filter(pk=pk).first()
    if report is None:
        raise Http404
    return report


def on_report(permission: Permission) -> Callable[[ReportView], ReportView]:
    """Declare the permission of a view whose address names a report; the view gets the report itself."""

    def declare(view: ReportView) -> ReportView:
        @requires(SIGNED_IN)
        @functools.wraps(view)
        def guarded(request: HttpRequest, pk: int, **kwargs: Any) -> HttpResponseBase:
            signed_in: AuthenticatedRequest = request  # type: ignore[assignment]
            report = report_or_404(signed_in, pk)
            permission.require(signed_in.user)
            return view(signed_in, report=report, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare
