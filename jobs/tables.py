"""The list of jobs, for administrators."""

import django_filters as filters
import django_tables2 as tables
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from common.tables import ActionsColumn, DataTable, MomentColumn
from common.templatetags.components import status_badge
from jobs.models import Job
from jobs.registry import titles

TONES = {
    Job.State.QUEUED: "neutral",
    Job.State.RUNNING: "info",
    Job.State.SUCCEEDED: "good",
    Job.State.FAILED: "bad",
    Job.State.CANCELLED: "unknown",
}


def title_of(kind: str) -> str:
    """What people call a kind of job."""
    return str(titles().get(kind, kind))


class JobFilter(filters.FilterSet):  # type: ignore[misc]
    state = filters.ChoiceFilter(choices=Job.State, label=_("State"), empty_label=_("Any state"))
    # Asked when the page is: every room has its handlers by then.
    kind = filters.ChoiceFilter(
        choices=lambda: list(titles().items()), label=_("Kind"), empty_label=_("Any kind")
    )

    class Meta:
        model = Job
        fields = ("state", "kind")


class JobTable(DataTable):
    table_name = "jobs"
    caption = _("Jobs")
    optional = ("key", "started_at")

    kind = tables.Column(_("Job"))
    state = tables.Column(_("State"))
    requested_by = tables.Column(_("Requested by"), order_by="requested_by__full_name")
    created_at = MomentColumn(_("Requested"))
    started_at = MomentColumn(_("Started"))
    finished_at = MomentColumn(_("Finished"))
    attempt = tables.Column(_("Attempts"), attrs={"td": {"class": "num"}, "th": {"class": "num"}})
    error_key = tables.TemplateColumn(
        verbose_name=_("Reason"), template_name="jobs/_failures.html", orderable=False,
        attrs={"td": {"class": "wide"}},
    )  # fmt: skip
    key = tables.Column(_("Key"))
    actions = ActionsColumn("jobs/_job_actions.html")

    class Meta:
        model = Job
        fields = ()
        order_by = "-created_at"

    def render_kind(self, value: str) -> str:
        return title_of(value)

    def render_state(self, record: Job) -> SafeString:
        return status_badge(record.get_state_display(), TONES[Job.State(record.state)])

    def value_state(self, record: Job) -> str:
        return str(record.get_state_display())

    def value_error_key(self, record: Job) -> str:
        return record.error or " · ".join(each.reason for each in record.failed_attempts)
