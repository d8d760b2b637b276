"""Copies a distribution plan to the copy of its work package: how it is to be done, not what was done.

What happened for one product (checks of care sites, dry runs, mock reviews, qualifications, approvals, dates)
is not true of another, so it stays behind; so do days that were set, and members, whose names remain.
"""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from logistics.models import (
    CareSite,
    DistributionPlan,
    Handoff,
    LabelRequirement,
    Lane,
    Party,
    PlanRow,
    Playbook,
    Responsibility,
    Shipper,
    SiteOnboarding,
    Term,
)
from programs.along import Along, Pairs, register
from programs.copying import again
from programs.models import Candidate, Program, WorkPackage

# In the order in which rows name each other, with the columns that are blank in the copy.
COPIED: dict[type[PlanRow], tuple[str, ...]] = {
    Party: ("acknowledged_on", "acknowledged_by"),
    Shipper: (),
    CareSite: ("remedy_done_on",),
    SiteOnboarding: ("ready_on", "submitted_on", "approved_on", "signed_on", "trained_on"),
    Lane: (),
    Handoff: (),
    Playbook: (),
    LabelRequirement: ("met_on",),
    Responsibility: (),
    Term: (),
}
LEFT_BEHIND = ("member", "due_on")
PLAN_LEFT_BEHIND = ("state", "go_live_on", "channel_decided_on")


def plan_copy(source: DistributionPlan, target: WorkPackage) -> DistributionPlan:
    """The plan of a work package for its copy, as a draft. Inside a recorded transaction.

    A party keeps its site only where that is a candidate of the new program too.
    """
    plan: DistributionPlan = again(source, work_package=target, **_blank(source, PLAN_LEFT_BEHIND))
    plan.save()
    candidates = Candidate.objects.filter(work_package__program=target.program_id)
    sites = set(candidates.values_list("site_id", flat=True))
    made: dict[tuple[type[PlanRow], int], PlanRow] = {}
    for model, cleared in COPIED.items():
        manager: Any = model._default_manager
        for row in manager.filter(plan=source).order_by("pk"):
            changed = _blank(row, (*cleared, *LEFT_BEHIND)) | _renamed(row, made)
            if isinstance(row, Party) and row.site_id not in sites:
                changed["site"] = None
            copy = again(row, plan=plan, **changed)
            copy.save()
            made[model, row.pk] = copy
    return plan


def _blank(row: Any, names: Iterable[str]) -> dict[str, Any]:
    """What the columns hold before anybody says anything; those that the row does not have are left out."""
    columns = {field.name: field for field in row._meta.concrete_fields}
    return {name: columns[name].get_default() for name in names if name in columns}


def _renamed(row: PlanRow, made: dict[tuple[type[PlanRow], int], PlanRow]) -> dict[str, Any]:
    """The rows of the copy in place of those that a row names."""
    found = {}
    for field in row._meta.concrete_fields:
        related, key = field.related_model, getattr(row, field.attname)
        if field.name != "plan" and isinstance(related, type) and issubclass(related, PlanRow):
            found[field.name] = None if key is None else made[related, key]
    return found


def _has_plan(program: Program) -> bool:
    return DistributionPlan.objects.filter(work_package__program=program).exists()


def _copy(pairs: Pairs, _actor: User | None) -> None:
    plans = {plan.work_package_id: plan for plan in _plans(pairs)}
    for source, target in pairs:
        if source.pk in plans:
            plan_copy(plans[source.pk], target)


def _plans(pairs: Pairs) -> Iterable[DistributionPlan]:
    found: Iterable[DistributionPlan] = DistributionPlan.objects.filter(
        work_package__in=[source for source, _target in pairs]
    )
    return found


def register_along() -> None:
    """Called when the application is ready."""
    label = _(
        "Copy the distribution plan too: decisions, care sites, lanes, disruptions, words; nothing done"
    )
    register(Along("plan", label, _has_plan, _copy))
