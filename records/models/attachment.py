"""Files that belong to a record. Their bytes stand in a table of their own, so that lists never load them."""

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from typing import Self


class AttachmentContent(models.Model):
    """The bytes. A trigger refuses to change them; attachments of revisions share one row."""

    content = models.BinaryField(_("content"))

    class Meta:
        verbose_name = _("content of an attachment")
        verbose_name_plural = _("contents of attachments")

    def __str__(self) -> str:
        return f"#{self.pk}"


class AttachmentQuerySet(models.QuerySet["Attachment"]):
    def of(self, record: models.Model) -> "Self":
        """The attachments of one record."""
        return self.filter(model=record._meta.label, record_pk=record.pk)


class Attachment(models.Model):
    """A file attached to any record that `records.declarations.attachable` names.

    Label and key instead of a content type: the history, the signatures and the triggers read them without a
    join. Triggers keep what a foreign key would: no attachment without its record, none outlives it.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        PNG = "png", "PNG"
        JPEG = "jpeg", "JPEG"
        XLSX = "xlsx", _("Excel workbook")
        DOCX = "docx", _("Word document")
        CSV = "csv", "CSV"
        TEXT = "txt", _("text")

    model = models.CharField(_("kind of record"), max_length=100)
    record_pk = models.BigIntegerField(_("record"))
    file_name = models.CharField(_("file name"), max_length=200)
    kind = models.CharField(_("type"), max_length=5, choices=Kind)
    size = models.PositiveIntegerField(_("size in bytes"))
    sha256 = models.CharField(_("SHA-256"), max_length=64)
    description = models.CharField(_("description"), max_length=300, blank=True, default="")
    content = models.ForeignKey(
        AttachmentContent, verbose_name=_("content"), on_delete=models.PROTECT, related_name="attachments"
    )
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("uploaded by"),
        null=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    uploaded_at = models.DateTimeField(_("uploaded at"), db_default=Now(), editable=False)

    objects = AttachmentQuerySet.as_manager()

    class Meta:
        verbose_name = _("attachment")
        verbose_name_plural = _("attachments")
        ordering = ["id"]
        indexes = [models.Index(fields=["model", "record_pk"], name="attachment_record")]

    def __str__(self) -> str:
        return self.file_name
