"""What a site says, shows or was seen to be able to make."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from partners.models.evidence import SiteEvidence
from partners.vocabulary import (
    BatchUnit,
    DosageForm,
    Modality,
    Operation,
    Route,
    Stage,
    TemperatureBand,
)


class Capability(SiteEvidence):
    """One kind of work at a site, with its proven scale, its stated limits and how far it may be trusted."""

    modality = models.CharField(_("modality"), max_length=30, choices=Modality)
    dosage_form = models.CharField(_("dosage form"), max_length=30, choices=DosageForm)
    route = models.CharField(_("route"), max_length=20, choices=Route, blank=True, default="")
    operation = models.CharField(_("operation"), max_length=20, choices=Operation)
    stages = ArrayField(
        models.CharField(max_length=15, choices=Stage), verbose_name=_("stages"), default=list, blank=True
    )
    batch_min = models.DecimalField(
        _("smallest proven batch"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    batch_max = models.DecimalField(
        _("largest proven batch"), max_digits=14, decimal_places=3, null=True, blank=True
    )
    batch_unit = models.CharField(_("batch unit"), max_length=10, choices=BatchUnit, blank=True, default="")
    containment_oeb = models.PositiveSmallIntegerField(_("containment (OEB)"), null=True, blank=True)
    temperature_bands = ArrayField(
        models.CharField(max_length=15, choices=TemperatureBand),
        verbose_name=_("temperature bands"),
        default=list,
        blank=True,
    )
    batches_made = models.PositiveIntegerField(_("batches made"), null=True, blank=True)
    years_experience = models.PositiveSmallIntegerField(_("years of experience"), null=True, blank=True)
    stated_limits = models.TextField(_("stated limits"), blank=True, default="")

    class Meta:
        verbose_name = _("capability")
        verbose_name_plural = _("capabilities")
        ordering = ["site_id", "modality", "dosage_form", "id"]
        indexes = [models.Index(name="capability_match", fields=["modality", "dosage_form"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(batch_min__isnull=True)
                | models.Q(batch_max__isnull=True)
                | models.Q(batch_min__lte=models.F("batch_max")),
                name="capability_batch_order",
                violation_error_message=_("The smallest batch cannot be larger than the largest one."),
            ),
            models.CheckConstraint(
                condition=models.Q(containment_oeb__isnull=True) | models.Q(containment_oeb__range=(1, 6)),
                name="capability_oeb_range",
                violation_error_message=_("An OEB is a number from 1 to 6."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_modality_display()} · {self.get_dosage_form_display()}"
