"""Filters over reports that read as words."""

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from programs.models import Program

if TYPE_CHECKING:
    from accounts.models import User
    from reports.models import Report  # noqa: F401


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A report is as confidential as its program."""
        return self.filter(program__in=Program.objects.visible_to(user))

    def issued(self) -> Self:
        """Reports whose figures and files exist."""
        return self.exclude(inputs_sha256="")
