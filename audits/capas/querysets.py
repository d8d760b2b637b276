"""Filters over CAPAs that read as words."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.roles import STAFF

if TYPE_CHECKING:
    from accounts.models import User
    from audits.models import Capa, CapaAction, CapaComment, CapaExtension  # noqa: F401

CLOSED = ("closed_effective", "closed_ineffective")


def _sees(user: "User | AnonymousUser") -> bool:
    return not isinstance(user, AnonymousUser) and user.is_active and user.role in STAFF


class CapaQuerySet(models.QuerySet["Capa"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The company's own people see every CAPA; a partner contact none by this way."""
        return self if _sees(user) else self.none()

    def unfinished(self) -> Self:
        """Whatever is not closed."""
        return self.exclude(state__in=CLOSED)


class CapaActionQuerySet(models.QuerySet["CapaAction"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """As their CAPAs."""
        return self if _sees(user) else self.none()

    def undone(self) -> Self:
        """What still has to be done, of CAPAs that are not closed."""
        return self.filter(done_on__isnull=True).exclude(capa__state__in=CLOSED)


class CapaExtensionQuerySet(models.QuerySet["CapaExtension"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """As their CAPAs."""
        return self if _sees(user) else self.none()


class CapaCommentQuerySet(models.QuerySet["CapaComment"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """As their CAPAs."""
        return self if _sees(user) else self.none()
