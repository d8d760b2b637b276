"""Filters over distribution plans and their rows that read as words."""

from typing import TYPE_CHECKING, Any, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from programs.models import Program

if TYPE_CHECKING:
    from accounts.models import User


class PlanQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The plans of the programs that the person sees."""
        return self.filter(work_package__program__in=Program.objects.visible_to(user))


class PlanRowQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The rows of the plans of the programs that the person sees."""
        return self.filter(plan__work_package__program__in=Program.objects.visible_to(user))
