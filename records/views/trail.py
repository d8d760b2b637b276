"""The audit trail: every entry, for administrators."""

from typing import Any

from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, gettext_lazy
from django_filters.views import FilterView

from accounts.views.access import Guarded
from common.tables import DataTable, MoreExport, TablePageMixin
from records.exporting import MOST_EXPORTED, json_lines_response
from records.filters import EntryFilter
from records.models import Entry
from records.policies import HistoryPolicy
from records.selectors import entries_listed
from records.tables import EntryTable

# A text is looked for in every value of every entry that the other filters leave.
SEARCH_SECONDS = 8


class AuditTrailView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = HistoryPolicy.view_all
    table_class = EntryTable
    filterset_class = EntryFilter
    template_name = "records/audit_trail.html"
    export_title = gettext_lazy("Audit trail")
    gave_up = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """The page; a search through too much ends after some seconds and says how to narrow it."""
        try:
            with transaction.atomic():
                if request.GET.get("text"):
                    with connection.cursor() as cursor:
                        cursor.execute(f"set local statement_timeout = '{SEARCH_SECONDS}s'")
                return self._made(request, *args, **kwargs)
        except OperationalError as error:
            if getattr(error.__cause__, "sqlstate", "") != "57014":
                raise
        self.gave_up = True
        self._without_export()
        return self._made(request, *args, **kwargs)

    def _made(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response: HttpResponse = super().get(request, *args, **kwargs)
        # Inside the time limit, not after it.
        return response.render() if isinstance(response, TemplateResponse) else response

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The page or the download; one too large to be made at once is refused with the way out."""
        entries = context["filter"].qs
        if self.gave_up:
            context["refused"] = gettext(
                "This search would go through too much. Choose a kind of record or dates as well."
            )
        elif self.request.GET.get("export") and entries.count() > MOST_EXPORTED:
            self._without_export()
            context["refused"] = gettext(
                "At most %(most)s entries are exported at once. Narrow the filters, by date for example."
            ) % {"most": number_format(MOST_EXPORTED, force_grouping=True)}
        elif self.request.GET.get("export") == "jsonl":
            about = {
                name: str(value) for name, value in self.request.GET.items() if value and name != "export"
            }
            return json_lines_response(entries.order_by("id"), about=about, name="audit-trail")
        response: HttpResponse = super().render_to_response(context, **kwargs)
        return response

    def get_queryset(self) -> QuerySet[Entry]:
        return entries_listed().none() if self.gave_up else entries_listed()

    def get_table(self, **kwargs: Any) -> DataTable:
        table = super().get_table(**kwargs)
        table.more_exports = (
            MoreExport(gettext("JSON lines, with hashes"), "", "jsonl"),
            MoreExport("PDF", reverse("reports:history-trail"), ""),
        )
        return table

    def get_table_kwargs(self) -> dict[str, Any]:
        return {"order_by": "-at"}

    def _without_export(self) -> None:
        asked = self.request.GET.copy()
        asked.pop("export", None)
        self.request.GET = asked  # type: ignore[assignment]
