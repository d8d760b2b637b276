"""The start page: my work."""

from typing import Any

from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.policies import SIGNED_IN
from accounts.views.access import AuthenticatedRequest, requires
from imports.policies import ImportPolicy
from partners.policies import SitePolicy
from programs.policies import ProgramPolicy
from reports.policies import ReportPolicy
from workspace.home import programs_in_flight, recent_imports, recent_reports, waiting_for


@requires(SIGNED_IN)
def home(request: AuthenticatedRequest) -> HttpResponseBase:
    """What waits for this person, and where their programs stand; only of rooms that they may enter."""
    user = request.user
    context: dict[str, Any] = {"may_look_up": SitePolicy.view.allows(user)}
    if ProgramPolicy.view.allows(user):
        context["programs"] = programs_in_flight(user)
        context["may_create"] = ProgramPolicy.create.allows(user)
        context["waiting"] = waiting_for(user)
    if ReportPolicy.view.allows(user):
        context["reports"] = recent_reports(user)
    if ImportPolicy.view.allows(user):
        context["imports"] = recent_imports()
    return render(request, "workspace/home.html", context)
