"""Filters over invitations, questionnaires, requests and answers that read as words."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.roles import STAFF

if TYPE_CHECKING:
    from accounts.models import User
    from audits.models import Answer, Invitation, Questionnaire, QuestionnaireRequest  # noqa: F401


def _sees(user: "User | AnonymousUser") -> bool:
    """The company's own people see all that was asked; a contact comes by invitation, not by account."""
    return not isinstance(user, AnonymousUser) and user.is_active and user.role in STAFF


class QuestionnaireQuerySet(models.QuerySet["Questionnaire"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self if _sees(user) else self.none()


class InvitationQuerySet(models.QuerySet["Invitation"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self if _sees(user) else self.none()

    def open_at(self, moment: datetime) -> Self:
        """Neither withdrawn nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=moment)


class RequestQuerySet(models.QuerySet["QuestionnaireRequest"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self if _sees(user) else self.none()

    def unanswered(self) -> Self:
        """The site has something to do."""
        return self.filter(state__in=("sent", "started", "returned"))


class AnswerQuerySet(models.QuerySet["Answer"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        return self if _sees(user) else self.none()
