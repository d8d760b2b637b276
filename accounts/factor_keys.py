"""The secrets of second factors are kept encrypted (Fernet: AES-128 in CBC mode with HMAC-SHA256).

The keys are derived from `FACTOR_KEYS`: the first encrypts, every one decrypts, so that a key is replaced
without anybody enrolling again (docs/sign-in.md).
"""

import base64
from functools import cache

import structlog
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)

PURPOSE = b"cmo_eval accounts.factor_keys"


class FactorUnreadable(ValidationError):
    """A secret was encrypted under a key that this server no longer has."""

    def __init__(self) -> None:
        super().__init__(
            _(
                "The second factor of this account cannot be read: the key of the server was changed. "
                "An administrator has to give the former key to the server, or to remove the factor."
            ),
            code="factor_unreadable",
        )


def secret_encrypt(text: str) -> str:
    """The secret, under the first key."""
    return _keys(tuple(settings.FACTOR_KEYS)).encrypt(text.encode()).decode()


def secret_decrypt(token: str) -> str:
    """The secret in the clear.

    Raises:
        FactorUnreadable: when none of the keys opens it.
    """
    try:
        return _keys(tuple(settings.FACTOR_KEYS)).decrypt(token.encode()).decode()
    except InvalidToken:
        log.error("factor_unreadable")
        raise FactorUnreadable from None


def secret_renew(token: str) -> str:
    """The same secret under the first key.

    Raises:
        FactorUnreadable: when none of the keys opens it.
    """
    try:
        return _keys(tuple(settings.FACTOR_KEYS)).rotate(token.encode()).decode()
    except InvalidToken:
        raise FactorUnreadable from None


@cache
def _keys(passphrases: tuple[str, ...]) -> MultiFernet:
    return MultiFernet([Fernet(_derived(each)) for each in passphrases])


def _derived(passphrase: str) -> bytes:
    """A Fernet key from a setting that is long and random (HKDF, RFC 5869)."""
    derived = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(passphrase.encode())
    return base64.urlsafe_b64encode(derived)
