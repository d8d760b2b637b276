"""The table of the library of reports."""

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.tables import ActionsColumn, DataTable, DayColumn, MomentColumn
from common.templatetags.components import status_badge
from jobs.models import Job
from reports.models import Report


class ReportTable(DataTable):
    table_name = "reports"
    caption = _("Reports")
    optional = ("language", "inputs_sha256")

    site = tables.Column(_("Report"), empty_values=(), order_by=("site__name_key", "-requested_at"))
    program = tables.Column(
        _("Program"), accessor="program__code", order_by=("program__code", "-requested_at")
    )
    as_of = DayColumn(_("As of"))
    state = tables.Column(_("State"), empty_values=(), orderable=False)
    requested_by = tables.Column(_("Requested by"), order_by="requested_by__full_name")
    requested_at = MomentColumn(_("Requested"))
    language = tables.Column(_("Language"))
    inputs_sha256 = tables.Column(_("Content hash"), empty_values=(None, ""), orderable=False)
    actions = ActionsColumn("reports/_report_actions.html")

    class Meta:
        model = Report
        fields = ()
        order_by = "-requested_at"

    def render_site(self, record: Report) -> SafeString:
        return format_html(
            '<a href="{}">{}</a> <span class="muted">{}</span>',
            reverse("reports:report-detail", args=[record.pk]),
            record.subject,
            record.get_kind_display(),
        )

    def value_site(self, record: Report) -> str:
        return f"{record.subject} · {record.get_kind_display()}"

    def render_state(self, record: Report) -> SafeString:
        return state_badge(record)

    def value_state(self, record: Report) -> str:
        return state_of(record)[0]

    def render_inputs_sha256(self, value: str) -> SafeString:
        return format_html('<span class="mono-id">{}</span>', value[:12])

    def value_inputs_sha256(self, value: str) -> str:
        return value


STATES = {
    "issued": (_("Issued"), "good"),
    "waiting": (_("Waiting"), "neutral"),
    "stopped": (_("Stopped"), "unknown"),
    "not_made": (_("Not made"), "bad"),
    "being_made": (_("Being made"), "info"),
}
OF_JOB = {Job.State.QUEUED: "waiting", Job.State.CANCELLED: "stopped", Job.State.FAILED: "not_made"}


def state_key(report: Report) -> str:
    """Where a report stands, a key of `STATES`."""
    if report.is_issued:
        return "issued"
    return OF_JOB.get(Job.State(report.job.state if report.job else Job.State.FAILED), "being_made")


def state_of(report: Report) -> tuple[str, str]:
    """Where a report stands, as word and tone."""
    word, tone = STATES[state_key(report)]
    return str(word), tone


def state_badge(report: Report) -> SafeString:
    """The same as shape and word."""
    word, tone = state_of(report)
    return status_badge(word, tone)
