"""A letter to each assessor as their scores are asked for: when a panel opens, and when somebody comes later.

The letter is a job with a key for the seat and the version of the panel that asked, requested in the same
transaction: once, and only if what it tells of was saved. What is told is read again as it is written.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.models import User
from audits.letters import letter, whole_address
from common.numbers import day_text, number_text
from jobs.services import job_request
from programs.models import Membership
from scorecards.models import Panel, PanelAssignment, PanelCandidate, PanelSeat

JOB_KIND = "scorecards.panel"


def invite(panel: Panel, seats: Iterable[PanelSeat], actor: User | None) -> None:
    """Ask for a letter to each assessor but the one who acts, in their language. Inside a transaction."""
    for seat in seats:
        if actor is None or seat.assessor_id != actor.pk:
            job_request(
                kind=JOB_KIND,
                key=f"panel {panel.pk}.{panel.version} seat {seat.pk}",
                payload={"seat": seat.pk, "version": panel.version},
                actor=actor,
                language=seat.assessor.language,
            )


def invitation(seat_id: int, version: int) -> EmailMessage | None:
    """The letter in the active language; None to who is asked for nothing any more or may not see the panel.

    Five queries. Of the panel's content it tells the title and the day, like a reminder.
    """
    seat = (
        PanelSeat.objects.filter(
            pk=seat_id, panel__state=Panel.State.OPEN, left_at=None, assessor__is_active=True
        )
        .select_related("assessor", "panel__work_package__program")
        .prefetch_related("panel__work_package__program__packages")
        .first()
    )
    if seat is None:
        return None
    panel, person = seat.panel, seat.assessor
    if not Membership.objects.filter(program_id=panel.work_package.program_id, user=person).exists():
        return None
    subject = (
        _("Your scores are asked for: %(title)s") if seat.is_awaited else _("Again on a panel: %(title)s")
    )
    lines = [
        _("Dear %(name)s,") % {"name": person.full_name},
        "",
        *(_asked(seat) if seat.is_awaited else _kept()),
        "",
        whole_address(reverse(_page(seat), args=[panel.address, panel.pk])),
        "",
        _("CMO Eval sends this once. This message needs no answer."),
    ]
    return letter(
        subject % {"title": panel.title}, lines, person.email, f"panel-{panel.pk}-{seat.pk}-{version}"
    )


def _page(seat: PanelSeat) -> str:
    return "scorecards:panel-score-resume" if seat.is_awaited else "scorecards:panel-mine"


def _asked(seat: PanelSeat) -> list[str]:
    criteria = PanelAssignment.objects.filter(seat=seat).count()
    candidates = PanelCandidate.objects.filter(panel=seat.panel_id).count()
    many = ngettext("%(count)s criterion", "%(count)s criteria", criteria) % {"count": number_text(criteria)}
    told = {
        "title": seat.panel.title,
        "day": day_text(seat.panel.due_on),
        "criteria": many,
        "candidates": ngettext("%(count)s candidate", "%(count)s candidates", candidates)
        % {"count": number_text(candidates)},
    }
    return [
        _("You are an assessor of the scoring panel “%(title)s”: %(criteria)s, %(candidates)s.") % told,
        _("Score blind, against the written anchors, and hand your scores in by %(day)s.") % told,
    ]


def _kept() -> list[str]:
    return [
        _("You are an assessor of this panel again. What you had handed in stands."),
        _("To change a score while the panel is open, take your scores back first."),
    ]
