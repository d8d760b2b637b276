"""Marks of readiness."""

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext, pgettext

from common.templatetags.components import shape
from logistics.selectors import AspectCell

register = template.Library()


def state_word(state: str) -> str:
    """The word of a state."""
    return {
        "good": gettext("ready"),
        "caution": gettext("ready, with something to settle"),
        "bad": gettext("not ready"),
    }[state]


@register.simple_tag
def aspect_mark(cell: AspectCell, url: str) -> SafeString:
    """One cell of the matrix: shape, number of open points, and for those who cannot see it the words."""
    said = cell.name + pgettext("after a label", ": ") + state_word(cell.state)
    return format_html(
        '<a class="aspect is-{}" href="{}" title="{}">{}<span aria-hidden="true">{}</span>'
        '<span class="visually-hidden">{}</span></a>',
        cell.state,
        url,
        " ".join(cell.reasons) or said,
        shape(cell.state),
        len(cell.gaps) or "",
        f"{said}. {' '.join(cell.reasons)}" if cell.reasons else said,
    )


@register.simple_tag
def state_badge_word(state: str) -> str:
    """The word of a state, for a badge."""
    return state_word(state)
