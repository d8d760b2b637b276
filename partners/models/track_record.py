"""What a site has done for its clients: transfers, PPQ, changes, meetings, warnings, and practices seen."""

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.punctuation import labelled
from partners.models.evidence import SiteEvidence
from partners.vocabulary import DosageForm, Modality, Stage


class TechTransfer(SiteEvidence):
    """One technology transfer into or out of the site; `happened_on` is its actual end."""

    class Direction(models.TextChoices):
        INTO = "in", _("into the site")
        OUT = "out", _("out of the site")

    class Outcome(models.TextChoices):
        UNDER_WAY = "under_way", _("under way")
        SUCCESSFUL = "successful", _("successful")
        PARTIAL = "partial", _("successful after repetition")
        FAILED = "failed", pgettext_lazy("transfer", "failed")

    name = models.CharField(_("transfer"), max_length=200)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction, default=Direction.INTO)
    modality = models.CharField(_("modality"), max_length=30, choices=Modality, blank=True, default="")
    stage = models.CharField(_("stage"), max_length=15, choices=Stage, blank=True, default="")
    started_on = models.DateField(_("started on"), null=True, blank=True)
    planned_end_on = models.DateField(_("planned end"), null=True, blank=True)
    gaps_found = models.PositiveSmallIntegerField(_("data gaps found"), null=True, blank=True)
    gaps_late = models.PositiveSmallIntegerField(_("of these, found in validation"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, default=Outcome.UNDER_WAY)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("technology transfer")
        verbose_name_plural = _("technology transfers")
        ordering = ["site_id", "-happened_on", "id"]
        indexes = [models.Index(name="transfer_of_site", fields=["site"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(gaps_late__isnull=True)
                | models.Q(gaps_found__isnull=True)
                | models.Q(gaps_late__lte=models.F("gaps_found")),
                name="transfer_gaps",
                violation_error_message=_("The gaps found in validation are part of all gaps found."),
            )
        ]

    def __str__(self) -> str:
        return self.name


class PpqCampaign(SiteEvidence):
    """Process performance qualification of one product; `happened_on` is the day of its report."""

    class Outcome(models.TextChoices):
        PASSED = "passed", _("passed at the first attempt")
        REPEATED = "repeated", _("passed after repetition")
        FAILED = "failed", _("failed")

    name = models.CharField(_("campaign"), max_length=200)
    modality = models.CharField(_("modality"), max_length=30, choices=Modality, blank=True, default="")
    dosage_form = models.CharField(
        _("dosage form"), max_length=30, choices=DosageForm, blank=True, default=""
    )
    batches_planned = models.PositiveSmallIntegerField(_("batches planned"), null=True, blank=True)
    batches_passed = models.PositiveSmallIntegerField(_("batches passed"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("PPQ campaign")
        verbose_name_plural = _("PPQ campaigns")
        ordering = ["site_id", "-happened_on", "id"]
        indexes = [models.Index(name="ppq_of_site", fields=["site"])]

    def __str__(self) -> str:
        return self.name


class PostApprovalChange(SiteEvidence):
    """One change after approval, planned beside actual; `happened_on` is the day it was implemented."""

    class Category(models.TextChoices):
        MINOR = "minor", _("minor (annual report, type IA)")
        MODERATE = "moderate", _("moderate (CBE, type IB)")
        MAJOR = "major", _("major (prior approval, type II)")

    class Outcome(models.TextChoices):
        UNDER_WAY = "under_way", _("under way")
        IMPLEMENTED = "implemented", _("implemented")
        REJECTED = "rejected", _("rejected by the authority")
        UNANNOUNCED = "unannounced", _("implemented without telling the client")

    name = models.CharField(_("change"), max_length=200)
    category = models.CharField(_("category"), max_length=10, choices=Category)
    planned_on = models.DateField(_("planned for"), null=True, blank=True)
    outcome = models.CharField(_("outcome"), max_length=12, choices=Outcome, default=Outcome.UNDER_WAY)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("post-approval change")
        verbose_name_plural = _("post-approval changes")
        ordering = ["site_id", "-planned_on", "id"]
        indexes = [models.Index(name="change_of_site", fields=["site"])]

    def __str__(self) -> str:
        return self.name


class GovernanceMeeting(SiteEvidence):
    """A review that was planned, and held or not; `happened_on` is the day it was held."""

    class Kind(models.TextChoices):
        PROJECT = "project", _("project review")
        OPERATIONS = "operations", _("operations review")
        QUALITY = "quality", _("quality review")
        STEERING = "steering", _("steering committee")

    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    planned_on = models.DateField(_("planned for"))
    has_minutes = models.BooleanField(_("minutes issued"), default=False)

    class Meta:
        verbose_name = _("governance meeting")
        verbose_name_plural = _("governance meetings")
        ordering = ["site_id", "-planned_on", "id"]
        indexes = [models.Index(name="meeting_of_site", fields=["site"])]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.planned_on}"


class EarlyWarning(SiteEvidence):
    """An issue: when the site knew, when it told, when it hurt. `happened_on` is the day the site knew."""

    title = models.CharField(_("issue"), max_length=200)
    told_on = models.DateField(_("told on"), null=True, blank=True)
    impact_on = models.DateField(_("felt on"), null=True, blank=True)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("early warning")
        verbose_name_plural = _("early warnings")
        ordering = ["site_id", "-happened_on", "id"]
        indexes = [models.Index(name="warning_of_site", fields=["site"])]

    def __str__(self) -> str:
        return self.title

    def clean(self) -> None:
        if self.told_on and self.happened_on and self.told_on < self.happened_on:
            raise ValidationError({"told_on": _("Nobody can be told before the site knew.")})


class PracticeRating(SiteEvidence):
    """A practice that no figure shows, rated 0 to 5 against written anchors (`partners.practices`).

    `happened_on` is the day it was seen, or stated by the site.
    """

    class Practice(models.TextChoices):
        QUALITY_AUTHORITY = "quality_authority", _("authority of the quality unit")
        CAPA_TRANSPARENCY = "capa_transparency", _("openness about deviations and CAPA")
        AUDIT_RESPONSES = "audit_responses", _("responses to audits and quality culture")
        DOCUMENTATION = "documentation", _("documentation practice")
        LIMITS = "limits", _("clarity about its limits")
        RESERVATION = "reservation", _("reservation of capacity")
        SCALE_UP = "scale_up", _("scale-up without a break")
        TRANSFER_PROTOCOLS = "transfer_protocols", _("technology-transfer protocols")
        DEVELOPMENT_TO_PRODUCTION = "development_to_production", _("development to production")
        INTEGRATION = "integration", _("handovers between organizations")
        DISRUPTION_RESPONSE = "disruption_response", _("response to disruptions")
        EXPOSURE_WATCH = "exposure_watch", _("watch over geopolitical and logistics exposure")
        IMPROVEMENT = "improvement", _("continuous process improvement")
        PEOPLE = "people", _("investment in people")
        COLD_CHAIN = "cold_chain", _("handling of the cold chain")
        LAUNCHES = "launches", _("launches of cell and gene therapies")
        LANE_CONTROL = "lane_control", _("control of lanes and handoffs")
        IDENTITY = "identity", _("chain of identity and custody")
        ACCESS = "access", _("support of access and reimbursement")
        TITLE_TERMS = "title_terms", _("title, orders and terms")

    practice = models.CharField(_("practice"), max_length=30, choices=Practice)
    level = models.PositiveSmallIntegerField(_("level (0 to 5)"), validators=[MaxValueValidator(5)])
    observation = models.TextField(_("what was seen"))

    class Meta:
        verbose_name = _("practice")
        verbose_name_plural = _("practices")
        ordering = ["site_id", "practice", "-happened_on", "id"]
        indexes = [models.Index(name="practice_of_site", fields=["site", "practice"])]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(level__range=(0, 5)),
                name="practice_level",
                violation_error_message=_("A level is a number from 0 to 5."),
            )
        ]

    def __str__(self) -> str:
        return labelled(self.get_practice_display(), self.level)
