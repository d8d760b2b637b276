"""Who sits on an open panel: assessors leave and come, with a reason, and nobody sees more for it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import locked_at_version
from programs.models import Membership
from records.context import recorded
from scorecards.models import Panel, PanelAssignment, PanelCriterion, PanelSeat
from scorecards.panels.inviting import invite
from scorecards.panels.services import panel_only
from scorecards.policies import PanelPolicy

State = Panel.State


class Again(StrEnum):
    """What becomes of the scores of somebody who had handed them in, left, and comes back."""

    KEPT = "kept"
    REOPENED = "reopened"


@dataclass(frozen=True, slots=True)
class Staffing:
    """One change of an open panel's assessors.

    ``leaves``: the id of a seat. ``left_out``: what they handed in does not count; what they did not hand in
    never does. ``comes``: the id of a person, who scores ``criteria`` (keys), or where these are none, what
    they were asked before and the one who leaves was asked. ``again``: of who comes back after handing in.
    ``due_on``: a later day for all whose scores are still to come.
    """

    reason: str
    leaves: int | None = None
    left_out: bool = False
    comes: int | None = None
    criteria: Collection[str] = ()
    again: Again | None = None
    due_on: date | None = None


def panel_staff(*, panel: Panel, version: int, change: Staffing, actor: User | None) -> Panel:
    """Let assessors leave and come while a panel is open.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason or a change, for a day that is no later, somebody who is no member,
            who sits there and has handed in, or who comes back without a word on what they had handed in;
            for somebody who has left already, or a criterion that nobody would score any more.
        StaleRecord: when someone else changed it since it was read.
    """
    PanelPolicy.change.require(actor)
    reason = change.reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Say why the assessors change.")})
    if not (change.leaves or change.comes or change.due_on):
        raise ValidationError({"comes": _("Choose who leaves, who comes, or a later day.")})
    with recorded(actor=actor, reason=reason):
        row = locked_at_version(Panel.objects.all(), pk=panel.pk, version=version)
        panel_only(row, State.OPEN)
        gone = None if change.leaves is None else _left(row, change.leaves, change.left_out, reason)
        come = None if change.comes is None else _came(row, change.comes, change, gone)
        _all_scored(row)
        if change.due_on:
            if change.due_on <= row.due_on or change.due_on < timezone.localdate():
                raise ValidationError({"due_on": _("Choose a later day than the present one.")})
            row.due_on = change.due_on
        row.version += 1
        row.save()
        if come is not None:
            invite(row, [come], actor)
    return row


def _left(panel: Panel, leaves: int, left_out: bool, reason: str) -> PanelSeat:
    seat = PanelSeat.objects.select_for_update().filter(panel=panel, pk=leaves).first()
    if seat is None or seat.left_at is not None:
        raise ValidationError({"leaves": _("This person is no assessor of the panel any more.")})
    seat.left_at, seat.left_why, seat.left_out = timezone.now(), reason, left_out
    seat.full_clean(exclude=["panel", "assessor"])
    seat.save(update_fields=["left_at", "left_why", "left_out"])
    return seat


def _came(panel: Panel, comes: int, change: Staffing, gone: PanelSeat | None) -> PanelSeat:
    """A seat for who comes, or comes back; an assessor who is asked for more scores further criteria."""
    if gone is not None and comes == gone.assessor_id:
        raise ValidationError({"comes": _("Somebody else takes the place of who leaves.")})
    members = Membership.objects.filter(program_id=panel.work_package.program_id, user__is_active=True)
    if not members.filter(user_id=comes).exists():
        raise ValidationError({"comes": _("Only members of the program can be assessors.")})
    seat = PanelSeat.objects.select_for_update().filter(panel=panel, assessor_id=comes).first()
    before = _scored_by(seat)
    asked = _asked(panel, change.criteria, gone)
    if not asked and not (before and seat is not None and seat.left_at is not None):
        raise ValidationError({"criteria": _("Choose what the one who comes scores.")})
    if seat is None:
        seat = PanelSeat.objects.create(panel=panel, assessor_id=comes)
    elif seat.left_at is not None:
        _back(seat, change.again, more=bool(asked - before))
    elif seat.submitted_at is not None:
        raise ValidationError(
            {"comes": _("This assessor has handed in. Their scores have to be taken back first.")}
        )
    PanelAssignment.objects.bulk_create(
        PanelAssignment(panel=panel, seat=seat, criterion_id=pk) for pk in sorted(asked - before)
    )
    return seat


def _back(seat: PanelSeat, again: Again | None, *, more: bool) -> None:
    """Let somebody who left sit there once more, with what they had scored as they left it.

    What they had handed in stands, or is theirs to change: nobody decides that by forgetting to.
    """
    if seat.submitted_at is not None:
        if again is None:
            raise ValidationError(
                {"again": _("They had handed in scores: say whether these stand or are open to them again.")}
            )
        if more and again is Again.KEPT:
            raise ValidationError(
                {"again": _("Who scores further criteria hands in again: open their scores to them.")}
            )
        if again is Again.REOPENED:
            seat.submitted_at = None
    seat.left_at, seat.left_why, seat.left_out = None, "", False
    seat.save(update_fields=["submitted_at", "left_at", "left_why", "left_out"])


def _asked(panel: Panel, criteria: Collection[str], gone: PanelSeat | None) -> set[int]:
    """The criteria of the panel for who comes: those named, else those of who leaves."""
    if criteria:
        rows = PanelCriterion.objects.filter(panel=panel, criterion__key__in=criteria)
        return set(rows.values_list("pk", flat=True))
    return _scored_by(gone)


def _scored_by(seat: PanelSeat | None) -> set[int]:
    """The criteria of the panel that a seat is asked for."""
    rows = PanelAssignment.objects.filter(seat=seat) if seat else PanelAssignment.objects.none()
    return set(rows.values_list("criterion_id", flat=True))


def _all_scored(panel: Panel) -> None:
    """Every criterion keeps somebody who scores it."""
    seats = PanelSeat.objects.filter(panel=panel).counted()
    scored = PanelAssignment.objects.filter(seat__in=seats).values("criterion_id")
    if PanelCriterion.objects.filter(panel=panel).exclude(pk__in=scored).exists():
        raise ValidationError(
            {"comes": _("Nobody would score a criterion any more. Choose who comes, or cancel the panel.")}
        )
