"""Critical materials, who supplies them, what is in stock, and how disruptions were really handled."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from common.models import NOT_CHOSEN
from partners.models.evidence import SiteEvidence


class Material(SiteEvidence):
    """A material a site depends on; days of use in stock beside days to get more."""

    name = models.CharField(_("material"), max_length=200)
    is_critical = models.BooleanField(_("critical"), default=True)
    stock_days = models.PositiveIntegerField(_("stock (days of use)"), null=True, blank=True)
    lead_time_days = models.PositiveIntegerField(_("lead time (days)"), null=True, blank=True)

    class Meta:
        verbose_name = _("material")
        verbose_name_plural = _("materials")
        ordering = ["site_id", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "name"],
                condition=models.Q(replaced_on__isnull=True),
                name="material_once",
                violation_error_message=_("This site already lists the material."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class MaterialSupplier(SiteEvidence):
    """One source of a material. The material is named, so that a new version of it keeps its suppliers."""

    class Status(models.TextChoices):
        QUALIFIED = "qualified", _("qualified")
        IN_QUALIFICATION = "in_qualification", _("in qualification")
        DISQUALIFIED = "disqualified", _("disqualified")

    material = models.CharField(_("material"), max_length=200)
    name = models.CharField(_("supplier"), max_length=200)
    country = CountryField(_("country"), blank=True, default="", blank_label=NOT_CHOSEN)
    status = models.CharField(_("status"), max_length=20, choices=Status, default=Status.QUALIFIED)

    class Meta:
        verbose_name = _("supplier")
        verbose_name_plural = _("suppliers")
        ordering = ["site_id", "material", "name", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["site", "material", "name"],
                condition=models.Q(replaced_on__isnull=True),
                name="material_supplier_once",
                violation_error_message=_("This supplier is already listed for the material."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class Disruption(SiteEvidence):
    """What went wrong and what was done about it; `happened_on` is the day it began."""

    class Cause(models.TextChoices):
        SUPPLIER = "supplier", _("supplier failure")
        EQUIPMENT = "equipment", _("equipment")
        UTILITY = "utility", _("utility")
        QUALITY = "quality", _("quality event")
        LABOR = "labor", _("staff")
        CYBER = "cyber", _("cyber incident")
        LOGISTICS = "logistics", _("transport")
        NATURAL = "natural", _("natural event")
        GEOPOLITICAL = "geopolitical", _("geopolitical")
        OTHER = "other", _("other cause")

    cause = models.CharField(_("cause"), max_length=15, choices=Cause)
    description = models.TextField(_("what happened"))
    told_on = models.DateField(_("clients told on"), null=True, blank=True)
    told_how = models.CharField(_("how it was told"), max_length=200, blank=True, default="")
    impact_days = models.PositiveIntegerField(_("delay of supply (days)"), null=True, blank=True)
    recovery_days = models.PositiveIntegerField(_("days to recover"), null=True, blank=True)
    response = models.TextField(_("response"), blank=True, default="")

    class Meta:
        verbose_name = _("disruption")
        verbose_name_plural = _("disruptions")
        ordering = ["site_id", "-happened_on", "id"]
        indexes = [models.Index(name="disruption_of_site", fields=["site"])]

    def __str__(self) -> str:
        return f"{self.get_cause_display()} {self.happened_on or ''}".strip()

    def clean(self) -> None:
        if self.told_on and self.happened_on and self.told_on < self.happened_on:
            raise ValidationError({"told_on": _("Clients cannot have been told before it happened.")})
