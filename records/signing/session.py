"""What a web session knows about signing in and signing. Kept in the session itself, on the server."""

import hashlib
from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.signals import user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from records.signing.credentials import SigningSession

SIGNED_IN = "signed_in_at"
CONFIRMED = "signing_confirmed_at"


@receiver(user_logged_in)
def sign_in_noted(request: HttpRequest, **_kwargs: Any) -> None:
    """From here on the age of the sign-in is known; what was confirmed before belongs to another one."""
    request.session[SIGNED_IN] = timezone.now().timestamp()
    request.session.pop(CONFIRMED, None)


def signing_session(request: HttpRequest) -> SigningSession:
    """The signing session of a request."""
    return SigningSession(
        key=hashlib.sha256((request.session.session_key or "").encode()).hexdigest()[:32],
        signed_in_at=_moment(request.session.get(SIGNED_IN)),
        confirmed_at=_moment(request.session.get(CONFIRMED)),
    )


def signing_confirmed(request: HttpRequest) -> None:
    """Somebody has just signed: the next signature of this series asks for the password only."""
    request.session[CONFIRMED] = timezone.now().timestamp()


def _moment(stamp: object) -> datetime | None:
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, float) else None
