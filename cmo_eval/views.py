"""Pages of the project itself: what is shown when something is refused or goes wrong."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere: a 403 page that says so."""
    return render(request, "403.html", {"csrf": True}, status=403)
