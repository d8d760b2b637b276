"""System health, for administrators."""

import structlog
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from accounts.views.access import AuthenticatedRequest, requires
from jobs.policies import JobPolicy
from jobs.pulse import workers_answering
from records.handlers import verification_request
from workspace.health import health_now

log = structlog.get_logger(__name__)


@require_GET
@requires(JobPolicy.view_all)
def system_health(request: AuthenticatedRequest) -> HttpResponse:
    """What is not well first, then how everything stands."""
    return render(request, "workspace/health.html", {"health": health_now(timezone.now())})


@require_GET
@requires(JobPolicy.view_all)
def system_workers(request: AuthenticatedRequest) -> HttpResponse:
    """Which workers answer; asked apart, since it takes a second."""
    workers: list[str] | None
    try:
        workers = workers_answering()
    except Exception as problem:
        log.warning("workers_not_asked", error=str(problem))
        workers = None
    response = render(request, "workspace/_workers.html", {"workers": workers})
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(JobPolicy.view_all)
def system_verify(request: AuthenticatedRequest) -> HttpResponseBase:
    """Ask for a verification of the change history, then show how it goes."""
    verification_request(actor=request.user)
    return redirect("workspace:system-health")
