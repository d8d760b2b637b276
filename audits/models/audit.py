"""Our own audits of a site: plan, team, agenda, checklist."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from audits.querysets import AuditQuerySet
from common.models import Versioned
from partners.models import Site
from records.models import Revisable


class QualitySystem(models.TextChoices):
    """The six systems of the FDA's systems-based inspection (compliance program 7356.002)."""

    QUALITY = "quality", _("quality")
    FACILITIES = "facilities", _("facilities and equipment")
    MATERIALS = "materials", _("materials")
    PRODUCTION = "production", _("production")
    PACKAGING = "packaging", _("packaging and labeling")
    LABORATORY = "laboratory", _("laboratory controls")


class Audit(Revisable, Versioned):
    """One audit. Its content is signed as a report; the state around it goes on."""

    # What it came to goes with the day of its report.
    OWN_DATES: ClassVar[tuple[str, ...]] = (
        "starts_on",
        "ends_on",
        "reported_on",
        "closed_on",
        "rating",
        "state",
    )

    class Type(models.TextChoices):
        QUALIFICATION = "qualification", _("qualification")
        ROUTINE = "routine", _("routine")
        FOR_CAUSE = "for_cause", _("for cause")

    class Mode(models.TextChoices):
        ON_SITE = "on_site", _("on site")
        REMOTE = "remote", _("remote")

    class State(models.TextChoices):
        PLANNED = "planned", _("planned")
        IN_PROGRESS = "in_progress", _("in progress")
        REPORTED = "reported", _("reported")
        RESPONSES = "responses", _("responses under review")
        CLOSED = "closed", _("closed")
        CANCELLED = "cancelled", _("cancelled")

    class Rating(models.TextChoices):
        GOOD = "good", _("good")
        SATISFACTORY = "satisfactory", _("satisfactory")
        UNSATISFACTORY = "unsatisfactory", _("unsatisfactory")

    number = models.CharField(_("number"), max_length=30)
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="audits")
    type = models.CharField(_("type"), max_length=15, choices=Type, default=Type.ROUTINE)
    mode = models.CharField(_("mode"), max_length=10, choices=Mode, default=Mode.ON_SITE)
    mode_rationale = models.TextField(_("why remote"), blank=True, default="")
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNED)
    lead_auditor = models.ForeignKey(
        User, verbose_name=_("lead auditor"), null=True, on_delete=models.PROTECT, related_name="led_audits"
    )
    starts_on = models.DateField(_("first day"), null=True, blank=True)
    ends_on = models.DateField(_("last day"), null=True, blank=True)
    systems = ArrayField(
        models.CharField(max_length=12, choices=QualitySystem),
        verbose_name=_("scope by quality system"),
        default=list,
        blank=True,
    )
    purpose = models.TextField(_("purpose and scope"), blank=True, default="")
    standards = models.TextField(_("audited against"), blank=True, default="")
    summary = models.TextField(_("summary"), blank=True, default="")
    rating = models.CharField(_("overall rating"), max_length=15, choices=Rating, blank=True, default="")
    rating_rationale = models.TextField(_("why this rating"), blank=True, default="")
    reported_on = models.DateField(_("report issued on"), null=True, blank=True)
    responses_due_on = models.DateField(_("responses due on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    last_finding = models.PositiveSmallIntegerField(_("last number of a finding"), default=0, editable=False)

    objects = AuditQuerySet.as_manager()

    class Meta:
        verbose_name = _("audit")
        verbose_name_plural = _("audits")
        ordering = ["-starts_on", "-id"]
        indexes = [
            models.Index(name="audit_of_site", fields=["site", "-starts_on"]),
            models.Index(name="audit_state", fields=["state", "starts_on"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["number", "revision"], name="audit_number"),
            models.CheckConstraint(
                condition=models.Q(starts_on__isnull=True)
                | models.Q(ends_on__isnull=True)
                | models.Q(starts_on__lte=models.F("ends_on")),
                name="audit_days_order",
                violation_error_message=_("The last day cannot come before the first."),
            ),
            models.CheckConstraint(
                condition=models.Q(state__in=["planned", "in_progress", "cancelled"]) | ~models.Q(rating=""),
                name="audit_rated",
                violation_error_message=_("A reported audit has an overall rating."),
            ),
        ]

    def __str__(self) -> str:
        return self.number if self.revision == 1 else f"{self.number} r{self.revision}"

    def get_absolute_url(self) -> str:
        return reverse("audits:audit", args=[self.pk])

    @property
    def is_draft(self) -> bool:
        """Whether the report is still being written."""
        return self.state in (self.State.PLANNED, self.State.IN_PROGRESS)

    def clean(self) -> None:
        if self.mode == self.Mode.REMOTE and not self.mode_rationale.strip():
            raise ValidationError({"mode_rationale": _("A remote audit says why it is not held on site.")})


class AuditMember(Versioned):
    """A person of the audit team; somebody from outside is named without an account."""

    class Part(models.TextChoices):
        AUDITOR = "auditor", _("auditor")
        EXPERT = "expert", _("technical expert")
        OBSERVER = "observer", _("observer")

    audit = models.ForeignKey(
        Audit, verbose_name=_("audit"), on_delete=models.CASCADE, related_name="members"
    )
    user = models.ForeignKey(
        User, verbose_name=_("person"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    name = models.CharField(_("name"), max_length=150, blank=True, default="")
    part = models.CharField(_("part"), max_length=10, choices=Part, default=Part.AUDITOR)

    class Meta:
        verbose_name = _("audit team member")
        verbose_name_plural = _("audit team")
        ordering = ["audit_id", "id"]

    def __str__(self) -> str:
        return self.name or str(self.user)


class AgendaItem(Versioned):
    """One entry of the agenda."""

    audit = models.ForeignKey(Audit, verbose_name=_("audit"), on_delete=models.CASCADE, related_name="agenda")
    day = models.DateField(_("day"))
    starts_at = models.TimeField(_("from"), null=True, blank=True)
    topic = models.CharField(_("topic"), max_length=200)
    system = models.CharField(
        _("quality system"), max_length=12, choices=QualitySystem, blank=True, default=""
    )
    with_whom = models.CharField(_("with"), max_length=200, blank=True, default="")

    class Meta:
        verbose_name = _("agenda item")
        verbose_name_plural = _("agenda")
        ordering = ["audit_id", "day", "starts_at", "id"]

    def __str__(self) -> str:
        return self.topic


class ChecklistItem(Versioned):
    """One question of the audit's checklist and what was seen."""

    class Result(models.TextChoices):
        OPEN = "open", _("not checked yet")
        CONFORMS = "conforms", _("conforms")
        FINDING = "finding", _("finding")
        NOT_APPLICABLE = "not_applicable", _("does not apply")

    audit = models.ForeignKey(
        Audit, verbose_name=_("audit"), on_delete=models.CASCADE, related_name="checklist"
    )
    position = models.PositiveSmallIntegerField(_("position"))
    system = models.CharField(_("quality system"), max_length=12, choices=QualitySystem)
    question = models.TextField(_("question"))
    reference = models.CharField(_("reference"), max_length=100, blank=True, default="")
    result = models.CharField(_("result"), max_length=15, choices=Result, default=Result.OPEN)
    note = models.TextField(_("note"), blank=True, default="")

    class Meta:
        verbose_name = _("checklist item")
        verbose_name_plural = _("checklist")
        ordering = ["audit_id", "position", "id"]

    def __str__(self) -> str:
        return self.question
