"""What every row of a distribution plan has in common."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from common.models import Versioned
from logistics.models.plan import DistributionPlan
from logistics.querysets import PlanRowQuerySet


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

    owner = models.CharField(_("owner"), max_length=120, blank=True, default="")
    due_on = models.DateField(_("due on"), null=True, blank=True)

    class Meta(PlanRow.Meta):
        abstract = True
