"""Filters over audits, findings and regulatory actions that read as words."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.roles import STAFF

if TYPE_CHECKING:
    from accounts.models import User
    from audits.models import Audit, Finding, RegulatoryAction  # noqa: F401


class RegulatoryActionQuerySet(models.QuerySet["RegulatoryAction"]):
    def unmatched(self) -> Self:
        """Rows that wait for a person to say which site they concern."""
        return self.filter(match_state="unmatched")


REPORT_IS_WRITTEN = ("planned", "in_progress")
REPORT_IS_OUT = ("reported", "responses", "closed")


def _is_staff(user: "User | AnonymousUser") -> bool:
    return not isinstance(user, AnonymousUser) and user.is_active and user.role in STAFF


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The company's own people see every audit; a partner contact none by this way."""
        return self if _is_staff(user) else self.none()

    def in_force(self) -> Self:
        """One revision of each audit that was not cancelled: the latest that is out, else the first."""
        return (
            self.exclude(state="cancelled")
            .exclude(superseded_by__state__in=REPORT_IS_OUT)
            .exclude(supersedes__isnull=False, state__in=REPORT_IS_WRITTEN)
        )


class FindingQuerySet(models.QuerySet["Finding"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """As their audits."""
        return self if _is_staff(user) else self.none()

    def standing(self) -> Self:
        """Findings of audits in force that were not combined into another."""
        return (
            self.filter(combined_into__isnull=True)
            .exclude(audit__state="cancelled")
            .exclude(audit__superseded_by__state__in=REPORT_IS_OUT)
            .exclude(audit__supersedes__isnull=False, audit__state__in=REPORT_IS_WRITTEN)
        )
