"""What both sides say to each other about a CAPA."""

import uuid

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.capas.querysets import CapaCommentQuerySet
from audits.models.capa import Capa
from audits.models.questionnaire import Invitation


class CapaComment(models.Model):
    """One comment of ours or of the site. Both sides read it; nobody rewrites it.

    `author` is one of ours, `invitation` that of the contact at the site; one of them is there.
    """

    capa = models.ForeignKey(Capa, verbose_name=_("CAPA"), on_delete=models.CASCADE, related_name="comments")
    # Made by the form: sent twice it is one comment.
    entry_key = models.UUIDField(_("entry key"), default=uuid.uuid4, unique=True, editable=False)
    text = models.TextField(_("comment"), max_length=5_000)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    invitation = models.ForeignKey(
        Invitation,
        verbose_name=_("invitation"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="comments",
    )
    author_name = models.CharField(_("name"), max_length=150)
    written_at = models.DateTimeField(_("written at"), db_default=Now(), editable=False)

    objects = CapaCommentQuerySet.as_manager()

    class Meta:
        verbose_name = _("comment on a CAPA")
        verbose_name_plural = _("comments on CAPAs")
        ordering = ["written_at", "id"]
        indexes = [models.Index(name="comment_of_capa", fields=["capa", "written_at"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(author__isnull=False, invitation__isnull=True)
                | models.Q(author__isnull=True, invitation__isnull=False),
                name="comment_of_one_side",
            )
        ]

    def __str__(self) -> str:
        return f"{self.author_name}: {self.text[:60]}"

    def get_absolute_url(self) -> str:
        return f"{self.capa.get_absolute_url()}#comment-{self.pk}"
