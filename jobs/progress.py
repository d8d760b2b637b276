"""Keeps a running job's lease and shows its progress, on a connection of its own."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from time import monotonic
from typing import Any

import structlog
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.models import ExpressionWrapper, F, Value
from django.db.models.expressions import Combinable
from django.db.models.fields import DateTimeField
from django.db.models.functions import Now

from jobs.models import Job
from jobs.registry import JobLost

log = structlog.get_logger(__name__)


def seconds_from_now(seconds: float) -> Combinable:
    """A moment by the database's clock, the only clock that leases are measured by."""
    return ExpressionWrapper(Now() + Value(timedelta(seconds=seconds)), output_field=DateTimeField())


@dataclass
class JobProgress:
    """What the handler last told; written by the thread below."""

    job_id: int
    attempt: int
    lost: bool = False
    told: dict[str, Any] = field(default_factory=dict)
    written: dict[str, Any] = field(default_factory=dict)

    def __call__(
        self, done: int, total: int = 0, note: str = "", params: dict[str, Any] | None = None
    ) -> None:
        """See `jobs.registry.Progress`."""
        if self.lost:
            raise JobLost
        self.told = {
            "progress_done": done,
            "progress_total": total,
            "progress_note": note,
            "progress_params": params or {},
        }

    def write(self) -> None:
        """Renew the lease and write what was told; notes when the job is no longer ours."""
        told = self.told
        ours = Job.objects.filter(pk=self.job_id, attempt=self.attempt, state=Job.State.RUNNING).update(
            lease_until=seconds_from_now(settings.JOB_LEASE_SECONDS), **told
        )
        self.written = told
        self.lost = not ours


@contextmanager
def beating(job: Job) -> Iterator[JobProgress]:
    """While the block runs, a thread renews the lease and writes progress.

    Its own connection makes progress visible while the work's transaction is still open, and keeps the lease
    of a step that takes long without telling anything. Inside an open transaction (a command or a test that
    runs a job in place) nobody else can see the row, and there is no thread.
    """
    progress = JobProgress(job_id=job.pk, attempt=job.attempt)
    if connection.in_atomic_block:
        yield progress
        return
    stop = threading.Event()
    thread = threading.Thread(target=_beat, args=(progress, stop), name=f"job-{job.pk}", daemon=True)
    thread.start()
    try:
        yield progress
    finally:
        stop.set()
        thread.join()


def _beat(progress: JobProgress, stop: threading.Event) -> None:
    renewed = monotonic()
    try:
        while not stop.wait(settings.JOB_BEAT_SECONDS) and not progress.lost:
            due = monotonic() - renewed > settings.JOB_LEASE_SECONDS / 3
            if not due and progress.told is progress.written:
                continue
            try:
                progress.write()
                renewed = monotonic()
            except DatabaseError as error:
                # A restart of the database: the next beat finds it again, or the lease runs out.
                log.warning("job_beat_failed", job=progress.job_id, error=str(error))
                connection.close()
    finally:
        connection.close()


def progress_cleared() -> dict[str, Any]:
    """The progress of a job that starts anew."""
    return {"progress_done": 0, "progress_total": 0, "progress_note": "", "progress_params": {}}


def progress_complete() -> dict[str, Any]:
    """The progress of a job that is done."""
    return {"progress_done": F("progress_total"), "progress_note": "", "progress_params": {}}
