"""A site that could make a work package, and how far it has come."""

from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator
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


class Proposal(Versioned):
    """What a candidate offers: cost, timeline and terms. A later one of the same candidate replaces it."""

    candidate = models.ForeignKey(
        Candidate, verbose_name=_("candidate"), on_delete=models.CASCADE, related_name="proposals"
    )
    reference = models.CharField(_("reference"), max_length=100, blank=True, default="")
    received_on = models.DateField(_("received on"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    cost = models.DecimalField(
        _("cost"), max_digits=14, decimal_places=2, null=True, blank=True, validators=[MinValueValidator(0)]
    )
    currency = models.CharField(_("currency"), max_length=3, blank=True, default="")
    cost_basis = models.CharField(_("what the cost covers"), max_length=200, blank=True, default="")
    first_batch_on = models.DateField(_("first GMP batch offered"), null=True, blank=True)
    transfer_months = models.PositiveSmallIntegerField(_("transfer (months)"), null=True, blank=True)
    terms = models.TextField(_("terms"), blank=True, default="")

    class Meta:
        verbose_name = _("proposal")
        verbose_name_plural = _("proposals")
        ordering = ["candidate_id", "-received_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(cost__isnull=True) | ~models.Q(currency=""),
                name="proposal_currency",
                violation_error_message=_("A cost has a currency."),
            )
        ]

    def clean(self) -> None:
        """An offer says something: an empty one would silently replace the one before it."""
        super().clean()
        problems = {}
        if self.cost is None and not (self.first_batch_on or self.transfer_months or self.terms.strip()):
            problems["cost"] = _("Enter what is offered: a cost, a first batch, a transfer time or terms.")
        if self.received_on and self.valid_until and self.valid_until < self.received_on:
            problems["valid_until"] = _("The offer would end before it was received.")
        if problems:
            raise ValidationError(problems)

    def __str__(self) -> str:
        return self.reference or str(self.received_on)
