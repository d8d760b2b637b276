"""Signs of life of the background: when the clock last ticked on a worker, and which workers answer."""

from datetime import UTC, datetime

import structlog
from celery import current_app
from django.core.cache import cache
from django.utils import timezone

log = structlog.get_logger(__name__)

TICKED = "jobs:ticked"
KEPT_SECONDS = 30 * 24 * 3600
ANSWER_SECONDS = 1.0


def tick_note() -> None:
    """Beat has asked and a worker has done: both live. The cache may be away; the work goes on."""
    try:
        cache.set(TICKED, timezone.now().timestamp(), KEPT_SECONDS)
    except Exception as problem:
        log.warning("tick_not_noted", error=str(problem))


def last_tick() -> datetime | None:
    """When a worker last did what beat asks every half minute; null when never, or when the cache is away."""
    try:
        stamp = cache.get(TICKED)
    except Exception:
        return None
    return datetime.fromtimestamp(stamp, UTC) if isinstance(stamp, float) else None


def workers_answering() -> list[str]:
    """The names of the workers that answer within a second. Asks the broker, never the database.

    Raises:
        Exception: whatever the broker's client raises when it is away.
    """
    answers = current_app.control.inspect(timeout=ANSWER_SECONDS).ping() or {}
    return sorted(answers)
