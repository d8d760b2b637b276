"""What of the distribution plans is late, over all programs that a person sees."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, F, Q, QuerySet, TextField, Value
from django.db.models.functions import Cast

from accounts.models import User
from logistics.kinds.registry import kind_of_model
from logistics.models import (
    CareSite,
    Consequence,
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

# When a row of each model is not finished, and what names it. What has no end of its own, such as a lane, is
# never late.
UNFINISHED: dict[type[OwnedRow], tuple[Q, str]] = {
    CareSite: (~Q(remedy="") & Q(remedy_done_on=None), "name"),
    SiteCheck: (Q(done_on=None), "care_site__name"),
    SiteOnboarding: (Q(approved_on=None) | Q(signed_on=None) | Q(trained_on=None), "care_site__name"),
    Reimbursement: (Q(effective_on=None), "code"),
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
    for model, (unfinished, text) in UNFINISHED.items():
        manager: Any = model._default_manager
        rows = manager.visible_to(user).filter(unfinished, due_on__lt=today).order_by()
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
