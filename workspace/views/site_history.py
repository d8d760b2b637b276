"""What changed at a site and at the organization behind it, who changed it and why."""

from dataclasses import replace

from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.views.access import AuthenticatedRequest, requires
from partners.models import Organization, Site
from partners.policies import SitePolicy
from records.selectors import history_of
from workspace.views.sites import site_context, site_or_404


@requires(SitePolicy.view)
def site_history(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """A page of the site's changes (`?before=` for older ones), beside the latest of its organization."""
    site = site_or_404(request, pk)
    asked = request.GET.get("before", "")
    before = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 19 else None
    history = history_of(Site, site.pk, before=before)
    if before is not None and request.headers.get("HX-Request"):
        return render(request, "records/_history.html", {"history": history})
    # Only the latest: the button for older ones belongs to the site's.
    organization_history = replace(history_of(Organization, site.organization_id, size=10), older=None)
    return render(
        request,
        "partners/site_history.html",
        site_context(request, site, "history", history=history, organization_history=organization_history),
    )
