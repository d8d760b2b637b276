"""Work in the background. The row is the truth; a message to a worker only wakes it."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, Self

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.roles import Role

if TYPE_CHECKING:
    from accounts.models import User


class JobQuerySet(models.QuerySet["Job"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A person sees what they asked for; administrators see everything."""
        if isinstance(user, AnonymousUser) or not user.is_active:
            return self.none()
        if user.role == Role.ADMINISTRATOR:
            return self
        return self.filter(requested_by=user)


class Job(models.Model):
    """One piece of work, asked for once under its key.

    `attempt` only ever grows, so it also tells a worker whether the job is still its own.
    """

    class State(models.TextChoices):
        QUEUED = "queued", pgettext_lazy("job", "waiting")
        RUNNING = "running", pgettext_lazy("job", "running")
        SUCCEEDED = "succeeded", pgettext_lazy("job", "done")
        FAILED = "failed", pgettext_lazy("job", "failed")
        CANCELLED = "cancelled", pgettext_lazy("job", "cancelled")

    kind = models.CharField(_("kind"), max_length=60)
    key = models.CharField(_("key"), max_length=200, unique=True)
    payload = models.JSONField(_("request"), default=dict, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.QUEUED)
    requested_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("requested by"),
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
    )
    # The access token that the person came with; the history names it beside them. Blank for a session.
    requested_through = models.CharField(
        _("requested through"), max_length=150, blank=True, default="", db_default="", editable=False
    )
    language = models.CharField(_("language"), max_length=2, choices=settings.LANGUAGES, default="en")
    attempt = models.PositiveIntegerField(_("attempt"), default=0)
    max_attempts = models.PositiveIntegerField(_("attempts allowed"), default=3)
    lease_until = models.DateTimeField(_("leased until"), null=True, blank=True)
    woken_at = models.DateTimeField(_("woken at"), null=True, blank=True)
    progress_done = models.PositiveIntegerField(_("steps done"), default=0)
    progress_total = models.PositiveIntegerField(_("steps in all"), default=0)
    progress_note = models.CharField(_("step"), max_length=200, blank=True, default="")
    progress_params = models.JSONField(_("values of the step"), default=dict, blank=True)
    result = models.JSONField(_("result"), default=dict, blank=True)
    error_key = models.CharField(_("reason"), max_length=300, blank=True, default="")
    error_params = models.JSONField(_("values of the reason"), default=dict, blank=True)
    error_text = models.TextField(_("technical reason"), blank=True, default="")
    # Attempts that ended without success, oldest first: `attempt`, `at`, `key`, `params`, `text`.
    failures = models.JSONField(_("attempts that failed"), default=list, blank=True)
    created_at = models.DateTimeField(_("requested at"), db_default=Now(), editable=False)
    started_at = models.DateTimeField(_("started at"), null=True, blank=True)
    finished_at = models.DateTimeField(_("finished at"), null=True, blank=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        verbose_name = _("job")
        verbose_name_plural = _("jobs")
        ordering = ["-id"]
        indexes = [
            models.Index(
                name="job_unfinished",
                fields=["created_at"],
                condition=models.Q(state__in=["queued", "running"]),
            ),
            models.Index(name="job_requested_by", fields=["requested_by", "-id"]),
        ]
        constraints = [
            models.CheckConstraint(
                name="job_running_has_lease",
                condition=~models.Q(state="running") | models.Q(lease_until__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"

    @property
    def finished(self) -> bool:
        return self.state in FINISHED

    @property
    def percent(self) -> int | None:
        """Whole percent done, null while the number of steps is unknown."""
        if self.state == self.State.SUCCEEDED:
            return 100
        if not self.progress_total:
            return None
        return min(100, 100 * self.progress_done // self.progress_total)

    @property
    def note(self) -> str:
        """The current step in the reader's language. The key is the English sentence."""
        return rendered(self.progress_note, self.progress_params)

    @property
    def error(self) -> str:
        """Why it failed, in the reader's language."""
        return rendered(self.error_key, self.error_params)

    @property
    def failed_attempts(self) -> "list[FailedAttempt]":
        """What became of the attempts that failed, oldest first; kept when a later one succeeds."""
        return [
            FailedAttempt(
                number=row["attempt"],
                at=datetime.fromisoformat(row["at"]),
                reason=rendered(row["key"], row["params"]),
                text=row["text"],
            )
            for row in self.failures
        ]


@dataclass(frozen=True, slots=True)
class FailedAttempt:
    """An attempt without success: when it ended, why in the reader's language, and the technical reason."""

    number: int
    at: datetime
    reason: str
    text: str


UNFINISHED = (Job.State.QUEUED, Job.State.RUNNING)
FINISHED = (Job.State.SUCCEEDED, Job.State.FAILED, Job.State.CANCELLED)


def rendered(key: str, params: dict[str, Any]) -> str:
    """A message key (an English sentence with named placeholders) in the reader's language."""
    if not key:
        return ""
    return gettext(key) % params if params else gettext(key)
