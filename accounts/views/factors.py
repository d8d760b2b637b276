"""One's own security: password, second factors, recovery codes. The forms' work is done by django-allauth."""

from dataclasses import dataclass
from typing import Any, cast

import qrcode
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.views import ViewRecoveryCodesView
from allauth.mfa.totp.views import ActivateTOTPView, DeactivateTOTPView
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.factor_keys import FactorUnreadable
from accounts.policies import SIGNED_IN, TokenPolicy
from accounts.views.access import AuthenticatedRequest, requires

QUIET_ZONE = 4


@dataclass(frozen=True)
class QrCode:
    """A QR code for an SVG: the side in modules, and one path over the dark ones."""

    side: int
    path: str


@requires(SIGNED_IN)
def security(request: AuthenticatedRequest) -> HttpResponse:
    """What the person signs in with. Whoever needs a second factor first is told so here."""
    rows = list(Authenticator.objects.filter(user=request.user).order_by("created_at", "pk"))
    by_type = {row.type: row for row in rows}
    context = {
        "app": by_type.get(Authenticator.Type.TOTP),
        "keys": [row for row in rows if row.type == Authenticator.Type.WEBAUTHN],
        "codes": by_type.get(Authenticator.Type.RECOVERY_CODES),
        "codes_left": _codes_left(by_type.get(Authenticator.Type.RECOVERY_CODES)),
        "must_enroll": request.user.must_enroll,
        "may_have_tokens": TokenPolicy.own.allows(request.user) and not request.user.must_enroll,
    }
    return render(request, "mfa/index.html", context)


class AppActivateView(ActivateTOTPView):  # type: ignore[misc]
    """Shows the secret of an authenticator app as a picture and as text, and asks for a first code."""

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        secret = context["form"].secret
        context["qr"] = qr_code(context["totp_url"])
        context["secret"] = " ".join(secret[at : at + 4] for at in range(0, len(secret), 4))
        return context


class RecoveryCodesView(ViewRecoveryCodesView):  # type: ignore[misc]
    """The recovery codes, shown once after they were made."""

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        try:
            response: HttpResponseBase = super().dispatch(request, *args, **kwargs)
        except FactorUnreadable as problem:
            messages.error(request, problem.messages[0])
            return redirect("mfa_index")
        response.headers["Cache-Control"] = "no-store"
        return response


@requires(SIGNED_IN)
def app_activate(request: AuthenticatedRequest) -> HttpResponseBase:
    """Add an authenticator app."""
    return cast(HttpResponseBase, AppActivateView.as_view()(request))


@requires(SIGNED_IN)
def recovery_codes(request: AuthenticatedRequest) -> HttpResponseBase:
    """The recovery codes, once; whoever has none is told that there is nothing."""
    return cast(HttpResponseBase, RecoveryCodesView.as_view()(request))


@requires(SIGNED_IN)
def app_deactivate(request: AuthenticatedRequest) -> HttpResponseBase:
    """Remove the authenticator app; whoever has none is sent to their page."""
    if not Authenticator.objects.filter(user=request.user, type=Authenticator.Type.TOTP).exists():
        messages.info(request, _("You have no authenticator app."))
        return redirect("mfa_index")
    return cast(HttpResponseBase, DeactivateTOTPView.as_view()(request))


def qr_code(text: str) -> QrCode:
    """The QR code of a text, error correction M, with its quiet zone (ISO/IEC 18004)."""
    code = qrcode.QRCode(border=QUIET_ZONE, error_correction=qrcode.constants.ERROR_CORRECT_M)
    code.add_data(text)
    rows = code.get_matrix()
    parts = [f"M{x} {y}h1v1h-1z" for y, row in enumerate(rows) for x, dark in enumerate(row) if dark]
    return QrCode(side=len(rows), path="".join(parts))


def _codes_left(row: Authenticator | None) -> int | None:
    """How many recovery codes are left; null when there are none or they cannot be read."""
    if row is None:
        return None
    try:
        return len(row.wrap().get_unused_codes())
    except FactorUnreadable:
        return None
