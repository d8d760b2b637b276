"""What of the distribution plans is late, over all programs that a person sees."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    CharField,
    DateField,
    DurationField,
    Exists,
    ExpressionWrapper,
    F,
    Func,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.functions import Cast
from django.db.models.lookups import LessThanOrEqual

from accounts.models import User
from logistics.kinds.registry import kind_of_model
from logistics.models import (
    CareSite,
    Consequence,
    DryRun,
    DryRunStep,
    Handoff,
    LabelRequirement,
    Lane,
    MockReview,
    OwnedRow,
    PackagingQualification,
    Playbook,
    Reimbursement,
    ReviewGap,
    Shipper,
    SiteCheck,
    SiteOnboarding,
)
from programs.models.program import PACKAGE_MARK

_LEGS = Handoff.objects.filter(lane=OuterRef("pk")).order_by()
# The day after the last one on which the last requalification counts, as `Shipper.valid_until` has it.
_LAPSES_ON = ExpressionWrapper(
    F("requalified_on")
    + Func(
        F("requalify_months"),
        template="make_interval(months => %(expressions)s)",
        output_field=DurationField(),
    ),
    output_field=DateField(),
)


def unfinished(today: date) -> dict[type[OwnedRow], tuple[Q, str]]:
    """When a row of each model is not finished on a day, and what names it.

    A lane is finished when every pair of hands is named and it has a shipper, a shipper while its
    requalification counts, a disruption when somebody leads it and it says who is told.
    """
    return {
        CareSite: (~Q(remedy="") & Q(remedy_done_on=None), "name"),
        SiteCheck: (Q(done_on=None), "care_site__name"),
        SiteOnboarding: (Q(approved_on=None) | Q(signed_on=None) | Q(trained_on=None), "care_site__name"),
        Reimbursement: (Q(effective_on=None), "code"),
        Lane: (
            Q(shipper=None) | ~Exists(_LEGS) | Exists(_LEGS.filter(Q(giver=None) | Q(taker=None))),
            "name",
        ),
        Shipper: (
            Q(requalified_on=None) | Q(hold_hours=None) | Q(LessThanOrEqual(_LAPSES_ON, today)),
            "name",
        ),
        Playbook: (Q(owner="") | Q(communication=""), "trigger"),
        PackagingQualification: (~Q(result=PackagingQualification.Result.PASSED), "name"),
        LabelRequirement: (Q(met_on=None), "requirement"),
        MockReview: (Q(held_on=None), "scope"),
        ReviewGap: (Q(closed_on=None), "description"),
        DryRun: (Q(signed_off_on=None), "name"),
        DryRunStep: (~Q(deviation="") & Q(closed_on=None), "deviation"),
        Consequence: (Q(settled_on=None), "finding"),
    }


@dataclass(frozen=True, slots=True)
class LateLine:
    """A row whose day has passed and that is not finished."""

    program: str
    address: str
    kind: str
    key: str
    pk: int
    text: str
    owner: str
    due_on: date


def late_rows(user: User, today: date) -> QuerySet[Any, Any]:
    """The rows whose day has passed and that are not finished, of all kinds; to be counted or listed."""
    place = "plan__work_package"
    parts = []
    for model, (condition, text) in unfinished(today).items():
        manager: Any = model._default_manager
        rows = manager.visible_to(user).filter(condition, due_on__lt=today).order_by()
        parts.append(
            rows.values_list(
                Value(model._meta.label, CharField()),
                "pk",
                Cast(F(text), TextField()),
                "owner",
                "due_on",
                f"{place}__program__code",
                f"{place}__position",
                f"{place}_id",
            )
        )
    found: QuerySet[Any, Any] = parts[0].union(*parts[1:], all=True).order_by()
    return found


def late_lines(user: User, today: date) -> list[LateLine]:
    """The same as lines, the longest late first. One query."""
    lines = [_line(*row) for row in late_rows(user, today)]
    return sorted(lines, key=lambda line: (line.due_on, line.program, line.key, line.pk))


def _line(
    label: str, pk: int, text: str, owner: str, due_on: date, code: str, position: int, package: int
) -> LateLine:
    kind = kind_of_model(label)
    # Positions are 1, 2, 3 …: the first work package is named by the code alone.
    address = code if position == 1 else f"{code}{PACKAGE_MARK}{package}"
    return LateLine(code, address, str(kind.title), kind.key, pk, text or str(kind.title), owner, due_on)
