"""The words of a source: the line of a file that a regulatory record was read from."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.views.generic import TemplateView

from accounts.views.access import Guarded
from audits.models import Citation, Inspection, RegulatoryAction
from audits.policies import RegulatoryPolicy
from imports.messages import source_title
from imports.reading import Refused
from imports.source_rows import SourceRow, source_row

KINDS: dict[str, type[Inspection] | type[RegulatoryAction] | type[Citation]] = {
    "inspections": Inspection,
    "actions": RegulatoryAction,
    "citations": Citation,
}


class SourceRowView(Guarded, TemplateView):  # type: ignore[misc]
    """An imported record as its source wrote it, with the file and the line."""

    permission = RegulatoryPolicy.view
    template_name = "imports/source_row.html"
    row: Inspection | RegulatoryAction | Citation

    def load_scope(self) -> None:
        model = KINDS.get(self.kwargs["kind"])
        if model is None or not RegulatoryPolicy.view.allows(self.request.user):
            raise Http404
        rows = model._default_manager.select_related("site").exclude(source="")
        self.row = get_object_or_404(rows, pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            **kwargs,
            row=self.row,
            found=_found(self.row),
            source_title=source_title(self.row.source),
        )


def _found(row: Inspection | RegulatoryAction | Citation) -> SourceRow | None:
    """The line, unless the file that is kept cannot be read any more, as after a limit was lowered."""
    try:
        return source_row(row)
    except Refused:
        return None
