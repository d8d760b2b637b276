"""The history of one record, for whoever may see the record."""

from typing import Any

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from accounts.models import User
from accounts.views.access import Guarded
from records.display import kind_of, model_of
from records.exporting import MOST_EXPORTED, json_lines_response
from records.policies import HistoryPolicy
from records.selectors import entries_of, history_of
from records.tracking import tracked_models


class RecordHistoryView(Guarded):
    permission = HistoryPolicy.view

    def load_scope(self) -> None:
        self.model = recorded_model_or_404(self.kwargs["app"], self.kwargs["model"])
        self.record = visible_record_or_404(self.model, self.kwargs["pk"], self.request.user)

    def get(self, request: HttpRequest, app: str, model: str, pk: int) -> HttpResponse:
        if request.GET.get("export") == "jsonl":
            entries = entries_of(self.model, pk).order_by("id")[:MOST_EXPORTED]
            about = {"model": self.model._meta.label, "record": str(pk)}
            return json_lines_response(entries, about=about, name=f"history-{model}-{pk}")
        before = request.GET.get("before", "")
        page = history_of(self.model, pk, before=_number(before))
        context: dict[str, Any] = {
            "history": page,
            "record": self.record,
            "kind": kind_of(self.model._meta.label),
            # Of a record that is gone: a key, not a number for readers.
            "pk": str(pk),
            "print_url": reverse("reports:history-record", args=[app, model, pk]),
        }
        fragment = request.headers.get("HX-Request") and before
        template = "records/_history.html" if fragment else "records/record_history.html"
        return render(request, template, context)


def recorded_model_or_404(app: str, model: str) -> type[Model]:
    """A recorded model by its names in an address."""
    found = model_of(f"{app}.{model}")
    if found is None or found not in tracked_models():
        raise Http404
    return found


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else None


def visible_record_or_404(model: type[Model], pk: int, user: User) -> Model | None:
    """The record, null where it is gone and the person may see everything; 404 for anybody else."""
    everything = HistoryPolicy.view_all.allows(user)
    rows = model._default_manager.all()
    if not everything:
        visible_to = getattr(rows, "visible_to", None)
        if visible_to is None:
            raise Http404
        rows = visible_to(user)
    record = rows.filter(pk=pk).first()
    if record is None and not everything:
        raise Http404
    return record
