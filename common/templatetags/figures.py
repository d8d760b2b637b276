"""Filters that print figures in the reader's language. A missing value is a dash with a word for ears.

A template gives an empty text for what it asks of a record that is not there: that is missing, too.

{% load figures %}
{{ candidate.score|score }}   {{ site.completeness|percent }}   {{ inspection.end_date|day }}
{% rank candidate.rank candidate.best_rank candidate.worst_rank %}
"""

from datetime import date, datetime

from django import template
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext

from common import numbers
from common.charts.chart import Chart
from common.charts.svg import escaped
from common.numbers import Number

register = template.Library()


def missing(word: str = "") -> SafeString:
    """The dash that stands for no value, with `word` (by default "no value") for screen readers."""
    return format_html(
        '<span class="missing"><span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></span>',
        numbers.MISSING,
        word or gettext("no value"),
    )


# For class bodies, which are read before the reader's language is known.
MISSING_CELL = lazy(missing, SafeString)()


@register.filter
def or_missing(value: object) -> object:
    """`value`, or the dash where it is None or empty. Zero and False are values."""
    return missing() if value is None or value == "" else value


@register.simple_tag
def chart_rows(chart: Chart) -> SafeString:
    """The rows of a chart's table: {% chart_rows chart %}. A heat map has too many cells for a template."""
    rows = (
        f'<tr><th scope="row">{escaped(first)}</th>'
        + "".join(
            f"<td{' class="num"' if at in chart.numeric else ''}>{escaped(cell or missing())}</td>"
            for at, cell in enumerate(cells, 1)
        )
        + "</tr>"
        for first, *cells in chart.rows
    )
    return SafeString("".join(rows))


@register.filter
def score(value: Number | str | None) -> str:
    """A score from 0 to 100 with one decimal."""
    return (
        missing(gettext("no score")) if value is None or isinstance(value, str) else numbers.score_text(value)
    )


@register.filter
def number(value: Number | str | None, digits: int = 0) -> str:
    """A number with grouped thousands and `digits` decimals."""
    return missing() if value is None or isinstance(value, str) else numbers.number_text(value, digits)


@register.filter
def degrees(value: int | None) -> str:
    """A whole temperature with a true minus; nothing where there is none."""
    return "" if value is None else str(value).replace("-", "\N{MINUS SIGN}")


@register.filter
def signed(value: Number | str | None, digits: int = 0) -> str:
    """A change with its sign and `digits` decimals."""
    return missing() if value is None or isinstance(value, str) else numbers.signed_text(value, digits)


@register.filter
def percent(value: Number | str | None, digits: int = 0) -> str:
    """A share from 0 to 1 as percent."""
    return missing() if value is None or isinstance(value, str) else numbers.percent_text(value, digits)


@register.filter
def day(value: date | datetime | str | None) -> str:
    """A calendar day in a `<time>` element."""
    if value is None or isinstance(value, str):
        return missing(gettext("no date"))
    local = timezone.localtime(value) if isinstance(value, datetime) and timezone.is_aware(value) else value
    iso = local.date().isoformat() if isinstance(local, datetime) else local.isoformat()
    return format_html('<time datetime="{}">{}</time>', iso, numbers.day_text(value))


@register.filter
def moment(value: datetime | str | None) -> str:
    """A moment with its time zone in a `<time>` element."""
    if value is None or isinstance(value, str):
        return missing(gettext("no date"))
    return format_html('<time datetime="{}">{}</time>', value.isoformat(), numbers.moment_text(value))


@register.simple_tag
def rank(value: int | None, best: int | None = None, worst: int | None = None) -> str:
    """A rank with the best and worst it could become; the words for screen readers are spelled out."""
    if value is None:
        return missing(gettext("not ranked"))
    if best is None or worst is None or best == worst:
        return str(value)
    words = gettext("rank %(rank)s, at best %(best)s, at worst %(worst)s") % {
        "rank": value,
        "best": best,
        "worst": worst,
    }
    return format_html(
        '<span class="nowrap" aria-hidden="true"><strong>{}</strong> '
        '<span class="muted small">({}–{})</span></span>'
        '<span class="visually-hidden">{}</span>',
        value,
        best,
        worst,
        words,
    )
