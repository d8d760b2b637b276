"""Filters over access tokens that read as words."""

from datetime import datetime
from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from accounts.policies import TokenPolicy

if TYPE_CHECKING:
    from accounts.models import AccessToken, User  # noqa: F401


class AccessTokenQuerySet(models.QuerySet["AccessToken"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """One's own; administrators see those of everybody."""
        if isinstance(user, AnonymousUser) or not TokenPolicy.own.allows(user):
            return self.none()
        return self if TokenPolicy.view_all.allows(user) else self.filter(user=user)

    def in_force(self, moment: datetime) -> Self:
        """Neither revoked nor expired."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=moment)
