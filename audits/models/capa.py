"""Corrective and preventive actions, from the problem to a proven effect (ICH Q10, 3.2.2)."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models.functions import Now
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import User
from audits.capas.querysets import CapaActionQuerySet, CapaExtensionQuerySet, CapaQuerySet
from audits.models.finding import Finding
from audits.models.inspection import Inspection
from common.models import Versioned
from partners.models import Site


class Capa(Versioned):
    """One CAPA. Its effectiveness is measured against a criterion set before it was implemented."""

    # How it ended goes with the day of its end.
    OWN_DATES: ClassVar[tuple[str, ...]] = ("opened_on", "implemented_on", "closed_on", "state")

    class State(models.TextChoices):
        OPEN = "open", pgettext_lazy("CAPA", "open")
        INVESTIGATION = "investigation", _("investigation")
        PLAN_APPROVED = "plan_approved", _("plan approved")
        IMPLEMENTING = "implementing", _("implementing")
        IMPLEMENTED = "implemented", _("implemented")
        EFFECTIVENESS_DUE = "effectiveness_due", _("effectiveness check due")
        CLOSED_EFFECTIVE = "closed_effective", _("closed, effective")
        CLOSED_INEFFECTIVE = "closed_ineffective", _("closed, not effective")

    class Origin(models.TextChoices):
        FINDING = "finding", _("audit finding")
        INSPECTION = "inspection", _("regulatory inspection")
        DEVIATION = "deviation", _("deviation")
        COMPLAINT = "complaint", _("complaint")
        OTHER = "other", _("other")

    class Method(models.TextChoices):
        FIVE_WHYS = "five_whys", _("5 whys")
        ISHIKAWA = "ishikawa", _("Ishikawa diagram")
        FAULT_TREE = "fault_tree", _("fault tree")
        OTHER = "other", _("other method")

    class Category(models.TextChoices):
        PEOPLE = "people", pgettext_lazy("root cause", "people")
        METHOD = "method", pgettext_lazy("root cause", "method")
        MACHINE = "machine", pgettext_lazy("root cause", "machine")
        MATERIAL = "material", pgettext_lazy("root cause", "material")
        MEASUREMENT = "measurement", pgettext_lazy("root cause", "measurement")
        ENVIRONMENT = "environment", pgettext_lazy("root cause", "environment")

    class Outcome(models.TextChoices):
        EFFECTIVE = "effective", _("effective")
        INEFFECTIVE = "ineffective", _("not effective")

    number = models.CharField(_("number"), max_length=30, unique=True)
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="capas")
    finding = models.ForeignKey(
        Finding,
        verbose_name=_("finding"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="capas",
    )
    inspection = models.ForeignKey(
        Inspection,
        verbose_name=_("inspection"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="capas",
    )
    origin = models.CharField(_("origin"), max_length=12, choices=Origin, default=Origin.FINDING)
    title = models.CharField(_("title"), max_length=200)
    description = models.TextField(_("problem"))
    severity = models.CharField(
        _("severity"), max_length=10, choices=Finding.Severity, default=Finding.Severity.OTHER
    )
    state = models.CharField(_("state"), max_length=20, choices=State, default=State.OPEN)
    owner = models.ForeignKey(
        User,
        verbose_name=_("owner"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="owned_capas",
    )
    owner_name = models.CharField(_("owner at the site"), max_length=150, blank=True, default="")
    opened_on = models.DateField(_("opened on"))
    clock_from = models.DateField(_("clock runs from"))
    due_on = models.DateField(_("due on"))
    root_cause_method = models.CharField(_("method"), max_length=12, choices=Method, blank=True, default="")
    root_cause_category = models.CharField(
        _("category"), max_length=12, choices=Category, blank=True, default=""
    )
    whys = ArrayField(models.TextField(), verbose_name=_("whys"), default=list, blank=True, size=5)
    root_cause = models.TextField(_("root cause"), blank=True, default="")
    plan_approved_by = models.ForeignKey(
        User,
        verbose_name=_("plan approved by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    plan_approved_on = models.DateField(_("plan approved on"), null=True, blank=True)
    criterion = models.TextField(_("effectiveness criterion"), blank=True, default="")
    criterion_set_on = models.DateField(_("criterion set on"), null=True, blank=True)
    implemented_on = models.DateField(_("implemented on"), null=True, blank=True)
    check_due_on = models.DateField(_("effectiveness check due on"), null=True, blank=True)
    verifier = models.ForeignKey(
        User, verbose_name=_("verifier"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    check_outcome = models.CharField(
        _("outcome of the check"), max_length=12, choices=Outcome, blank=True, default=""
    )
    check_result = models.TextField(_("result of the check"), blank=True, default="")
    checked_on = models.DateField(_("checked on"), null=True, blank=True)
    closed_on = models.DateField(_("closed on"), null=True, blank=True)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("follows"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="children",
    )
    reopened_count = models.PositiveSmallIntegerField(_("times reopened"), default=0, editable=False)

    objects = CapaQuerySet.as_manager()

    class Meta:
        verbose_name = _("CAPA")
        verbose_name_plural = _("CAPAs")
        ordering = ["due_on", "id"]
        indexes = [
            models.Index(name="capa_of_site", fields=["site", "state"]),
            models.Index(name="capa_due", fields=["state", "due_on"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True)
                | models.Q(verifier__isnull=True)
                | ~models.Q(owner=models.F("verifier")),
                name="capa_verifier",
                violation_error_message=_("The verifier is somebody other than the owner."),
            ),
            models.CheckConstraint(
                condition=models.Q(owner__isnull=True)
                | models.Q(plan_approved_by__isnull=True)
                | ~models.Q(owner=models.F("plan_approved_by")),
                name="capa_plan_approver",
                violation_error_message=_("The plan is approved by somebody other than the owner."),
            ),
            models.CheckConstraint(
                condition=models.Q(implemented_on__isnull=True)
                | models.Q(criterion_set_on__isnull=False, criterion_set_on__lte=models.F("implemented_on")),
                name="capa_criterion_first",
                violation_error_message=_("The effectiveness criterion is set before implementation."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} · {self.title}"

    def get_absolute_url(self) -> str:
        return reverse("capas:capa", args=[self.pk])

    @property
    def is_closed(self) -> bool:
        """Whether nothing more is to be done."""
        return self.state in (self.State.CLOSED_EFFECTIVE, self.State.CLOSED_INEFFECTIVE)

    @property
    def owner_text(self) -> str:
        """Who answers for it: one of ours, or a person at the site; empty while nobody does."""
        return self.owner.full_name if self.owner else self.owner_name

    def clean(self) -> None:
        if self.origin == self.Origin.FINDING and not self.finding_id:
            raise ValidationError({"finding": _("Name the finding, or choose another origin.")})


class CapaAction(Versioned):
    """A correction, a corrective action or a preventive action, with who does it and by when."""

    class Kind(models.TextChoices):
        CORRECTION = "correction", _("correction")
        CORRECTIVE = "corrective", _("corrective action")
        PREVENTIVE = "preventive", _("preventive action")

    capa = models.ForeignKey(Capa, verbose_name=_("CAPA"), on_delete=models.CASCADE, related_name="actions")
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    description = models.TextField(_("description"))
    owner = models.ForeignKey(
        User, verbose_name=_("owner"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    owner_name = models.CharField(_("owner at the site"), max_length=150, blank=True, default="")
    due_on = models.DateField(_("due on"))
    done_on = models.DateField(_("done on"), null=True, blank=True)
    evidence_note = models.TextField(_("evidence"), blank=True, default="")

    objects = CapaActionQuerySet.as_manager()

    class Meta:
        verbose_name = _("action")
        verbose_name_plural = _("actions")
        ordering = ["capa_id", "due_on", "id"]

    def __str__(self) -> str:
        return self.description[:80]

    def get_absolute_url(self) -> str:
        return reverse("capas:capa", args=[self.capa_id])

    @property
    def owner_text(self) -> str:
        """Who does it; empty while nobody does."""
        return self.owner.full_name if self.owner else self.owner_name


class CapaExtension(Versioned):
    """A request for more time; decided by somebody other than who asked."""

    class State(models.TextChoices):
        REQUESTED = "requested", _("requested")
        APPROVED = "approved", _("approved")
        REFUSED = "refused", _("refused")

    capa = models.ForeignKey(
        Capa, verbose_name=_("CAPA"), on_delete=models.CASCADE, related_name="extensions"
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.REQUESTED)
    due_before = models.DateField(_("due on, before"))
    due_after = models.DateField(_("due on, asked for"))
    reason = models.TextField(_("reason"))
    requested_by = models.ForeignKey(
        User, verbose_name=_("requested by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    requested_at = models.DateTimeField(_("requested at"), db_default=Now(), editable=False)
    decided_by = models.ForeignKey(
        User, verbose_name=_("decided by"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("decided at"), null=True, blank=True)
    decision_note = models.TextField(_("decision"), blank=True, default="")

    objects = CapaExtensionQuerySet.as_manager()

    class Meta:
        verbose_name = _("extension")
        verbose_name_plural = _("extensions")
        ordering = ["capa_id", "-requested_at", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(due_after__gt=models.F("due_before")),
                name="extension_later",
                violation_error_message=_("An extension ends later than the present due date."),
            ),
            models.CheckConstraint(
                condition=models.Q(decided_by__isnull=True)
                | models.Q(requested_by__isnull=True)
                | ~models.Q(decided_by=models.F("requested_by")),
                name="extension_approver",
                violation_error_message=_("An extension is decided by somebody other than who asked."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.capa} · {self.due_after}"

    def get_absolute_url(self) -> str:
        return reverse("capas:capa", args=[self.capa_id])
