"""Is it still what was signed? One answer for the screen, the paper and the command line."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from common.numbers import moment_text
from common.punctuation import joined
from records.declarations import RECORD, Child, Signable, signable_of, signables
from records.models import Signature
from records.signing.content import (
    ATTACHMENTS,
    canonical,
    content_of,
    differences,
    in_the_shape_of,
    sha256_of,
)


@dataclass(frozen=True)
class Altered:
    """A field that is not as it was signed, in words; an empty text where there is nothing."""

    label: str
    signed: str
    now: str


@dataclass(frozen=True)
class SignatureState:
    """One signature as it is shown. `valid` is false where the content was altered despite the lock."""

    id: int
    part: str
    title: str
    printed_name: str
    user_id: int
    meaning: str
    meaning_label: str
    signed_at: datetime
    signed_at_text: str
    revision: int
    content_sha256: str
    valid: bool
    withdrawn_at_text: str
    altered: tuple[Altered, ...]

    @property
    def stands(self) -> bool:
        """Whether it counts: neither withdrawn nor void."""
        return self.valid and not self.withdrawn_at_text


def signatures_of(record: Model, part: str = "") -> list[SignatureState]:
    """The signatures of a record, oldest first, each compared with the content as it is now.

    One query for the signatures; for each part that was signed those of its content, whatever their number.
    """
    return states_of(record._meta.label, record.pk, part)


def states_of(label: str, pk: int, part: str = "") -> list[SignatureState]:
    """As `signatures_of`, for a record that may be gone."""
    rows = Signature.objects.filter(model=label, record_pk=pk)
    if part:
        rows = rows.filter(part=part)
    found = list(rows)
    contents: dict[str, Any] = {}
    for each in found:
        declared = signable_of(label, each.part)
        if each.part not in contents and declared is not None:
            contents[each.part] = content_of(declared, pk)
    return [_state(each, contents.get(each.part)) for each in found]


def signature_state(signature: Signature) -> SignatureState:
    """One signature compared with the content as it is now."""
    declared = signable_of(signature.model, signature.part)
    return _state(signature, content_of(declared, signature.record_pk) if declared else None)


def is_signed(record: Model, meaning: Signature.Meaning, part: str = RECORD) -> bool:
    """Whether a signature of this meaning stands; the content is not compared. One query."""
    return Signature.objects.filter(
        model=record._meta.label, record_pk=record.pk, part=part, meaning=meaning, withdrawn_at=None
    ).exists()


def is_locked(record: Model, part: str = RECORD) -> bool:
    """Whether the content is read-only because somebody has signed it. One query."""
    return Signature.objects.filter(
        model=record._meta.label, record_pk=record.pk, part=part, locks=True, withdrawn_at=None
    ).exists()


def void_signatures() -> list[Signature]:
    """Every standing signature whose content was altered despite the lock; for `verify_history`.

    Some queries for each signature.
    """
    declared = {content.model._meta.label for content in signables()}
    standing = Signature.objects.filter(withdrawn_at=None).order_by("id")
    return [
        each for each in standing.iterator() if each.model not in declared or not signature_state(each).valid
    ]


def _state(signature: Signature, now: Any) -> SignatureState:
    altered = tuple(_altered(signature, now))
    declared = signable_of(signature.model, signature.part)
    withdrawn = signature.withdrawn_at
    return SignatureState(
        id=signature.pk,
        part=signature.part,
        title=str(declared.title) if declared else signature.model,
        printed_name=signature.printed_name,
        user_id=signature.user_id,
        meaning=signature.meaning,
        meaning_label=signature.get_meaning_display(),
        signed_at=signature.signed_at,
        signed_at_text=moment_text(signature.signed_at),
        revision=signature.revision,
        content_sha256=signature.content_sha256,
        valid=withdrawn is not None or not altered,
        withdrawn_at_text=moment_text(withdrawn) if withdrawn else "",
        altered=altered if withdrawn is None else (),
    )


def _altered(signature: Signature, now: Any) -> list[Altered]:
    """What differs from the signed content; the signature's own row is distrusted as well."""
    if sha256_of(signature.content) != signature.content_sha256:
        return [Altered(_("signed content"), signature.content_sha256, sha256_of(signature.content))]
    signed = json.loads(signature.content)
    if now is None:
        return [Altered(_("record"), f"#{signature.record_pk}", "")]
    shaped = in_the_shape_of(signed, now)
    if sha256_of(canonical(shaped)) == signature.content_sha256:
        return []
    declared = signable_of(signature.model, signature.part)
    return [
        Altered(_label(declared, each.path), _words(each.signed), _words(each.now))
        for each in differences(signed, shaped)
    ]


def _label(declared: Signable | None, path: tuple[str, ...]) -> str:
    """A path of the content in the words of the models."""
    if declared is None or path[0] not in ("fields", "children"):
        return capfirst(path[0])
    if path[0] == "fields":
        return capfirst(_field_label(declared.model, path[1]))
    words, children = [], declared.children
    rest = list(path[1:])
    while rest:
        name = rest.pop(0)
        child: Child | None = children.get(name)
        if name == ATTACHMENTS and child is None:
            words.append(_("attachment"))
        elif child is not None:
            words.append(str(child.model._meta.verbose_name))
        else:
            words.append(name)
        if rest:
            words[-1] += f" {rest.pop(0)}"
        if rest and child is not None and rest[0] not in (*child.children, ATTACHMENTS):
            words.append(_field_label(child.model, rest.pop(0)))
        children = child.children if child is not None else {}
    return capfirst(", ".join(words))


def _field_label(model: type[Model], name: str) -> str:
    try:
        return str(model._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    except (FieldDoesNotExist, AttributeError):
        return name


def _words(value: Any) -> str:
    if value is None or value == "":
        return ""
    if isinstance(value, dict):
        return joined(each for each in value.values() if each not in (None, "", {}))
    return str(value)
