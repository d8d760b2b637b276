"""A frozen evaluation: what went in, what came out, and the hash over both. Never changed, never deleted."""

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from scorecards.models.scorecard import Scorecard


class EvaluationRun(models.Model):
    """Inputs, result and rule versions under one SHA-256 of their canonical JSON.

    A trigger of the database refuses updates and deletes (migration 0002).
    """

    scorecard = models.ForeignKey(
        Scorecard, verbose_name=_("scorecard"), on_delete=models.PROTECT, related_name="runs"
    )
    as_of = models.DateField(_("as of"))
    inputs = models.JSONField(_("inputs"))
    result = models.JSONField(_("result"))
    rule_versions = models.JSONField(_("rule versions"))
    sha256 = models.CharField(_("hash"), max_length=64)
    history_head = models.CharField(_("head of the change history"), max_length=128, blank=True, default="")
    frozen_by = models.ForeignKey(
        User, verbose_name=_("frozen by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    frozen_at = models.DateTimeField(_("frozen at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("frozen evaluation")
        verbose_name_plural = _("frozen evaluations")
        ordering = ["-frozen_at", "-id"]
        constraints = [models.UniqueConstraint(fields=["scorecard", "sha256"], name="evaluation_once")]

    def __str__(self) -> str:
        return self.sha256[:12]
