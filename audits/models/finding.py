"""What an audit found, and what the site answered."""

import uuid
from typing import ClassVar

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from audits.models.audit import Audit, QualitySystem
from audits.querysets import FindingQuerySet
from common.models import Versioned


class Finding(Versioned):
    """One deficiency with its severity in the sense of PIC/S PI 040-1. Falsification is critical."""

    class Severity(models.TextChoices):
        CRITICAL = "critical", _("critical")
        MAJOR = "major", _("major")
        OTHER = "other", _("other")

    class State(models.TextChoices):
        OPEN = "open", _("open")
        ANSWERED = "answered", _("answered")
        RETURNED = "returned", pgettext_lazy("finding", "returned")
        ACCEPTED = "accepted", _("answer accepted")
        CLOSED = "closed", _("closed")

    audit = models.ForeignKey(
        Audit, verbose_name=_("audit"), on_delete=models.CASCADE, related_name="findings"
    )
    entry_key = models.UUIDField(_("entry key"), default=uuid.uuid4, unique=True, editable=False)
    number = models.PositiveSmallIntegerField(_("number"))
    severity = models.CharField(_("severity"), max_length=10, choices=Severity)
    system = models.CharField(
        _("quality system"), max_length=12, choices=QualitySystem, blank=True, default=""
    )
    regulation = models.CharField(_("regulation"), max_length=100, blank=True, default="")
    description = models.TextField(_("description"))
    objective_evidence = models.TextField(_("objective evidence"), blank=True, default="")
    is_falsification = models.BooleanField(_("falsification of records"), default=False)
    is_data_integrity = models.BooleanField(_("concerns data integrity"), default=False)
    combined_into = models.ForeignKey(
        "self",
        verbose_name=_("combined into"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="parts",
    )
    combination_rationale = models.TextField(_("why combined"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    response_due_on = models.DateField(_("response due on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    noted_by = models.ForeignKey(
        User, verbose_name=_("noted by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(_("noted at"), db_default=Now(), editable=False)

    objects = FindingQuerySet.as_manager()

    class Meta:
        verbose_name = _("finding")
        verbose_name_plural = _("findings")
        ordering = ["audit_id", "number"]
        indexes = [
            models.Index(name="finding_state", fields=["state", "response_due_on"]),
            models.Index(name="finding_regulation", fields=["regulation"]),
        ]
        constraints = [
            models.UniqueConstraint(fields=["audit", "number"], name="finding_number"),
            models.CheckConstraint(
                condition=models.Q(is_falsification=False) | models.Q(severity="critical"),
                name="finding_falsification",
                violation_error_message=_("Falsification of records is a critical finding."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.audit} · {self.number}"

    def get_absolute_url(self) -> str:
        return reverse("audits:finding", args=[self.pk])

    def clean(self) -> None:
        if self.combined_into_id and not self.combination_rationale.strip():
            raise ValidationError(
                {"combination_rationale": _("A combination of findings is explained in writing.")}
            )


class FindingResponse(Versioned):
    """What the site answered to a finding; a returned answer is followed by a new one."""

    OWN_DATES: ClassVar[tuple[str, ...]] = ("submitted_at",)

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        SUBMITTED = "submitted", _("submitted")
        RETURNED = "returned", _("returned")
        ACCEPTED = "accepted", _("accepted")

    finding = models.ForeignKey(
        Finding, verbose_name=_("finding"), on_delete=models.CASCADE, related_name="responses"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    root_cause = models.TextField(_("root cause"), blank=True, default="")
    correction = models.TextField(_("correction"), blank=True, default="")
    action = models.TextField(_("corrective and preventive action"), blank=True, default="")
    action_due_on = models.DateField(_("completed by"), null=True, blank=True)
    author_name = models.CharField(_("answered by"), max_length=150, blank=True, default="")
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    review_note = models.TextField(_("review"), blank=True, default="")
    reviewed_by = models.ForeignKey(
        User, verbose_name=_("reviewed by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_at = models.DateTimeField(_("reviewed at"), null=True, blank=True)

    class Meta:
        verbose_name = _("response to a finding")
        verbose_name_plural = _("responses to findings")
        ordering = ["finding_id", "id"]

    def __str__(self) -> str:
        return f"{self.finding} · {self.get_state_display()}"
