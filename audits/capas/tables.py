"""The list of CAPAs."""

import django_tables2 as tables
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from audits.auditing.severity import severity_tone
from audits.capas.selectors import STATE_TONES, next_due
from audits.models import Capa
from common.tables import DataTable, DayColumn, NumberColumn
from common.templatetags.components import status_badge
from common.templatetags.figures import day


class CapaTable(DataTable):
    table_name = "capas"
    caption = _("CAPAs")
    optional = ("opened_on", "origin", "reopened_count", "closed_on")

    number = tables.Column(_("CAPA"), order_by=("number",))
    site = tables.Column(_("Site"), accessor="site__name", attrs={"td": {"class": "wide"}})
    severity = tables.Column(_("Severity"))
    state = tables.Column(_("State"))
    owner = tables.Column(_("Owner"), accessor="owner_text", orderable=False, empty_values=(None, ""))
    due_on = DayColumn(
        _("Due"),
        order_by=("next_due_on", "due_on"),
        initial_sort_descending=False,
        attrs={"td": {"class": "nowrap"}},
    )
    actions = NumberColumn(
        _("Actions open"), accessor="open_actions", order_by=("open_actions", "all_actions")
    )
    opened_on = DayColumn(_("Opened"))
    closed_on = DayColumn(_("Closed"))
    origin = tables.Column(_("Origin"))
    reopened_count = NumberColumn(_("Reopened"))

    class Meta:
        model = Capa
        fields = ()
        order_by = "due_on"

    def render_number(self, record: Capa) -> SafeString:
        return format_html(
            '<a href="{}">{}</a><br><span class="small">{}</span>',
            record.get_absolute_url(),
            record.number,
            record.title,
        )

    def value_number(self, record: Capa) -> str:
        return f"{record.number} · {record.title}"

    def render_severity(self, record: Capa) -> SafeString:
        return status_badge(record.get_severity_display(), severity_tone(record.severity))

    def value_severity(self, record: Capa) -> str:
        return record.get_severity_display()

    def render_state(self, record: Capa) -> SafeString:
        return status_badge(record.get_state_display(), STATE_TONES[Capa.State(record.state)])

    def value_state(self, record: Capa) -> str:
        return record.get_state_display()

    def render_due_on(self, record: Capa) -> SafeString:
        due_on = next_due(record)
        if due_on is None:
            return format_html('<span class="muted">{}</span>', day(record.due_on))
        if due_on < timezone.localdate():
            return format_html("{}<br>{}", day(due_on), status_badge(gettext("late"), "bad"))
        return format_html("{}", day(due_on))

    def value_due_on(self, record: Capa) -> object:
        return next_due(record) or record.due_on
