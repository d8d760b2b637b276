"""Filters over reports that read as words."""

from typing import TYPE_CHECKING, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Q

from audits.models import Audit
from programs.models import Program
from records.policies import HistoryPolicy

if TYPE_CHECKING:
    from accounts.models import User
    from reports.models import Report  # noqa: F401


class ReportQuerySet(models.QuerySet["Report"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """A report is as confidential as what it is about.

        Those of a program are seen by whoever sees it, those of an audit likewise. An extract of the change
        history is seen by whoever asked for it and still sees the record; administrators see all. For
        others than administrators one query more, of the kinds of records that they asked for.
        """
        rows = Q(program__in=Program.objects.visible_to(user)) | Q(audit__in=Audit.objects.visible_to(user))
        if user.is_authenticated and HistoryPolicy.view_all.allows(user):
            return self.filter(rows | Q(kind="history"))
        return self.filter(rows | self._of_records(user))

    def _of_records(self, user: "User | AnonymousUser") -> Q:
        """Extracts that the person asked for, of records still in sight."""
        found = Q(pk__in=[])
        if not user.is_authenticated:
            return found
        own = Q(kind="history", requested_by=user)
        labels = self.model._default_manager.filter(own).exclude(record_model="").order_by()
        for label in labels.values_list("record_model", flat=True).distinct():
            rows = apps.get_model(label)._default_manager.all()
            if hasattr(rows, "visible_to"):
                seen = rows.visible_to(user).order_by().values("pk")
                found |= own & Q(record_model=label, record_pk__in=seen)
        return found

    def issued(self) -> Self:
        """Reports whose figures and files exist."""
        return self.exclude(inputs_sha256="")
