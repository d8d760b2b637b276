"""Upload a file, see what it would do, save it, find it again."""

import tempfile
from pathlib import Path
from typing import Any, ClassVar

from django.contrib import messages
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.db.models import QuerySet
from django.http import Http404
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST
from django.views.generic import TemplateView
from django_filters.views import FilterView

from accounts.models import User
from accounts.views.access import AuthenticatedRequest, Guarded, requires
from audits.policies import RegulatoryPolicy
from audits.regulatory_sheets import REGULATORY_SECTIONS
from audits.sources import source_title
from common.tables import DataTable, TablePageMixin
from imports.filters import ImportFilter
from imports.forms import UploadForm
from imports.messages import blocker_text, refusal_text
from imports.models import ImportRun
from imports.policies import ImportPolicy
from imports.selectors import firms_to_count, imports_listed, run_figures, undone_figures
from imports.services import run_commit_request, run_retry, run_start
from imports.tables import TONES, ChangeTable, ImportTable, MissingTable, ProblemTable
from jobs.models import Job


class ImportListView(Guarded, TablePageMixin, FilterView):  # type: ignore[misc]
    permission = ImportPolicy.view
    table_class = ImportTable
    filterset_class = ImportFilter
    template_name = "imports/import_list.html"
    export_title = gettext_lazy("Imports")

    def get_queryset(self) -> QuerySet[ImportRun]:
        return imports_listed()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        context["firms_waiting"] = firms_to_count().count()
        if RegulatoryPolicy.change.allows(self.request.user):
            context["sheets"] = list(REGULATORY_SECTIONS.values())
        return context


@requires(ImportPolicy.change)
def import_create(request: AuthenticatedRequest) -> HttpResponseBase:
    """Upload a file; it is checked in the background."""
    form = UploadForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        run = run_of_form(form, request.user)
        return redirect("imports:import-detail", pk=run.pk)
    status = 422 if request.method == "POST" else 200
    return render(request, "imports/import_form.html", {"form": form}, status=status)


@require_GET
@requires(ImportPolicy.view)
def import_detail(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """One import: checked, saved, refused or undone, or on the way there. It can be left and found again."""
    run = get_object_or_404(imports_listed().select_related("job", "undo_requested_by"), pk=pk)
    response = render(request, "imports/import_detail.html", _run_context(run, request))
    response["Cache-Control"] = "no-store"
    return response


@require_POST
@requires(ImportPolicy.change)
def import_commit_view(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Save what was checked."""
    run = get_object_or_404(imports_listed(), pk=pk)
    run_commit_request(run=run, good_rows="good_rows" in request.POST, actor=request.user)
    return redirect("imports:import-detail", pk=pk)


@require_POST
@requires(ImportPolicy.change)
def import_retry(request: AuthenticatedRequest, pk: int) -> HttpResponseBase:
    """Put work that was stopped or failed back into the queue."""
    run = get_object_or_404(imports_listed(), pk=pk)
    run_retry(run=run, actor=request.user)
    messages.success(request, _("The work starts again."))
    return redirect("imports:import-detail", pk=pk)


class _DetailListView(Guarded, TablePageMixin, TemplateView):  # type: ignore[misc]
    """A table of what a run found, kept compressed on the run."""

    permission = ImportPolicy.view
    template_name = "imports/import_rows.html"
    part: ClassVar[str]
    run: ImportRun

    def load_scope(self) -> None:
        run = (
            ImportRun.objects.select_related("file")
            .defer("file__content")
            .filter(pk=self.kwargs["pk"])
            .first()
        )
        if run is None:
            raise Http404
        self.run = run

    def get_table_data(self) -> list[dict[str, Any]]:
        return self.run.details_read()[self.part]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        return context | {
            "run": self.run,
            "title": self.export_title,
            "tabs": _tabs(self.run, self.part),
            "listed": len(self.run.details_read()[self.part]),
            "counted": {"missing": self.run.missing, "problems": self.run.more.get("problems", 0)}.get(
                self.part
            ),
        }


class ProblemListView(_DetailListView):
    table_class: type[DataTable] = ProblemTable
    part = "problems"
    export_title = gettext_lazy("Problems")


class MissingListView(_DetailListView):
    table_class: type[DataTable] = MissingTable
    part = "missing"
    export_title = gettext_lazy("Gone from the source")


class ChangeListView(_DetailListView):
    table_class: type[DataTable] = ChangeTable
    part = "changes"
    export_title = gettext_lazy("Changes")


def run_of_form(form: UploadForm, actor: User) -> ImportRun:
    """Keep the uploaded file of a valid form and have it checked in the background."""
    upload: UploadedFile[Any] = form.cleaned_data["upload"]
    kept = {
        "name": upload.name or "upload",
        "source": form.cleaned_data["source"],
        "retrieved_on": form.cleaned_data["retrieved_on"],
        "actor": actor,
    }
    if isinstance(upload, TemporaryUploadedFile):
        return run_start(path=Path(upload.temporary_file_path()), **kept)
    with tempfile.NamedTemporaryFile(prefix="cmo-eval-upload-") as file:
        for chunk in upload.chunks():
            file.write(chunk)
        file.flush()
        return run_start(path=Path(file.name), **kept)


def _run_context(run: ImportRun, request: AuthenticatedRequest) -> dict[str, Any]:
    job = run.job
    working = run.state in (ImportRun.State.CHECKING, ImportRun.State.COMMITTING, ImportRun.State.UNDOING)
    good = run.created + run.updated
    return {
        "run": run,
        "source_title": source_title(run.source) if run.source else "",
        "tone": TONES[ImportRun.State(run.state)],
        "refusal": refusal_text(run.refusal_key, run.refusal_params) if run.refusal_key else "",
        "figures": run_figures(run),
        "tabs": _tabs(run, ""),
        "working": working and job is not None and not job.finished,
        "stopped": working and job is not None and job.finished,
        "job_is_mine": job is not None and Job.objects.visible_to(request.user).filter(pk=job.pk).exists(),
        "good": good,
        "may_undo": run.state == ImportRun.State.COMMITTED and ImportPolicy.change.allows(request.user),
        "undone": undone_figures(run),
        "blockers": [blocker_text(each) for each in run.undo_found.get("blockers", ())],
        "changes_nothing": run.state == ImportRun.State.READY and not good and not run.rejected,
    }


def _tabs(run: ImportRun, active: str) -> list[dict[str, Any]]:
    if run.state in (ImportRun.State.CHECKING, ImportRun.State.REFUSED) and not run.row_count:
        return []
    parts = [
        ("", _("Overview"), "imports:import-detail", None),
        ("problems", _("Problems"), "imports:import-problems", run.more.get("problems", 0)),
        ("missing", _("Gone"), "imports:import-missing", run.missing),
        ("changes", _("Changes"), "imports:import-changes", run.updated),
    ]
    return [
        {"label": label, "url": reverse(name, args=[run.pk]), "active": key == active, "count": count}
        for key, label, name, count in parts
    ]
