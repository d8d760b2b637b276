"""Who an access token stands for, to try one out."""

from datetime import date, datetime
from typing import Any

from ninja import Schema

from accounts.models import AccessToken
from accounts.policies import TokenPolicy
from api.declared import Routes
from api.gate import TokenRequest

routes = Routes(tags=["Token"])


class TokenOut(Schema):
    """The access token that was sent."""

    name: str
    person: str
    email: str
    role: str
    scopes: list[str]
    expires_on: date
    last_used_at: datetime | None


@routes.declare(
    "GET",
    "me",
    name="me",
    permission=TokenPolicy.own,
    scopes=list(AccessToken.Scope),
    answers=TokenOut,
)
def me(request: TokenRequest) -> dict[str, Any]:
    """The access token that was sent, and the person it stands for."""
    token, person = request.access_token, request.user
    return {
        "name": token.name,
        "person": person.full_name,
        "email": person.email,
        "role": person.role,
        "scopes": token.scopes,
        "expires_on": token.expires_on,
        "last_used_at": token.last_used_at,
    }
