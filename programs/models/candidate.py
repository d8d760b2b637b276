"""A site that could make a work package, and how far it has come."""

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import Versioned
from partners.models import Site
from programs.models.program import WorkPackage


class Candidate(Versioned):
    class Stage(models.TextChoices):
        LONGLIST = "longlist", _("longlist")
        SHORTLIST = "shortlist", _("shortlist")
        FINALIST = "finalist", _("finalist")
        SELECTED = "selected", _("selected")
        DECLINED = "declined", _("declined")

    work_package = models.ForeignKey(
        WorkPackage, verbose_name=_("work package"), on_delete=models.CASCADE, related_name="candidates"
    )
    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="candidacies"
    )
    stage = models.CharField(
        pgettext_lazy("candidate", "stage"), max_length=10, choices=Stage, default=Stage.LONGLIST
    )
    reason = models.TextField(_("reason"), blank=True, default="")

    class Meta:
        verbose_name = _("candidate")
        verbose_name_plural = _("candidates")
        ordering = ["work_package_id", "id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_package", "site"],
                name="candidate_once",
                violation_error_message=_("This site is already a candidate."),
            )
        ]

    def __str__(self) -> str:
        return str(self.site)
