"""Columns that say on which days something happens, and on which clock."""

from functools import cache
from typing import Any
from zoneinfo import available_timezones

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ValidationError
from django.db import models
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _now


class Weekday(models.TextChoices):
    MONDAY = "mon", WEEKDAYS[0]
    TUESDAY = "tue", WEEKDAYS[1]
    WEDNESDAY = "wed", WEEKDAYS[2]
    THURSDAY = "thu", WEEKDAYS[3]
    FRIDAY = "fri", WEEKDAYS[4]
    SATURDAY = "sat", WEEKDAYS[5]
    SUNDAY = "sun", WEEKDAYS[6]


# Areas of the IANA database that are places; the rest are older names of the same clocks.
AREAS = frozenset(
    {
        "Africa",
        "America",
        "Antarctica",
        "Arctic",
        "Asia",
        "Atlantic",
        "Australia",
        "Europe",
        "Indian",
        "Pacific",
    }
)


@cache
def zones() -> tuple[str, ...]:
    """The clocks that may be chosen, by name."""
    return ("UTC", *sorted(name for name in available_timezones() if name.partition("/")[0] in AREAS))


def validate_zone(name: str) -> None:
    """Raise ValidationError for what is no time zone."""
    if name not in zones():
        raise ValidationError(_now("Choose a time zone such as Europe/Paris."))


def weekdays_field(label: Any) -> "ArrayField[Any, Any]":
    """Days of the week; every day when empty."""
    return ArrayField(
        models.CharField(max_length=3, choices=Weekday), verbose_name=label, default=list, blank=True
    )


def zone_field(label: Any) -> "models.CharField[Any, Any]":
    """A time zone by its IANA name; blank where it is not said."""
    return models.CharField(label, max_length=40, blank=True, default="", validators=[validate_zone])
