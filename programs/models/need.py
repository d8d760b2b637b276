"""What a program will need in numbers, and what it asks of whoever makes it."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import Versioned
from partners.vocabulary import BatchUnit
from programs.models.program import Program, WorkPackage


class Demand(Versioned):
    """Forecast of one year. What happens if demand doubles is computed from `base`, never stored."""

    program = models.ForeignKey(
        Program, verbose_name=_("program"), on_delete=models.CASCADE, related_name="demand"
    )
    year = models.PositiveSmallIntegerField(
        _("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)]
    )
    unit = models.CharField(_("unit"), max_length=10, choices=BatchUnit)
    low = models.DecimalField(_("low"), max_digits=16, decimal_places=3, validators=[MinValueValidator(0)])
    base = models.DecimalField(_("base"), max_digits=16, decimal_places=3, validators=[MinValueValidator(0)])
    high = models.DecimalField(_("high"), max_digits=16, decimal_places=3, validators=[MinValueValidator(0)])

    class Meta:
        verbose_name = _("demand")
        verbose_name_plural = _("demand")
        ordering = ["program_id", "year"]
        constraints = [
            models.UniqueConstraint(
                fields=["program", "year"],
                name="demand_once",
                violation_error_message=_("This year is already forecast."),
            ),
            models.CheckConstraint(
                condition=models.Q(low__lte=models.F("base")) & models.Q(base__lte=models.F("high")),
                name="demand_order",
                violation_error_message=_("Low, base and high are in ascending order."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.year)


class Requirement(Versioned):
    """A must-have or a want on one fact of the evidence; `fact` is a key of the catalogue of facts."""

    class Kind(models.TextChoices):
        MUST = "must", _("must-have")
        WANT = "want", _("wanted")

    class Operator(models.TextChoices):
        EQUALS = "eq", _("is")
        ONE_OF = "in", _("is one of")
        INCLUDES = "includes", _("includes all of")
        AT_LEAST = "gte", _("is at least")
        AT_MOST = "lte", _("is at most")
        PRESENT = "present", _("is on record")

    work_package = models.ForeignKey(
        WorkPackage, verbose_name=_("work package"), on_delete=models.CASCADE, related_name="requirements"
    )
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    kind = models.CharField(_("kind"), max_length=5, choices=Kind, default=Kind.MUST)
    fact = models.CharField(_("fact"), max_length=60)
    operator = models.CharField(_("condition"), max_length=10, choices=Operator)
    value = models.JSONField(_("value"), null=True, blank=True)
    unit = models.CharField(_("unit"), max_length=10, blank=True, default="")
    explanation = models.CharField(_("sentence shown when it fails"), max_length=300)

    class Meta:
        verbose_name = _("requirement")
        verbose_name_plural = _("requirements")
        ordering = ["work_package_id", "position", "id"]

    def __str__(self) -> str:
        return self.explanation
