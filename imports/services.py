"""Import a file: check it, show everything, save it when asked."""

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.db.models.functions import Now
from django.utils import timezone

from accounts.models import User
from imports.files import file_store, file_unpacked
from imports.formats import FORMATS, HeaderMatch, guess_format, match_header
from imports.loading.load import file_load
from imports.loading.outcome import Outcome
from imports.loading.write import Provenance
from imports.models import ImportRun
from imports.policies import ImportPolicy
from imports.reading import RawTable, Refused, read_table
from imports.source_index import index_request
from jobs.models import Job
from jobs.registry import Progress
from jobs.services import job_request
from records.context import recorded

READING = "Reading the file"
DRY_RUN_JOB = "imports.dry_run"
COMMIT_JOB = "imports.commit"
# Imports write sites and organizations by what is there already: one at a time.
LOCK = "SELECT pg_advisory_xact_lock(hashtextextended('cmo_eval imports', 0))"


def run_start(
    *, name: str, path: Path, source: str = "", retrieved_on: dt.date | None = None, actor: User
) -> ImportRun:
    """Keep the file and have it checked in the background. An empty `source` is guessed from the header."""
    ImportPolicy.change.require(actor)
    with recorded(actor=actor):
        run = ImportRun.objects.create(
            file=file_store(name=name, path=path, actor=actor),
            source=source,
            retrieved_on=retrieved_on or timezone.localdate(),
            retrieved_stated=retrieved_on is not None,
            requested_by=actor,
        )
        run_job_request(run, DRY_RUN_JOB, actor)
    return run


def run_commit_request(*, run: ImportRun, good_rows: bool, actor: User) -> ImportRun:
    """Have a checked file saved in the background; a second request changes nothing."""
    ImportPolicy.change.require(actor)
    with recorded(actor=actor):
        taken = ImportRun.objects.filter(pk=run.pk, state=ImportRun.State.READY)
        if taken.update(state=ImportRun.State.COMMITTING, good_rows_only=good_rows):
            run_job_request(run, COMMIT_JOB, actor)
    return run


def run_retry(*, run: ImportRun, actor: User) -> None:
    """Put a check or a saving that was stopped or failed back into the queue; otherwise nothing happens."""
    ImportPolicy.change.require(actor)
    with recorded(actor=actor):
        if run.state == ImportRun.State.CHECKING:
            run_job_request(run, DRY_RUN_JOB, actor)
        elif run.state == ImportRun.State.COMMITTING:
            run_job_request(run, COMMIT_JOB, actor)
        elif run.state == ImportRun.State.UNDOING and run.job is not None:
            job_request(kind=run.job.kind, key=run.job.key, payload=run.job.payload, actor=actor)


def run_job_request(run: ImportRun, kind: str, actor: User, *, again: bool = False) -> None:
    """Ask for the work on a run, once; with `again`, anew although it was done before."""
    key = f"{kind}:{run.pk}"
    if again:
        key += f":{Job.objects.filter(kind=kind, payload__run=run.pk).count() + 1}"
    job = job_request(kind=kind, key=key, payload={"run": run.pk}, actor=actor)
    ImportRun.objects.filter(pk=run.pk).update(job=job)


def import_dry_run(*, run: ImportRun, progress: Progress) -> Outcome:
    """What saving the file of a run would do. Writes nothing. Raises `Refused`."""
    with file_unpacked(run.file) as path:
        return path_dry_run(
            path=path,
            name=run.file.name,
            source=run.source,
            retrieved_on=run.retrieved_on if run.retrieved_stated else None,
            progress=progress,
        )


def path_dry_run(
    *, path: Path, name: str, source: str, retrieved_on: dt.date | None, progress: Progress
) -> Outcome:
    """What saving a file would do, without keeping the file either. Raises `Refused`."""
    day = retrieved_on or timezone.localdate()
    with _opened(path, name, source, day, progress) as (table, match), transaction.atomic():
        outcome, _ = file_load(
            table,
            match,
            retrieved_on=day,
            retrieved_stated=retrieved_on is not None,
            progress=progress,
        )
        return outcome


def import_commit(*, run: ImportRun, good_rows: bool, progress: Progress) -> Outcome:
    """Save the file, all of it or nothing, and mark the run as saved.

    Raises `Refused` when a row was rejected and `good_rows` does not ask to leave such rows out.
    """
    with (
        file_unpacked(run.file) as path,
        _opened(path, run.file.name, run.source, run.retrieved_on, progress) as (table, match),
        recorded(actor=run.requested_by, reason=f"import of file {run.file.name}"[:300]),
    ):
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        outcome, written = file_load(
            table,
            match,
            retrieved_on=run.retrieved_on,
            retrieved_stated=run.retrieved_stated,
            progress=progress,
            commit=Provenance(run.pk, sha256=run.file.sha256, retrieved_at=_moment(run.retrieved_on)),
            good_rows=good_rows,
        )
        if not written:
            raise RowsRejected(outcome)
        run_outcome_save(run=run, outcome=outcome, state=ImportRun.State.COMMITTED)
        ImportRun.objects.filter(pk=run.pk).update(committed_at=Now(), good_rows_only=good_rows)
        index_request(file=run.file, actor=run.requested_by)
        return outcome


class RowsRejected(Refused):
    """Rows were rejected and nobody asked to save the good ones alone."""

    def __init__(self, outcome: Outcome) -> None:
        super().__init__("rows_rejected", {"rejected": outcome.rejected, "rows": outcome.rows})
        self.outcome = outcome


def run_outcome_save(*, run: ImportRun, outcome: Outcome, state: ImportRun.State) -> None:
    """Write what was found or done onto the run."""
    coverage = outcome.coverage
    with recorded(actor=run.requested_by):
        ImportRun.objects.filter(pk=run.pk).update(
            source=outcome.source,
            state=state,
            snapshot_on=coverage.last,
            covered_from=coverage.first,
            covered_to=coverage.last,
            covered_types=list(coverage.types),
            covered_kinds=list(coverage.kinds),
            row_count=outcome.rows,
            created=outcome.created,
            updated=outcome.updated,
            unchanged=outcome.unchanged,
            missing=outcome.missing,
            unmatched=outcome.unmatched,
            rejected=outcome.rejected,
            more=outcome.more,
            details=ImportRun.details_packed(
                problems=outcome.problems, missing=outcome.missing_rows, changes=outcome.changes
            ),
            refusal_key="",
            refusal_params={},
        )
    run.refresh_from_db()


def run_refuse(*, run: ImportRun, refusal: Refused) -> None:
    """Write the reason onto the run."""
    with recorded(actor=run.requested_by):
        ImportRun.objects.filter(pk=run.pk).update(
            state=ImportRun.State.REFUSED, refusal_key=refusal.key, refusal_params=refusal.params
        )
    run.refresh_from_db()


@contextmanager
def _opened(
    path: Path, name: str, source: str, retrieved_on: dt.date, progress: Progress
) -> Iterator[tuple[RawTable, HeaderMatch]]:
    """A file, read, with its header found. Raises `Refused`."""
    progress(0, 0, READING)
    if retrieved_on > timezone.localdate():
        raise Refused("retrieved_in_future")
    with read_table(path, name) as table:
        yield table, header_found(table, source)


def header_found(table: RawTable, source: str) -> HeaderMatch:
    """The header of the named source, or of the one that fits. Raises `Refused` when it is another one."""
    found = " · ".join(" ".join(cell.split())[:60] for cell in table.first[0][:30])
    if source and source not in FORMATS:
        raise Refused("unknown_source", {"source": source})
    match = (
        match_header(FORMATS[source], table.first, table.first_lines)
        if source
        else guess_format(table.first, table.first_lines)
    )
    if match is None:
        raise Refused("header_unknown", {"found": found})
    if match.missing:
        missing = ", ".join(column.headers[0] for column in match.missing)
        raise Refused("header", {"source": source, "missing": missing, "found": found})
    if match.repeated:
        raise Refused("header_repeated", {"columns": ", ".join(match.repeated)})
    if match.line == table.first_lines[-1] and table.rows == len(table.first):
        raise Refused("nothing_but_header")
    return match


def _moment(day: dt.date) -> dt.datetime:
    """The moment of retrieval: now for a file of today, else the start of that day."""
    if day == timezone.localdate():
        return timezone.now()
    return dt.datetime.combine(day, dt.time(), tzinfo=dt.UTC)


def nothing_told(done: int, total: int = 0, note: str = "", params: dict[str, Any] | None = None) -> None:
    """A progress that tells nobody."""
