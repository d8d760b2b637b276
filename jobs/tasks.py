"""What workers are told. A message carries nothing but the number of a row."""

from celery import shared_task

from jobs.services import job_run, jobs_wake


@shared_task(name="jobs.tasks.job_wake")
def job_wake(job_id: int) -> None:
    job_run(job_id)


@shared_task(name="jobs.tasks.jobs_reconcile")
def jobs_reconcile() -> None:
    jobs_wake()
