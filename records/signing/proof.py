"""The proof that a signature comes from the product, not from somebody who has the database's password alone.

The product derives a key from its own secret (`DJANGO_SECRET_KEY`) and proves every signature with an HMAC,
after it has seen the password of the person. The database refuses a signature without this proof
(`history.require_proof`). It keeps the key in a schema that only its owner reads.
"""

import hashlib
import hmac

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections

from records.models import Signature

PURPOSE = "cmo_eval records.signing.proof"
SETTING = "cmo_eval.signing_proof"
BLOCK = 64
TELL = "select set_config(%s, %s, true)"


def proof_tell(signature: Signature, *, using: str = DEFAULT_DB_ALIAS) -> None:
    """Tell the database, for the running transaction, that this signature may be written. One query."""
    proof = hmac.new(_key(), _message(signature).encode(), hashlib.sha256).hexdigest()
    with connections[using].cursor() as cursor:
        cursor.execute(TELL, [SETTING, proof])


def proof_pads() -> tuple[bytes, bytes]:
    """The key as the database holds it: the inner and the outer block of HMAC (RFC 2104)."""
    key = _key().ljust(BLOCK, b"\0")
    return bytes(byte ^ 0x36 for byte in key), bytes(byte ^ 0x5C for byte in key)


def _key() -> bytes:
    return hashlib.sha256(f"{PURPOSE}\0{settings.SECRET_KEY}".encode()).digest()


def _message(signature: Signature) -> str:
    """What the proof is about, as `history.require_proof` has it. The nonce makes it good for once."""
    told = (
        signature.model,
        signature.record_pk,
        signature.part,
        signature.revision,
        signature.user_id,
        signature.printed_name,
        signature.meaning,
        signature.content_sha256,
        signature.locks,
        signature.covers_attachments,
        signature.nonce,
    )
    return "\n".join(str(each).lower() if isinstance(each, bool) else str(each) for each in told)
