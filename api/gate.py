"""Who asks, with what, and may they: the one gate of every route, in the order of the pages.

Who asks (401), may the token (403), not too often (429), may this person see the record (404), does the role
allow the act (403); only then is what was sent looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, ClassVar, cast

from allauth.core.internal.ratelimit import consume
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from accounts.models import AccessToken
from accounts.policies import Permission
from accounts.tokens import token_of_secret, token_used
from accounts.views.access import AuthenticatedRequest
from api.problems import Problem, Wrong

READ, IMPORT = AccessToken.Scope.READ, AccessToken.Scope.IMPORT
SCHEME = "bearer"


class TokenRequest(AuthenticatedRequest):
    """A request past the gate: its person, its token, and the record that its address names."""

    access_token: AccessToken
    record: Any
    # As the history names the token beside the person (`records.middleware`).
    through: str


type Load = Callable[[AuthenticatedRequest, Any], object]


@dataclass(frozen=True, eq=False)
class AccessTokenGate:
    """What a route asks for. Any of the scopes will do; `load` fetches what the address names, or raises."""

    permission: Permission
    scopes: Collection[str]
    load: Load | None = None
    address: str = "pk"
    # What may stand behind the question mark: a filter that is misspelt must not answer with everything.
    query: set[str] = field(default_factory=set)

    openapi_security_schema: ClassVar[dict[str, str]] = {
        "type": "http",
        "scheme": SCHEME,
        "description": "An access token of a person: `Authorization: Bearer cmoeval_…`.",
    }

    def __call__(self, request: HttpRequest) -> AccessToken:
        token = token_of_request(request)
        asking = cast(TokenRequest, request)
        if not set(self.scopes) & set(token.scopes):
            raise Problem(HTTPStatus.FORBIDDEN, _("This access token was not made for this."))
        _not_too_often(asking, "token", key=str(token.pk))
        token_used(token)
        if self.load is not None and request.resolver_match is not None:
            asking.record = self.load(asking, request.resolver_match.kwargs[self.address])
        self.permission.require(token.user)
        if unknown := sorted(set(request.GET) - self.query):
            told = _("There is no such field.")
            wrong = [Wrong("query", name, told) for name in unknown]
            raise Problem(HTTPStatus.UNPROCESSABLE_CONTENT, errors=wrong)
        return token


def token_of_request(request: HttpRequest) -> AccessToken:
    """The token of the `Authorization` header; the request is its person's from here on. One query.

    Raises:
        Problem: 401 without a token in force, 429 after too many such from one address, 403 for a person who
            needs a second factor first.
    """
    scheme, _blank, secret = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != SCHEME or not secret:
        told = _("Send one as “Authorization: Bearer …”. People make them on the page of their account.")
        raise Problem(HTTPStatus.UNAUTHORIZED, told)
    token = token_of_secret(secret.strip())
    if token is None:
        _not_too_often(request, "unknown")
        raise Problem(
            HTTPStatus.UNAUTHORIZED, _("This access token is not known, has expired or was revoked.")
        )
    asking = cast(TokenRequest, request)
    asking.user, asking.access_token, asking.through = token.user, token, token.through
    if token.user.must_enroll:
        told = _("Your role needs a second factor. Add one on the page of your account first.")
        raise Problem(HTTPStatus.FORBIDDEN, told)
    return token


def _not_too_often(request: HttpRequest, action: str, key: str | None = None) -> None:
    """Counted as failed sign-ins are, in the shared cache."""
    limits = settings.API_RATE_LIMITS
    if not consume(request, app="api", action=action, config=limits, key=key, limit_get=True):
        raise Problem(HTTPStatus.TOO_MANY_REQUESTS, _("Wait a minute, then ask again."))
