"""The verification of the change history as a job: every night, and when an administrator asks."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import structlog
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from jobs.models import UNFINISHED, Job
from jobs.registry import Finish, Progress, handler
from jobs.services import job_request
from records.anchors import told_anchors
from records.policies import HistoryPolicy
from records.verification import verify

if TYPE_CHECKING:
    from accounts.models import User

log = structlog.get_logger(__name__)

KIND = "records.verify"


@dataclass(frozen=True)
class LastVerification:
    """What the last verification found, and whether another one is under way."""

    at: datetime | None
    intact: bool
    entries: int
    problem: str
    head: str
    running: Job | None


def verification_request(*, actor: "User | None") -> Job:
    """Ask for a verification; while one waits or runs, it is that one.

    Raises:
        PermissionDenied: when the acting person is not an administrator.
    """
    HistoryPolicy.view_all.require(actor)
    under_way = Job.objects.filter(kind=KIND, state__in=UNFINISHED).first()
    if under_way is not None:
        return under_way
    # To the minute: a double click asks for the same one.
    return job_request(kind=KIND, key=f"verify:{timezone.now():%Y-%m-%dT%H:%M}", actor=actor)


def last_verification() -> LastVerification:
    """The last verification that ended. One query."""
    rows = list(
        Job.objects.filter(kind=KIND, state__in=[Job.State.SUCCEEDED, *UNFINISHED]).order_by("-pk")[:5]
    )
    running = next((row for row in rows if row.state in UNFINISHED), None)
    done = next((row for row in rows if row.state == Job.State.SUCCEEDED), None)
    told: dict[str, Any] = done.result if done else {}
    return LastVerification(
        at=done.finished_at if done else None,
        intact=bool(told.get("intact")),
        entries=int(told.get("entries", 0)),
        problem=str(told.get("problem", "")),
        head=str(told.get("head", "")),
        running=running,
    )


@handler(KIND, _("Verification of the change history"))
def history_verify(job: Job, progress: Progress) -> Finish:
    """Verify everything, as `manage.py verify_history` does."""
    progress(0, 1, gettext_noop("Reading the change history"))
    outcome = verify(anchors=told_anchors())
    if not outcome.intact:
        log.error("history_not_intact", problems=[problem.message for problem in outcome.problems])

    def finish() -> dict[str, Any]:
        head = f"{outcome.head.position}:{outcome.head.hash}" if outcome.head else ""
        problem = outcome.problems[0].message if outcome.problems else ""
        return {"intact": outcome.intact, "entries": outcome.entries, "head": head, "problem": problem}

    return finish
