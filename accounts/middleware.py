"""Keeps sessions to their limits, and leads people who need a second factor to it before anything else."""

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import SESSION_KEY, logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import Permission
from accounts.sessions import HAS_SIGNED_OUT, session_follow, session_limit_passed

# What is needed to enroll a factor, beside the pages that are public.
ENROLLING = frozenset(
    {
        "account_reauthenticate",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)


class SignInMiddleware:
    """Placed after authentication and messages. Pages that are public cost nothing."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if request.session.accessed and request.session.modified:
            session_follow(request)
        if getattr(request, HAS_SIGNED_OUT, False):
            response.delete_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                path=settings.LANGUAGE_COOKIE_PATH,
                domain=settings.LANGUAGE_COOKIE_DOMAIN,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            )
        return response

    def process_view(
        self, request: HttpRequest, view: Callable[..., Any], args: Any, kwargs: Any
    ) -> HttpResponse | None:
        if getattr(view, "by_token", False):
            # The API looks at no session.
            return None
        permission = _permission(view)
        if permission is None or permission.public or permission.invited:
            return None
        if SESSION_KEY not in request.session or not isinstance(request.user, User):
            return None
        if passed := session_limit_passed(request):
            logout(request)
            messages.info(request, _sentence(passed))
            return None
        name = request.resolver_match.url_name if request.resolver_match else None
        if request.user.must_enroll and name not in ENROLLING:
            return _to_enrollment(request)
        return None


def _permission(view: Callable[..., Any]) -> Permission | None:
    declared = getattr(view, "permission", None) or getattr(
        getattr(view, "view_class", None), "permission", None
    )
    return declared if isinstance(declared, Permission) else None


def _sentence(passed: str) -> str:
    if passed == "idle":
        return _("You were signed out, since nothing was done for a while. Sign in to go on.")
    return _("You were signed out at the end of the longest session. Sign in to go on.")


def _to_enrollment(request: HttpRequest) -> HttpResponse:
    page = reverse("mfa_index")
    if request.headers.get("HX-Request"):
        return HttpResponse(status=401, headers={"HX-Redirect": page})
    return redirect(page)
