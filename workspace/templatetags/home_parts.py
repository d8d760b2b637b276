"""Parts of the start page."""

from django import template
from django.utils.safestring import SafeString

from audits.sources import source_title
from common.templatetags.components import status_badge
from imports.models import ImportRun
from imports.tables import TONES
from reports.models import Report
from reports.tables import state_badge

register = template.Library()


@register.simple_tag
def report_state(report: Report) -> SafeString:
    """Where a report stands, as shape and word."""
    return state_badge(report)


@register.simple_tag
def import_state(run: ImportRun) -> SafeString:
    """How far an import has come, as shape and word."""
    return status_badge(run.get_state_display(), TONES[ImportRun.State(run.state)])


@register.filter
def source_words(run: ImportRun) -> str:
    """What kind of file was imported."""
    return source_title(run.source) if run.source else ""
