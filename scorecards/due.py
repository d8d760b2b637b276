"""What of scorecards falls due: scores that an assessor has not handed in. Only the assessor is told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db.models import Exists, OuterRef, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from audits.reminding import DueThing, due_source, letter_kind, recipients_of
from programs.models import Membership
from scorecards.models import Panel, PanelSeat
from scorecards.panels.inviting import JOB_KIND

SCORES = _("scores of a panel")


def scores_due(until: date) -> Iterable[DueThing]:
    """Seats of open panels whose scores are not handed in. Two queries."""
    return [_thing(seat) for seat in _waiting().filter(panel__due_on__lte=until)]


def _one(pk: int) -> DueThing | None:
    seat = _waiting().filter(pk=pk).first()
    return _thing(seat) if seat else None


def _waiting() -> QuerySet[PanelSeat]:
    """Of people who still work on the program: nobody else is told of it, it is confidential."""
    member = Membership.objects.filter(
        user=OuterRef("assessor"), program=OuterRef("panel__work_package__program")
    )
    return (
        PanelSeat.objects.filter(Exists(member), panel__state=Panel.State.OPEN, assessor__is_active=True)
        .awaited()
        .select_related("assessor", "panel__work_package__program")
        .prefetch_related("panel__work_package__program__packages")
        .order_by("pk")
    )


def _thing(seat: PanelSeat) -> DueThing:
    panel = seat.panel
    return DueThing(
        record_id=seat.pk,
        due_on=panel.due_on,
        kind=SCORES,
        title=panel.title,
        site="",
        url=reverse("scorecards:panel-score-resume", args=[panel.address, panel.pk]),
        recipients=recipients_of(seat.assessor),
        told_further=False,
    )


due_source("scorecards.PanelSeat", due=scores_due, one=_one, escalates=False)
letter_kind(JOB_KIND)
