"""The way into the portal: a link makes a session that is bound to one invitation, and opens nothing else."""

import functools
from collections.abc import Callable
from typing import Any

from allauth.account.adapter import get_adapter
from django.conf import settings
from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.policies import INVITED
from audits.models import Invitation

type View = Callable[..., HttpResponseBase]

SESSION_KEY = "portal"
# Wrong links from one address before it is shut out for a while.
FAILURES = 30
FAILURES_SECONDS = 600
# A guest opens the link again after this long.
GUEST_SECONDS = 12 * 3600


def portal_begin(request: HttpRequest, invitation: Invitation, response: HttpResponse) -> HttpResponse:
    """Bind the session to the invitation; a guest's under a new session key and in the contact's language.

    Somebody of ours who tries a link keeps their session, which other windows use too, and their language.
    """
    ours = request.user.is_authenticated
    if not ours:
        request.session.cycle_key()
        request.session.set_expiry(GUEST_SECONDS)
    request.session[SESSION_KEY] = {"invitation": invitation.pk, "link": invitation.token_sha256}
    if ours:
        return response
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        invitation.language,
        samesite="Lax",
        secure=settings.SESSION_COOKIE_SECURE,
    )
    return response


def invitation_of(request: HttpRequest) -> Invitation | None:
    """The open invitation of this session. A new link, a withdrawal or its last day shut it at once."""
    held: dict[str, Any] | None = request.session.get(SESSION_KEY)
    if held is None:
        return None
    return (
        Invitation.objects.open_at(timezone.now())
        .select_related("site", "audit")
        .filter(pk=held["invitation"], token_sha256=held["link"])
        .first()
    )


def invited(*, agreed: bool = True) -> Callable[[View], View]:
    """Declare a view that only an invitation opens; it gets the invitation.

    Args:
        agreed: whether the confidentiality agreement has to be accepted first.
    """

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            invitation = invitation_of(request)
            if invitation is None:
                return portal_closed(request)
            if agreed and invitation.confidentiality_accepted_at is None:
                return redirect("portal:agreement")
            response = view(request, invitation, *args, **kwargs)
            response.headers.setdefault("Cache-Control", "private, no-store")
            return response

        guarded.permission = INVITED  # type: ignore[attr-defined]
        return guarded

    return declare


def portal_closed(request: HttpRequest) -> HttpResponse:
    """The same page for every link and session that opens nothing, so that it tells nothing."""
    response = render(request, "audits/portal_closed.html", status=404)
    return sealed(response)


def sealed(response: HttpResponse) -> HttpResponse:
    """Neither kept by the browser nor told to the next page: the address holds a secret."""
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def is_throttled(request: HttpRequest) -> bool:
    """Whether this address has tried too many links."""
    return int(cache.get(_attempts(request)) or 0) >= FAILURES


def count_failure(request: HttpRequest) -> None:
    """A link that opened nothing."""
    key = _attempts(request)
    cache.add(key, 0, FAILURES_SECONDS)
    try:
        cache.incr(key)
    except ValueError:
        # It ran out in between.
        cache.set(key, 1, FAILURES_SECONDS)


def _attempts(request: HttpRequest) -> str:
    return f"portal:{get_adapter().get_client_ip(request)}"
