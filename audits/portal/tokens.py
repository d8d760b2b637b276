"""The secret of an invitation's link: 32 random bytes, of which only the SHA-256 is kept."""

import hashlib
import hmac
import secrets

from django.utils import timezone

from audits.models import Invitation

TOKEN_BYTES = 32


def token_new() -> str:
    """A new secret, 43 characters fit for an address."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def token_hash(token: str) -> str:
    """SHA-256 in hexadecimal. A random secret of this length needs neither salt nor a slow hash."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def invitation_of_token(token: str) -> Invitation | None:
    """The open invitation behind a link; none for an unknown, expired or withdrawn one. One query.

    The index is searched for a hash, so that the time it takes tells nothing of the secret.
    """
    wanted = token_hash(token)
    found = Invitation.objects.open_at(timezone.now()).filter(token_sha256=wanted).first()
    if found is None or not hmac.compare_digest(found.token_sha256, wanted):
        return None
    return found
