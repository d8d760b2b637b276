"""System health: what is not well comes first, with what to do about it."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from jobs.models import Job
from jobs.pulse import tick_note
from jobs.services import job_request, job_run
from jobs.tasks import jobs_reconcile
from records.anchors import anchor_head
from records.handlers import KIND, verification_request
from tests import makers
from workspace import health
from workspace.health import Disk, health_now


@pytest.fixture(autouse=True)
def forgetful() -> Iterator[None]:
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def browser() -> Client:
    return makers.signed_in(makers.person(Role.ADMINISTRATOR))


def told() -> str:
    return " ".join(each.what for each in health_now(timezone.now()).troubles)


def test_a_system_that_is_looked_after_has_nothing_to_look_at(committed_db: str) -> None:
    browser = makers.signed_in(makers.person(Role.ADMINISTRATOR))
    makers.site()
    tick_note()
    anchor_head(source="backup cmo-eval.backup 0123456789ab")
    job_run(verification_request(actor=None).pk)
    assert told() == ""
    page = browser.get("/system/").text
    assert "all is well" in page
    assert "cmo-eval.backup 0123456789ab" in page
    assert "intact" in page


@pytest.mark.django_db
def test_a_new_instance_is_told_what_to_arrange(browser: Client) -> None:
    page = browser.get("/system/").text
    for sentence in ("There is no backup yet.", "has not been verified lately", "No worker has done"):
        assert sentence in page


@pytest.mark.usefixtures("committed_db")
def test_old_backups_ticks_and_verifications_are_named() -> None:
    makers.site()
    tick_note()
    anchor_head(source="backup cmo-eval.backup 0123456789ab")
    job_run(verification_request(actor=None).pk)
    later = health_now(timezone.now() + timedelta(days=3))
    sentences = " ".join(each.what for each in later.troubles)
    for part in ("The last backup is of", "not been verified lately", "No worker has answered"):
        assert part in sentences


@pytest.mark.django_db
def test_waiting_and_failed_jobs_are_counted() -> None:
    job = job_request(kind="test", key="test:1")
    Job.objects.filter(pk=job.pk).update(created_at=timezone.now() - timedelta(hours=1))
    other = job_request(kind="test", key="test:2")
    Job.objects.filter(pk=other.pk).update(state="failed", finished_at=timezone.now())
    assert "nobody works" in told()
    assert "1 job failed in the last 24 hours." in told()
    now = health_now(timezone.now()).jobs
    assert (now.waiting, now.failed_lately) == (1, 1)


@pytest.mark.django_db
def test_a_history_that_is_not_intact_is_the_first_thing_said_of_it() -> None:
    job = verification_request(actor=None)
    result = {"intact": False, "entries": 3, "head": "1:aa", "problem": "Entry 2 was altered."}
    Job.objects.filter(pk=job.pk).update(state="succeeded", result=result, finished_at=timezone.now())
    assert "The change history is not intact: Entry 2 was altered." in told()


@pytest.mark.django_db
def test_a_full_disk_and_a_changed_key_are_named(monkeypatch: pytest.MonkeyPatch, settings: Any) -> None:
    monkeypatch.setattr(health, "disk_of", lambda _folder: Disk(free=5, total=100))
    assert "Only 5% of the disk is free." in told()
    settings.SECRET_KEY = "another key of this server, as long as it has to be, and random"
    assert "nothing can be signed" in told()
    answer = Client().get("/readyz")
    assert answer.status_code == 503
    assert answer.json()["triggers"] is False


def test_a_double_click_asks_for_one_verification(committed_db: str) -> None:
    browser = makers.signed_in(makers.person(Role.ADMINISTRATOR))
    for _ in range(2):
        assert browser.post("/system/verify/").status_code == 302
    job = Job.objects.get(kind=KIND)
    assert "Stop" in browser.get("/system/").text
    job_run(job.pk)
    job.refresh_from_db()
    assert job.state == "succeeded"
    assert job.result["intact"] is True


@pytest.mark.django_db
def test_the_clock_leaves_a_sign_when_a_worker_does_its_round() -> None:
    assert health_now(timezone.now()).ticked_at is None
    jobs_reconcile()
    assert health_now(timezone.now()).ticked_at is not None


@pytest.mark.django_db
def test_workers_that_do_not_answer_and_a_broker_that_is_away_are_told_apart(
    browser: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "none answers" in browser.get("/system/workers/").text
    monkeypatch.setattr(
        "workspace.views.health.workers_answering", lambda: (_ for _ in ()).throw(OSError("away"))
    )
    assert "the broker does not answer" in browser.get("/system/workers/").text


@pytest.mark.django_db
@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_look_inside(role: Role) -> None:
    client = makers.signed_in(makers.person(role))
    assert client.get("/system/").status_code == 403
    assert client.post("/system/verify/").status_code == 403
