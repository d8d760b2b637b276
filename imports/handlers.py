"""The work of import jobs: check a file, save a file, undo what was saved."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import gettext_noop

from imports.models import ImportFile, ImportRun
from imports.reading import Refused
from imports.services import (
    COMMIT_JOB,
    DRY_RUN_JOB,
    RowsRejected,
    import_commit,
    import_dry_run,
    run_outcome_save,
    run_refuse,
)
from imports.source_index import INDEX_JOB, index_write
from imports.undoing.services import UNDO_JOB, CannotUndoImport, import_undo, run_undo_refuse
from jobs.models import Job
from jobs.registry import Finish, JobRefused, Progress, handler

UNREADABLE = gettext_noop("The file that is kept cannot be read any more, as after a limit was lowered.")


@handler(DRY_RUN_JOB, _("Check of a file"))
def dry_run(job: Job, progress: Progress) -> Finish:
    """Check the file; what was found is written with the mark that the job is done."""
    run = _run(job)
    try:
        outcome = import_dry_run(run=run, progress=progress)
    except Refused as refusal:
        refused = refusal
    else:

        def found() -> dict[str, Any]:
            run_outcome_save(run=run, outcome=outcome, state=ImportRun.State.READY)
            return _link(run)

        return found

    def not_taken() -> dict[str, Any]:
        run_refuse(run=run, refusal=refused)
        return _link(run)

    return not_taken


@handler(COMMIT_JOB, _("Saving of an import"))
def commit(job: Job, progress: Progress) -> Finish:
    """Save the file in the transaction that marks the job as done: all of it, or nothing."""
    run = _run(job)

    def finish() -> dict[str, Any]:
        if run.state == ImportRun.State.COMMITTED:
            return _link(run)
        try:
            import_commit(run=run, good_rows=run.good_rows_only, progress=progress)
        except RowsRejected as refusal:
            run_outcome_save(run=run, outcome=refusal.outcome, state=ImportRun.State.READY)
        except Refused as refusal:
            run_refuse(run=run, refusal=refusal)
        return _link(run)

    return finish


@handler(UNDO_JOB, _("Undoing of an import"))
def undo(job: Job, progress: Progress) -> Finish:
    """Undo the import in the transaction that marks the job as done: all of it, or nothing."""
    run = _run(job)

    def finish() -> dict[str, Any]:
        try:
            import_undo(run=run, progress=progress)
        except CannotUndoImport as refusal:
            run_undo_refuse(run=run, refusal=refusal)
        return _link(run)

    return finish


@handler(INDEX_JOB, _("Index of a file"))
def index(job: Job, progress: Progress) -> Finish:
    """Note where each line of a file stands, in the transaction that marks the job as done."""
    file = ImportFile.objects.get(pk=job.payload["file"])

    def finish() -> dict[str, Any]:
        try:
            index_write(file=file, source=job.payload["source"], progress=progress)
        except Refused as refusal:
            raise JobRefused(UNREADABLE) from refusal
        return {}

    return finish


def _run(job: Job) -> ImportRun:
    return ImportRun.objects.select_related("file", "requested_by", "undo_requested_by").get(
        pk=job.payload["run"]
    )


def _link(run: ImportRun) -> dict[str, Any]:
    return {"url": reverse("imports:import-detail", args=[run.pk])}
