"""Tags of the printed reports: status, outcome and strength as shape and word, counts."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from common.numbers import MISSING, number_text
from reports.compared.items import Item
from reports.paper.marks import paper_shape, paper_steps

register = template.Library()

ZERO = "·"


@register.filter
def count(value: int) -> str:
    """A count in a table of counts, where a point for none lets the others stand out."""
    return number_text(value) if value else ZERO


@register.simple_tag
def paper_status(status: str) -> SafeString:
    """Where a candidate stands: ranked, conditional or excluded."""
    words = {
        "ranked": (_("Ranked"), "good"),
        "conditional": (_("Conditional"), "caution"),
        "excluded": (_("Excluded"), "bad"),
    }
    word, tone = words.get(status, (status, "neutral"))
    return _marked("status", tone, word)


@register.simple_tag
def paper_gate(outcome: str) -> SafeString:
    """Whether a must-have is met."""
    words = {
        "pass": (_("Pass"), "good"),
        "fail": (_("Fail"), "bad"),
        "excepted": (_("By exception"), "caution"),
    }
    word, tone = words.get(outcome, (_("Unknown"), "unknown"))
    return _marked("mark", tone, word)


@register.simple_tag
def paper_mark(tone: str, word: str) -> SafeString:
    """Any state as shape and word; blank without a word."""
    return _marked("mark", tone, word) if word else SafeString("")


@register.simple_tag
def paper_strength(strength: str) -> SafeString | str:
    """How well evidence is supported, as rising steps and a word."""
    words = {
        "claimed": (_("Claimed"), 1),
        "documented": (_("Documented"), 2),
        "verified": (_("Verified"), 3),
        "panel": (_("Agreed by a panel"), 2),
    }
    if strength not in words:
        return MISSING
    word, level = words[strength]
    return format_html('<span class="strength">{}{}</span>', paper_steps(level), word)


@register.simple_tag
def paper_item(item: Item) -> SafeString | str:
    """A cell of a comparison: a mark with its word, or text."""
    if item.kind == "gate":
        return paper_gate(item.value)
    if item.kind == "status":
        return paper_status(item.value)
    return item.text


def _marked(kind: str, tone: str, word: str) -> SafeString:
    return format_html('<span class="{} is-{}">{}{}</span>', kind, tone, paper_shape(tone), word)
