"""The start page: my work."""

from django.http.response import HttpResponseBase
from django.shortcuts import render

from accounts.policies import SIGNED_IN
from accounts.views.access import AuthenticatedRequest, requires


@requires(SIGNED_IN)
def home(request: AuthenticatedRequest) -> HttpResponseBase:
    """What waits for this person, and where their programs stand."""
    return render(request, "workspace/home.html", {})
