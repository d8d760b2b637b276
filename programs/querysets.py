"""Filters over programs that read as words."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.roles import STAFF, Role

if TYPE_CHECKING:
    from accounts.models import User
    from programs.models import Program  # noqa: F401


class ProgramQuerySet(models.QuerySet["Program"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """Members see their programs, administrators all; everyone else none, not even that they exist."""
        if isinstance(user, AnonymousUser) or not user.is_active or user.role not in STAFF:
            return self.none()
        if user.role == Role.ADMINISTRATOR:
            return self
        return self.filter(memberships__user=user)
