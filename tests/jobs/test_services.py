"""Asking for work, claiming it, finishing it: once, and never lost."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from jobs.models import Job
from jobs.registry import Finish, Handler, JobLost, JobRefused, Progress
from jobs.services import job_cancel, job_claim, job_fail, job_finish, job_request, job_run, jobs_wake

pytestmark = pytest.mark.django_db

type Declare = Callable[[Handler], None]


@pytest.fixture
def person() -> User:
    return User.objects.create_user(
        "ann@example.com", "correct horse battery", full_name="Ann Lee", language="fr"
    )


def saved(**result: Any) -> Callable[[], dict[str, Any]]:
    return lambda: result


def requested(**options: Any) -> Job:
    return job_request(kind="test", key="test:1", **options)


def lapse(job: Job) -> None:
    """Let the lease of a job run out."""
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1), woken_at=None)


def test_a_full_disk_is_told_as_such_and_tried_again(work: Declare) -> None:
    def full() -> dict[str, Any]:
        with connection.cursor() as cursor:
            cursor.execute("do $$ begin raise exception 'no' using errcode = 'disk_full'; end $$")
        return {}

    work(lambda job, progress: full)
    job = requested()
    job_run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt) == ("queued", 1)
    assert job.error.startswith("The disk of the server is full")


def test_asking_twice_makes_one_job(person: User) -> None:
    first = requested(actor=person, payload={"site": 1})
    second = requested(actor=person, payload={"site": 1})
    assert first.pk == second.pk
    assert Job.objects.count() == 1
    assert (first.state, first.language, first.requested_by) == ("queued", "fr", person)


def test_one_claim_succeeds_and_a_second_finds_nothing() -> None:
    job = requested()
    taken = job_claim(job_id=job.pk)
    assert taken is not None
    assert (taken.state, taken.attempt) == ("running", 1)
    assert job_claim(job_id=job.pk) is None


def test_a_job_whose_lease_ran_out_is_claimed_again_and_the_first_worker_saves_nothing() -> None:
    job = requested()
    first = job_claim(job_id=job.pk)
    assert first is not None
    lapse(job)
    second = job_claim(job_id=job.pk)
    assert second is not None
    assert second.attempt == 2

    def finish() -> dict[str, Any]:
        User.objects.create_user("ghost@example.com", "correct horse battery", full_name="Ghost")
        return {}

    with pytest.raises(JobLost):
        job_finish(job=first, finish=finish)
    assert not User.objects.filter(email="ghost@example.com").exists()
    job_finish(job=second, finish=saved(url="/reports/1/"))
    job.refresh_from_db()
    assert (job.state, job.result) == ("succeeded", {"url": "/reports/1/"})


def test_a_worker_that_lost_its_job_cannot_mark_it_failed() -> None:
    job = requested()
    first = job_claim(job_id=job.pk)
    assert first is not None
    lapse(job)
    job_claim(job_id=job.pk)
    job_fail(job=first, key="Too late.", retry=False)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error_key) == ("running", 2, "")


def test_an_error_is_tried_three_times_and_then_told(work: Declare, caplog: pytest.LogCaptureFixture) -> None:
    calls = []

    def broken(job: Job, progress: Progress) -> Finish:
        calls.append(job.attempt)
        raise RuntimeError("disk full")

    work(broken)
    job = requested()
    states = []
    for _ in range(4):
        job_run(job.pk)
        job.refresh_from_db()
        states.append(job.state)
    assert calls == [1, 2, 3]
    assert states == ["queued", "queued", "failed", "failed"]
    assert job.error_text == "RuntimeError: disk full"
    assert job.error.startswith("An unexpected error")
    assert [(each.number, each.text) for each in job.failed_attempts] == [
        (attempt, "RuntimeError: disk full") for attempt in (1, 2, 3)
    ]


def test_success_after_a_failure_is_shown_as_success_and_the_failure_kept(
    work: Declare, client: Client
) -> None:
    def shaky(job: Job, progress: Progress) -> Finish:
        if job.attempt == 1:
            raise RuntimeError("away for a moment")
        return saved(url="/x/")

    work(shaky)
    job = requested()
    job_run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error_text) == ("queued", "RuntimeError: away for a moment")
    # The worker that takes it next is killed; the third attempt does it.
    assert job_claim(job_id=job.pk) is not None
    lapse(job)
    job_run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.attempt, job.error, job.error_text) == ("succeeded", 3, "", "")
    assert [(each.number, each.reason[:10]) for each in job.failed_attempts] == [
        (1, "An unexpec"),
        (2, "The worker"),
    ]
    client.force_login(
        User.objects.create_user("root@example.com", None, full_name="Root", role=Role.ADMINISTRATOR)
    )
    refused = job_request(kind="test", key="test:9")
    Job.objects.filter(pk=refused.pk).update(state="failed", error_key="No.", finished_at=timezone.now())
    page = client.get(reverse("jobs:job-list")).content.decode()
    assert "2 attempts failed" in page
    assert "away for a moment" in page
    for name, state in (("retry", "queued"), ("stop", "cancelled"), ("retry", "queued")):
        client.post(reverse(f"jobs:job-{name}", args=[refused.pk]))
        refused.refresh_from_db()
        assert refused.state == state
    client.post(reverse("jobs:job-retry", args=[job.pk]))
    job.refresh_from_db()
    assert job.state == "succeeded"


def test_a_refusal_is_final_and_says_why(work: Declare) -> None:
    def refusing(job: Job, progress: Progress) -> Finish:
        raise JobRefused("The file has %(rows)s rows too many.", rows=3)

    work(refusing)
    job = requested()
    job_run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The file has 3 rows too many.")


def test_asking_again_after_a_failure_starts_anew_with_three_more_attempts() -> None:
    job = requested()
    taken = job_claim(job_id=job.pk)
    assert taken is not None
    job_fail(job=taken, key="No.", retry=False)
    again = requested()
    assert (again.pk, again.state, again.attempt, again.max_attempts, again.error_key) == (
        job.pk,
        "queued",
        1,
        4,
        "",
    )


def test_asking_again_for_finished_work_gives_it_without_doing_it_again() -> None:
    job = requested()
    taken = job_claim(job_id=job.pk)
    assert taken is not None
    job_finish(job=taken, finish=saved(url="/x/"))
    assert requested().state == "succeeded"
    assert job_claim(job_id=job.pk) is None


def test_a_cancelled_job_is_not_run_and_a_running_one_saves_nothing() -> None:
    job = requested()
    taken = job_claim(job_id=job.pk)
    assert taken is not None
    assert job_cancel(job=job, actor=None)
    with pytest.raises(JobLost):
        job_finish(job=taken, finish=saved())
    assert job_claim(job_id=job.pk) is None
    assert not job_cancel(job=job, actor=None)


def test_work_runs_as_the_person_who_asked_and_in_their_language(person: User, work: Declare) -> None:
    seen = []

    def remembering(job: Job, progress: Progress) -> Finish:
        from django.utils.translation import get_language

        seen.append(get_language())
        return saved()

    work(remembering)
    job = requested(actor=person)
    job_run(job.pk)
    assert seen == ["fr"]
    with connection.cursor() as cursor:
        cursor.execute(
            "select actor, request_id from history.entry where model = 'jobs.Job' order by id desc limit 1"
        )
        assert cursor.fetchone() == ("Ann Lee", f"job {job.pk}")


def test_the_reconciler_wakes_what_was_never_heard_and_what_lapsed(monkeypatch: pytest.MonkeyPatch) -> None:
    fresh = requested()
    silent = job_request(kind="test", key="test:2")
    lost = job_request(kind="test", key="test:3")
    Job.objects.filter(pk=silent.pk).update(woken_at=timezone.now() - timedelta(minutes=1))
    job_claim(job_id=lost.pk)
    lapse(lost)
    assert jobs_wake() == 2
    assert jobs_wake() == 0, "what was just woken is left alone for a while"
    fresh.refresh_from_db()
    assert fresh.state == "queued"


def test_a_worker_that_dies_three_times_leaves_a_failed_job_with_its_reason() -> None:
    job = requested()
    for _ in range(3):
        assert job_claim(job_id=job.pk) is not None
        lapse(job)
    jobs_wake()
    job.refresh_from_db()
    assert job.state == "failed"
    assert job.error == "The worker stopped while this was running, 3 times in a row."
