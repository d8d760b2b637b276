"""What of the distribution plans is late, and what is a person's own, over all programs that they see."""

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
class DueLine:
    """A row that is not finished; `is_late` where its day has passed."""

    program: str
    address: str
    kind: str
    key: str
    pk: int
    text: str
    owner: str
    due_on: date | None
    is_late: bool


def late_rows(user: User, today: date) -> QuerySet[Any, Any]:
    """The rows whose day has passed and that are not finished, of all kinds; to be counted or listed."""
    return _rows(user, today, Q(due_on__lt=today))


def own_rows(user: User, today: date) -> QuerySet[Any, Any]:
    """The rows that are a person's own to finish, whenever they are due; to be counted or listed."""
    return _rows(user, today, Q(member=user))


def _rows(user: User, today: date, which: Q) -> QuerySet[Any, Any]:
    place = "plan__work_package"
    parts = []
    for model, (condition, text) in unfinished(today).items():
        manager: Any = model._default_manager
        rows = manager.visible_to(user).filter(condition, which).order_by()
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


def late_lines(user: User, today: date) -> list[DueLine]:
    """What is late as lines, the longest late first. One query."""
    return _lines(late_rows(user, today), today)


def own_lines(user: User, today: date) -> list[DueLine]:
    """What is a person's own as lines: the earliest due first, what has no day last. One query."""
    return _lines(own_rows(user, today), today)


def _lines(rows: QuerySet[Any, Any], today: date) -> list[DueLine]:
    lines = [_line(today, *row) for row in rows]
    return sorted(lines, key=lambda line: (line.due_on or date.max, line.program, line.key, line.pk))


def _line(
    today: date,
    label: str,
    pk: int,
    text: str,
    owner: str,
    due_on: date | None,
    code: str,
    position: int,
    package: int,
) -> DueLine:
    kind = kind_of_model(label)
    # Positions are 1, 2, 3 …: the first work package is named by the code alone.
    address = code if position == 1 else f"{code}{PACKAGE_MARK}{package}"
    is_late = due_on is not None and due_on < today
    return DueLine(
        code, address, str(kind.title), kind.key, pk, text or str(kind.title), owner, due_on, is_late
    )
