"""The decision on a work package: who is selected, who stands by, who is declined, and why. It is signed."""

from django.db import models
from django.db.models.functions import Now, TruncDate
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import Versioned
from partners.models import Site
from programs.models import WorkPackage
from programs.models.program import address_of
from records.models import Revisable
from scorecards.models.run import EvaluationRun
from scorecards.querysets import SourcingDecisionQuerySet


class SourcingDecision(Revisable, Versioned):
    """Rests on one frozen evaluation. Takes effect when it is approved; a revision supersedes it."""

    class State(models.TextChoices):
        DRAFT = "draft", _("draft")
        EFFECTIVE = "effective", _("in force")
        SUPERSEDED = "superseded", _("superseded")

    work_package = models.ForeignKey(
        WorkPackage, verbose_name=_("work package"), on_delete=models.PROTECT, related_name="decisions"
    )
    run = models.ForeignKey(
        EvaluationRun, verbose_name=_("frozen evaluation"), on_delete=models.PROTECT, related_name="decisions"
    )
    rationale = models.TextField(_("why this choice"))
    risks = models.TextField(_("risks and how they are met"), blank=True, default="")
    decided_on = models.DateField(_("decided on"))
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    author = models.ForeignKey(
        User, verbose_name=_("author"), null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = SourcingDecisionQuerySet.as_manager()

    class Meta:
        verbose_name = _("sourcing decision")
        verbose_name_plural = _("sourcing decisions")
        ordering = ["work_package_id", "-id"]
        constraints = [
            models.UniqueConstraint(
                fields=["work_package"],
                condition=models.Q(state="draft"),
                name="decision_one_draft",
                violation_error_message=_("A decision on this work package is in draft already."),
            ),
            models.UniqueConstraint(
                fields=["work_package"],
                condition=models.Q(state="effective"),
                name="decision_one_in_force",
                violation_error_message=_("A decision on this work package is in force already."),
            ),
            # Days only pass, so what is true once stays so: a restored copy keeps to it as well.
            models.CheckConstraint(
                condition=models.Q(decided_on__lte=TruncDate(Now())),
                name="decision_not_ahead",
                violation_error_message=_("The date lies ahead. Choose today or an earlier day."),
            ),
        ]

    def __str__(self) -> str:
        return str(self.work_package)

    def get_absolute_url(self) -> str:
        """The page of the decision, where it is signed."""
        program = self.work_package.program
        address = address_of(program.code, self.work_package, program.parts[0])
        return reverse("scorecards:decision", args=[address, self.pk])


class DecisionOutcome(models.Model):
    """What the decision means for one candidate of the evaluation."""

    class Outcome(models.TextChoices):
        SELECTED = "selected", _("selected")
        BACKUP = "backup", _("backup")
        DECLINED = "declined", _("declined")

    decision = models.ForeignKey(
        SourcingDecision, verbose_name=_("decision"), on_delete=models.CASCADE, related_name="outcomes"
    )
    site = models.ForeignKey(Site, verbose_name=_("site"), on_delete=models.PROTECT, related_name="+")
    outcome = models.CharField(_("outcome"), max_length=10, choices=Outcome)
    reason = models.TextField(_("reason"))
    exception = models.TextField(_("exception: why although a must-have is unknown"), blank=True, default="")

    class Meta:
        verbose_name = _("outcome for a candidate")
        verbose_name_plural = _("outcomes for candidates")
        ordering = ["decision_id", "id"]
        constraints = [
            models.UniqueConstraint(fields=["decision", "site"], name="decision_outcome_once"),
            models.CheckConstraint(
                condition=~models.Q(reason=""),
                name="decision_outcome_reason",
                violation_error_message=_("Every outcome has a reason."),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.site}: {self.get_outcome_display()}"
