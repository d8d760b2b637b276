"""Pages of the project itself: what is shown when something is refused or goes wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.policies import UserPolicy
from accounts.views.access import AuthenticatedRequest, requires
from common.gallery import gallery_context


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere: a 403 page that says so."""
    return render(request, "403.html", {"csrf": True}, status=403)


@requires(UserPolicy.view)
def gallery(request: AuthenticatedRequest) -> HttpResponse:
    """Every component with invented data, for whoever builds or judges pages."""
    return render(request, "common/gallery.html", gallery_context(request))
