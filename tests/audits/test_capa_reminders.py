"""Reminders of CAPAs: once each, at the right step, after missed beats and two at once, in one's language."""

import threading
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection

from accounts.models import User
from accounts.roles import Role
from audits.due import ANSWER
from audits.letters import reminder_letter
from audits.models import Capa, CapaAction, Reminder
from audits.reminding import JOB_KIND, DueThing, reminders_send, step_of
from jobs.models import Job
from jobs.services import job_run
from tests import makers

DUE = date(2026, 12, 1)
Step = Reminder.Step


@pytest.mark.parametrize(
    ("days", "step"),
    [
        (8, None),
        (7, Step.SEVEN_DAYS),
        (4, Step.SEVEN_DAYS),
        (3, Step.THREE_DAYS),
        (2, Step.THREE_DAYS),
        (1, Step.ONE_DAY),
        (0, Step.ONE_DAY),
        (-1, Step.LATE),
        (-7, Step.LATE),
        (-8, Step.ESCALATED),
        (-300, Step.ESCALATED),
    ],
)
def test_one_step_holds_on_each_day(days: int, step: str | None) -> None:
    assert step_of(DUE, DUE - timedelta(days=days)) == step


def scene(**fields: Any) -> tuple[Capa, User, User]:
    """A CAPA due on `DUE` of a French-speaking owner, and the QA lead."""
    owner = makers.person(Role.ASSESSOR, language="fr", full_name="Bastien Marchetal")
    lead = makers.person(Role.QA)
    opened = DUE - timedelta(days=60)
    told = {
        "number": f"CAPA-R-{owner.pk}",
        "site": makers.site("Northgate"),
        "origin": "other",
        "title": "Vials cracked",
        "description": "Six vials.",
        "owner": owner,
        "opened_on": opened,
        "clock_from": opened,
        "due_on": DUE,
    }
    return Capa.objects.create(**told | fields), owner, lead


def letters(today: date) -> list[Any]:
    """What one beat of this day sends, once the workers have done their jobs."""
    before = len(mail.outbox)
    reminders_send(today=today)
    work()
    return mail.outbox[before:]


def work() -> None:
    for pk in (
        Job.objects.filter(kind=JOB_KIND, state=Job.State.QUEUED).order_by("pk").values_list("pk", flat=True)
    ):
        job_run(pk)


@pytest.mark.django_db
def test_every_step_goes_out_once_and_late_ones_escalate() -> None:
    capa, owner, lead = scene()
    sent: dict[int, list[str]] = {}
    for days in range(-12, 31):
        day = DUE + timedelta(days=days)
        for _ in range(2):
            for letter in letters(day):
                sent.setdefault((day - DUE).days, []).append(letter.to[0])
    assert sent == {
        -7: [owner.email],
        -3: [owner.email],
        -1: [owner.email],
        1: [owner.email],
        8: [owner.email, lead.email],
    }
    assert [row.step for row in Reminder.objects.filter(record_id=capa.pk).order_by("pk")] == [
        "7", "3", "1", "late", "escalated",
    ]  # fmt: skip


@pytest.mark.django_db
def test_after_missed_beats_only_the_step_that_holds_now_is_sent() -> None:
    _capa, owner, _lead = scene()
    assert [letter.to for letter in letters(DUE - timedelta(days=6))] == [[owner.email]]
    # Nothing ran for a week: neither the third nor the last day before is told afterwards.
    assert len(letters(DUE + timedelta(days=2))) == 1
    assert list(Reminder.objects.values_list("step", flat=True).order_by("pk")) == ["7", "late"]


@pytest.mark.django_db
def test_a_new_due_date_is_reminded_of_anew_and_a_finished_record_never() -> None:
    capa, _owner, _lead = scene()
    assert len(letters(DUE - timedelta(days=1))) == 1
    Capa.objects.update(due_on=DUE + timedelta(days=30))
    assert letters(DUE) == []
    assert len(letters(DUE + timedelta(days=29))) == 1
    # Between the reminder and its letter the CAPA is closed: no letter.
    reminders_send(today=DUE + timedelta(days=31))
    Capa.objects.filter(pk=capa.pk).update(state="closed_effective", closed_on=DUE)
    before = len(mail.outbox)
    work()
    assert len(mail.outbox) == before
    assert letters(DUE + timedelta(days=200)) == []


@pytest.mark.django_db
def test_the_letter_is_plain_text_and_says_what_where_and_when() -> None:
    capa, owner, _lead = scene()
    with time_machine.travel(DUE):
        letter = letters(DUE + timedelta(days=2))[0]
    assert letter.subject.isprintable()
    for part in (owner.full_name, capa.number, "Northgate", f"/capas/{capa.pk}/"):
        assert part in letter.body
    # In the language of whoever reads it.
    assert "1er\xa0déc.\xa02026" in letter.body
    assert Job.objects.get(kind=JOB_KIND).language == "fr"


@pytest.mark.parametrize("step", ["7", "late"])
def test_a_contact_reads_nothing_of_our_own_people_and_how_to_answer(step: str) -> None:
    thing = DueThing(1, DUE, ANSWER, "A-1 · 4", "Northgate", "", ())
    letter = reminder_letter(
        reminder=Reminder(pk=1, step=step, due_on=DUE), thing=thing, email="l@n.example", name="Lena"
    )
    assert "open the link of our invitation" in letter.body
    assert "QA leads" not in letter.body
    assert "Answer to an audit finding: A-1 · 4" in letter.body


@pytest.mark.django_db
def test_actions_and_checks_are_reminded_of_and_the_verifier_is_told() -> None:
    verifier = makers.person(Role.QA)
    day = DUE - timedelta(days=90)
    scene(
        state="effectiveness_due",
        criterion="0 of 10",
        criterion_set_on=day,
        implemented_on=day,
        due_on=day,
        check_due_on=DUE,
        verifier=verifier,
    )
    other, second, _lead = scene(due_on=DUE + timedelta(days=300))
    CapaAction.objects.create(capa=other, kind="corrective", description="Level", due_on=DUE)
    assert sorted(letter.to[0] for letter in letters(DUE)) == sorted([verifier.email, second.email])


@pytest.mark.django_db
def test_a_mail_server_that_is_down_is_tried_again(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    scene()

    def broken(self: object, *args: object, **kwargs: object) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr("django.core.mail.EmailMessage.send", broken)
        reminders_send(today=DUE)
        for _ in range(settings.JOB_ATTEMPTS):
            work()
    assert Job.objects.get(kind=JOB_KIND).state == Job.State.FAILED
    assert mail.outbox == []
    # The next beat asks again, and only once it is through is it over.
    assert len(letters(DUE)) == 1
    assert letters(DUE) == []


def test_two_beats_at_once_send_once(committed_db: str) -> None:
    scene()
    ready = threading.Barrier(4, timeout=120)
    problems: list[BaseException] = []

    def beat() -> None:
        try:
            ready.wait()
            reminders_send(today=DUE)
        except BaseException as problem:
            problems.append(problem)
        finally:
            connection.close()

    beats = [threading.Thread(target=beat) for _ in range(4)]
    for each in beats:
        each.start()
    for each in beats:
        each.join()
    assert problems == []
    assert Reminder.objects.count() == 1
    work()
    assert len(mail.outbox) == 1
