"""Signatures of the past, as the service would have made them then."""

from datetime import UTC, date, datetime, time

from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import User
from records.declarations import signable_of
from records.models import Signature
from records.signing.content import canonical, content_of, sha256_of
from records.signing.proof import proof_tell


def sign_past(
    record: Model, *, part: str, meaning: Signature.Meaning, user: User, on: date, hour: int = 15
) -> Signature:
    """Sign the present content of a record as if on an earlier day.

    Raises:
        LookupError: when nobody signs this part of such a record, or the record is gone.
    """
    declared = signable_of(record._meta.label, part)
    content = content_of(declared, record.pk) if declared else None
    if declared is None or content is None:
        raise LookupError(f"{record._meta.label} {record.pk} has no part {part!r} to sign.")
    text = canonical(content)
    signature = Signature(
        model=record._meta.label,
        record_pk=record.pk,
        part=part,
        revision=content["revision"],
        user=user,
        printed_name=user.full_name,
        meaning=meaning,
        content=text,
        content_sha256=sha256_of(text),
        locks=True,
        covers_attachments=declared.attachments,
        nonce=f"demo {record._meta.label} {record.pk} {meaning}",
    )
    # Of a decision of today, not later than now.
    signature.signed_at = min(datetime.combine(on, time(hour), UTC), timezone.now())
    with transaction.atomic():
        proof_tell(signature)
        signature.save(force_insert=True)
    return signature
