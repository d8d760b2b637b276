"""Numbers, scores, ranks and dates as a reader of the current language expects them, as plain text.

Separators, percent signs and dates follow CLDR (through Babel), so that French gets its narrow no-break
spaces. Nothing here breaks over a line end: every space inside a figure is a no-break space.
"""

import functools
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal

from babel.dates import format_date, format_time
from babel.numbers import format_decimal, format_percent
from django.utils import timezone
from django.utils.translation import get_language, gettext, to_locale

type Number = int | float | Decimal

MISSING = "—"
NO_BREAK = "\N{NO-BREAK SPACE}"
NARROW_NO_BREAK = "\N{NARROW NO-BREAK SPACE}"


def current_locale() -> str:
    """The active language as a locale name that CLDR knows; English when translation is off."""
    return _locale(get_language() or "en")


_locale = functools.cache(to_locale)


def rounded(value: Number, digits: int) -> Decimal:
    """`value` with `digits` decimals, halves away from zero, as people round by hand."""
    return Decimal(str(value)).quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)


def number_text(value: Number, digits: int = 0) -> str:
    """`value` with grouped thousands and exactly `digits` decimals.

    >>> number_text(1234.5, 1), number_text(-3)
    ('1,234.5', '−3')
    """
    return _grouped(str(rounded(value, digits)), digits, current_locale())


@functools.lru_cache(maxsize=8_192)
def _grouped(exact: str, digits: int, locale: str) -> str:
    """As `number_text`; kept, because a page says the same few numbers again and again."""
    decimals = "." + "0" * digits if digits else ""
    text = format_decimal(Decimal(exact), format=f"#,##0{decimals}", locale=locale)
    # CLDR writes a hyphen, which is too short beside figures and may stand at the end of a line.
    return text.replace("-", "\N{MINUS SIGN}")


def signed_text(change: Number, digits: int = 0) -> str:
    """A change with its sign: a true minus for a loss, and ± where nothing is left after rounding.

    >>> signed_text(-1.25, 1)
    '−1.3'
    """
    shown = rounded(change, digits)
    sign = "+" if shown > 0 else "\N{MINUS SIGN}" if shown < 0 else "±"
    return sign + number_text(abs(shown), digits)


def score_text(value: Number | None) -> str:
    """A score from 0 to 100 with one decimal, or a dash where there is none."""
    return MISSING if value is None else number_text(value, 1)


def score_range_text(lower: Number | None, upper: Number | None) -> str:
    """The official score and what it could become, such as "62.0 (up to 81.3)"."""
    if lower is None:
        return MISSING
    if upper is None or rounded(upper, 1) == rounded(lower, 1):
        return score_text(lower)
    return gettext("%(score)s (up to %(upper)s)") % {"score": score_text(lower), "upper": score_text(upper)}


def rank_text(rank: int | None, best: int | None = None, worst: int | None = None) -> str:
    """A rank with the best and worst it could become: "2 (1–4)". The span is left out where it is settled."""
    if rank is None:
        return MISSING
    if best is None or worst is None or best == worst:
        return str(rank)
    return f"{rank}{NO_BREAK}({best}–{worst})"


def percent_text(share: Number | None, digits: int = 0) -> str:
    """A share from 0 to 1 as percent, rounded so that only a whole share reads 100 and only none reads 0."""
    if share is None:
        return MISSING
    step = Decimal(1).scaleb(-digits - 2)
    exact = Decimal(str(share))
    shown = rounded(share, digits + 2)
    if shown >= 1 > exact:
        shown = 1 - step
    elif shown <= 0 < exact:
        shown = step
    return _percent(str(shown), digits, current_locale())


@functools.lru_cache(maxsize=8_192)
def _percent(shown: str, digits: int, locale: str) -> str:
    decimals = "." + "0" * digits if digits else ""
    space = NARROW_NO_BREAK if locale.startswith("fr") else ""
    return format_percent(Decimal(shown), format=f"#,##0{decimals}{space}%", locale=locale)


def day_text(value: date | datetime | None) -> str:
    """A calendar day such as "Nov 22, 2026"; a moment is taken in the current time zone."""
    if value is None:
        return MISSING
    day = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    return _day(day.year, day.month, day.day, current_locale())


@functools.lru_cache(maxsize=8_192)
def _day(year: int, month: int, day: int, locale: str) -> str:
    """As `day_text`; kept, because a page says the same few days again and again."""
    text = format_date(date(year, month, day), format="medium", locale=locale)
    if day == 1 and locale.startswith("fr"):
        # French says the first of a month as an ordinal, which CLDR leaves out.
        text = text.replace("1 ", "1er ", 1)
    return text.replace(" ", NO_BREAK)


def moment_text(value: datetime | None) -> str:
    """A moment with its time zone, such as "Nov 22, 2026, 14:05 UTC"."""
    if value is None:
        return MISSING
    local = timezone.localtime(value) if timezone.is_aware(value) else value
    clock = format_time(local, format="HH:mm", locale=current_locale())
    zone = f"{NO_BREAK}{local.tzname()}" if local.tzname() else ""
    return f"{day_text(local)}, {clock}{zone}"
