"""A signed exception to a floor: one candidate may be ranked although it stays below it on one criterion."""

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import Versioned
from partners.models import Site
from programs.models import WorkPackage
from programs.models.program import address_of
from scorecards.models.template import Criterion
from scorecards.querysets import FloorExceptionQuerySet

POINTS = (MinValueValidator(0), MaxValueValidator(100))


class FloorException(Versioned):
    """What was documented when it was written is part of what is signed. Withdrawn, never deleted."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        EFFECTIVE = "effective", _("in force")
        ENDED = "ended", _("withdrawn")

    work_package = models.ForeignKey(
        WorkPackage,
        verbose_name=_("work package"),
        on_delete=models.PROTECT,
        related_name="floor_exceptions",
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    criterion = models.ForeignKey(
        Criterion, verbose_name=_("criterion"), on_delete=models.PROTECT, related_name="+"
    )
    floor = models.DecimalField(_("floor"), max_digits=5, decimal_places=2, validators=POINTS)
    low = models.DecimalField(_("documented value"), max_digits=5, decimal_places=2, validators=POINTS)
    high = models.DecimalField(_("possible value"), max_digits=5, decimal_places=2, validators=POINTS)
    strength = models.CharField(_("strength of evidence"), max_length=10)
    reason = models.TextField(_("reason"))
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+"
    )
    approver = models.ForeignKey(
        User, verbose_name=_("approver"), null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True)
    ended_by = models.ForeignKey(
        User,
        verbose_name=_("withdrawn by"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField(_("withdrawn at"), null=True, blank=True)
    end_reason = models.TextField(_("reason of the withdrawal"), blank=True, default="")

    objects = FloorExceptionQuerySet.as_manager()

    class Meta:
        verbose_name = _("exception to a floor")
        verbose_name_plural = _("exceptions to floors")
        ordering = ["work_package_id", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_package", "site", "criterion"],
                condition=models.Q(state="draft"),
                name="floor_exception_one_draft",
                violation_error_message=_("An exception to this floor is in draft already."),
            ),
            models.UniqueConstraint(
                fields=["work_package", "site", "criterion"],
                condition=models.Q(state="effective"),
                name="floor_exception_one_in_force",
                violation_error_message=_("An exception to this floor is in force already."),
            ),
            models.CheckConstraint(
                condition=models.Q(low__gte=0, high__lte=100, floor__gt=0, floor__lte=100)
                & models.Q(low__lte=models.F("high"))
                & models.Q(low__lt=models.F("floor")),
                name="floor_exception_range",
                violation_error_message=_("The documented value lies below the floor, both from 0 to 100."),
            ),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="floor_exception_reason",
                violation_error_message=_("An exception has a reason."),
            ),
            models.CheckConstraint(
                condition=models.Q(state="draft")
                | models.Q(approved_at__isnull=False, approver__isnull=False)
                | models.Q(state="ended"),
                name="floor_exception_approved",
                violation_error_message=_("An exception is approved before it is in force."),
            ),
            models.CheckConstraint(
                condition=~models.Q(state="ended") | models.Q(ended_at__isnull=False),
                name="floor_exception_ended",
                violation_error_message=_("What is withdrawn says when."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.criterion}: {self.site}"

    def get_absolute_url(self) -> str:
        """The page of the exception, where it is signed."""
        program = self.work_package.program
        address = address_of(program.code, self.work_package, program.parts[0])
        return reverse("scorecards:exception", args=[address, self.pk])
