"""What workers are told. A message carries nothing but the number of a row."""

from typing import Any

from celery import shared_task
from celery.signals import worker_ready

from jobs.pulse import tick_note
from jobs.services import job_run, jobs_wake


@shared_task(name="jobs.tasks.job_wake")
def job_wake(job_id: int) -> None:
    job_run(job_id)


@shared_task(name="jobs.tasks.jobs_reconcile")
def jobs_reconcile() -> None:
    jobs_wake()
    tick_note()


@worker_ready.connect
def _reconcile_at_start(**_: Any) -> None:
    """A worker that comes back looks for what was left behind, rather than waiting for the clock."""
    jobs_reconcile.delay()
