"""The earliest day on which a care site can give its first dose: committee, contract, training, product."""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from logistics.readiness.reason import Reason, reason

# Months between two meetings of a committee.
MONTHS = {"monthly": 1, "every_second_month": 2, "quarterly": 3, "every_second_quarter": 6, "yearly": 12}


@dataclass(frozen=True, slots=True)
class Onboarding:
    """How a care site takes up a product. Days are calendar days; a day that is done is a date.

    Attributes:
        frequency: a key of `MONTHS`, or "none" where no committee decides.
        meeting_on: any meeting of the committee, the next one known; the others follow by the frequency.
        lead_days: how long before the meeting the dossier must be there.
        decision_days: from the meeting to its decision.
        ready_on: when our dossier will be ready; today when null.
    """

    pk: int = 0
    frequency: str = ""
    meeting_on: date | None = None
    lead_days: int = 0
    decision_days: int = 0
    contract_days: int | None = None
    training_days: int | None = None
    ready_on: date | None = None
    submitted_on: date | None = None
    approved_on: date | None = None
    signed_on: date | None = None
    trained_on: date | None = None
    owner: str = ""


@dataclass(frozen=True, slots=True)
class Milestone:
    """A step with the day it is or can be reached."""

    key: str
    on: date
    done: bool


@dataclass(frozen=True, slots=True)
class FirstDose:
    """When the first dose can be given; null with the reason when that cannot be said."""

    on: date | None
    milestones: tuple[Milestone, ...]
    missing: Reason | None = None


def months_later(day: date, months: int) -> date:
    """The same day of a later month, or its last.

    >>> months_later(date(2026, 11, 30), 3), months_later(date(2026, 1, 15), 6)
    (datetime.date(2027, 2, 28), datetime.date(2026, 7, 15))
    """
    month = day.year * 12 + day.month - 1 + months
    year, place = divmod(month, 12)
    return date(year, place + 1, min(day.day, monthrange(year, place + 1)[1]))


def next_meeting(meeting_on: date, frequency: str, *, not_before: date) -> date:
    """The first meeting on or after a day. Counted from the meeting that is known, so that no day drifts."""
    step, times = MONTHS[frequency], 0
    while (found := months_later(meeting_on, step * times)) < not_before:
        times += 1
    return found


def first_dose(
    onboarding: Onboarding | None,
    *,
    on: date,
    storage_on: date | None = None,
    stored: bool = False,
    go_live_on: date | None = None,
    turnaround_days: int = 0,
) -> FirstDose:
    """The earliest first dose as seen on a day: each step begins when the one before it is done.

    Args:
        storage_on: when the chosen remedy for storage will be in place, or since when it is.
        stored: whether it is in place; a day that has passed says nothing of that.
        go_live_on: the day from which the product may be used.
        turnaround_days: from the order, or the collection of cells, to the dose.
    """
    if onboarding is None:
        return FirstDose(None, (), reason("onboarding.none"))
    steps: list[Milestone] = []
    missing = _approval(onboarding, on, steps)
    if missing is not None:
        return FirstDose(None, tuple(steps), missing)
    for key, done_on, days in (
        ("contract", onboarding.signed_on, onboarding.contract_days),
        ("training", onboarding.trained_on, onboarding.training_days),
    ):
        if done_on is None and days is None:
            return FirstDose(None, tuple(steps), reason(f"onboarding.no_{key}"))
        planned = max(on, steps[-1].on) + timedelta(days=days or 0)
        steps.append(Milestone(key, done_on or planned, done_on is not None))
    # What was done out of order waits for the latest of its steps.
    active = max(step.on for step in steps)
    for key, day, done in (("storage", storage_on, stored), ("go_live", go_live_on, True)):
        if day is not None:
            reached = day if done else max(day, on)
            steps.append(Milestone(key, reached, done and day <= on))
            active = max(active, reached)
    begins = max(active, on)
    steps.append(Milestone("active", active, all(step.done for step in steps)))
    dose = begins + timedelta(days=turnaround_days)
    steps.append(Milestone("first_dose", dose, False))
    return FirstDose(dose, tuple(steps))


def _approval(onboarding: Onboarding, on: date, steps: list[Milestone]) -> Reason | None:
    """The steps up to the decision of the committee, or what is missing to compute them."""
    submitted = onboarding.submitted_on or max(on, onboarding.ready_on or on)
    if onboarding.approved_on is None or onboarding.submitted_on is not None:
        steps.append(Milestone("submission", submitted, onboarding.submitted_on is not None))
    if onboarding.approved_on is not None:
        steps.append(Milestone("approval", onboarding.approved_on, True))
        return None
    if onboarding.frequency == "none":
        steps.append(Milestone("approval", submitted, False))
        return None
    if onboarding.frequency not in MONTHS:
        return reason("onboarding.no_frequency")
    if onboarding.meeting_on is None:
        return reason("onboarding.no_meeting")
    earliest = max(on, submitted + timedelta(days=onboarding.lead_days))
    meeting = next_meeting(onboarding.meeting_on, onboarding.frequency, not_before=earliest)
    steps.append(Milestone("meeting", meeting, False))
    steps.append(Milestone("approval", meeting + timedelta(days=onboarding.decision_days), False))
    return None
