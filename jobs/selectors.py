"""What pages and checks ask about background work."""

from datetime import UTC, datetime

from django.db.models import Min

from jobs.models import Job


def waiting_seconds(*, now: datetime | None = None) -> float:
    """How long the oldest job that nobody has started has been waiting; 0 when none waits."""
    waiting = Job.objects.filter(state=Job.State.QUEUED)
    oldest: datetime | None = waiting.aggregate(oldest=Min("created_at"))["oldest"]
    if oldest is None:
        return 0.0
    return max(0.0, ((now or datetime.now(UTC)) - oldest).total_seconds())
