"""The Celery application with short times and a handler of the tests."""

import os
import time
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")
django.setup()

from django.conf import settings  # noqa: E402

settings.JOB_LEASE_SECONDS = 2
settings.JOB_BEAT_SECONDS = 0.2
settings.JOB_WAKE_AFTER_SECONDS = 1
settings.CELERY_BEAT_SCHEDULE = {"reconcile": {"task": "jobs.tasks.jobs_reconcile", "schedule": 1.0}}
settings.CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": int(os.environ.get("TEST_VISIBILITY_SECONDS", "60")),
    "unacked_restore_interval": 1,
    "socket_connect_timeout": 2,
}

from cmo_eval.celery import app  # noqa: E402
from jobs.models import Job  # noqa: E402
from jobs.registry import Finish, Progress, handler  # noqa: E402
from partners.models import Organization  # noqa: E402

__all__ = ["app"]


@handler("tests.slow")
def slow(job: Job, progress: Progress) -> Finish:
    """Works for `seconds`, telling each tenth; then saves one organization under the job's key."""
    steps = int(job.payload["seconds"] * 10)
    for step in range(steps):
        progress(step, steps, "Working")
        time.sleep(0.1)

    def finish() -> dict[str, Any]:
        Organization.objects.create(legal_name=job.key)
        return {"attempt": job.attempt}

    return finish
