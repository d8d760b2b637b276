"""Parts of the directory that repeat so often that the template engine would take most of the page's time."""

from django import template
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from common.numbers import number_text
from workspace.filters import FacetGroup

register = template.Library()


@register.simple_tag
def facet_values(group: FacetGroup) -> SafeString:
    """The values of a facet as links, each with how many sites it would show."""
    return format_html_join(
        "",
        '<li><a href="{}" rel="nofollow"{}><span>{}</span> <span class="facet-count">{}</span></a></li>',
        (
            (
                value.url,
                SafeString(' aria-current="true"') if value.chosen else "",
                value.label,
                number_text(value.total),
            )
            for value in group.values
        ),
    )
