"""The small parts of a page: icons, status, marks, interval bars. See docs/look.md.

Every mark has a shape and a word; colour only helps. All are built with `format_html`, so that a value
from a user or a file can never become markup.
"""

import functools
import re
from dataclasses import dataclass
from typing import Any

from django import forms, template
from django.templatetags.static import static
from django.utils.html import format_html, format_html_join
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.safestring import SafeString
from django.utils.translation import gettext, gettext_lazy

from common import numbers
from common.charts import marks
from common.numbers import Number
from common.templatetags.figures import missing

register = template.Library()

THEMES = ("light", "dark")
# Words that a browser would break behind the hyphen, although they are short enough not to need it.
HYPHENED = re.compile(r"\w{1,6}-\w{1,4}")

GATES = {
    "pass": ("good", gettext_lazy("Pass")),
    "fail": ("bad", gettext_lazy("Fail")),
    "unknown": ("unknown", gettext_lazy("Unknown")),
    # Not met, and let pass by a signed exception.
    "excepted": ("caution", gettext_lazy("By exception")),
}

STRENGTHS = {
    "claimed": (1, gettext_lazy("Claimed")),
    "documented": (2, gettext_lazy("Documented")),
    "verified": (3, gettext_lazy("Verified")),
    # People judged it together; how strong their evidence was stands beside the derived value.
    "panel": (2, gettext_lazy("Agreed by a panel")),
}


@register.simple_tag
@functools.cache
def icon(name: str) -> SafeString:
    """An icon of static/icons.svg, drawn in the color of the text; a word must stand beside it."""
    return format_html(
        '<svg class="icon" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        static("icons.svg"),
        name,
    )


@register.filter
def whole_words(text: str) -> SafeString:
    """`text` in which a short word with a hyphen, such as CAR-T, stays on one line."""
    words = str(text).split(" ")
    return format_html_join(
        " ",
        "{}",
        ((format_html('<span class="nowrap">{}</span>', w) if HYPHENED.fullmatch(w) else w,) for w in words),
    )


@register.simple_tag
def shape(tone: str) -> SafeString:
    """The 12-pixel shape of a tone; an unknown tone gets the neutral ring."""
    return marks.shape(tone)


@register.simple_tag
def status_badge(word: object, tone: str = "neutral") -> SafeString:
    """A status as shape and word. `tone` is one of `marks.TONES`."""
    known = tone if tone in marks.TONES else "neutral"
    return format_html('<span class="badge-status is-{}">{}{}</span>', known, marks.shape(known), word)


@register.simple_tag
def gate_mark(outcome: str | None, word: object = "") -> SafeString:
    """Whether a must-have is met: "pass", "fail", "unknown" or "excepted", with shape and word."""
    tone, default = GATES.get(outcome or "unknown", GATES["unknown"])
    return format_html(
        '<span class="gate is-{}">{}<span>{}</span></span>', tone, marks.shape(tone), word or default
    )


@register.simple_tag
def strength_mark(strength: str | None) -> SafeString:
    """How well evidence is supported: "claimed", "documented" or "verified", as rising steps and a word."""
    if strength not in STRENGTHS:
        return missing(gettext("no evidence"))
    level, word = STRENGTHS[strength]
    return format_html('<span class="strength">{}<span>{}</span></span>', marks.steps(level), word)


@register.simple_tag
def interval_bar(lower: Number | None, upper: Number | None = None, text: bool = True) -> SafeString:
    """The interval of a score on a scale from 0 to 100: bar from lower to upper, official mark at lower.

    With `text` the figures stand beside the bar; without it they are only the bar's alternative text.
    """
    if lower is None:
        return missing(gettext("no score"))
    label = numbers.score_range_text(lower, upper)
    bar = marks.interval(lower, upper)
    if not text:
        return format_html('<span class="interval">{}</span>', bar)
    official = numbers.score_text(lower)
    words = format_html("<strong>{}</strong>", official)
    if label != official:
        words = format_html(
            '{} <span class="upper">{}</span>',
            words,
            gettext("up to %(upper)s") % {"upper": numbers.score_text(upper)},
        )
    # The words say the same as the bar: one of them is enough for a screen reader.
    return format_html(
        '<span class="interval">{}<span class="interval-text" aria-hidden="true">{}</span></span>', bar, words
    )


@register.simple_tag
def completeness(share: Number | None) -> SafeString:
    """How much of the evidence is settled, a share from 0 to 1, as meter and percent."""
    if share is None:
        return missing()
    return format_html('<span class="meter">{}{}</span>', marks.meter(share), numbers.percent_text(share))


@register.inclusion_tag("common/_empty.html")
def empty_state(
    icon_name: str,
    title: object,
    why: object = "",
    action_url: str = "",
    action_label: object = "",
    button: str = "btn-primary",
) -> dict[str, object]:
    """An empty place: what is not here, why, and the next step (where there is one)."""
    return {
        "icon_name": icon_name,
        "title": title,
        "why": why,
        "action_url": action_url,
        "action_label": action_label,
        "button": button,
    }


@dataclass(frozen=True)
class Problem:
    """One error of a form: where it is and what is wrong."""

    field_id: str
    label: str
    text: str


def form_problems(form: forms.BaseForm) -> list[Problem]:
    """All errors of a form: those of the whole first, then field by field in the order shown."""
    problems = [Problem("", "", str(text)) for text in form.non_field_errors()]
    for field in form:
        where = field.id_for_label or field.auto_id
        problems += [Problem(where, str(field.label), str(text)) for text in field.errors]
    return problems


@register.inclusion_tag("common/_error_list.html")
def error_summary(form: forms.BaseForm | None, heading: object = "") -> dict[str, object]:
    """What is wrong with a form, with links to the fields. Shown once per form, however often asked for.

    `heading` replaces "Not saved: 2 problems" where nothing was to be saved.
    """
    if not isinstance(form, forms.BaseForm) or not form.is_bound or getattr(form, "summary_shown", False):
        return {"problems": []}
    form.summary_shown = True  # type: ignore[attr-defined]
    return {"problems": form_problems(form), "heading": heading}


@register.simple_tag(takes_context=True)
def theme(context: dict[str, Any]) -> str:
    """The theme chosen in the browser's cookie: "light", "dark", or "auto" for anything else."""
    request = context.get("request")
    chosen = request.COOKIES.get("cmo_theme", "") if request is not None else ""
    return chosen if chosen in THEMES else "auto"


@register.filter
def initials(person: object) -> str:
    """Up to two letters for a person: of the first and last word of the name, or of an e-mail address."""
    words = str(person).split("@")[0].replace(".", " ").replace("_", " ").split()
    return "".join(word[0] for word in (words[:1] + words[1:][-1:])).upper()


@register.filter
def undo_url(message: Any) -> str:
    """The address that undoes what a message reports (see `common.notices`), or nothing."""
    for tag in (message.extra_tags or "").split():
        key, _, address = tag.partition("=")
        if key == "undo" and url_has_allowed_host_and_scheme(address, allowed_hosts=None):
            return str(address)
    return ""
