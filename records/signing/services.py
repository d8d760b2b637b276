"""Signing and withdrawing a signature."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import connection
from django.db.models import Model
from django.db.models.functions import Now
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from records.context import recorded
from records.declarations import RECORD, Signable, signable_of
from records.models import Signature
from records.refusals import Refused, refusals_raised
from records.signing.content import Data, canonical, content_of, sha256_of
from records.signing.credentials import (
    Credentials,
    SigningSession,
    Subject,
    identity_confirm,
    ticket_issue,
    ticket_nonce,
)
from records.signing.proof import proof_tell
from records.signing.state import signature_state

LOCK = "select pg_advisory_xact_lock(hashtext('cmo_eval signing'), hashtext(%s) & 1023)"


@dataclass(frozen=True)
class Offer:
    """What is shown to a person who is about to sign, and the ticket that goes with it."""

    declared: Signable
    meaning: Signature.Meaning
    content: Data
    content_sha256: str
    ticket: str


def declared_of(record: Model, part: str = RECORD) -> Signable:
    """The declaration of a record's content. Raises `LookupError` where nothing is signed."""
    declared = signable_of(record._meta.label, part)
    if declared is None:
        raise LookupError(f"{record._meta.label} has no part {part!r} that can be signed.")
    return declared


def signing_refusal(
    record: Model,
    *,
    part: str,
    meaning: Signature.Meaning,
    actor: User,
    made: Mapping[str, int] | None = None,
) -> Refused | None:
    """Why this person cannot sign this now; null when they can.

    One query besides the room's own, none with `made`: who signed in which meaning, as far as it stands.

    Raises:
        PermissionDenied: when their role does not sign in this meaning.
    """
    declared = declared_of(record, part)
    permission = declared.meanings.get(meaning)
    if permission is None:
        raise PermissionDenied
    permission.require(actor)
    if made is None:
        made = {signature.meaning: signature.user_id for signature in _standing(record, part)}
    if meaning in made:
        return Refused("signed", _("This has been signed as %(meaning)s.") % {"meaning": meaning.label})
    if actor.pk in made.values():
        return Refused("same_person", _("You have signed this already; another person has to sign."))
    order = list(declared.meanings)
    missing = next((each for each in order[: order.index(meaning)] if each not in made), None)
    if missing is not None:
        return Refused("order", _("It has to be signed as %(meaning)s first.") % {"meaning": missing.label})
    if any(order.index(Signature.Meaning(each)) > order.index(meaning) for each in made):
        return Refused("order", _("A later signature stands already."))
    if declared.refusal is not None and (told := declared.refusal(record, actor, meaning)):
        return Refused("state", told)
    return None


def signing_offer(
    record: Model, *, part: str, meaning: Signature.Meaning, actor: User, session: SigningSession
) -> Offer:
    """What the person would sign, with a ticket for exactly that.

    Raises:
        LookupError: when the record is gone.
    """
    declared = declared_of(record, part)
    content = content_of(declared, record.pk)
    if content is None:
        raise LookupError(f"{record._meta.label} {record.pk} is gone.")
    digest = sha256_of(canonical(content))
    ticket = ticket_issue(_subject(record, part, meaning, actor, session, digest))
    return Offer(declared, meaning, content, digest, ticket)


def signature_add(
    *,
    record: Model,
    meaning: Signature.Meaning,
    actor: User,
    session: SigningSession,
    ticket: str,
    password: str,
    email: str = "",
    code: str = "",
    credential: str = "",
    part: str = RECORD,
) -> Signature:
    """Sign a record's content, and lock it by that.

    Raises:
        PermissionDenied: when the person's role does not sign in this meaning.
        Refused: a wrong password, e-mail address or second factor, a session or page that is too old, a
            ticket used before, content that has changed since it was shown, an earlier signature missing,
            the same person.
    """
    declared = declared_of(record, part)
    if refusal := signing_refusal(record, part=part, meaning=meaning, actor=actor):
        raise refusal
    given = Credentials(password=password, email=email, code=code, credential=credential)
    identity_confirm(user=actor, session=session, given=given)
    # Reasons are stored in one language.
    with override("en"):
        reason = f"signed: {meaning.label}"
    with refusals_raised(), recorded(actor=actor, reason=reason):
        # The row first, then the lock: in this order the triggers of an update take them as well.
        fresh = type(record)._default_manager.select_for_update(no_key=True, of=("self",)).get(pk=record.pk)
        _lock(record)
        if refusal := signing_refusal(fresh, part=part, meaning=meaning, actor=actor):
            raise refusal
        content = content_of(declared, record.pk)
        assert content is not None
        text = canonical(content)
        digest = sha256_of(text)
        nonce = ticket_nonce(ticket, _subject(record, part, meaning, actor, session, digest))
        signature = Signature(
            model=record._meta.label,
            record_pk=record.pk,
            part=part,
            revision=content["revision"],
            user=actor,
            printed_name=actor.full_name,
            meaning=meaning,
            content=text,
            content_sha256=digest,
            locks=meaning in declared.locking,
            covers_attachments=declared.attachments,
            nonce=nonce,
        )
        proof_tell(signature)
        signature.save(force_insert=True)
        signature.refresh_from_db()
        if declared.signed is not None:
            declared.signed(fresh, signature, actor)
    return signature


def signature_withdraw(*, signature: Signature, actor: User, reason: str) -> Signature:
    """Take a signature back, which opens the content again; only before approval.

    The signer may, and whoever signs in a later meaning: to return what they will not approve.

    Raises:
        PermissionDenied: for anybody else.
        Refused: without a reason, when approved, void, or withdrawn already.
    """
    declared = signable_of(signature.model, signature.part)
    if declared is None:
        raise LookupError(f"{signature.model} has no part {signature.part!r} that can be signed.")
    order = list(declared.meanings)
    later = order[order.index(Signature.Meaning(signature.meaning)) + 1 :]
    if signature.user_id != actor.pk and not any(declared.meanings[each].allows(actor) for each in later):
        raise PermissionDenied
    record = declared.model._default_manager.filter(pk=signature.record_pk).first()
    if declared.kept is not None and record is not None and (told := declared.kept(record)):
        raise Refused("kept", told)
    if not reason.strip():
        raise Refused("reason", _("Say why the signature is withdrawn."), "reason")
    # Taking it back would hide what happened.
    if not signature_state(signature).valid:
        raise Refused("void", _("This signature is void and stays to show it."))
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        changed = Signature.objects.filter(pk=signature.pk, withdrawn_at=None).update(
            withdrawn_at=Now(), withdrawn_by=actor
        )
    if not changed:
        raise Refused("withdrawn", _("This signature was withdrawn already."))
    signature.refresh_from_db()
    return signature


def _standing(record: Model, part: str) -> list[Signature]:
    return list(
        Signature.objects.filter(
            model=record._meta.label, record_pk=record.pk, part=part, withdrawn_at=None
        ).defer("content")
    )


def _lock(record: Model) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [f"{record._meta.label} {record.pk}"])


def _subject(
    record: Model, part: str, meaning: Any, actor: User, session: SigningSession, digest: str
) -> Subject:
    return Subject(actor.pk, session.key, record._meta.label, record.pk, part, str(meaning.value), digest)
