"""The day that a question is asked as of."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from api.fields import Day
from api.problems import Problem


def not_ahead(day: date | None, *, place: str) -> date | None:
    """The day asked for; None for today.

    Raises:
        Problem: 422 for a day that lies ahead.
    """
    if day and day > timezone.localdate():
        told = _("This day lies in the future: nothing is known as of it.")
        raise Problem.of_field("as_of", told, place=place)
    return day


class DayQuery(Schema):
    as_of: Day | None = Field(None, description="Only what was known by then; today without it.")

    @property
    def day(self) -> date | None:
        """As `not_ahead`."""
        return not_ahead(self.as_of, place="query")
