"""Filters over regulatory actions that read as words."""

from typing import TYPE_CHECKING, Self

from django.db import models

if TYPE_CHECKING:
    from audits.models import RegulatoryAction  # noqa: F401


class RegulatoryActionQuerySet(models.QuerySet["RegulatoryAction"]):
    def unmatched(self) -> Self:
        """Rows that wait for a person to say which site they concern."""
        return self.filter(match_state="unmatched")
