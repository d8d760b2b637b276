"""The audit trail: every entry, for administrators."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy
from django_filters.views import FilterView

from accounts.views.access import Guarded
from common.tables import TablePageMixin
from records.filters import EntryFilter
from records.models import Entry
from records.policies import HistoryPolicy
from records.selectors import entries_listed
from records.tables import EntryTable

# Each entry carries whole rows before and after; the file is made in memory.
MOST_EXPORTED = 20_000


class AuditTrailView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = HistoryPolicy.view_all
    table_class = EntryTable
    filterset_class = EntryFilter
    template_name = "records/audit_trail.html"
    export_title = gettext_lazy("Audit trail")

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The page or the download; one too large to be made at once is refused with the way out."""
        if self.request.GET.get("export") and context["filter"].qs.count() > MOST_EXPORTED:
            asked = self.request.GET.copy()
            del asked["export"]
            self.request.GET = asked  # type: ignore[assignment]
            context["export_refused"] = gettext(
                "At most %(most)s entries are exported at once. Narrow the filters, by date for example."
            ) % {"most": number_format(MOST_EXPORTED, force_grouping=True)}
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return response

    def get_queryset(self) -> QuerySet[Entry]:
        return entries_listed()

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"order_by": "-at"}
