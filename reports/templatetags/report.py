"""Tags of the printed reports."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.charts import marks
from common.numbers import number_text
from common.templatetags.components import status_badge

register = template.Library()

ZERO = "·"


@register.filter
def count(value: int) -> str:
    """A count in a table of counts, where a point for none lets the others stand out."""
    return number_text(value) if value else ZERO


@register.simple_tag
def standing_status(status: str) -> SafeString:
    """Where a candidate stands: ranked, conditional or excluded, as shape and word."""
    words = {
        "ranked": (_("Ranked"), "good"),
        "conditional": (_("Conditional"), "caution"),
        "excluded": (_("Excluded"), "bad"),
    }
    word, tone = words.get(status, (status, "neutral"))
    return status_badge(word, tone)


@register.simple_tag
def outcome_mark(tone: str, word: str) -> SafeString:
    """The outcome of an inspection as shape and word."""
    return format_html('<span class="mark is-{}">{}<span>{}</span></span>', tone, marks.shape(tone), word)
