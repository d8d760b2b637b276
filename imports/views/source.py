"""The words of a source: the line of a file that a regulatory record was read from."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.generic import TemplateView

from accounts.models import User
from accounts.views.access import Guarded
from audits.models import Citation, Inspection, RegulatoryAction
from audits.policies import RegulatoryPolicy
from audits.sources import source_title
from imports.source_index import index_job, index_request
from imports.source_rows import is_indexed, source_file, source_row
from jobs.models import Job

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
            **self._told(),
            row=self.row,
            source_title=source_title(self.row.source),
        )

    def _told(self) -> dict[str, Any]:
        """The line, or the job that makes the index that tells it: asked for on the first visit."""
        file = source_file(self.row)
        if file is None:
            return {}
        # Asked before the index: what a job that is done has written is seen.
        job = index_job(file, self.row)
        if is_indexed(self.row, file):
            return {"file": file, "found": source_row(self.row, file)}
        job = job or index_request(file=file, row=self.row, actor=_person(self.request))
        mine = Job.objects.visible_to(self.request.user).filter(pk=job.pk)
        return {"file": file, "job": job, "job_is_mine": mine.exists()}

    def post(self, request: HttpRequest, **kwargs: Any) -> HttpResponse:
        """Put an index back into the queue whose job failed or was stopped."""
        file = source_file(self.row)
        if file is not None and not is_indexed(self.row, file):
            index_request(file=file, row=self.row, actor=_person(request))
        return redirect(request.path)


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
