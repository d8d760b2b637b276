"""Every view declares its permission: a class by `permission = …`, a function by `@requires(…)`.

Order of the questions, the same everywhere: signed in (else the sign-in page), may this person see the
record at all (else 404, so that nothing is given away), does the role allow the act (else 403).
"""

import functools
from collections.abc import Callable
from typing import Any, ClassVar, cast
from urllib.parse import SplitResult, urlsplit

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views import View as BaseView

from accounts.models import User
from accounts.policies import SIGNED_IN, Permission

type View = Callable[..., HttpResponseBase]


class AuthenticatedRequest(HttpRequest):
    """A request behind the sign-in: its user is one of ours."""

    user: User


def requires(permission: Permission) -> Callable[[View], View]:
    """Declare a function view's permission and keep to it."""

    def declare(view: View) -> View:
        @functools.wraps(view)
        def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if refusal := _sign_in_first(request, permission):
                return refusal
            permission.require(cast(AuthenticatedRequest, request).user)
            return view(request, *args, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


def on_record(
    load: Callable[[AuthenticatedRequest, Any], object], permission: Permission, *, address: str = "pk"
) -> Callable[[View], View]:
    """Declare the permission of a function view whose address names a record; the view gets the record.

    Args:
        load: fetches the record of the address through `visible_to`, or raises `Http404`.
        permission: asked once the record is known to be in sight.
        address: the part of the address that names the record.
    """

    def declare(view: View) -> View:
        @requires(SIGNED_IN)
        @functools.wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            signed_in = cast(AuthenticatedRequest, request)
            record = load(signed_in, kwargs.pop(address))
            permission.require(signed_in.user)
            return view(signed_in, record, **kwargs)

        guarded.permission = permission  # type: ignore[attr-defined]
        return guarded

    return declare


class Guarded(BaseView):
    """Mixin for class-based views, placed first. `load_scope` raises `Http404` for what is out of sight."""

    permission: ClassVar[Permission]
    request: AuthenticatedRequest

    def load_scope(self) -> None:
        """Fetch what the address names through `visible_to`; overridden where there is something to fetch."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if refusal := _sign_in_first(request, self.permission):
            return refusal
        self.load_scope()
        self.permission.require(cast(AuthenticatedRequest, request).user)
        return super().dispatch(request, *args, **kwargs)


def _sign_in_first(request: HttpRequest, permission: Permission) -> HttpResponse | None:
    if permission.public or request.user.is_authenticated:
        return None
    if request.headers.get("HX-Request"):
        # A fragment must not receive the sign-in page: htmx follows this header with the whole window,
        # and the person comes back to the page, not to the fragment.
        page = _address(_parts(request.headers.get("HX-Current-URL", "/")))
        return HttpResponse(status=401, headers={"HX-Redirect": redirect_to_login(page).url})
    return redirect_to_login(_page_of(request))


def _parts(address: str) -> SplitResult:
    """What a header names; nothing where it is no address."""
    try:
        return urlsplit(address)
    except ValueError:
        return urlsplit("")


def _address(page: SplitResult) -> str:
    """The address within the product: the view that it shows is part of it."""
    return (page.path or "/") + (f"?{page.query}" if page.query else "")


def _page_of(request: HttpRequest) -> str:
    """Where the sign-in leads back to: the page itself, or that of the form which was being sent."""
    if request.method in ("GET", "HEAD"):
        return request.get_full_path()
    sender = _parts(request.headers.get("Referer", ""))
    if sender.netloc != request.get_host() or not sender.path.startswith("/") or sender.path.startswith("//"):
        return request.get_full_path()
    return _address(sender)
