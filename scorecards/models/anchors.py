"""Anchors that people wrote for a criterion, in versions that stay as they are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from programs.models import WorkPackage
from scorecards.querysets import WrittenAnchorsQuerySet


class WrittenAnchors(models.Model):
    """One version: the texts of the levels 0 to 5, in one language of the product or in more.

    A version is never changed or removed (migration 0011); whoever changes a word writes the next one.
    """

    work_package = models.ForeignKey(
        WorkPackage, verbose_name=_("work package"), on_delete=models.PROTECT, related_name="+"
    )
    key = models.SlugField(_("criterion"), max_length=60)
    version = models.PositiveIntegerField(_("version"))
    texts = models.JSONField(_("anchors"))
    author = models.ForeignKey(
        User, verbose_name=_("written by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField(_("written at"), db_default=Now(), editable=False)

    objects = WrittenAnchorsQuerySet.as_manager()

    class Meta:
        verbose_name = _("written anchors")
        verbose_name_plural = _("written anchors")
        ordering = ["work_package_id", "key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["work_package", "key", "version"], name="written_anchors_once")
        ]

    def __str__(self) -> str:
        return f"{self.key} {self.version}"

    @property
    def shown(self) -> Sequence[str]:
        """The texts in the reader's language, else in the one they were written in."""
        texts: Mapping[str, Sequence[str]] = self.texts
        return texts[self.language]

    @property
    def language(self) -> str:
        """The language in which the reader gets them."""
        own = (get_language() or "en")[:2]
        return own if own in self.texts else str(next(iter(self.texts)))
