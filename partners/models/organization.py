"""The company behind one or several sites."""

from typing import Any

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from common.models import NOT_CHOSEN, Versioned
from common.text import name_key


class Organization(Versioned):
    """A company. Imports create it *unclassified*: a warning letter does not make a manufacturer."""

    class Kind(models.TextChoices):
        CDMO = "cdmo", _("CMO / CDMO")
        LOGISTICS = "logistics", _("logistics partner (3PL)")
        LABORATORY = "laboratory", _("testing laboratory")
        PACKAGER = "packager", _("packager")
        UNCLASSIFIED = "unclassified", _("unclassified")

    legal_name = models.CharField(_("legal name"), max_length=300)
    name_key = models.CharField(_("sort key"), max_length=300, editable=False, db_index=True)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind, default=Kind.UNCLASSIFIED)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent organization"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="subsidiaries",
    )
    country = CountryField(_("country"), blank=True, default="", blank_label=NOT_CHOSEN)
    lei = models.CharField(_("LEI"), max_length=20, blank=True, default="")
    duns = models.CharField(_("DUNS"), max_length=9, blank=True, default="")
    ownership = models.CharField(_("ownership"), max_length=200, blank=True, default="")
    website = models.URLField(_("website"), blank=True, default="")
    is_demo = models.BooleanField(_("fictional"), default=False, editable=False)

    class Meta:
        verbose_name = _("organization")
        verbose_name_plural = _("organizations")
        ordering = ["name_key"]
        indexes = [
            GinIndex(name="organization_name_trigram", fields=["name_key"], opclasses=["gin_trgm_ops"]),
            models.Index(name="organization_kind", fields=["kind", "name_key"]),
        ]

    def __str__(self) -> str:
        return self.legal_name

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.name_key = name_key(self.legal_name)
        super().save(*args, **kwargs)
