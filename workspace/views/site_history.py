"""What changed at a site, who changed it and why."""

from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.views.access import AuthenticatedRequest, requires
from partners.policies import SitePolicy
from workspace.views.sites import site_context, site_or_404


@requires(SitePolicy.view)
def site_history(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    site = site_or_404(request, pk)
    return render(request, "partners/site_history.html", site_context(request, site, "history"))
