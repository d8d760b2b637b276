"""What pages and checks ask about background work."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Count, Min, Q

from jobs.models import Job


def waiting_seconds(*, now: datetime | None = None) -> float:
    """How long the oldest job that nobody has started has been waiting; 0 when none waits."""
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    oldest: datetime | None = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    if oldest is None:
        return 0.0
    return max(0.0, ((now or datetime.now(UTC)) - oldest).total_seconds())


@dataclass(frozen=True)
class Workload:
    """The jobs as they stand: how many wait and run, since when the oldest waits, how many failed lately."""

    waiting: int
    running: int
    failed_lately: int
    oldest: datetime | None


def workload(*, now: datetime) -> Workload:
    """The jobs as they stand; failures of the last day. One query."""
    waiting = Q(state=Job.State.QUEUED)
    counted = Job.objects.aggregate(
        waiting=Count("pk", filter=waiting),
        running=Count("pk", filter=Q(state=Job.State.RUNNING)),
        failed_lately=Count("pk", filter=Q(state=Job.State.FAILED, finished_at__gt=now - timedelta(days=1))),
        oldest=Min("created_at", filter=waiting),
    )
    return Workload(**counted)
