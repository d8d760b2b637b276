"""Gives every request an id, and its writes the person who made it."""

import re
import uuid
from collections.abc import Callable
from dataclasses import replace

import structlog
from django.http import HttpRequest, HttpResponse

from common.recording import Origin, acting, origin_of

SOUND_ID = re.compile(r"[A-Za-z0-9-]{8,64}")


class ChangeContextMiddleware:
    """Placed after authentication. The user is looked up only when something is written."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.headers.get("X-Request-ID", "")
        request_id = given if SOUND_ID.fullmatch(given) else uuid.uuid4().hex
        with (
            structlog.contextvars.bound_contextvars(request_id=request_id),
            acting(lambda: _origin(request, request_id)),
        ):
            response = self.get_response(request)
        response.headers["X-Request-ID"] = request_id
        return response


def _origin(request: HttpRequest, request_id: str) -> Origin:
    """The person, with the access token that stands for them where there is one (`accounts.tokens`)."""
    origin = origin_of(request.user, request_id=request_id)
    return replace(origin, through=getattr(request, "through", ""))
