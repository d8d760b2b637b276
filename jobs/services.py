"""Ask for work, do it once, and never lose it.

Request: one row per key. Worker: claims the row under a lease, works outside a transaction, then saves its
result and the row's state in one. Reconciler: wakes what waits or whose lease ran out.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import structlog
from billiard.exceptions import SoftTimeLimitExceeded
from celery import current_app
from django.conf import settings
from django.db import connection, transaction
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils import timezone, translation
from django.utils.translation import gettext_noop

from common.recording import acting, origin_of, recorded, through_now
from common.room import is_no_room
from jobs.models import UNFINISHED, Job
from jobs.policies import JobPolicy
from jobs.progress import beating, progress_cleared, progress_complete, seconds_from_now
from jobs.registry import Finish, JobLost, JobRefused, handler_of

if TYPE_CHECKING:
    from accounts.models import User

log = structlog.get_logger(__name__)

WAKE_AT_ONCE = 500
LONGEST_TEXT = 2_000
FAILURES_KEPT = 20
WORKER_LOST = gettext_noop("The worker stopped while this was running, %(attempts)s times in a row.")
WORKER_STOPPED = gettext_noop("The worker stopped while this was running.")
TOOK_TOO_LONG = gettext_noop("This took longer than the %(minutes)s minutes allowed and was stopped.")
NO_ROOM = gettext_noop(
    "The disk of the server is full, so nothing was saved. An administrator has to make room first."
)
UNEXPECTED = gettext_noop("An unexpected error stopped this. An administrator finds its details in the log.")


def job_request(
    *,
    kind: str,
    key: str,
    payload: dict[str, Any] | None = None,
    actor: "User | None" = None,
    language: str = "",
) -> Job:
    """Ask for work, once per key, and wake a worker when the transaction commits.

    Asking again returns the same job; one that failed or was cancelled is put back into the queue. A broker
    that is down loses nothing: the reconciler finds the row.
    """
    with recorded(actor=actor):
        Job.objects.bulk_create(
            [
                Job(
                    kind=kind,
                    key=key,
                    payload=payload or {},
                    requested_by=actor,
                    requested_through=through_now(),
                    language=language or (actor.language if actor else "en"),
                    max_attempts=settings.JOB_ATTEMPTS,
                    woken_at=Now(),
                )
            ],
            ignore_conflicts=True,
        )
        Job.objects.filter(key=key, state__in=[Job.State.FAILED, Job.State.CANCELLED]).update(
            state=Job.State.QUEUED,
            max_attempts=F("attempt") + settings.JOB_ATTEMPTS,
            error_key="",
            error_params={},
            error_text="",
            finished_at=None,
            woken_at=Now(),
            **progress_cleared(),
        )
        job = Job.objects.get(key=key)
        if job.state == Job.State.QUEUED:
            transaction.on_commit(partial(_wake, [job.pk]), robust=True)
    return job


def job_claim(*, job_id: int) -> Job | None:
    """Take a job that waits or whose lease ran out; null when there is nothing to take."""
    free = Q(state=Job.State.QUEUED) | Q(state=Job.State.RUNNING, lease_until__lt=Now())
    with recorded():
        found = Job.objects.filter(free, pk=job_id, attempt__lt=F("max_attempts")).first()
        if found is None:
            return None
        lapsed = found.state == Job.State.RUNNING
        # By the attempt that was read: of two workers that read it, one takes it.
        taken = Job.objects.filter(free, pk=job_id, attempt=found.attempt).update(
            state=Job.State.RUNNING,
            failures=failures_with(found, WORKER_STOPPED) if lapsed else found.failures,
            attempt=found.attempt + 1,
            lease_until=seconds_from_now(settings.JOB_LEASE_SECONDS),
            started_at=Now(),
            **progress_cleared(),
        )
        return Job.objects.select_related("requested_by").get(pk=job_id) if taken else None


def job_run(job_id: int) -> None:
    """Claim a job and do its work, as the person who asked for it and in their language.

    An error puts it back until its attempts are used up; a refusal or a time limit ends it at once.
    """
    with acting(lambda: origin_of(f"system: job {job_id}")):
        job = job_claim(job_id=job_id)
    if job is None:
        return
    origin = replace(
        origin_of(job.requested_by or f"system: {job.kind}", request_id=f"job {job.pk}"),
        standing_reason=f"job: {job.kind}",
        through=job.requested_through,
    )
    with acting(lambda: origin), translation.override(job.language):
        try:
            _work(job)
        except JobLost:
            log.warning("job_lost", job=job.pk, attempt=job.attempt)
        except JobRefused as refusal:
            job_fail(job=job, key=refusal.key, params=refusal.params, retry=False)
        except SoftTimeLimitExceeded:
            job_fail(job=job, key=TOOK_TOO_LONG, params=_minutes_allowed(), retry=False)
        except Exception as error:
            log.exception("job_failed", job=job.pk, attempt=job.attempt)
            key = NO_ROOM if is_no_room(error) else UNEXPECTED
            job_fail(job=job, key=key, text=f"{type(error).__name__}: {error}")


def job_finish(*, job: Job, finish: Finish) -> None:
    """Save the work and mark the job as done, in one transaction.

    Raises:
        JobLost: the job is no longer this worker's; nothing was saved.
    """
    with recorded():
        result = finish() or {}
        # Last, so that the row stays free for progress until here; the attempt tells whether it is ours.
        ours = _ours(job).update(
            state=Job.State.SUCCEEDED,
            result=result,
            # Why an earlier attempt failed stays in `failures`.
            error_key="",
            error_params={},
            error_text="",
            lease_until=None,
            finished_at=Now(),
            **progress_complete(),
        )
        if not ours:
            raise JobLost


def job_fail(
    *, job: Job, key: str, params: dict[str, Any] | None = None, text: str = "", retry: bool = True
) -> None:
    """Put the job back into the queue, or mark it as failed when it may not be tried again."""
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()
    again = retry and job.attempt < job.max_attempts
    with recorded():
        _ours(job).update(
            state=Job.State.QUEUED if again else Job.State.FAILED,
            error_key=key,
            error_params=params or {},
            error_text=text[:LONGEST_TEXT],
            failures=failures_with(job, key, params, text),
            lease_until=None,
            finished_at=None if again else Now(),
            woken_at=Now(),
        )


def job_cancel(*, job: Job, actor: "User | None") -> bool:
    """Stop a job that has not finished; a worker that has it notices and saves nothing."""
    with recorded(actor=actor):
        return bool(
            Job.objects.filter(pk=job.pk, state__in=UNFINISHED).update(
                state=Job.State.CANCELLED, lease_until=None, finished_at=Now()
            )
        )


def job_retry(*, job: Job, actor: "User | None") -> bool:
    """Put a job that failed or was cancelled back into the queue; otherwise nothing happens.

    Raises:
        PermissionDenied: when the acting person is not an administrator.
    """
    JobPolicy.view_all.require(actor)
    if job.state not in (Job.State.FAILED, Job.State.CANCELLED):
        return False
    job_request(kind=job.kind, key=job.key, payload=job.payload, actor=actor)
    return True


def failures_with(
    job: Job, key: str, params: dict[str, Any] | None = None, text: str = ""
) -> list[dict[str, Any]]:
    """The attempts of a job that failed, with the one that it is at; the last few of many."""
    failure = {
        "attempt": job.attempt,
        "at": timezone.now().isoformat(),
        "key": key,
        "params": params or {},
        "text": text[:LONGEST_TEXT],
    }
    return [*job.failures, failure][-FAILURES_KEPT:]


def jobs_wake() -> int:
    """The reconciler: give up what failed too often, wake what waits; returns how many were woken.

    Two of them at once share the work: each takes only rows that the other has not locked.
    """
    lapsed = Q(state=Job.State.RUNNING, lease_until__lt=Now())
    with acting(lambda: origin_of("system: reconciler")), recorded():
        given_up = Job.objects.filter(lapsed, attempt__gte=F("max_attempts"))
        for job in given_up.select_for_update(skip_locked=True, of=("self",)):
            Job.objects.filter(pk=job.pk).update(
                state=Job.State.FAILED,
                error_key=WORKER_LOST,
                error_params={"attempts": settings.JOB_ATTEMPTS},
                failures=failures_with(job, WORKER_STOPPED),
                lease_until=None,
                finished_at=Now(),
            )
        due = (
            Job.objects.filter(Q(state=Job.State.QUEUED) | lapsed)
            .exclude(woken_at__gt=seconds_from_now(-settings.JOB_WAKE_AFTER_SECONDS))
            .select_for_update(skip_locked=True)
            .order_by("created_at")
            .values_list("pk", flat=True)[:WAKE_AT_ONCE]
        )
        woken = list(due)
        Job.objects.filter(pk__in=woken).update(woken_at=Now())
    _wake(woken)
    return len(woken)


def _work(job: Job) -> None:
    work = handler_of(job.kind)
    if work is None:
        raise LookupError(f"No handler for jobs of kind {job.kind!r}.")
    with beating(job) as progress:
        job_finish(job=job, finish=work(job, progress))


def _ours(job: Job) -> "Any":
    return Job.objects.filter(pk=job.pk, attempt=job.attempt, state=Job.State.RUNNING)


def _wake(job_ids: Iterable[int]) -> None:
    for job_id in job_ids:
        try:
            current_app.send_task("jobs.tasks.job_wake", args=[job_id], retry=False, ignore_result=True)
        except Exception as error:
            # Whatever the broker's trouble, the row is saved and the reconciler will find it.
            log.warning("job_not_woken", job=job_id, error=str(error))
            return


def _minutes_allowed() -> dict[str, int]:
    return {"minutes": settings.JOB_HARD_LIMIT_SECONDS // 60}
