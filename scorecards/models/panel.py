"""A panel that scores candidates blind against written anchors, and the values it agrees on."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import Versioned
from partners.models import PracticeRating, Site
from programs.models import WorkPackage
from programs.models.program import address_of
from scorecards.models.anchors import WrittenAnchors
from scorecards.models.template import Criterion
from scorecards.querysets import AgreedScoreQuerySet, PanelQuerySet, PanelScoreQuerySet, PanelSeatQuerySet

HIGHEST = 5


class Panel(Versioned):
    """A scoring round of a work package. Once opened, what it asks of whom is fixed (migration 0005)."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        OPEN = "open", _("scoring")
        CLOSED = "closed", _("closed, to be moderated")
        SETTLED = "settled", _("agreed")
        WITHDRAWN = "withdrawn", _("withdrawn")
        CANCELLED = "cancelled", _("cancelled")

    work_package = models.ForeignKey(
        WorkPackage, verbose_name=_("work package"), on_delete=models.PROTECT, related_name="panels"
    )
    title = models.CharField(_("title"), max_length=120)
    guidance = models.TextField(_("note to the assessors"), blank=True, default="")
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    due_on = models.DateField(_("scores due on"))
    opened_at = models.DateTimeField(_("opened at"), null=True, blank=True)
    closed_at = models.DateTimeField(_("closed at"), null=True, blank=True)
    settled_at = models.DateTimeField(_("agreed at"), null=True, blank=True)
    settled_by = models.ForeignKey(
        User,
        verbose_name=_("agreement concluded by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("withdrawn or cancelled at"), null=True, blank=True)
    note = models.TextField(_("why closed early, withdrawn or cancelled"), blank=True, default="")

    objects = PanelQuerySet.as_manager()

    class Meta:
        verbose_name = _("scoring panel")
        verbose_name_plural = _("scoring panels")
        ordering = ["work_package_id", "-id"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(state__in=["draft", "cancelled"]) | models.Q(opened_at__isnull=False),
                name="panel_opened",
                violation_error_message=_("A panel is opened before it goes on."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["closed", "settled", "withdrawn"])
                | models.Q(closed_at__isnull=False),
                name="panel_closed",
                violation_error_message=_("A panel is closed before its scores are agreed."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state__in=["settled", "withdrawn"]) | models.Q(settled_at__isnull=False),
                name="panel_settled",
                violation_error_message=_("A panel agrees before its scores count."),
            ),
        ]

    def __str__(self) -> str:
        return self.title

    @property
    def address(self) -> str:
        """What stands for the program and the work package in addresses."""
        program = self.work_package.program
        return address_of(program.code, self.work_package, program.parts[0])

    @property
    def is_draft(self) -> bool:
        return self.state == self.State.DRAFT

    @property
    def is_open(self) -> bool:
        return self.state == self.State.OPEN

    @property
    def is_revealed(self) -> bool:
        """Whether its scores may be read."""
        return self.state in (self.State.CLOSED, self.State.SETTLED, self.State.WITHDRAWN)


class PanelCriterion(models.Model):
    """A criterion that a panel scores; ``anchors`` are its texts by language, fixed at opening.

    Without a practice they are the general ones (`scorecards.panels.rubrics`), or those ``written`` for it.
    """

    panel = models.ForeignKey(
        Panel, verbose_name=_("panel"), on_delete=models.CASCADE, related_name="criteria"
    )
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="+"
    )
    practice = models.CharField(
        _("practice"), max_length=30, choices=PracticeRating.Practice, blank=True, default=""
    )
    within = models.BooleanField(_("counts within what the evidence leaves open"), default=False)
    position = models.PositiveSmallIntegerField(_("position"))
    anchors = models.JSONField(_("anchors"), default=dict, blank=True)
    written = models.ForeignKey(
        WrittenAnchors,
        verbose_name=_("written anchors"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )

    class Meta:
        verbose_name = _("criterion of a panel")
        verbose_name_plural = _("criteria of panels")
        ordering = ["panel_id", "position"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "criterion"], name="panel_criterion_once"),
            models.CheckConstraint(
                condition=~models.Q(practice="") | models.Q(within=True),
                name="panel_criterion_anchors",
                violation_error_message=_(
                    "Without a practice of its own a criterion is scored within its evidence."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(written__isnull=True) | models.Q(practice=""),
                name="panel_criterion_written",
                violation_error_message=_("A practice is scored against its own anchors."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.criterion)


class PanelCandidate(models.Model):
    """A candidate that a panel scores."""

    panel = models.ForeignKey(
        Panel, verbose_name=_("panel"), on_delete=models.CASCADE, related_name="candidates"
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("candidate of a panel")
        verbose_name_plural = _("candidates of panels")
        ordering = ["panel_id", "id"]
        constraints = [models.UniqueConstraint(fields=["panel", "site"], name="panel_candidate_once")]

    def __str__(self) -> str:
        return str(self.site)


class PanelSeat(models.Model):
    """An assessor on a panel, when they handed their scores in, and when they left before it closed.

    Who has left writes nothing more; what they handed in counts unless it was left out.
    """

    panel = models.ForeignKey(Panel, verbose_name=_("panel"), on_delete=models.CASCADE, related_name="seats")
    assessor = models.ForeignKey(
        User, verbose_name=_("assessor"), on_delete=models.PROTECT, related_name="panel_seats"
    )
    submitted_at = models.DateTimeField(_("submitted at"), null=True, blank=True)
    left_at = models.DateTimeField(_("left at"), null=True, blank=True)
    left_why = models.TextField(_("why they left"), blank=True, default="", max_length=500)
    left_out = models.BooleanField(_("what they handed in is left out"), default=False)

    objects = PanelSeatQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat on a panel")
        verbose_name_plural = _("seats on panels")
        ordering = ["panel_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["panel", "assessor"], name="panel_seat_once"),
            models.CheckConstraint(
                condition=models.Q(left_at__isnull=True, left_out=False, left_why="")
                | (models.Q(left_at__isnull=False) & ~models.Q(left_why="")),
                name="panel_seat_left",
                violation_error_message=_("Who leaves a panel leaves it with a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.assessor} · {self.panel}"

    @property
    def is_awaited(self) -> bool:
        """Whether the scores are still to come."""
        return self.submitted_at is None and self.left_at is None

    @property
    def counts(self) -> bool:
        """Whether what it says is or will be counted."""
        return not self.left_out and (self.left_at is None or self.submitted_at is not None)


class PanelAssignment(models.Model):
    """An assessor scores a criterion."""

    panel = models.ForeignKey(
        Panel, verbose_name=_("panel"), on_delete=models.CASCADE, related_name="assignments"
    )
    seat = models.ForeignKey(
        PanelSeat, verbose_name=_("assessor"), on_delete=models.CASCADE, related_name="assignments"
    )
    criterion = models.ForeignKey(
        PanelCriterion, verbose_name=_("criterion"), on_delete=models.CASCADE, related_name="assignments"
    )

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        ordering = ["panel_id", "id"]
        constraints = [models.UniqueConstraint(fields=["seat", "criterion"], name="panel_assignment_once")]

    def __str__(self) -> str:
        return f"{self.seat} · {self.criterion}"


class PanelScore(Versioned):
    """One assessor's level of one candidate on one criterion, or why they cannot judge.

    Nobody but the assessor reads it before the panel closes: `PanelScoreQuerySet.visible_to`, and the change
    history keeps its entries back (`scorecards.trust`).
    """

    panel = models.ForeignKey(Panel, verbose_name=_("panel"), on_delete=models.PROTECT, related_name="scores")
    seat = models.ForeignKey(
        PanelSeat, verbose_name=_("assessor"), on_delete=models.PROTECT, related_name="scores"
    )
    criterion = models.ForeignKey(
        PanelCriterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="scores"
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    level = models.PositiveSmallIntegerField(
        _("level (0 to 5)"), null=True, blank=True, validators=[MaxValueValidator(HIGHEST)]
    )
    cannot_judge = models.BooleanField(_("cannot judge"), default=False)
    comment = models.TextField(_("comment"), blank=True, default="", max_length=4000)

    objects = PanelScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("score of an assessor")
        verbose_name_plural = _("scores of assessors")
        ordering = ["panel_id", "criterion_id", "site_id", "seat_id"]
        constraints = [
            models.UniqueConstraint(fields=["seat", "criterion", "site"], name="panel_score_once"),
            models.CheckConstraint(
                condition=models.Q(level__isnull=True) | models.Q(level__range=(0, HIGHEST)),
                name="panel_score_level",
                violation_error_message=_("A level is a number from 0 to 5."),
            ),
            models.CheckConstraint(
                condition=models.Q(level__isnull=True) | models.Q(cannot_judge=False),
                name="panel_score_or_not",
                violation_error_message=_("Either a level or “cannot judge”."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.criterion)

    @property
    def is_given(self) -> bool:
        """Whether it says what is asked: a level, or that and why there is none."""
        return self.level is not None or (self.cannot_judge and bool(self.comment.strip()))


class AgreedScore(Versioned):
    """What a panel agreed on for one candidate and criterion, in levels; apart ends where it stays open."""

    panel = models.ForeignKey(Panel, verbose_name=_("panel"), on_delete=models.PROTECT, related_name="agreed")
    criterion = models.ForeignKey(
        PanelCriterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="agreed"
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    low = models.DecimalField(
        _("agreed level, or its lower end"),
        max_digits=2,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(HIGHEST)],
    )
    high = models.DecimalField(
        _("upper end"),
        max_digits=2,
        decimal_places=1,
        validators=[MinValueValidator(0), MaxValueValidator(HIGHEST)],
    )
    as_scored = models.BooleanField(_("accepted as scored"), default=False)
    replaces = models.BooleanField(_("counts in place of the evidence"), default=False)
    reason = models.TextField(_("reason"), blank=True, default="", max_length=4000)
    decided_by = models.ForeignKey(
        User, verbose_name=_("moderated by"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField(_("moderated at"), db_default=Now(), editable=False)

    objects = AgreedScoreQuerySet.as_manager()

    class Meta:
        verbose_name = _("agreed score")
        verbose_name_plural = _("agreed scores")
        ordering = ["panel_id", "criterion_id", "site_id"]
        constraints = [
            models.UniqueConstraint(fields=["criterion", "site"], name="agreed_once"),
            models.CheckConstraint(
                condition=models.Q(low__gte=0, high__lte=HIGHEST) & models.Q(low__lte=models.F("high")),
                name="agreed_range",
                violation_error_message=_("The levels lie between 0 and 5, the lower one first."),
            ),
            models.CheckConstraint(
                condition=models.Q(as_scored=True) | ~models.Q(reason=""),
                name="agreed_reason",
                violation_error_message=_("A moderated value has a reason."),
            ),
            models.CheckConstraint(
                condition=models.Q(replaces=False) | models.Q(as_scored=False),
                name="agreed_replaces",
                violation_error_message=_(
                    "What counts in place of the evidence is moderated, with a reason."
                ),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion} {self.low}–{self.high}"
