"""Files on records: adding, removing, listing, handing out."""

import hashlib
from dataclasses import dataclass
from typing import IO, Any

from django import forms
from django.conf import settings
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from common.counting import counts_of
from records.context import recorded
from records.declarations import Attachable, attachable_of
from records.file_kinds import ACCEPT, file_kind, safe_name
from records.models import Attachment, AttachmentContent, Signature
from records.reasons import LONGEST, beyond_draft, needs_reason
from records.refusals import Refused, refusals_raised

type Upload = UploadedFile[bytes] | IO[bytes]


class AttachmentField(forms.FileField):
    """A file in a form of one's own, checked by name and content; `attachment_add` takes what it gives."""

    widget = forms.FileInput(attrs={"accept": ACCEPT})

    def clean(self, data: Any, initial: Any = None) -> Any:
        """The upload, whose content is what its name says. Raises `Refused`, a `ValidationError`."""
        upload = super().clean(data, initial)
        if isinstance(upload, UploadedFile):
            file_kind(upload.name or "", _bytes_of(upload))
            upload.seek(0)
        return upload


class AttachmentForm(forms.Form):
    """What the part of a page that lists files asks for."""

    file = AttachmentField(
        label=gettext_lazy("File"),
        help_text=gettext_lazy("PDF, PNG, JPEG, XLSX, DOCX, CSV or TXT, up to 25 MB."),
    )
    description = forms.CharField(label=gettext_lazy("Description"), max_length=300, required=False)


@dataclass(frozen=True)
class AttachmentPanel:
    """The files of a record and what the person may do with them; shown by `records/_attachments.html`."""

    app: str
    model: str
    pk: int
    attachments: tuple[Attachment, ...]
    form: AttachmentForm | None
    locked: bool
    asks_reason: bool


def attachment_panel(record: Model, user: User, form: AttachmentForm | None = None) -> AttachmentPanel:
    """The files of a record for a page, without their bytes. Two queries and those of the declaration."""
    declared = _declared(record)
    covered, left_draft = counts_of([_covering(record), beyond_draft(record)])
    locked = bool(covered)
    may = not locked and declared.may_attach(record, user)
    return AttachmentPanel(
        app=record._meta.app_label,
        model=record._meta.model_name or "",
        pk=record.pk,
        attachments=tuple(Attachment.objects.of(record).select_related("uploaded_by")),
        form=(form or AttachmentForm(auto_id="attachment_%s")) if may else None,
        locked=locked,
        asks_reason=may and bool(left_draft),
    )


def attachment_add(
    *,
    record: Model,
    file: Upload,
    actor: User | None,
    name: str = "",
    description: str = "",
    reason: str = "",
) -> Attachment:
    """Attach a file to a record.

    Raises:
        PermissionDenied: when the person may not.
        Refused: for a file that is not taken (see `file_kind`), and where a signature covers the files.
    """
    _require(record, actor)
    name = safe_name(name or getattr(file, "name", "") or "")
    content = _bytes_of(file)
    kind = file_kind(name, content)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()[:LONGEST] or f"attached: {name}"):
        return Attachment.objects.create(
            model=record._meta.label,
            record_pk=record.pk,
            file_name=name,
            kind=kind,
            size=len(content),
            sha256=hashlib.sha256(content).hexdigest(),
            description=description.strip(),
            content=AttachmentContent.objects.create(content=content),
            uploaded_by=actor,
        )


def attachment_remove(*, attachment: Attachment, actor: User | None, reason: str = "") -> None:
    """Remove a file from its record; the history keeps its name and hash.

    Raises:
        PermissionDenied: when the person may not.
        Refused: without a reason once the record has left draft, and where a signature covers the file.
    """
    record = record_of(attachment)
    _require(record, actor)
    if not reason.strip() and needs_reason(record):
        raise Refused("reason_required", _("Say why the file is removed."), "reason")
    told = reason.strip()[:LONGEST] or f"removed: {attachment.file_name}"
    with refusals_raised(), recorded(actor=actor, reason=told):
        Attachment.objects.filter(pk=attachment.pk).delete()


def record_of(attachment: Attachment) -> Model:
    """The record of an attachment. Raises `LookupError` for a kind that no longer carries files."""
    declared = attachable_of(attachment.model)
    if declared is None:
        raise LookupError(f"Records of {attachment.model} carry no files.")
    return declared.model._default_manager.get(pk=attachment.record_pk)


def attachment_for(user: User, pk: int) -> Attachment | None:
    """An attachment whose record the person may see; null otherwise. Two queries."""
    attachment = Attachment.objects.filter(pk=pk).first()
    declared = attachable_of(attachment.model) if attachment else None
    if attachment is None or declared is None:
        return None
    return attachment if declared.visible(user).filter(pk=attachment.record_pk).exists() else None


def _declared(record: Model) -> Attachable:
    declared = attachable_of(record._meta.label)
    if declared is None:
        raise LookupError(f"Records of {record._meta.label} carry no files.")
    return declared


def _require(record: Model, actor: User | None) -> None:
    if actor is not None and not (actor.is_active and _declared(record).may_attach(record, actor)):
        raise PermissionDenied(_("Your role does not allow this."))


def _covering(record: Model) -> QuerySet[Signature]:
    """The standing signatures that cover the files of a record."""
    return Signature.objects.filter(
        model=record._meta.label, record_pk=record.pk, covers_attachments=True, withdrawn_at=None
    )


def _bytes_of(file: Upload) -> bytes:
    """The content; of a file that is too large no more than shows it."""
    file.seek(0)
    return bytes(file.read(settings.ATTACHMENT_MAX_BYTES + 1))
