"""An electronic signature: who signed which content, when, and what it means."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Signature(models.Model):
    """A signature over a part of a record. Never changed or deleted; at most withdrawn before approval.

    The record is named by label and key, which stand in the content that the hash covers as well, so that a
    copy of the record does not verify. Triggers (`records/sql/guards.sql`) refuse a signature without its
    record, a change of the signature, and a change of what was signed.
    """

    class Meaning(models.TextChoices):
        AUTHORED = "authored", _("authored")
        REVIEWED = "reviewed", _("reviewed")
        APPROVED = "approved", _("approved")

    model = models.CharField(_("kind of record"), max_length=100)
    record_pk = models.BigIntegerField(_("record"))
    part = models.SlugField(
        pgettext_lazy("signature", "part"), max_length=40, default="record", db_index=False
    )
    revision = models.PositiveIntegerField(_("revision"), default=1)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("signed by"), on_delete=models.PROTECT, related_name="+"
    )
    printed_name = models.CharField(_("printed name"), max_length=150)
    meaning = models.CharField(_("meaning"), max_length=10, choices=Meaning)
    signed_at = models.DateTimeField(_("signed at"), db_default=Now(), editable=False)
    content = models.TextField(_("signed content"))
    content_sha256 = models.CharField(_("hash of the content"), max_length=64)
    # What the signature locks is said by the declaration in force when it was made.
    locks = models.BooleanField(_("locks the content"), default=True)
    covers_attachments = models.BooleanField(_("covers the attachments"), default=False)
    nonce = models.CharField(_("request"), max_length=64, unique=True)
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True, editable=False)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("signature")
        verbose_name_plural = _("signatures")
        ordering = ["signed_at", "id"]
        constraints = [
            # Author and approver differ: nobody signs the same content in two meanings.
            models.UniqueConstraint(
                fields=["model", "record_pk", "part", "user"],
                condition=models.Q(withdrawn_at=None),
                name="signature_once_per_person",
                violation_error_message=_("You have signed this already; another person has to sign."),
            ),
            models.UniqueConstraint(
                fields=["model", "record_pk", "part", "meaning"],
                condition=models.Q(withdrawn_at=None),
                name="signature_once_per_meaning",
                violation_error_message=_("This was signed by someone else in the meantime."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.printed_name}, {self.get_meaning_display()}"
