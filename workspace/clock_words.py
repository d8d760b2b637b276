"""Clocks of regulatory records in the reader's language."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from audits.clocks import Clock, ClockKind, ClockState
from common.numbers import number_text

KINDS = {
    ClockKind.FORM_483: _("Answer to a Form 483"),
    ClockKind.WARNING_LETTER: _("Answer to a warning letter"),
    ClockKind.CLASSIFICATION: _("Classification of an inspection"),
}
STATES = {
    ClockState.RUNNING: (_("running"), "info"),
    ClockState.MET: (_("answered in time"), "good"),
    ClockState.LATE: (_("late"), "bad"),
    ClockState.UNKNOWN: (_("no answer known"), "neutral"),
}


@dataclass(frozen=True, slots=True)
class ClockLine:
    """One clock as a page prints it. `record` names the address of the record it runs on."""

    title: str
    state: str
    tone: str
    started_on: date
    due_on: date
    stopped_on: date | None
    left: str
    kind: str
    record_id: int


def clock_line(clock: Clock) -> ClockLine:
    """What to print of a clock, with the days left or late in words."""
    word, tone = STATES[clock.state]
    if clock.state is ClockState.LATE and clock.kind is ClockKind.CLASSIFICATION:
        word = _("classification overdue")
    if clock.state is ClockState.LATE and clock.stopped_on:
        word = _("answered late")
    return ClockLine(
        title=str(KINDS[clock.kind]),
        state=str(word),
        tone=tone,
        started_on=clock.started_on,
        due_on=clock.due_on,
        stopped_on=clock.stopped_on,
        left=_left(clock),
        kind="inspection" if clock.kind is ClockKind.CLASSIFICATION else "action",
        record_id=clock.record_id,
    )


def _left(clock: Clock) -> str:
    if clock.state in (ClockState.MET, ClockState.UNKNOWN) or clock.stopped_on:
        return ""
    number = {"days": number_text(abs(clock.days))}
    if clock.kind is ClockKind.CLASSIFICATION:
        if clock.days < 0:
            return ngettext("%(days)s day late", "%(days)s days late", -clock.days) % number
        return ngettext("%(days)s day left", "%(days)s days left", clock.days) % number
    if clock.days < 0:
        return ngettext("%(days)s business day late", "%(days)s business days late", -clock.days) % number
    return ngettext("%(days)s business day left", "%(days)s business days left", clock.days) % number
