"""What went wrong, as RFC 9457 tells it: `application/problem+json`, in the language of the request."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from ninja import Schema
from pydantic import Field

MEDIA_TYPE = "application/problem+json"
TITLES = {
    HTTPStatus.BAD_REQUEST: gettext_lazy("This request cannot be read"),
    HTTPStatus.UNAUTHORIZED: gettext_lazy("An access token is needed"),
    HTTPStatus.FORBIDDEN: gettext_lazy("This is not allowed"),
    HTTPStatus.NOT_FOUND: gettext_lazy("There is nothing here"),
    HTTPStatus.METHOD_NOT_ALLOWED: gettext_lazy("This address is asked another way"),
    HTTPStatus.CONFLICT: gettext_lazy("This does not fit what is there"),
    HTTPStatus.CONTENT_TOO_LARGE: gettext_lazy("This request is too large"),
    HTTPStatus.UNPROCESSABLE_CONTENT: gettext_lazy("Something that was sent is wrong"),
    HTTPStatus.TOO_MANY_REQUESTS: gettext_lazy("Too many requests"),
    HTTPStatus.INTERNAL_SERVER_ERROR: gettext_lazy("Something went wrong here"),
    HTTPStatus.INSUFFICIENT_STORAGE: gettext_lazy("The disk of the server is full"),
}


class FieldProblem(Schema):
    """What is wrong with one field, and where it stands."""

    place: str = Field(description="`query`, `body`, `form`, `file`, `header` or `path`.")
    field: str = Field(description="The name of the field; parts of a list by number, as `site_ids.2`.")
    detail: str = Field(description="What is wrong and what would be right, in the language of the request.")


class ProblemOut(Schema):
    """An answer that is none: RFC 9457, `application/problem+json`."""

    type: str = Field("about:blank", description="Always `about:blank`: `status` says what kind it is.")
    title: str
    status: int
    detail: str
    errors: list[FieldProblem] = Field(
        default_factory=list, description="With 422: each field that is wrong."
    )


@dataclass(frozen=True)
class Wrong:
    """One field that is wrong."""

    place: str
    field: str
    detail: str


class Problem(Exception):
    """An answer that is no success."""

    def __init__(self, status: int, detail: str = "", *, errors: Iterable[Wrong] = ()) -> None:
        super().__init__(status, detail)
        self.status, self.detail, self.errors = status, detail, tuple(errors)

    @classmethod
    def of_field(cls, field: str, detail: str, *, place: str = "query") -> Problem:
        """422 for one field."""
        return cls(HTTPStatus.UNPROCESSABLE_CONTENT, errors=[Wrong(place, field, detail)])


def problem_response(problem: Problem) -> HttpResponse:
    """The answer that tells a problem, in the active language."""
    status = HTTPStatus(problem.status)
    body: dict[str, Any] = {
        "type": "about:blank",
        "title": str(TITLES[status]),
        "status": status.value,
        "detail": problem.detail or "; ".join(f"{each.field}: {each.detail}" for each in problem.errors),
        "errors": [vars(each) for each in problem.errors],
    }
    response = HttpResponse(json.dumps(body, ensure_ascii=False), status=status, content_type=MEDIA_TYPE)
    if status is HTTPStatus.UNAUTHORIZED:
        response.headers["WWW-Authenticate"] = 'Bearer realm="CMO Eval"'
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        response.headers["Retry-After"] = "60"
    return response


# By the kind of error that pydantic names; what it says itself is in English only.
SAID = {
    "missing": gettext_lazy("This is needed."),
    "extra_forbidden": gettext_lazy("There is no such field."),
    "string_too_short": gettext_lazy("At least %(min_length)s characters are needed."),
    "string_too_long": gettext_lazy("At most %(max_length)s characters are taken."),
    "string_pattern_mismatch": gettext_lazy("This has characters that are not taken here."),
    "greater_than_equal": gettext_lazy("This is at least %(ge)s."),
    "less_than_equal": gettext_lazy("This is at most %(le)s."),
    "too_short": gettext_lazy("At least %(min_length)s are needed."),
    "too_long": gettext_lazy("At most %(max_length)s are taken."),
    "literal_error": gettext_lazy("This is one of %(expected)s."),
    "enum": gettext_lazy("This is one of %(expected)s."),
    "json_invalid": gettext_lazy("This is no JSON."),
}
KINDS = {
    "int": gettext_lazy("This is a whole number."),
    "date": gettext_lazy("This is a day, written as 2026-01-31."),
    "datetime": gettext_lazy("This is a moment with its time zone, written as 2026-01-31T08:00:00Z."),
    "timezone": gettext_lazy("This is a moment with its time zone, written as 2026-01-31T08:00:00Z."),
    "bool": gettext_lazy("This is true or false."),
    "string": gettext_lazy("This is a text."),
    "list": gettext_lazy("This is a list."),
    "model": gettext_lazy("This is an object with named fields."),
}


def wrong_of(error: Mapping[str, Any]) -> Wrong:
    """One error of pydantic in the active language."""
    place, *names = (str(part) for part in error["loc"])
    # The body is an object; the name of the argument that takes it is nobody's business.
    if place == "body" and names:
        names = names[1:] or [_("(all of it)")]
    kind = str(error["type"])
    words = SAID.get(kind) or KINDS.get(kind.partition("_")[0]) or gettext_lazy("This value is not taken.")
    params = dict(error.get("ctx", {}))
    if "expected" in params:
        # "'a', 'b' or 'c'", in English.
        params["expected"] = ", ".join(re.findall(r"'([^']*)'", str(params["expected"])))
    return Wrong(place, ".".join(names), str(words) % params)
