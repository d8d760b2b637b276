"""Access tokens: made once, shown once, kept as a hash, revoked by their owner or an administrator.

The secret has 32 random bytes, of which only the SHA-256 is kept: a random secret of this length needs
neither salt nor a slow hash. Its prefix lets scanners of source code tell what was left lying about.
"""

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import Q, QuerySet
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import AccessToken, User
from accounts.policies import TokenPolicy
from common.recording import recorded

PREFIX = "cmoeval_"
SECRET_BYTES = 32
ENDING_LENGTH = 4
# Being used is noted at most this often.
USED_SECONDS = 60
LONGEST_DAYS = 365


@dataclass(frozen=True)
class MadeToken:
    """A token and its secret; the secret is None where the same form had made the token before."""

    token: AccessToken
    secret: str | None


def secret_hash(secret: str) -> str:
    """The SHA-256 of a secret in hexadecimal."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def latest_expiry(today: date) -> date:
    """The last day a token made today may be given."""
    return today + timedelta(days=LONGEST_DAYS)


def token_create(
    *, name: str, scopes: Collection[str], expires_on: date, entry_key: UUID, actor: User
) -> MadeToken:
    """Make a token of the acting person, good to the end of a day; its secret is told here and never again.

    The same `entry_key` makes one token, however often the form is sent.

    Raises:
        PermissionDenied: when the person's role may not have tokens.
        ValidationError: for a day that is past or more than a year ahead, without a name or a scope.
    """
    TokenPolicy.own.require(actor)
    _refuse_day(expires_on)
    secret = PREFIX + secrets.token_urlsafe(SECRET_BYTES)
    token = AccessToken(
        user=actor,
        entry_key=entry_key,
        name=name.strip(),
        scopes=[scope.value for scope in AccessToken.Scope if scope.value in scopes],
        token_sha256=secret_hash(secret),
        ending=secret[-ENDING_LENGTH:],
        expires_at=datetime.combine(expires_on + timedelta(days=1), time(), tzinfo=UTC),
    )
    # The others are ours: a form that is sent twice has an entry key that is there already.
    token.clean_fields(exclude=["user", "entry_key", "token_sha256", "ending"])
    with recorded(actor=actor):
        AccessToken.objects.bulk_create([token], ignore_conflicts=True)
        kept = AccessToken.objects.get(entry_key=entry_key, user=actor)
    return MadeToken(kept, secret if kept.token_sha256 == token.token_sha256 else None)


def _refuse_day(expires_on: date) -> None:
    today = timezone.localdate()
    if expires_on < today:
        raise ValidationError({"expires_on": _("This day is past. Choose today or a later day.")})
    if expires_on > latest_expiry(today):
        raise ValidationError({"expires_on": _("A token is good for a year at most. Choose an earlier day.")})


def token_revoke(*, token: AccessToken, actor: User) -> bool:
    """End a token at once; False where it had ended before.

    Raises:
        PermissionDenied: when it is neither the person's own nor the person an administrator.
    """
    if token.user_id != actor.pk and not TokenPolicy.view_all.allows(actor):
        raise PermissionDenied
    return bool(_revoke(AccessToken.objects.filter(pk=token.pk), actor))


def tokens_end(*, user: User, actor: User | None) -> int:
    """End every token of a person, for who is disabled."""
    return _revoke(AccessToken.objects.filter(user=user), actor)


def _revoke(tokens: QuerySet[AccessToken], actor: User | None) -> int:
    with recorded(actor=actor):
        return tokens.filter(revoked_at__isnull=True).update(revoked_at=Now(), revoked_by=actor)


def token_of_secret(secret: str) -> AccessToken | None:
    """The token in force behind a secret, with its person, who is active. One query.

    The index is searched for a hash, so that the time it takes tells nothing of the secret.
    """
    if not secret.startswith(PREFIX):
        return None
    rows = AccessToken.objects.in_force(timezone.now()).filter(user__is_active=True)
    return rows.select_related("user").filter(token_sha256=secret_hash(secret)).first()


def token_used(token: AccessToken) -> None:
    """Note that the token was used, once a minute at most; such a note is no change of the record."""
    now = timezone.now()
    before = now - timedelta(seconds=USED_SECONDS)
    if token.last_used_at is None or token.last_used_at < before:
        long_ago = Q(last_used_at__isnull=True) | Q(last_used_at__lt=before)
        AccessToken.objects.filter(long_ago, pk=token.pk).update(last_used_at=now)
