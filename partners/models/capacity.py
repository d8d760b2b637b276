"""What a line can make in a period, what of it is taken, and what it takes to get more."""

from django.core.validators import MinValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.evidence import SiteEvidence
from partners.vocabulary import BatchUnit, Modality, Operation


class Capacity(SiteEvidence):
    """One line in one calendar year; `happened_on` is the day it was stated, in one unit throughout."""

    class ShiftModel(models.TextChoices):
        ONE = "one", _("one shift")
        TWO = "two", _("two shifts")
        THREE = "three", _("three shifts")
        CONTINUOUS = "continuous", _("around the clock")

    line = models.CharField(_("line"), max_length=120)
    modality = models.CharField(_("modality"), max_length=30, choices=Modality, blank=True, default="")
    operation = models.CharField(_("operation"), max_length=20, choices=Operation)
    year = models.PositiveSmallIntegerField(_("year"))
    unit = models.CharField(_("unit"), max_length=10, choices=BatchUnit)
    total = models.DecimalField(
        _("total"), max_digits=16, decimal_places=3, validators=[MinValueValidator(0)]
    )
    committed = models.DecimalField(
        _("committed"),
        max_digits=16,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    reservable = models.DecimalField(
        _("reservable"),
        max_digits=16,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    expandable_to = models.DecimalField(
        _("expandable to"),
        max_digits=16,
        decimal_places=3,
        null=True,
        blank=True,
        validators=[MinValueValidator(0)],
    )
    added_capacity_lead_months = models.PositiveSmallIntegerField(
        _("months to add capacity"), null=True, blank=True
    )
    next_slot_on = models.DateField(_("next free slot"), null=True, blank=True)
    shift_model = models.CharField(
        _("shift model"), max_length=12, choices=ShiftModel, blank=True, default=""
    )
    reservation_terms = models.TextField(_("reservation terms"), blank=True, default="")
    scale_up_path = models.TextField(_("path from pilot to commercial"), blank=True, default="")
    confirmed_by_role = models.CharField(_("confirmed by (role)"), max_length=120, blank=True, default="")

    class Meta:
        verbose_name = _("capacity")
        verbose_name_plural = _("capacity")
        ordering = ["site_id", "line", "year", "id"]
        indexes = [models.Index(name="capacity_of_site", fields=["site", "year"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(committed__isnull=True) | models.Q(committed__lte=models.F("total")),
                name="capacity_committed",
                violation_error_message=_("Committed capacity cannot exceed the total."),
            ),
            models.CheckConstraint(
                condition=models.Q(expandable_to__isnull=True)
                | models.Q(expandable_to__gte=models.F("total")),
                name="capacity_expandable",
                violation_error_message=_("Expanded capacity cannot be less than the total."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.line} {self.year}"


class Service(SiteEvidence):
    """Development, analytical and regulatory work a site offers, in its own house or through others."""

    class Kind(models.TextChoices):
        PROCESS_DEVELOPMENT = "process_development", _("process development")
        FORMULATION = "formulation", _("formulation development")
        ANALYTICAL_DEVELOPMENT = "analytical_development", _("analytical development")
        METHOD_VALIDATION = "method_validation", _("method validation")
        QC_RELEASE = "qc_release", _("QC release testing")
        STABILITY = "stability", _("stability studies")
        SCALE_DOWN = "scale_down", _("scale-down models")
        REGULATORY_WRITING = "regulatory_writing", _("CMC writing")

    kind = models.CharField(_("service"), max_length=30, choices=Kind)
    in_house = models.BooleanField(_("in its own house"), default=True)
    staff_count = models.PositiveIntegerField(_("people"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("service")
        verbose_name_plural = _("services")
        ordering = ["site_id", "kind", "id"]
        indexes = [models.Index(name="service_of_site", fields=["site"])]

    def __str__(self) -> str:
        return self.get_kind_display()
