"""Pages of the project itself: what is shown when something is refused or goes wrong."""

import sys
from http import HTTPStatus

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader
from django.utils.translation import gettext as _
from django.views import defaults

from accounts.policies import UserPolicy
from accounts.views.access import AuthenticatedRequest, requires
from api.problems import Problem, problem_response
from common.gallery import gallery_context
from common.room import is_no_room

API = "/api/"


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was too old or came from elsewhere: a 403 page that says so."""
    return render(request, "403.html", {"csrf": True}, status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """Something went wrong; a full disk is told as such, since trying again does not help."""
    no_room = is_no_room(sys.exc_info()[1])
    if request.path.startswith(API):
        status = HTTPStatus.INSUFFICIENT_STORAGE if no_room else HTTPStatus.INTERNAL_SERVER_ERROR
        told = _("Nothing was saved. An administrator finds the details in the log, under this request’s id.")
        return problem_response(Problem(status, told))
    if not no_room:
        return defaults.server_error(request)
    # As the page of any fault: without what a request needs from the database.
    return HttpResponse(loader.get_template("507.html").render(), status=507)


@requires(UserPolicy.view)
def gallery(request: AuthenticatedRequest) -> HttpResponse:
    """Every component with invented data, for whoever builds or judges pages."""
    return render(request, "common/gallery.html", gallery_context(request))
