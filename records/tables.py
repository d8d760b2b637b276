"""The audit trail as a table."""

import json
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from common.exports import Sheet
from common.tables import DataTable, MomentColumn
from records.display import actor_words, changed_labels, kind_of
from records.exporting import head_text
from records.models import Entry

PROOF = (_("Entry"), _("Transaction"), _("Hash of the entry"), _("Head of the change history"))


class EntryTable(DataTable):
    table_name = "audit-trail"
    optional = ("request_id", "session_role")
    caption = _("Audit trail")

    at = MomentColumn(_("Time"))
    actor = tables.Column(_("Who"))
    op = tables.Column(_("Change"))
    model = tables.Column(_("Kind of record"))
    record = tables.Column(_("Record"), orderable=False)
    changes = tables.Column(_("Fields"), empty_values=(), orderable=False)
    reason = tables.Column(_("Reason"), orderable=False)
    request_id = tables.Column(_("Request"), orderable=False)
    session_role = tables.Column(_("Database role"), orderable=False)

    class Meta:
        model = Entry
        fields = ("at", "actor", "op", "model", "record", "changes", "reason", "request_id", "session_role")

    def sheet(self, title: str) -> Sheet:
        """What is shown, and what it takes to find each entry again in an unbroken chain."""
        shown = super().sheet(title)
        head = head_text()
        proofs = (
            [row.record.pk, row.record.batch_id, bytes(row.record.hash).hex(), head] for row in self.rows
        )
        return Sheet(
            title=shown.title,
            columns=(*shown.columns, *(str(name) for name in PROOF)),
            rows=([*cells, *proof] for cells, proof in zip(shown.rows, proofs, strict=True)),
        )

    def order_at(self, queryset: Any, is_descending: bool) -> tuple[Any, bool]:
        """The order of writing, which has an index; entries of one moment keep their order."""
        return queryset.order_by("-id" if is_descending else "id"), True

    def render_actor(self, value: str) -> str:
        return actor_words(value)

    def value_actor(self, value: str) -> str:
        """As it was recorded."""
        return value

    def render_model(self, value: str) -> str:
        return capfirst(kind_of(value))

    def render_record(self, record: Entry) -> SafeString:
        app, _dot, model = record.model.lower().partition(".")
        address = reverse("records:record-history", args=[app, model, record.record])
        return format_html('<a href="{}">{}</a>', address, record.record)

    def value_record(self, record: Entry) -> str:
        return record.record

    def render_changes(self, record: Entry) -> SafeString:
        return format_html_join(", ", "{}", ((label,) for label in changed_labels(record)))

    def value_changes(self, record: Entry) -> str:
        """Everything, for the export: the whole values of what changed, before and after."""
        old, new = record.old or {}, record.new or {}
        changed = {
            name: [old.get(name), new.get(name)] for name in {**old, **new} if old.get(name) != new.get(name)
        }
        return json.dumps(changed, ensure_ascii=False)
