"""A person's value in place of a derived one. The derived value stays and is shown beside it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import Versioned
from partners.models import Site
from scorecards.models.scorecard import Scorecard
from scorecards.models.template import Criterion


class Override(Versioned):
    """One criterion of one candidate, valued by a person with a reason. Withdrawn, never deleted."""

    scorecard = models.ForeignKey(
        Scorecard, verbose_name=_("scorecard"), on_delete=models.CASCADE, related_name="overrides"
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="overrides"
    )
    low = models.DecimalField(
        _("from"),
        max_digits=5,
        decimal_places=2,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    high = models.DecimalField(
        _("to"), max_digits=5, decimal_places=2, validators=[MinValueValidator(0), MaxValueValidator(100)]
    )
    reason = models.TextField(_("reason"))
    made_by = models.ForeignKey(
        User, verbose_name=_("made by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField(_("made at"), db_default=Now(), editable=False)
    withdrawn_by = models.ForeignKey(
        User,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    withdrawn_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    withdrawal_reason = models.TextField(_("reason of the withdrawal"), blank=True, default="")

    class Meta:
        verbose_name = _("override")
        verbose_name_plural = _("overrides")
        ordering = ["scorecard_id", "site_id", "criterion_id", "-made_at"]
        constraints = [
            models.UniqueConstraint(
                fields=["scorecard", "site", "criterion"],
                condition=models.Q(withdrawn_at__isnull=True),
                name="override_once",
                violation_error_message=_("This value is already overridden."),
            ),
            models.CheckConstraint(
                condition=models.Q(low__gte=0, high__lte=100) & models.Q(low__lte=models.F("high")),
                name="override_range",
                violation_error_message=_("The values lie between 0 and 100, the lower one first."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.low}–{self.high}"
