"""A tree of criteria with anchors and default weights. A template in use is not edited: it has versions."""

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import TimeStamped


class ScorecardTemplate(TimeStamped):
    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        RETIRED = "retired", _("retired")

    key = models.SlugField(_("key"), max_length=40)
    version = models.PositiveIntegerField(_("version"), default=1)
    title = models.CharField(_("title"), max_length=200)
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.DRAFT)
    # In points: a value that is only claimed could be so much lower.
    claimed_margin = models.DecimalField(
        _("margin on claimed values"), max_digits=5, decimal_places=2, default=0
    )

    class Meta:
        verbose_name = _("scorecard template")
        verbose_name_plural = _("scorecard templates")
        ordering = ["key", "-version"]
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="template_version"),
            models.CheckConstraint(
                condition=models.Q(claimed_margin__range=(0, 100)),
                name="template_margin_range",
                violation_error_message=_("The margin lies between 0 and 100 points."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.title} {self.version}"


class Criterion(TimeStamped):
    """A group, a leaf or a must-have of a template. Weights are out of 100 among siblings."""

    template = models.ForeignKey(
        ScorecardTemplate, verbose_name=_("template"), on_delete=models.CASCADE, related_name="criteria"
    )
    parent = models.ForeignKey(
        "self",
        verbose_name=_("group"),
        null=True,
        blank=True,
        on_delete=models.CASCADE,
        related_name="children",
    )
    key = models.SlugField(_("key"), max_length=60)
    title = models.CharField(_("title"), max_length=200)
    position = models.PositiveSmallIntegerField(_("position"))
    weight = models.DecimalField(
        _("default weight"),
        max_digits=7,
        decimal_places=4,
        default=0,
        validators=[MinValueValidator(0), MaxValueValidator(100)],
    )
    rule = models.SlugField(_("rule"), max_length=60, blank=True, default="")
    anchors = models.JSONField(_("anchors"), default=dict, blank=True)
    coverage = ArrayField(
        models.CharField(max_length=12), verbose_name=_("coverage"), default=list, blank=True
    )
    is_must_have = models.BooleanField(_("must-have"), default=False)
    # In points from 0 to 100. Who stays below is excluded, or ranked only by a signed exception.
    floor = models.DecimalField(_("floor"), max_digits=5, decimal_places=2, null=True, blank=True)
    floor_by_exception = models.BooleanField(_("a signed exception may rank below the floor"), default=False)

    class Meta:
        verbose_name = _("criterion")
        verbose_name_plural = _("criteria")
        ordering = ["template_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["template", "key"], name="criterion_key"),
            models.UniqueConstraint(fields=["template", "position"], name="criterion_position"),
            models.CheckConstraint(
                condition=models.Q(weight__range=(0, 100)),
                name="criterion_weight_range",
                violation_error_message=_("A weight lies between 0 and 100."),
            ),
            models.CheckConstraint(
                condition=models.Q(floor__isnull=True) | models.Q(floor__gt=0, floor__lte=100),
                name="criterion_floor_range",
                violation_error_message=_("A floor lies above 0, up to 100."),
            ),
            models.CheckConstraint(
                condition=models.Q(floor__isnull=True) | (models.Q(is_must_have=False) & ~models.Q(rule="")),
                name="criterion_floor_leaf",
                violation_error_message=_("Only a criterion with a value of its own has a floor."),
            ),
            models.CheckConstraint(
                condition=models.Q(floor__isnull=False) | models.Q(floor_by_exception=False),
                name="criterion_floor_exception",
                violation_error_message=_("Without a floor there is nothing to except."),
            ),
        ]

    def __str__(self) -> str:
        return self.title
