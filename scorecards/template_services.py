"""The organization's own versions of a template: other anchors and default weights, never an edit in place.

A version of the product is a whole number; the organization's own are counted within it (2.1 is kept as
2001), so that a newer version of the product does not take the place of what the organization decided.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.translation import gettext as _

from accounts.models import User
from records.context import recorded
from scorecards.derivation.anchors import AnchorError, check_anchors
from scorecards.derivation.rules import RULES
from scorecards.models import Criterion, ScorecardTemplate
from scorecards.policies import TemplatePolicy

OWN = 1000
BUDGET = Decimal(100)


@dataclass(frozen=True, slots=True)
class Floor:
    """The floor of a criterion in points, None for none; whether a signed exception may rank below it."""

    points: Decimal | None = None
    by_exception: bool = False


NO_FLOORS: Mapping[str, Floor] = {}


def template_revise(
    *,
    base: ScorecardTemplate,
    anchors: Mapping[str, Mapping[str, Any]],
    weights: Mapping[str, Decimal],
    reason: str,
    actor: User | None,
    floors: Mapping[str, Floor] = NO_FLOORS,
    claimed_margin: Decimal | None = None,
) -> ScorecardTemplate:
    """Make a new version of a template and put it in force. Scorecards stay with the version they have.

    Args:
        anchors: by key of the criterion, whole sets; a criterion that is not named keeps its own.
        weights: default weights out of 100 among siblings, by key of the criterion.
        floors: by key of the criterion; one that is not named keeps its own.
        claimed_margin: points by which claimed values are widened downwards; None keeps it.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason, for an anchor that makes no sense, for siblings that do not add up
            to 100, or for a floor off the scale or of a criterion without a value of its own; keyed by the
            criterion or group.
    """
    TemplatePolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the template changes: the reason is kept.")})
    rows = list(Criterion.objects.filter(template=base).select_related("parent").order_by("position"))
    _check(rows, anchors, weights)
    check_floors(rows, floors)
    margin = base.claimed_margin if claimed_margin is None else claimed_margin
    if not 0 <= margin <= BUDGET:
        raise ValidationError({"claimed_margin": _("The margin lies between 0 and 100 points.")})
    with recorded(actor=actor, reason=reason.strip()):
        siblings = ScorecardTemplate.objects.select_for_update().filter(key=base.key)
        list(siblings)
        made = ScorecardTemplate.objects.create(
            key=base.key,
            version=_next_version(base),
            title=base.title,
            claimed_margin=margin,
            status=ScorecardTemplate.Status.ACTIVE,
        )
        copies: dict[int, Criterion] = {}
        for row in rows:
            copies[row.pk] = Criterion.objects.create(
                template=made,
                parent=copies[row.parent_id] if row.parent_id else None,
                key=row.key,
                title=row.title,
                position=row.position,
                weight=weights.get(row.key, row.weight),
                rule=row.rule,
                anchors=dict(anchors.get(row.key, row.anchors)),
                coverage=row.coverage,
                is_must_have=row.is_must_have,
                **_floor_of(row, floors),
            )
        siblings.exclude(pk=made.pk).filter(status=ScorecardTemplate.Status.ACTIVE).update(
            status=ScorecardTemplate.Status.RETIRED
        )
    return made


def check_floors(rows: Sequence[Criterion], floors: Mapping[str, Floor]) -> None:
    """Raise ValidationError, keyed by criterion with the prefix of its field, for a floor that cannot be."""
    leaves = {row.key for row in rows if row.rule and not row.is_must_have}
    problems: dict[str, str] = {}
    for key, floor in floors.items():
        if floor.points is not None and key not in leaves:
            problems[f"floor-{key}"] = _("Only a criterion with a value of its own has a floor.")
        elif floor.points is not None and not 0 < floor.points <= BUDGET:
            problems[f"floor-{key}"] = _("A floor lies above 0, up to 100.")
        elif floor.points is None and floor.by_exception:
            problems[f"floor-{key}"] = _("Without a floor there is nothing to except.")
    if problems:
        raise ValidationError(problems)


def _floor_of(row: Criterion, floors: Mapping[str, Floor]) -> dict[str, Any]:
    floor = floors.get(row.key, Floor(row.floor, row.floor_by_exception))
    return {"floor": floor.points, "floor_by_exception": floor.by_exception}


def _next_version(base: ScorecardTemplate) -> int:
    product = base.version // OWN if base.version >= OWN else base.version
    first, last = product * OWN, product * OWN + OWN - 1
    own = ScorecardTemplate.objects.filter(key=base.key, version__range=(first, last))
    latest: int | None = own.aggregate(latest=Max("version"))["latest"]
    return (latest or first) + 1


def _check(
    rows: list[Criterion], anchors: Mapping[str, Mapping[str, Any]], weights: Mapping[str, Decimal]
) -> None:
    problems: dict[str, str] = {}
    for row in rows:
        rule = RULES.get(row.rule)
        if rule is None or row.key not in anchors:
            continue
        try:
            check_anchors(rule.anchors, anchors[row.key])
        except AnchorError as error:
            problems[row.key] = str(error)
    totals: dict[str, Decimal] = {}
    for row in rows:
        if not row.is_must_have:
            group = row.parent.key if row.parent else "groups"
            totals[group] = totals.get(group, Decimal(0)) + weights.get(row.key, row.weight)
    for group, total in totals.items():
        if total != BUDGET:
            problems[group] = _("These weights add up to %(total)s; they must add up to 100.") % {
                "total": f"{total.normalize():f}"
            }
    if problems:
        raise ValidationError(problems)
