"""Calendar months, the way people and regulations count them."""

from calendar import monthrange
from datetime import date


def months_after(day: date, months: int) -> date:
    """The same day so many months later (earlier where negative), the last of the month where there is none.

    >>> months_after(date(2024, 1, 31), 1), months_after(date(2026, 3, 15), -36)
    (datetime.date(2024, 2, 29), datetime.date(2023, 3, 15))
    """
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_before(day: date, months: int) -> date:
    """The same day so many months earlier."""
    return months_after(day, -months)
