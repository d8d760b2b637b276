"""Parts of the start page."""

from django import template
from django.utils.safestring import SafeString

from reports.models import Report
from reports.tables import state_badge

register = template.Library()


@register.simple_tag
def report_state(report: Report) -> SafeString:
    """Where a report stands, as shape and word."""
    return state_badge(report)
