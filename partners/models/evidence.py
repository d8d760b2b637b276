"""What every piece of evidence about a site has in common: strength, dates, document, and versions."""

from typing import Any, ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import Dated, Versioned
from partners.models.site import Site
from partners.querysets import EvidenceQuerySet
from partners.vocabulary import EvidenceStrength


class Evidence(Versioned, Dated):
    """One dated claim, how far it may be trusted, and where that is written.

    A fact that changes opens a new row that names the one it `replaces`; the old one keeps the day from
    which it no longer holds, so that a question about a past day still finds what was believed then.
    """

    VERSION_ENDS: ClassVar[str] = "replaced_on"

    strength = models.CharField(
        _("strength of evidence"), max_length=12, choices=EvidenceStrength, default=EvidenceStrength.CLAIMED
    )
    document = models.CharField(_("document"), max_length=300, blank=True, default="")
    expires_on = models.DateField(_("evidence expires on"), null=True, blank=True)
    replaces = models.OneToOneField(
        "self",
        verbose_name=_("replaces"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="replaced_by",
        editable=False,
    )
    replaced_on = models.DateField(_("replaced on"), null=True, blank=True, editable=False)

    objects: "models.Manager[Any]" = EvidenceQuerySet.as_manager()

    class Meta(Versioned.Meta):
        abstract = True


class SiteEvidence(Evidence):
    """Evidence about one site."""

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.CASCADE, related_name="%(class)s_set"
    )

    class Meta(Evidence.Meta):
        abstract = True
