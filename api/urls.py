"""Addresses of the API, version 1. Each takes an access token and nothing else; cookies are not looked at."""

import functools
import hashlib
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import structlog
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.utils.cache import get_conditional_response, patch_vary_headers
from django.utils.translation import get_language_from_request, override
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt

from accounts.policies import PUBLIC, SIGNED_IN, Permission
from accounts.views.access import requires
from api.declared import DECLARED
from api.gate import AccessTokenGate, token_of_request
from api.problems import Problem, problem_response
from api.service import api, document, not_there, problem_of

log = structlog.get_logger(__name__)

type View = Callable[..., HttpResponseBase]


def _by_token(view: View, permissions: dict[str, Permission]) -> View:
    """A view that cookies do not open, in the language of `Accept-Language`, with problems as JSON."""

    @csrf_exempt
    @functools.wraps(view)
    def opened(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
        request.COOKIES = {}
        language = get_language_from_request(request)
        with override(language):
            response = (
                _head(view, request, kwargs) if request.method == "HEAD" else _answer(view, request, kwargs)
            )
        response.headers["Content-Language"] = language
        response.headers.setdefault("Cache-Control", "private, no-cache")
        patch_vary_headers(response, ("Authorization", "Accept-Language"))
        token = getattr(request, "access_token", None)
        log.info("api_request", token=token and token.pk, method=request.method, status=response.status_code)
        return response

    opened.permission = permissions.get("GET") or next(iter(permissions.values()))  # type: ignore[attr-defined]
    opened.permissions = permissions  # type: ignore[attr-defined]
    opened.by_token = True  # type: ignore[attr-defined]
    return opened


def _head(view: View, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponseBase:
    """What a GET would answer, without its content."""
    request.method = "GET"
    response = _answer(view, request, kwargs)
    request.method = "HEAD"
    assert isinstance(response, HttpResponse)
    response.headers["Content-Length"] = str(len(response.content))
    response.content = b""
    return response


def _answer(view: View, request: HttpRequest, kwargs: dict[str, Any]) -> HttpResponseBase:
    if "\x00" in "".join(map(str, kwargs.values())):
        # PostgreSQL would not take it, and nothing is named so.
        return problem_response(not_there())
    try:
        response = view(request, **kwargs)
    except Exception as error:
        problem = problem_of(error)
        if problem is None:
            raise
        response = problem_response(problem)
    if response.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        allowed = response.headers["Allow"]
        told = _("Allowed here: %(methods)s.") % {"methods": allowed}
        response = problem_response(Problem(HTTPStatus.METHOD_NOT_ALLOWED, told))
        response.headers["Allow"] = allowed
    return _unless_known(request, response)


def _unless_known(request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
    """304 in place of an answer that whoever asks has already (`If-None-Match`)."""
    if request.method != "GET" or response.status_code != HTTPStatus.OK:
        return response
    assert isinstance(response, HttpResponse)
    if not response.has_header("ETag"):
        response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()}"'
    return get_conditional_response(request, etag=response.headers["ETag"], response=response) or response


def _patterns() -> list[URLPattern]:
    found, _app, _space = api.urls
    return [
        path(
            str(pattern.pattern),
            _by_token(pattern.callback, _permissions(DECLARED[pattern.name])),
            name=pattern.name,
        )
        for pattern in found
        if isinstance(pattern, URLPattern) and pattern.name in DECLARED
    ]


def _permissions(gates: dict[str, AccessTokenGate]) -> dict[str, Permission]:
    return {method: gate.permission for method, gate in gates.items()}


def _document(request: HttpRequest) -> HttpResponse:
    return JsonResponse(document(), json_dumps_params={"ensure_ascii": False})


def _document_by_token(request: HttpRequest) -> HttpResponse:
    token_of_request(request)
    return _document(request)


def openapi(request: HttpRequest) -> HttpResponseBase:
    """The OpenAPI document, for who is signed in or sends an access token. It tells of no record."""
    view = _by_token(_document_by_token, {"GET": SIGNED_IN})
    return view(request) if "Authorization" in request.headers else requires(SIGNED_IN)(_document)(request)


openapi.permission = SIGNED_IN  # type: ignore[attr-defined]


def nothing(request: HttpRequest, rest: str) -> HttpResponse:
    """Whatever else is asked for below the API."""
    raise Http404


app_name = "api"
urlpatterns = [
    path("openapi.json", openapi, name="openapi"),
    *_patterns(),
    # A path may hold line breaks as well, which the converter of that name would pass over.
    re_path(r"^(?P<rest>[\s\S]*)$", _by_token(nothing, {"GET": PUBLIC}), name="nothing"),
]
