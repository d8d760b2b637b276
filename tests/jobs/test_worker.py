"""Real workers, killed and cut off: what was asked for is done, and done once."""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from celery import current_app

from jobs.models import Job
from jobs.services import job_request
from partners.models import Organization
from tests.jobs.processes import Broker, Worker, clock, eventually
from tests.product import ROOT, environment_for, flush_valkey

pytestmark = [pytest.mark.worker, pytest.mark.slow]

type Start = Callable[..., Worker]


@pytest.fixture
def environment(committed_db: str) -> Iterator[dict[str, str]]:
    flush_valkey()
    yield environment_for(committed_db)
    flush_valkey()


@pytest.fixture
def start(environment: dict[str, str], tmp_path: Path) -> Iterator[Start]:
    """Starts workers; all are killed at the end."""
    workers: list[Worker] = []

    def worker(concurrency: int = 1, **extra: str) -> Worker:
        log = tmp_path / f"worker-{len(workers)}.log"
        workers.append(Worker(environment | extra, log, concurrency))
        return workers[-1]

    yield worker
    for each in workers:
        each.kill_parent()


def ask(seconds: float = 0.1, key: str = "tests:1") -> Job:
    return job_request(kind="tests.slow", key=key, payload={"seconds": seconds})


def now(job: Job) -> Job:
    job.refresh_from_db()
    return job


def is_running(job: Job, attempt: int = 1) -> bool:
    return now(job).state == "running" and job.progress_done > 0 and job.attempt == attempt


def succeeded(job: Job) -> bool:
    return now(job).state == "succeeded"


def done(key: str = "tests:1") -> int:
    return Organization.objects.filter(legal_name=key).count()


def test_work_asked_for_is_done_and_its_progress_seen(start: Start) -> None:
    start()
    job = ask(seconds=1)
    eventually(lambda: is_running(job), "progress")
    assert (job.progress_total, job.note) == (10, "Working")
    eventually(lambda: succeeded(job), "success")
    assert (job.attempt, job.result, done()) == (1, {"attempt": 1}, 1)


def test_a_killed_pool_child_loses_nothing(start: Start, environment: dict[str, str], tmp_path: Path) -> None:
    worker = start()
    job = ask(seconds=3)
    eventually(lambda: is_running(job), "progress")
    worker.kill_child()
    with clock(environment, tmp_path):
        eventually(lambda: succeeded(job), "success of the second attempt")
    assert (job.attempt, done()) == (2, 1)


def test_a_killed_worker_loses_nothing(start: Start, environment: dict[str, str], tmp_path: Path) -> None:
    worker = start()
    job = ask(seconds=3)
    eventually(lambda: is_running(job), "progress")
    worker.kill_parent()
    start()
    with clock(environment, tmp_path):
        eventually(lambda: succeeded(job), "success of the second worker")
    assert (job.attempt, done()) == (2, 1)


def test_a_job_that_kills_its_worker_ends_as_failed(
    start: Start, environment: dict[str, str], tmp_path: Path
) -> None:
    worker = start()
    job = ask(seconds=30)
    with clock(environment, tmp_path):
        for attempt in (1, 2, 3):
            eventually(partial(is_running, job, attempt), f"attempt {attempt}")
            worker.kill_child()
        eventually(lambda: now(job).state == "failed", "failure")
    assert "3 times in a row" in job.error
    assert done() == 0


def test_a_message_told_twice_does_the_work_once(start: Start) -> None:
    start(concurrency=2)
    job = ask(seconds=1)
    for _ in range(5):
        current_app.send_task("jobs.tasks.job_wake", args=[job.pk])
    eventually(lambda: succeeded(job), "success")
    last = ask(key="tests:last")
    eventually(lambda: succeeded(last), "the queue is worked off")
    assert (now(job).attempt, done()) == (1, 1)


def test_work_longer_than_the_brokers_patience_is_done_once(start: Start) -> None:
    """The broker hands the message out again while the work still runs; the lease says no."""
    start(concurrency=2, TEST_VISIBILITY_SECONDS="1")
    job = ask(seconds=5)
    eventually(lambda: succeeded(job), "success")
    assert (job.attempt, done()) == (1, 1)


def test_a_lost_message_is_made_good_by_the_clock_even_by_two(
    start: Start, environment: dict[str, str], tmp_path: Path
) -> None:
    start()
    time.sleep(1)
    jobs = [_silent(f"tests:{number}") for number in range(5)]
    with clock(environment, tmp_path, "beat-1"), clock(environment, tmp_path, "beat-2"):
        for job in jobs:
            eventually(partial(succeeded, job), f"success of {job.key}")
    assert [now(job).attempt for job in jobs] == [1] * 5
    assert [done(job.key) for job in jobs] == [1] * 5


def test_asking_while_the_broker_is_down_is_kept_and_done_when_it_is_back(
    start: Start, environment: dict[str, str], tmp_path: Path
) -> None:
    broker = Broker(tmp_path)
    broker.start()
    own = environment | {"REDIS_URL": broker.url}
    try:
        start(REDIS_URL=broker.url)
        _ask_elsewhere(own, "tests:before", seconds=3)
        before = Job.objects.get(key="tests:before")
        eventually(lambda: is_running(before), "progress")
        broker.stop()
        _ask_elsewhere(own, "tests:during")
        eventually(lambda: succeeded(before), "what runs goes on without the broker")
        assert Job.objects.get(key="tests:during").state == "queued"
        broker.start()
        with clock(own, tmp_path):
            during = Job.objects.get(key="tests:during")
            eventually(lambda: succeeded(during), "what was asked for meanwhile")
        assert (done("tests:before"), done("tests:during")) == (1, 1)
    finally:
        broker.stop()


def _silent(key: str) -> Job:
    """A job whose message got lost."""
    job = Job.objects.create(kind="tests.slow", key=key, payload={"seconds": 0.1})
    return job


def _ask_elsewhere(environment: dict[str, str], key: str, seconds: float = 0.1) -> None:
    """Ask from a process that has its own idea of the broker, as the web server would."""
    code = (
        "import django; django.setup()\n"
        "from jobs.services import job_request\n"
        f"job_request(kind='tests.slow', key={key!r}, payload={{'seconds': {seconds}}})"
    )
    env = os.environ | environment
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True, timeout=60)
