"""Real workers, killed and cut off: what was asked for is done, and done once."""

import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from celery import current_app

from jobs.models import Job
from jobs.services import job_request
from partners.models import Organization
from tests.jobs.processes import PATIENCE_SECONDS, Broker, Worker, clock, eventually
from tests.product import ROOT, environment_for, flush_valkey

pytestmark = [pytest.mark.worker, pytest.mark.slow]

# Of a lease, where several children could take it from each other and none is killed.
PATIENT = str(int(PATIENCE_SECONDS))

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


@pytest.fixture
def gate(tmp_path: Path) -> Path:
    """The work of a job goes on until this file is there."""
    return tmp_path / "gate"


def ask(gate: Path, key: str = "tests:1") -> Job:
    return job_request(kind="tests.slow", key=key, payload={"gate": str(gate)})


def now(job: Job) -> Job:
    job.refresh_from_db()
    return job


def is_running(job: Job, attempt: int = 1) -> bool:
    return now(job).state == "running" and job.progress_done > 0 and job.attempt == attempt


def succeeded(job: Job) -> bool:
    return now(job).state == "succeeded"


def done(key: str = "tests:1") -> int:
    return Organization.objects.filter(legal_name=key).count()


def test_work_asked_for_is_done_and_its_progress_seen(start: Start, gate: Path) -> None:
    start()
    job = ask(gate)
    eventually(lambda: is_running(job), "progress")
    assert (job.progress_total, job.note) == (10, "Working")
    gate.touch()
    eventually(lambda: succeeded(job), "success")
    assert (job.attempt, job.result, done()) == (1, {"attempt": 1}, 1)


def test_a_killed_pool_child_loses_nothing(
    start: Start, environment: dict[str, str], tmp_path: Path, gate: Path
) -> None:
    worker = start()
    job = ask(gate)
    eventually(lambda: is_running(job), "progress")
    worker.kill_child()
    gate.touch()
    with clock(environment, tmp_path):
        eventually(lambda: succeeded(job), "success of the second attempt")
    assert (job.attempt, done()) == (2, 1)


def test_a_killed_worker_loses_nothing(
    start: Start, environment: dict[str, str], tmp_path: Path, gate: Path
) -> None:
    worker = start()
    job = ask(gate)
    eventually(lambda: is_running(job), "progress")
    worker.kill_parent()
    gate.touch()
    start()
    with clock(environment, tmp_path):
        eventually(lambda: succeeded(job), "success of the second worker")
    assert (job.attempt, done()) == (2, 1)


def test_a_job_that_kills_its_worker_ends_as_failed(
    start: Start, environment: dict[str, str], tmp_path: Path, gate: Path
) -> None:
    worker = start()
    job = ask(gate)
    with clock(environment, tmp_path):
        for attempt in (1, 2, 3):
            eventually(partial(is_running, job, attempt), f"attempt {attempt}")
            worker.kill_child()
        eventually(lambda: now(job).state == "failed", "failure")
    assert "3 times in a row" in job.error
    assert done() == 0


def test_a_message_told_twice_does_the_work_once(start: Start, gate: Path) -> None:
    start(concurrency=2, TEST_LEASE_SECONDS=PATIENT)
    job = ask(gate)
    eventually(lambda: is_running(job), "progress")
    for _ in range(5):
        current_app.send_task("jobs.tasks.job_wake", args=[job.pk])
    last = ask(ROOT, key="tests:last")
    eventually(lambda: succeeded(last), "the queue is worked off")
    gate.touch()
    eventually(lambda: succeeded(job), "success")
    assert (now(job).attempt, done()) == (1, 1)


def test_work_longer_than_the_brokers_patience_is_done_once(start: Start, gate: Path) -> None:
    """The broker hands the message out again while the work still runs; the lease says no."""
    worker = start(concurrency=2, TEST_VISIBILITY_SECONDS="1", TEST_LEASE_SECONDS=PATIENT)
    job = ask(gate)
    eventually(lambda: max(received(worker), default=0) > 1, "the message is handed out again")
    gate.touch()
    eventually(lambda: succeeded(job), "success")
    assert (job.attempt, done()) == (1, 1)


def received(worker: Worker) -> list[int]:
    """How often each message that wakes a job came to a worker."""
    told = re.findall(r"jobs\.tasks\.job_wake\[(\S+)\] received", worker.log.read_text(errors="replace"))
    return list(Counter(told).values())


def test_a_lost_message_is_made_good_by_the_clock_even_by_two(
    start: Start, environment: dict[str, str], tmp_path: Path
) -> None:
    start()
    # A worker that has done something looks no more for what waited when it started.
    first = ask(ROOT, key="tests:first")
    eventually(lambda: succeeded(first), "the worker works")
    jobs = [_silent(f"tests:{number}") for number in range(5)]
    with clock(environment, tmp_path, "beat-1"), clock(environment, tmp_path, "beat-2"):
        for job in jobs:
            eventually(partial(succeeded, job), f"success of {job.key}")
    assert [now(job).attempt for job in jobs] == [1] * 5
    assert [done(job.key) for job in jobs] == [1] * 5


def test_asking_while_the_broker_is_down_is_kept_and_done_when_it_is_back(
    start: Start, environment: dict[str, str], tmp_path: Path, gate: Path
) -> None:
    broker = Broker(tmp_path)
    broker.start()
    own = environment | {"REDIS_URL": broker.url}
    try:
        start(REDIS_URL=broker.url)
        _ask_elsewhere(own, "tests:before", gate)
        before = Job.objects.get(key="tests:before")
        eventually(lambda: is_running(before), "progress")
        broker.stop()
        _ask_elsewhere(own, "tests:during", ROOT)
        gate.touch()
        eventually(lambda: succeeded(before), "what runs goes on without the broker")
        assert Job.objects.get(key="tests:during").state == "queued"
        broker.start()
        with clock(own, tmp_path):
            during = Job.objects.get(key="tests:during")
            eventually(lambda: succeeded(during), "what was asked for meanwhile")
        assert (done("tests:before"), done("tests:during")) == (1, 1)
    finally:
        broker.close()


def _silent(key: str) -> Job:
    """A job whose message got lost."""
    return Job.objects.create(kind="tests.slow", key=key, payload={"gate": str(ROOT)})


def _ask_elsewhere(environment: dict[str, str], key: str, gate: Path) -> None:
    """Ask from a process that has its own idea of the broker, as the web server would."""
    code = (
        "import django; django.setup()\n"
        "from jobs.services import job_request\n"
        f"job_request(kind='tests.slow', key={key!r}, payload={{'gate': {str(gate)!r}}})"
    )
    env = os.environ | environment
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, env=env, check=True, timeout=PATIENCE_SECONDS)
