"""What has to be shown before go-live: packaging, labels, the review of both, and the dry run."""

from typing import ClassVar

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
from django.db import models
from django.db.models.functions import MD5
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from logistics.models.row import OwnedRow
from logistics.models.transport import Lane, Party
from logistics.vocabulary import Level
from partners.vocabulary import Region, TemperatureBand


class PackagingQualification(OwnedRow):
    """Whether packaging was shown to hold the product at its temperature, and for how long."""

    class Result(models.TextChoices):
        PASSED = "passed", _("passed")
        RUNNING = "running", _("under way")
        FAILED = "failed", _("failed")

    name = models.CharField(_("packaging"), max_length=200)
    band = models.CharField(_("temperature band"), max_length=15, choices=TemperatureBand)
    protocol = models.CharField(_("protocol or report"), max_length=200, blank=True, default="")
    hold_hours = models.DecimalField(
        _("shown to hold for"),
        max_digits=8,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    tested_on = models.DateField(_("tested on"), null=True, blank=True)
    result = models.CharField(_("result"), max_length=10, choices=Result, default=Result.RUNNING)

    class Meta:
        verbose_name = _("packaging qualification")
        verbose_name_plural = _("packaging qualifications")
        ordering = ["plan_id", "name", "id"]
        constraints = [
            models.CheckConstraint(
                condition=~models.Q(result="passed")
                | models.Q(hold_hours__isnull=False, tested_on__isnull=False),
                name="packaging_passed",
                violation_error_message=_("What passed was tested on a day and held for a time."),
            ),
            models.UniqueConstraint(
                fields=["plan", "name", "band", "protocol"],
                name="packaging_once",
                violation_error_message=_("The plan already has this packaging with this protocol."),
            ),
        ]

    def __str__(self) -> str:
        return self.name


class LabelRequirement(OwnedRow):
    """What a region wants to read on one layer of the packaging."""

    region = models.CharField(_("region"), max_length=10, choices=Region)
    level = models.CharField(_("layer"), max_length=10, choices=Level)
    requirement = models.TextField(_("what it must say"))
    reference = models.CharField(_("rule or request"), max_length=200, blank=True, default="")
    met_on = models.DateField(_("met since"), null=True, blank=True)

    class Meta:
        verbose_name = _("label requirement")
        verbose_name_plural = _("label requirements")
        ordering = ["plan_id", "region", "level", "id"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "region",
                "level",
                MD5("requirement"),
                name="label_once",
                violation_error_message=_("The plan already has this requirement for the layer."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_region_display()} · {self.get_level_display()}"


class MockReview(OwnedRow):
    """A review of labels and packaging as the authority would hold it, before filing."""

    region = models.CharField(_("region"), max_length=10, choices=Region)
    planned_on = models.DateField(pgettext_lazy("rehearsal", "planned for"), null=True, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    reviewers = models.CharField(_("reviewers"), max_length=300, blank=True, default="")
    scope = models.TextField(_("what was looked at"), blank=True, default="")

    class Meta:
        verbose_name = _("mock review")
        verbose_name_plural = _("mock reviews")
        ordering = ["plan_id", "region", "-held_on", "id"]
        constraints = [
            models.UniqueConstraint(
                "plan",
                "region",
                "planned_on",
                "held_on",
                MD5("scope"),
                name="mock_review_once",
                nulls_distinct=False,
                violation_error_message=_("The plan already has this mock review."),
            )
        ]

    def __str__(self) -> str:
        return self.get_region_display()


class ReviewGap(OwnedRow):
    """What a mock review found missing."""

    review = models.ForeignKey(
        MockReview, verbose_name=_("mock review"), on_delete=models.CASCADE, related_name="gaps"
    )
    description = models.TextField(_("what is missing"))
    closed_on = models.DateField(_("closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("gap of a mock review")
        verbose_name_plural = _("gaps of mock reviews")
        ordering = ["plan_id", "review_id", "id"]
        constraints = [
            models.UniqueConstraint(
                "review",
                MD5("description"),
                name="review_gap_once",
                violation_error_message=_("The mock review already has this gap."),
            )
        ]

    def __str__(self) -> str:
        return self.description[:80]


class DryRun(OwnedRow):
    """A shipment without a patient: material, vials and shipper, through every pair of hands."""

    OWN_DATES: ClassVar[tuple[str, ...]] = ("held_on",)

    class Outcome(models.TextChoices):
        PASSED = "passed", _("passed")
        DEVIATIONS = "deviations", _("passed with deviations")
        FAILED = "failed", _("failed")

    name = models.CharField(_("dry run"), max_length=200)
    lane = models.ForeignKey(
        Lane, verbose_name=_("lane"), null=True, blank=True, on_delete=models.CASCADE, related_name="dry_runs"
    )
    planned_on = models.DateField(pgettext_lazy("rehearsal", "planned for"), null=True, blank=True)
    held_on = models.DateField(_("held on"), null=True, blank=True)
    material = models.CharField(_("what was shipped"), max_length=300, blank=True, default="")
    observers = models.CharField(_("observers"), max_length=300, blank=True, default="")
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, blank=True, default="")
    signed_off_on = models.DateField(_("signed off on"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("dry run")
        verbose_name_plural = _("dry runs")
        ordering = ["plan_id", "-held_on", "-planned_on", "id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(outcome="") | models.Q(held_on__isnull=False),
                name="dry_run_outcome",
                violation_error_message=_("What has an outcome was held on a day."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class DryRunStep(OwnedRow):
    """One step of a dry run: whose it was, how long it took, and what deviated."""

    OWN_DATES: ClassVar[tuple[str, ...]] = ("closed_on",)

    dry_run = models.ForeignKey(
        DryRun, verbose_name=_("dry run"), on_delete=models.CASCADE, related_name="steps"
    )
    position = models.PositiveSmallIntegerField(_("position"), validators=[MinValueValidator(1)])
    step = models.CharField(_("step"), max_length=200)
    party = models.ForeignKey(
        Party, verbose_name=_("done by"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    planned_hours = models.DecimalField(
        _("planned"), max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    taken_hours = models.DecimalField(
        _("took"), max_digits=7, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    deviation = models.TextField(_("deviation"), blank=True, default="")
    closed_on = models.DateField(_("deviation closed on"), null=True, blank=True)

    class Meta:
        verbose_name = _("step of a dry run")
        verbose_name_plural = _("steps of dry runs")
        ordering = ["plan_id", "dry_run_id", "position", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["dry_run", "position"],
                name="dry_run_step_position",
                violation_error_message=_("The dry run already has a step at this position."),
            )
        ]

    def __str__(self) -> str:
        return self.step

    def clean(self) -> None:
        super().clean()
        if self.closed_on and not self.deviation.strip():
            raise ValidationError({"closed_on": _("There is no deviation to close.")})
