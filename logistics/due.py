"""What of the distribution plans is late, over all programs that a person sees."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, F, Q, Value

from accounts.models import User
from logistics.models import (
    CareSite,
    Consequence,
    DistributionPlan,
    DryRun,
    DryRunStep,
    LabelRequirement,
    MockReview,
    OwnedRow,
    PackagingQualification,
    Reimbursement,
    ReviewGap,
    SiteCheck,
    SiteOnboarding,
)
from programs.models.program import PACKAGE_MARK

# When a row of each model is not finished. What has no end of its own, such as a lane, is never late.
UNFINISHED: dict[type[OwnedRow], Q] = {
    CareSite: ~Q(remedy="") & Q(remedy_done_on=None),
    SiteCheck: Q(done_on=None),
    SiteOnboarding: Q(approved_on=None) | Q(signed_on=None) | Q(trained_on=None),
    Reimbursement: Q(effective_on=None),
    PackagingQualification: ~Q(result=PackagingQualification.Result.PASSED),
    LabelRequirement: Q(met_on=None),
    MockReview: Q(held_on=None),
    ReviewGap: Q(closed_on=None),
    DryRun: Q(signed_off_on=None),
    DryRunStep: ~Q(deviation="") & Q(closed_on=None),
    Consequence: Q(settled_on=None),
}


@dataclass(frozen=True, slots=True)
class LatePlan:
    """A plan with how many of its points should have been finished by now."""

    code: str
    address: str
    late: int


def late_plans(user: User, today: date) -> list[LatePlan]:
    """Plans with points whose day has passed, by the code of their program. Two queries at most."""
    parts = [
        _rows(model).visible_to(user).filter(unfinished, due_on__lt=today).order_by()
        for model, unfinished in UNFINISHED.items()
    ]
    asked = [
        rows.values_list(F("plan_id"), Value(rows.model._meta.label, CharField()), F("pk")) for rows in parts
    ]
    counts: dict[int, int] = {}
    for plan_id, _model, _pk in asked[0].union(*asked[1:], all=True).order_by():
        counts[plan_id] = counts.get(plan_id, 0) + 1
    if not counts:
        return []
    plans = DistributionPlan.objects.filter(pk__in=counts).select_related("work_package__program")
    return sorted((_late(plan, counts[plan.pk]) for plan in plans), key=lambda each: each.code)


def _rows(model: type[OwnedRow]) -> Any:
    return model._default_manager


def _late(plan: Any, late: int) -> LatePlan:
    package, program = plan.work_package, plan.work_package.program
    # Positions are 1, 2, 3 …: the first work package is named by the code alone.
    address = program.code if package.position == 1 else f"{program.code}{PACKAGE_MARK}{package.pk}"
    return LatePlan(program.code, address, late)
