"""The audit trail: every entry, for administrators."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy
from django_filters.views import FilterView

from accounts.views.access import Guarded
from common.tables import TablePageMixin
from records.filters import EntryFilter
from records.models import Entry
from records.policies import HistoryPolicy
from records.selectors import entries_listed
from records.tables import EntryTable


class AuditTrailView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = HistoryPolicy.view_all
    table_class = EntryTable
    filterset_class = EntryFilter
    template_name = "records/audit_trail.html"
    export_title = gettext_lazy("Audit trail")

    def get_queryset(self) -> QuerySet[Entry]:
        return entries_listed()

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"order_by": "-at"}
