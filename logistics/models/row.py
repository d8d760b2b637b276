"""What every row of a distribution plan has in common."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.models import Versioned
from logistics.models.plan import DistributionPlan
from logistics.querysets import PlanRowQuerySet

LONGEST_NAME = 120


class PlanRow(Versioned):
    """Belongs to one plan, whatever else it belongs to, so that one query reads a whole plan."""

    plan = models.ForeignKey(
        DistributionPlan,
        verbose_name=_("distribution plan"),
        on_delete=models.CASCADE,
        related_name="%(class)s_rows",
        editable=False,
    )

    objects: "models.Manager[Any]" = PlanRowQuerySet.as_manager()

    class Meta(Versioned.Meta):
        abstract = True


class OwnedRow(PlanRow):
    """A row that somebody has to bring to an end."""

    # Whoever is named here is named by `owner` as well, which every list, file and paper reads.
    member = models.ForeignKey(
        User,
        verbose_name=_("owner in the program"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    owner = models.CharField(_("owner"), max_length=LONGEST_NAME, blank=True, default="")
    due_on = models.DateField(_("due on"), null=True, blank=True)

    class Meta(PlanRow.Meta):
        abstract = True

    def clean(self) -> None:
        super().clean()
        if self.member is not None:
            self.owner = self.member.full_name[:LONGEST_NAME]
