"""The day that a question is asked as of."""

from datetime import date

from django.utils import timezone
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field

from api.fields import Day
from api.problems import Problem


class DayQuery(Schema):
    as_of: Day | None = Field(None, description="Only what was known by then; today without it.")

    @property
    def day(self) -> date | None:
        """The day; None for today.

        Raises:
            Problem: 422 for a day that lies ahead.
        """
        if self.as_of and self.as_of > timezone.localdate():
            raise Problem.of_field("as_of", _("This day lies in the future: nothing is known as of it."))
        return self.as_of
