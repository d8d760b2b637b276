"""Who is there? Asked again for every signature (21 CFR 11.200): all components first, then the password.

All components are the e-mail address, the password and, where the person has one, the second factor.

A signing starts with a ticket: what was shown, to whom, in which session. It runs out, and is used once.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core import signing
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.factors import factor_confirm, factor_types
from records.refusals import Refused

if TYPE_CHECKING:
    from accounts.models import User

SALT = "records.signing"
FAILURES = 5
FAILURES_SECONDS = 300


@dataclass(frozen=True)
class SigningSession:
    """What is known of the session in which somebody signs. The key is a hash, never the key itself."""

    key: str
    signed_in_at: datetime | None
    confirmed_at: datetime | None = None

    @property
    def asks_for_everything(self) -> bool:
        """Whether the e-mail address is asked as well: the first time, and after a pause."""
        pause = timedelta(seconds=settings.SIGNING_SERIES_SECONDS)
        return self.confirmed_at is None or timezone.now() - self.confirmed_at > pause


@dataclass(frozen=True)
class Subject:
    """What a ticket is for: one person, one content, one meaning."""

    user: int
    session: str
    model: str
    pk: int
    part: str
    meaning: str
    content_sha256: str


def ticket_issue(subject: Subject) -> str:
    """A ticket for what is shown now. Signed, so that nothing has to be stored before the signature."""
    told = [secrets.token_hex(16), *(str(value) for value in vars_of(subject))]
    return signing.TimestampSigner(salt=SALT).sign_object(told)


def ticket_nonce(ticket: str, subject: Subject) -> str:
    """The one-time number of a ticket.

    Raises:
        Refused: when it ran out, was made for something or somebody else, or what it showed has changed.
    """
    try:
        nonce, *told = signing.TimestampSigner(salt=SALT).unsign_object(
            ticket, max_age=settings.SIGNING_IDLE_SECONDS
        )
    except signing.SignatureExpired:
        raise Refused("idle", _("This page was open for too long. Read it again, then sign.")) from None
    except (signing.BadSignature, ValueError, TypeError):
        raise Refused("ticket", _("This request to sign is not valid. Open the page again.")) from None
    expected = [str(value) for value in vars_of(subject)]
    if told[:-1] != expected[:-1]:
        raise Refused("ticket", _("This request to sign is not valid. Open the page again."))
    if told[-1] != expected[-1]:
        raise Refused("changed", _("The content has changed since it was shown. Read it again, then sign."))
    return str(nonce)


@dataclass(frozen=True)
class Credentials:
    """What a person shows who they are with; the second factor is a code or the answer of a security key."""

    password: str
    email: str = ""
    code: str = ""
    credential: str = ""


def identity_confirm(*, user: "User", session: SigningSession, given: Credentials) -> None:
    """Check who signs: the password every time, the rest where the session asks for everything.

    Raises:
        Refused: with the field at fault, for a session that is too old, and after too many failures.
    """
    oldest = timezone.now() - timedelta(seconds=settings.SIGNING_SESSION_SECONDS)
    if session.signed_in_at is None or session.signed_in_at < oldest:
        raise Refused("session", _("You signed in too long ago to sign this. Sign out and in again."))
    attempts = f"signing:{user.pk}"
    if (cache.get(attempts) or 0) >= FAILURES:
        raise Refused("throttled", _("Too many attempts. Try again in five minutes."), "password")
    if session.asks_for_everything and given.email.strip().lower() != user.email.lower():
        _count(attempts)
        raise Refused("email", _("This is not the e-mail address you signed in with."), "email")
    if not user.check_password(given.password):
        _count(attempts)
        raise Refused("password", _("The password is not correct."), "password")
    if session.asks_for_everything and factor_types(user):
        try:
            factor_confirm(user=user, code=given.code, credential=given.credential)
        except ValidationError as problem:
            _count(attempts)
            raise Refused("factor", " ".join(problem.messages), "code") from None
    cache.delete(attempts)


def vars_of(subject: Subject) -> tuple[object, ...]:
    """The values of a subject, the content's hash last."""
    return (
        subject.user,
        subject.session,
        subject.model,
        subject.pk,
        subject.part,
        subject.meaning,
        subject.content_sha256,
    )


def _count(attempts: str) -> None:
    cache.add(attempts, 0, FAILURES_SECONDS)
    cache.incr(attempts)
