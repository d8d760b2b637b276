"""The qualification file of a site: the decisions on its standing and the agreements on quality."""

from django.core.exceptions import ValidationError
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from common.models import Versioned
from partners.models.site import Site


class StandingDecision(Versioned):
    """One decision on a site's standing. It is signed; the site shows what the last one says."""

    class Occasion(models.TextChoices):
        INITIAL = "initial", _("initial qualification")
        PERIODIC = "periodic", _("periodic requalification")
        FOR_CAUSE = "for_cause", _("for cause")

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        EFFECTIVE = "effective", pgettext_lazy("agreement", "effective")
        SUPERSEDED = "superseded", _("superseded")

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="standing_decisions"
    )
    standing = models.CharField(_("standing"), max_length=20, choices=Site.Standing)
    occasion = models.CharField(_("occasion"), max_length=10, choices=Occasion)
    conditions = models.TextField(_("conditions"), blank=True, default="")
    rationale = models.TextField(_("rationale"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    decided_on = models.DateField(_("decided on"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = _("decision on standing")
        verbose_name_plural = _("decisions on standing")
        ordering = ["site_id", "-decided_on", "-id"]
        indexes = [models.Index(name="standing_of_site", fields=["site", "-decided_on"])]

    def __str__(self) -> str:
        return f"{self.get_standing_display()}, {self.get_occasion_display()}"

    def clean(self) -> None:
        if self.valid_until and self.decided_on and self.valid_until < self.decided_on:
            raise ValidationError({"valid_until": _("A decision cannot end before it was taken.")})


class QualityAgreement(Versioned):
    """Who answers for what between the owner of a product and the site (21 CFR 211.22, EU GMP chapter 7)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        NEGOTIATION = "negotiation", _("in negotiation")
        EFFECTIVE = "effective", pgettext_lazy("agreement", "effective")
        TERMINATED = "terminated", _("terminated")

    site = models.ForeignKey(
        Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="quality_agreements"
    )
    title = models.CharField(_("title"), max_length=200)
    scope = models.TextField(_("scope"), blank=True, default="")
    revision = models.CharField(_("revision"), max_length=20, blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.DRAFT)
    effective_on = models.DateField(_("effective from"), null=True, blank=True)
    expires_on = models.DateField(_("expires on"), null=True, blank=True)
    quality_approved_on = models.DateField(_("approved by our quality unit on"), null=True, blank=True)
    partner_approved_on = models.DateField(_("approved by the partner on"), null=True, blank=True)

    class Meta:
        verbose_name = _("quality agreement")
        verbose_name_plural = _("quality agreements")
        ordering = ["site_id", "-effective_on", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(effective_on__isnull=True)
                | models.Q(expires_on__isnull=True)
                | models.Q(expires_on__gte=models.F("effective_on")),
                name="agreement_order",
                violation_error_message=_("An agreement cannot expire before it takes effect."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="effective")
                | models.Q(effective_on__isnull=False, quality_approved_on__isnull=False),
                name="agreement_effective",
                violation_error_message=_(
                    "An effective agreement has its date and the approval of the quality unit."
                ),
            ),
        ]

    def __str__(self) -> str:
        return self.title


class AgreementDuty(Versioned):
    """One line of the responsibility matrix."""

    class Bearer(models.TextChoices):
        OWNER = "owner", pgettext_lazy("agreement", "owner")
        CMO = "cmo", _("contract manufacturer")
        SHARED = "shared", _("shared")

    agreement = models.ForeignKey(
        QualityAgreement, verbose_name=_("quality agreement"), on_delete=models.CASCADE, related_name="duties"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    activity = models.CharField(_("activity"), max_length=200)
    bearer = models.CharField(_("responsible"), max_length=10, choices=Bearer)
    note = models.CharField(_("note"), max_length=300, blank=True, default="")

    class Meta:
        verbose_name = _("responsibility")
        verbose_name_plural = _("responsibilities")
        ordering = ["agreement_id", "position"]
        constraints = [
            models.UniqueConstraint(
                fields=["agreement", "activity"],
                name="agreement_duty_once",
                violation_error_message=_("This activity is already in the matrix."),
            )
        ]

    def __str__(self) -> str:
        return self.activity
