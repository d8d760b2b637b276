"""Several connections at once: double clicks, two beats, progress seen from outside, leases renewed."""

import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection

from jobs.models import Job
from jobs.registry import Finish, Handler, Progress
from jobs.services import job_cancel, job_request, job_run, jobs_wake
from tests.jobs.processes import PATIENCE_SECONDS, eventually

pytestmark = pytest.mark.usefixtures("committed_db")

type Declare = Callable[[Handler], None]


def requested() -> Job:
    return job_request(kind="test", key="test:1")


def test_a_double_click_makes_one_job_and_two_workers_do_it_once(work: Declare) -> None:
    done = []

    def counting(job: Job, progress: Progress) -> Finish:
        def finish() -> None:
            done.append(job.attempt)

        return finish

    work(counting)
    barrier = threading.Barrier(8, timeout=PATIENCE_SECONDS)
    ids: list[int] = []

    def click() -> None:
        barrier.wait()
        job = requested()
        ids.append(job.pk)
        barrier.wait()
        job_run(job.pk)
        connection.close()

    threads = [threading.Thread(target=click) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(ids)) == 1
    assert done == [1]


def test_two_beats_share_the_waking() -> None:
    for number in range(20):
        job_request(kind="test", key=f"test:{number}")
    Job.objects.update(woken_at=None)
    barrier = threading.Barrier(2, timeout=PATIENCE_SECONDS)
    woken: list[int] = []

    def beat() -> None:
        barrier.wait()
        woken.append(jobs_wake())
        connection.close()

    threads = [threading.Thread(target=beat) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(woken) == 20


def test_progress_is_visible_while_the_saving_transaction_is_open(work: Declare, settings: Any) -> None:
    settings.JOB_BEAT_SECONDS = 0.02
    seen: list[tuple[int, int, str]] = []

    def slow(job: Job, progress: Progress) -> Finish:
        def finish() -> dict[str, Any]:
            progress(3, 10, "Reading the rows")
            latest = time.monotonic() + PATIENCE_SECONDS
            while not seen and time.monotonic() < latest:
                threading.Event().wait(0.01)
                # Read Committed: each statement sees what others have committed meanwhile.
                row = Job.objects.get(pk=job.pk)
                if row.progress_done:
                    seen.append((row.progress_done, row.progress_total, row.note))
            return {}

        return finish

    work(slow)
    job_run(requested().pk)
    assert seen == [(3, 10, "Reading the rows")]
    assert Job.objects.get().state == "succeeded"


def test_a_running_handler_learns_that_its_job_was_cancelled(work: Declare, settings: Any) -> None:
    settings.JOB_BEAT_SECONDS = 0.02
    told = []

    def slow(job: Job, progress: Progress) -> Finish:
        job_cancel(job=job, actor=None)
        for step in range(20_000):
            threading.Event().wait(0.01)
            progress(step, 20_000)
            told.append(step)
        return dict

    work(slow)
    job_run(requested().pk)
    assert Job.objects.get().state == "cancelled"
    assert len(told) < 19_999


def test_the_lease_is_renewed_while_a_long_step_tells_nothing(work: Declare, settings: Any) -> None:
    settings.JOB_BEAT_SECONDS = 0.02
    settings.JOB_LEASE_SECONDS = 1

    def slow(job: Job, progress: Progress) -> Finish:
        lease = Job.objects.get(pk=job.pk).lease_until
        for turn in ("once", "twice"):
            later = Job.objects.filter(pk=job.pk, lease_until__gt=lease)
            eventually(later.exists, f"a longer lease, {turn}")
            lease = later.get().lease_until
        return dict

    work(slow)
    job_run(requested().pk)
    job = Job.objects.get()
    assert (job.state, job.attempt) == ("succeeded", 1)
