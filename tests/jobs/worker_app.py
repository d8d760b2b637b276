"""The Celery application with short times and a handler of the tests."""

import os
import time
from pathlib import Path
from typing import Any

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "cmo_eval.settings")
django.setup()

from django.conf import settings  # noqa: E402

# Short where a worker is killed. Where nothing is, a busy machine must not look like a dead one.
settings.JOB_LEASE_SECONDS = int(os.environ.get("TEST_LEASE_SECONDS", "2"))
settings.JOB_BEAT_SECONDS = 0.2
settings.JOB_WAKE_AFTER_SECONDS = 1
settings.CELERY_BEAT_SCHEDULE = {"reconcile": {"task": "jobs.tasks.jobs_reconcile", "schedule": 1.0}}
settings.CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": int(os.environ.get("TEST_VISIBILITY_SECONDS", "60")),
    "unacked_restore_interval": 1,
    "socket_connect_timeout": 10,
}

from cmo_eval.celery import app  # noqa: E402
from jobs.models import Job  # noqa: E402
from jobs.registry import Finish, Progress, handler  # noqa: E402
from partners.models import Organization  # noqa: E402

__all__ = ["app"]


@handler("tests.slow", "Slow")
def slow(job: Job, progress: Progress) -> Finish:
    """Works until the file `gate` is there; then saves one organization under the job's key."""
    gate, step = Path(job.payload["gate"]), 1
    while not gate.exists():
        progress(min(step, 10), 10, "Working")
        time.sleep(0.1)
        step += 1

    def finish() -> dict[str, Any]:
        Organization.objects.create(legal_name=job.key)
        return {"attempt": job.attempt}

    return finish
