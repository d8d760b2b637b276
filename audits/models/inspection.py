"""Inspections by an authority and the regulations they cited."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from audits.models.authority import Authority
from common.models import Dated, Sourced, TimeStamped, source_key_unique
from partners.models import Site


class Inspection(TimeStamped, Sourced, Dated):
    """One inspection in one project area and product type; `happened_on` is its last day."""

    class Classification(models.TextChoices):
        NAI = "nai", _("NAI, no action indicated")
        VAI = "vai", _("VAI, voluntary action indicated")
        OAI = "oai", _("OAI, official action indicated")
        PENDING = "pending", _("classification pending")
        COMPLIANT = "compliant", _("compliant")
        NON_COMPLIANT = "non_compliant", _("not compliant")

    # `inspection_of_site` begins with it.
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="inspections", db_index=False
    )
    authority = models.CharField(_("authority"), max_length=10, choices=Authority, default=Authority.FDA)
    inspection_number = models.CharField(_("inspection number"), max_length=40, blank=True, default="")
    started_on = models.DateField(_("first day"), null=True, blank=True)
    classification = models.CharField(
        _("classification"), max_length=15, choices=Classification, default=Classification.PENDING
    )
    project_area = models.CharField(_("project area"), max_length=200, blank=True, default="")
    product_type = models.CharField(_("product type"), max_length=100, blank=True, default="")
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), null=True, blank=True)
    citations_posted = models.BooleanField(_("citations posted"), null=True, blank=True)
    is_drug_gmp = models.BooleanField(_("drug or biologic GMP"), default=False)

    class Meta:
        verbose_name = _("inspection")
        verbose_name_plural = _("inspections")
        ordering = ["-happened_on", "id"]
        constraints = [source_key_unique()]
        indexes = [
            models.Index(name="inspection_of_site", fields=["site", "-happened_on"]),
            # For the beginning of a number too, in a database of any locale.
            models.Index(
                name="inspection_number", fields=["inspection_number"], opclasses=["varchar_pattern_ops"]
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_authority_display()} {self.inspection_number}".strip()


class Citation(TimeStamped, Sourced, Dated):
    """A regulation cited at an inspection, in the authority's own words. FDA does not class observations."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="citations")
    inspection = models.ForeignKey(
        Inspection,
        verbose_name=_("inspection"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="citations",
    )
    inspection_number = models.CharField(_("inspection number"), max_length=40, blank=True, default="")
    authority = models.CharField(_("authority"), max_length=10, choices=Authority, default=Authority.FDA)
    program_area = models.CharField(_("program area"), max_length=200, blank=True, default="")
    regulation = models.CharField(_("regulation"), max_length=100)
    short_text = models.TextField(_("short description"), blank=True, default="")
    long_text = models.TextField(_("long description"), blank=True, default="")
    is_data_integrity = models.BooleanField(_("concerns data integrity"), default=False)
    is_drug_gmp = models.BooleanField(_("drug or biologic GMP"), default=False)

    class Meta:
        verbose_name = _("citation")
        verbose_name_plural = _("citations")
        ordering = ["-happened_on", "regulation", "id"]
        constraints = [source_key_unique()]
        indexes = [
            models.Index(name="citation_of_site", fields=["site", "regulation", "-happened_on"]),
            models.Index(name="citation_inspection", fields=["inspection_number"]),
        ]

    def __str__(self) -> str:
        return self.regulation
