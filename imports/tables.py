"""Tables of the imports room."""

from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from audits.sources import source_title
from common.tables import DataTable, DayColumn, MomentColumn, NumberColumn
from common.templatetags.components import status_badge
from imports.messages import field_label, problem_text
from imports.models import ImportRun

TONES = {
    ImportRun.State.CHECKING: "info",
    ImportRun.State.READY: "caution",
    ImportRun.State.COMMITTING: "info",
    ImportRun.State.COMMITTED: "good",
    ImportRun.State.REFUSED: "bad",
    ImportRun.State.UNDOING: "info",
    ImportRun.State.UNDONE: "neutral",
}


class ImportTable(DataTable):
    table_name = "imports"
    caption = _("Imports")
    optional = ("unchanged", "snapshot_on")

    file = tables.Column(_("File"), accessor="file__name")
    source = tables.Column(_("Source"))
    state = tables.Column(_("State"))
    row_count = NumberColumn(_("Rows"))
    created = NumberColumn(_("New"))
    updated = NumberColumn(_("Changed"))
    unchanged = NumberColumn(_("Unchanged"))
    missing = NumberColumn(_("Gone"))
    unmatched = NumberColumn(_("Without site"))
    rejected = NumberColumn(_("Rejected"))
    snapshot_on = DayColumn(_("Latest date"))
    requested_by = tables.Column(_("By"), accessor="requested_by__full_name")
    created_at = MomentColumn(_("Requested"))

    class Meta:
        model = ImportRun
        fields = ("file", "source", "state", "row_count", "created", "updated", "unchanged", "missing")
        sequence = (*fields, "unmatched", "rejected", "snapshot_on", "requested_by", "created_at")
        order_by = "-created_at"

    def render_file(self, record: ImportRun) -> SafeString:
        return format_html(
            '<a href="{}">{}</a>', reverse("imports:import-detail", args=[record.pk]), record.file.name
        )

    def value_file(self, record: ImportRun) -> str:
        return record.file.name

    def render_source(self, value: str) -> str:
        return source_title(value)

    def render_state(self, record: ImportRun) -> SafeString:
        return status_badge(record.get_state_display(), TONES[ImportRun.State(record.state)])

    def value_state(self, record: ImportRun) -> str:
        return record.get_state_display()


class ProblemTable(DataTable):
    """Rows of `ImportRun.details_read()["problems"]`."""

    table_name = "import-problems"
    caption = _("Problems")
    choosable = False

    row = tables.Column(_("Row"), attrs={"td": {"class": "num nowrap"}, "th": {"class": "num"}})
    column = tables.Column(_("Column"))
    value = tables.Column(_("Value"))
    message = tables.Column(_("What is wrong"), empty_values=(), accessor="key")
    rejects = tables.Column(_("Then"))

    def render_message(self, record: dict[str, Any]) -> str:
        return problem_text(record)

    def render_rejects(self, value: bool) -> SafeString:
        return status_badge(_("rejected"), "bad") if value else status_badge(_("kept"), "caution")

    def value_rejects(self, value: bool) -> str:
        return str(_("rejected") if value else _("kept"))


class MissingTable(DataTable):
    """Rows of `ImportRun.details_read()["missing"]`."""

    table_name = "import-missing"
    caption = _("Rows gone from the source")
    choosable = False

    firm = tables.Column(_("Firm"))
    fei = tables.Column(_("FEI"), attrs={"td": {"class": "mono-id"}})
    happened_on = tables.Column(_("Date"))
    covered_type = tables.Column(_("Product type"))
    source_key = tables.Column(_("Key"), attrs={"td": {"class": "mono-id"}})


class ChangeTable(DataTable):
    """Rows of `ImportRun.details_read()["changes"]`."""

    table_name = "import-changes"
    caption = _("Changes")
    choosable = False

    line = tables.Column(_("Row"))
    firm = tables.Column(_("Firm"))
    field = tables.Column(_("Field"))
    old = tables.Column(_("Stored"))
    new = tables.Column(_("In the file"))

    def render_field(self, value: str) -> str:
        return field_label(value)


class FirmTable(DataTable):
    """Rows are `imports.selectors.FirmWaiting`."""

    table_name = "firms"
    caption = _("Firms without site")
    choosable = False

    firm_name = tables.Column(_("Firm"))
    rows = NumberColumn(_("Rows"))
    kinds = tables.Column(_("What it is about"), orderable=False)
    gmp_rows = NumberColumn(_("Concern GMP"))
    latest = DayColumn(_("Latest"))

    class Meta:
        order_by = ("-gmp_rows", "-latest")

    def render_firm_name(self, record: Any) -> SafeString:
        return format_html('<a href="{}">{}</a>', record.url, record.firm_name)

    def value_firm_name(self, record: Any) -> str:
        return str(record.firm_name)


class DecisionTable(DataTable):
    """Name matches that people decided, with the way back."""

    table_name = "firm-decisions"
    caption = _("Decided firms")
    choosable = False

    firm_name = tables.Column(_("Firm"))
    decision = tables.Column(_("Decision"))
    site = tables.Column(_("Site"), accessor="site__name")
    decided_by = tables.Column(_("By"), accessor="decided_by__full_name")
    updated_at = MomentColumn(_("Decided"))
    actions = tables.TemplateColumn(
        template_name="imports/_decision_actions.html",
        verbose_name="",
        orderable=False,
        exclude_from_export=True,
        attrs={"td": {"class": "num"}},
    )

    class Meta:
        order_by = "-updated_at"
