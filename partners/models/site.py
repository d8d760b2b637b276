"""A place where medicines are made, tested, packed or stored; the unit that regulators inspect."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from common.models import NOT_CHOSEN, Versioned
from common.text import name_key
from partners.models.organization import Organization
from partners.querysets import SiteQuerySet

validate_fei = RegexValidator(r"^\d{4,11}$", _("An FEI is a text of 4 to 11 digits."))


class Site(Versioned):
    """A site of an organization. The FEI is text: leading zeros count and its length varies."""

    class Standing(models.TextChoices):
        DRAFT = "draft", _("draft")
        ACTIVE = "active", _("active")
        QUALIFIED = "qualified", _("qualified")
        CONDITIONAL = "conditional", _("conditionally qualified")
        DISQUALIFIED = "disqualified", _("disqualified")
        ARCHIVED = "archived", _("archived")

    organization = models.ForeignKey(
        Organization, verbose_name=_("organization"), on_delete=models.PROTECT, related_name="sites"
    )
    name = models.CharField(_("name"), max_length=300)
    name_key = models.CharField(_("sort key"), max_length=300, editable=False)
    fei = models.CharField(
        _("FEI"), max_length=11, null=True, blank=True, unique=True, validators=[validate_fei]
    )
    duns = models.CharField(_("DUNS"), max_length=9, blank=True, default="")
    oms_location_id = models.CharField(_("EU OMS location id"), max_length=40, blank=True, default="")
    street = models.CharField(_("street"), max_length=200, blank=True, default="")
    city = models.CharField(_("city"), max_length=100, blank=True, default="")
    state = models.CharField(_("state or province"), max_length=100, blank=True, default="")
    postal_code = models.CharField(_("postal code"), max_length=20, blank=True, default="")
    country = CountryField(_("country"), blank=True, default="", blank_label=NOT_CHOSEN)
    latitude = models.DecimalField(_("latitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    longitude = models.DecimalField(_("longitude"), max_digits=8, decimal_places=5, null=True, blank=True)
    standing = models.CharField(_("standing"), max_length=20, choices=Standing, default=Standing.DRAFT)
    standing_valid_until = models.DateField(_("standing valid until"), null=True, blank=True)

    objects = SiteQuerySet.as_manager()

    class Meta:
        verbose_name = _("site")
        verbose_name_plural = _("sites")
        ordering = ["name_key", "id"]
        indexes = [
            GinIndex(name="site_name_trigram", fields=["name_key"], opclasses=["gin_trgm_ops"]),
            models.Index(name="site_sort", fields=["name_key", "id"]),
            models.Index(name="site_country", fields=["country"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(fei__isnull=True) | models.Q(fei__regex=r"^\d{4,11}$"),
                name="site_fei_digits",
                violation_error_message=_("An FEI is a text of 4 to 11 digits."),
            )
        ]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        self.fei = self.fei or None
        super().save(*args, **kwargs)


class SiteAlias(models.Model):
    """A further spelling of a site's name, as a source wrote it."""

    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.CASCADE, related_name="aliases")
    name = models.CharField(_("name"), max_length=300)
    name_key = models.CharField(_("sort key"), max_length=300, editable=False)
    source = models.CharField(_("source"), max_length=40, blank=True, default="")
    created_at = models.DateTimeField(_("created at"), db_default=Now(), editable=False)

    class Meta:
        verbose_name = _("alias")
        verbose_name_plural = _("aliases")
        ordering = ["name_key"]
        constraints = [models.UniqueConstraint(fields=["site", "name"], name="site_alias_once")]
        indexes = [GinIndex(name="site_alias_trigram", fields=["name_key"], opclasses=["gin_trgm_ops"])]

    def __str__(self) -> str:
        return self.name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.name)
        super().save(*args, **kwargs)
