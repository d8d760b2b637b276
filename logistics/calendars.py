"""Public holidays of countries, and the timetables of a plan's rows as plain facts.

Holidays are those of the whole country, days in lieu included; those of a state or region are not known.
"""

from collections.abc import Iterable
from datetime import date, time
from functools import cache

from django.utils import timezone
from holidays import country_holidays, list_supported_countries

from logistics.models import CareSite, DistributionPlan, Handoff
from logistics.models.days import Weekday
from logistics.readiness.timetable import Opening, Timetable

ORDER = tuple(Weekday.values)


@cache
def public_holidays(country: str, year: int) -> frozenset[date]:
    """The public holidays of a country in a year and the next two; none for a country that is not known."""
    if country not in _known():
        return frozenset()
    return frozenset(country_holidays(country, years=(year, year + 1, year + 2)))


@cache
def _known() -> frozenset[str]:
    return frozenset(list_supported_countries(include_aliases=False))


def _rests(country: str) -> frozenset[date]:
    return public_holidays(country, timezone.localdate().year) if country else frozenset()


def _weekdays(codes: Iterable[str]) -> frozenset[int]:
    return frozenset(ORDER.index(code) for code in codes)


def packing_table(plan: DistributionPlan) -> Timetable:
    """The days on which the plan's product is packed."""
    return Timetable(_weekdays(plan.packs_on), _rests(str(plan.packing_rests_in or "")), plan.zone or "UTC")


def leg_table(leg: Handoff, plan: DistributionPlan) -> Timetable:
    """The days on which a leg takes a shipment; without a clock of its own it is on that of packing."""
    zone = leg.zone or plan.zone or "UTC"
    return Timetable(_weekdays(leg.weekdays), _rests(str(leg.rests_in or "")), zone)


def opening_of(site: CareSite, plan: DistributionPlan) -> Opening:
    """When a care site receives; at any time where nothing is said, on its own clock."""
    rests = _rests(str(site.country or "")) if site.rests else frozenset()
    table = Timetable(_weekdays(site.receives_on), rests, site.zone or plan.zone or "UTC")
    return Opening(table, _minute(site.receives_from), _minute(site.receives_until))


def _minute(hour: time | None) -> int | None:
    return None if hour is None else hour.hour * 60 + hour.minute
