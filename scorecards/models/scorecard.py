"""The scorecard of one work package: its template and the weights its team chose."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import Versioned
from programs.models import WorkPackage
from scorecards.models.template import Criterion, ScorecardTemplate


class Scorecard(Versioned):
    work_package = models.OneToOneField(
        WorkPackage, verbose_name=_("work package"), on_delete=models.CASCADE, related_name="scorecard"
    )
    template = models.ForeignKey(
        ScorecardTemplate, verbose_name=_("template"), on_delete=models.PROTECT, related_name="scorecards"
    )

    class Meta:
        verbose_name = _("scorecard")
        verbose_name_plural = _("scorecards")
        ordering = ["work_package_id"]

    def __str__(self) -> str:
        return str(self.work_package)


class CriterionWeight(models.Model):
    """A chosen local weight, out of 100 among siblings. Criteria without one keep the template's default."""

    scorecard = models.ForeignKey(
        Scorecard, verbose_name=_("scorecard"), on_delete=models.CASCADE, related_name="weights"
    )
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="weights"
    )
    weight = models.DecimalField(
        _("weight"),
        max_digits=7,
        decimal_places=4,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )

    class Meta:
        verbose_name = _("weight")
        verbose_name_plural = _("weights")
        ordering = ["scorecard_id", "criterion_id"]
        constraints = [
            models.UniqueConstraint(fields=["scorecard", "criterion"], name="criterion_weight_once"),
            models.CheckConstraint(
                condition=models.Q(weight__range=(0, 100)),
                name="chosen_weight_range",
                violation_error_message=_("A weight lies between 0 and 100."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.weight}"


class WeightChange(models.Model):
    """One saved change of the weights with its reason; what was before makes it possible to undo."""

    scorecard = models.ForeignKey(
        Scorecard, verbose_name=_("scorecard"), on_delete=models.CASCADE, related_name="weight_changes"
    )
    # On whose scales the weights were asked; unknown of changes saved before this was kept.
    template = models.ForeignKey(
        ScorecardTemplate,
        verbose_name=_("template"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    before = models.JSONField(_("before"))
    after = models.JSONField(_("after"))
    reason = models.TextField(_("reason"))
    changed_by = models.ForeignKey(
        User, verbose_name=_("changed by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    changed_at = models.DateTimeField(_("changed at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("change of weights")
        verbose_name_plural = _("changes of weights")
        ordering = ["-changed_at", "-id"]

    def __str__(self) -> str:
        return self.reason
