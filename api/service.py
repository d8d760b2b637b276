"""The API as a whole: its routes, what becomes of an error, and its OpenAPI document."""

from __future__ import annotations

import functools
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from django.conf import settings
from django.core.exceptions import (
    BadRequest,
    PermissionDenied,
    RequestDataTooBig,
    SuspiciousOperation,
    ValidationError,
)
from django.http import Http404, HttpRequest, HttpResponse
from django.http.multipartparser import MultiPartParserError
from django.utils.translation import gettext as _
from ninja import NinjaAPI
from ninja.errors import HttpError
from ninja.errors import ValidationError as SentWrongly
from ninja.renderers import JSONRenderer

from api.problems import MEDIA_TYPE, Problem, Wrong, problem_response, wrong_of
from api.routes import imports, me, programs, quality, reports, sites

PREFIX = "/api/v1/"


class PlainRenderer(JSONRenderer):
    """Words as they are written rather than in escapes, as the commands print them."""

    json_dumps_params: Mapping[str, Any] = {"ensure_ascii": False}


api = NinjaAPI(
    title="CMO Eval",
    version="1",
    description=(
        "What a person may see, for the systems that work for them, and imports handed in. "
        "docs/api.md explains it with examples."
    ),
    renderer=PlainRenderer(),
    urls_namespace="api",
    openapi_url=None,
    docs_url=None,
)
for prefix, routes in (
    ("", me.routes),
    ("", sites.routes),
    ("", programs.routes),
    ("", quality.routes),
    ("", reports.routes),
    ("", imports.routes),
):
    api.add_router(prefix, routes)


def not_there() -> Problem:
    """What is told of a record that does not exist, and of one that is out of sight."""
    return Problem(HTTPStatus.NOT_FOUND, _("It does not exist, or is not yours to see."))


def problem_of(error: Exception) -> Problem | None:
    """What an exception tells whoever asked; None for a fault of ours."""
    match error:
        case Problem():
            return error
        case Http404():
            return not_there()
        case PermissionDenied():
            return Problem(HTTPStatus.FORBIDDEN, str(error) or _("Your role does not allow this."))
        case SentWrongly():
            return Problem(HTTPStatus.UNPROCESSABLE_CONTENT, errors=[wrong_of(each) for each in error.errors])
        case ValidationError():
            return Problem(HTTPStatus.UNPROCESSABLE_CONTENT, errors=_wrong_in(error))
        case RequestDataTooBig():
            return Problem(HTTPStatus.CONTENT_TOO_LARGE, _("Send less at once."))
        case HttpError() | BadRequest() | SuspiciousOperation() | MultiPartParserError():
            return Problem(
                HTTPStatus.BAD_REQUEST, _("What was sent is neither JSON nor a form as announced.")
            )
    return None


def _wrong_in(error: ValidationError) -> list[Wrong]:
    if hasattr(error, "error_dict"):
        told = error.message_dict.items()
        return [Wrong("body", field, " ".join(messages)) for field, messages in told]
    return [Wrong("body", "", " ".join(error.messages))]


def _answered(request: HttpRequest, error: Any) -> HttpResponse:
    problem = problem_of(error)
    if problem is None:
        # Django tells whoever keeps the server, and `handler500` whoever asked.
        raise error
    return problem_response(problem)


api.add_exception_handler(Exception, _answered)
# The library's own handlers of these would come first.
for known in (Http404, HttpError, SentWrongly):
    api.add_exception_handler(known, _answered)


@functools.cache
def document() -> dict[str, Any]:
    """The OpenAPI document. The same for everybody: it tells what may be asked, not what is there."""
    made: dict[str, Any] = dict(api.get_openapi_schema(path_prefix=PREFIX))
    made["info"]["version"] = f"1 ({settings.VERSION})"
    for methods in made["paths"].values():
        for operation in methods.values():
            for status, answer in operation["responses"].items():
                if int(status) >= HTTPStatus.BAD_REQUEST:
                    # The library writes one media type for all answers.
                    answer["content"] = {MEDIA_TYPE: next(iter(answer["content"].values()))}
    return made
