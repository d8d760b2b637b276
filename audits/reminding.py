"""Reminders of what falls due: 7, 3, 1 days before, when late, and to the QA leads after a week.

Each goes out once for a record, a step and a due date (`Reminder` is unique), whatever the clock missed: a
beat that comes after days sends only the step that holds now, and of two beats at once one sends. The letters
are jobs, one for each person, asked for in the transaction that writes the reminder: a mail server that is
down is tried again by the worker, and for three days by every following beat.

A kind of record joins by a `due_source` in its room's module `due`, which is found by itself.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from accounts.models import User
from accounts.roles import Role
from audits.models import Reminder
from jobs.models import Job
from jobs.services import job_request
from records.context import recorded

JOB_KIND = "audits.reminder"
LONGEST_AHEAD = 7
ESCALATED_AFTER = 7
TRIED_FOR = timedelta(days=3)
Step = Reminder.Step


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who is reminded, in their language."""

    email: str
    name: str
    language: str


@dataclass(frozen=True, slots=True)
class DueThing:
    """A record that falls due. `url` is a path of the product, empty for people who cannot sign in.

    `site` is empty for what is no business of one site. `told_further` is false where no QA lead ever hears.
    """

    record_id: int
    due_on: date
    kind: Promise
    title: str
    site: str
    url: str
    recipients: tuple[Recipient, ...]
    told_further: bool = True


@dataclass(frozen=True, slots=True)
class DueSource:
    """A kind of record with due dates.

    `due` gives what is not finished and due by a day; `one` the same record again when its letter is written,
    or nothing once it is finished. Both in a fixed number of queries.
    """

    label: str
    due: Callable[[date], Iterable[DueThing]]
    one: Callable[[int], DueThing | None]
    escalates: bool


_sources: dict[str, DueSource] = {}
_letter_kinds = {JOB_KIND}


def letter_kind(kind: str) -> None:
    """Let every beat try letters of a kind of job again that failed within three days."""
    _letter_kinds.add(kind)


def due_source(
    label: str,
    *,
    due: Callable[[date], Iterable[DueThing]],
    one: Callable[[int], DueThing | None],
    escalates: bool = True,
) -> None:
    """Let records of a model (`label`, such as "audits.Capa") be reminded of."""
    _sources[label] = DueSource(label, due, one, escalates)


def source_of(label: str) -> DueSource | None:
    """The source of a model; null where nobody declared one."""
    _read()
    return _sources.get(label)


def step_of(due_on: date, today: date, *, escalates: bool = True) -> Reminder.Step | None:
    """The one step that holds today; null while there is more time than a week."""
    left = (due_on - today).days
    if left < -ESCALATED_AFTER and escalates:
        return Step.ESCALATED
    if left < 0:
        return Step.LATE
    for days, step in ((1, Step.ONE_DAY), (3, Step.THREE_DAYS), (LONGEST_AHEAD, Step.SEVEN_DAYS)):
        if left <= days:
            return step
    return None


def reminders_send(*, today: date | None = None) -> int:
    """Send what is due and was not sent; returns how many reminders were written.

    For each source its own queries and two more; some for each reminder that goes out.
    """
    _read()
    today = today or timezone.localdate()
    leads = [_recipient(user) for user in User.objects.filter(role=Role.QA, is_active=True).order_by("pk")]
    written = sum(_remind_of(source, today, leads) for source in _sources.values())
    _letters_tried_again()
    return written


def recipients_of(*users: User | None) -> tuple[Recipient, ...]:
    """The people behind a record who are still active, each once."""
    found = {user.pk: _recipient(user) for user in users if user is not None and user.is_active}
    return tuple(found.values())


def _remind_of(source: DueSource, today: date, leads: list[Recipient]) -> int:
    things = list(source.due(today + timedelta(days=LONGEST_AHEAD)))
    keys = Q(record_model=source.label, record_id__in=[thing.record_id for thing in things])
    sent = set(Reminder.objects.filter(keys).values_list("record_id", "step", "due_on"))
    written = 0
    for thing in things:
        step = step_of(thing.due_on, today, escalates=source.escalates)
        if step is None or (thing.record_id, str(step), thing.due_on) in sent:
            continue
        # What nobody in particular answers for is the business of the QA leads from the start.
        told = [*thing.recipients, *(leads if step == Step.ESCALATED or not thing.recipients else [])]
        written += _reminder_write(
            source, thing, step, list({person.email: person for person in told}.values())
        )
    return written


def _reminder_write(source: DueSource, thing: DueThing, step: Reminder.Step, people: list[Recipient]) -> bool:
    """One reminder with its letters, in one transaction; false when another beat was faster."""
    with recorded(actor="system: reminders", reason=f"reminder: {step.value}"):
        made = Reminder.objects.bulk_create(
            [
                Reminder(
                    record_model=source.label,
                    record_id=thing.record_id,
                    step=step,
                    due_on=thing.due_on,
                    sent_to=", ".join(person.email for person in people),
                    sent_at=timezone.now(),
                )
            ],
            ignore_conflicts=True,
        )
        row = Reminder.objects.get(
            record_model=source.label, record_id=thing.record_id, step=step, due_on=thing.due_on
        )
        for person in people:
            # Asked for again by a second beat, a letter is still the same job.
            job_request(
                kind=JOB_KIND,
                key=f"reminder {row.pk} {person.email}",
                payload=_payload(row, person),
                language=person.language,
            )
    return bool(made)


def _payload(row: Reminder, person: Recipient) -> dict[str, Any]:
    return {"reminder": row.pk, "email": person.email, "name": person.name}


def _letters_tried_again() -> None:
    """Ask again for letters that failed lately: a mail server can be away longer than a job tries."""
    failed = Job.objects.filter(
        kind__in=_letter_kinds, state=Job.State.FAILED, created_at__gt=timezone.now() - TRIED_FOR
    )
    for job in failed:
        job_request(kind=job.kind, key=job.key, payload=job.payload, language=job.language)


@cache
def _read() -> None:
    autodiscover_modules("due")


def _recipient(user: User) -> Recipient:
    return Recipient(user.email, user.full_name, user.language)
