"""Undo a saved import: say what would happen, ask for it, do it."""

from dataclasses import dataclass

from django.db import IntegrityError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models.functions import Now

from accounts.models import User
from imports.models import ImportRun
from imports.policies import ImportPolicy
from imports.services import LOCK, run_job_request
from imports.undoing.blockers import Blocker, blockers_found
from imports.undoing.restoring import Undone, rows_put_back
from imports.undoing.staging import PLACES, act_of, evidence_of, rows_stage
from jobs.registry import Progress
from records.context import recorded
from records.undoing import foreign_keys_check
from scorecards.keeping import Kept

State = ImportRun.State
UNDO_JOB = "imports.undo"
WORK_MEMORY = "64MB"
FINDING = "Looking for what stands on it"
PUTTING_BACK = "Putting back"


class CannotUndoImport(Exception):
    """Nothing was undone; `blockers` say what stands against it."""

    def __init__(self, blockers: list[Blocker]) -> None:
        super().__init__(", ".join(blocker.key for blocker in blockers))
        self.blockers = blockers


@dataclass(frozen=True)
class UndoPlan:
    """What undoing would do: how many records would go and be put back, or what stands against it."""

    removed: dict[str, int]
    restored: dict[str, int]
    blockers: list[Blocker]


KEPT: Kept[UndoPlan] = Kept()


def undo_plan(run: ImportRun) -> UndoPlan:
    """What undoing would do now. Writes nothing."""
    with transaction.atomic(), connection.cursor() as cursor:
        blockers = _stage(cursor, run, lock=False)
        removed: dict[str, int] = {}
        restored: dict[str, int] = {}
        if not any(blocker.key == "not_recorded" for blocker in blockers):
            cursor.execute("""
                SELECT u.model, count(*) FILTER (WHERE u.created AND k.record IS NULL),
                       count(*) FILTER (WHERE NOT u.created)
                FROM undo_rows u LEFT JOIN undo_kept k USING (model, record) GROUP BY u.model
            """)
            for model, gone, back in cursor.fetchall():
                removed[model], restored[model] = gone, back
    return UndoPlan(removed, restored, blockers)


def undo_plan_kept(run: ImportRun) -> UndoPlan:
    """`undo_plan`, worked out again only where anything recorded has changed since. One query where not."""
    return KEPT.get(run.pk, lambda: undo_plan(run))


def run_undo_request(*, run: ImportRun, reason: str, actor: User) -> ImportRun:
    """Have a saved import undone in the background; a second request changes nothing."""
    ImportPolicy.change.require(actor)
    with recorded(actor=actor, reason=reason):
        saved = ImportRun.objects.filter(pk=run.pk, state=State.COMMITTED)
        if saved.update(
            state=State.UNDOING, undo_requested_by=actor, undo_reason=reason.strip(), undo_found={}
        ):
            run_job_request(run, UNDO_JOB, actor, again=True)
    run.refresh_from_db()
    return run


def import_undo(*, run: ImportRun, progress: Progress, reason: str = "") -> Undone:
    """Put everything back that the import wrote, in one transaction. Raises `CannotUndoImport`.

    Asked for an import that is undone already, it does nothing. Without a reason, that of the request counts.
    """
    why = reason.strip() or run.undo_reason
    try:
        with (
            recorded(actor=run.undo_requested_by, reason=f"undone: {run.file.name}. {why}"),
            connection.cursor() as cursor,
        ):
            cursor.execute(LOCK)
            state = ImportRun.objects.select_for_update(of=("self",)).values_list("state").get(pk=run.pk)[0]
            if state == State.UNDONE:
                return Undone(**ImportRun.objects.values_list("undo_found", flat=True).get(pk=run.pk))
            if state not in (State.UNDOING, State.COMMITTED):
                raise CannotUndoImport([Blocker("not_saved", 1)])
            progress(0, 0, FINDING)
            if blockers := _stage(cursor, run, lock=True):
                raise CannotUndoImport(blockers)
            progress(0, 0, PUTTING_BACK)
            undone = rows_put_back(cursor, run)
            foreign_keys_check(model._meta.db_table for model in (*evidence_of(run), *PLACES))
            ImportRun.objects.filter(pk=run.pk).update(
                state=State.UNDONE, undone_at=Now(), undo_found=undone.data, undo_reason=why
            )
    except IntegrityError as error:
        raise CannotUndoImport([Blocker("depends_otherwise", 1)]) from error
    return undone


def run_undo_refuse(*, run: ImportRun, refusal: CannotUndoImport) -> None:
    """The import stays as it was saved, with what stood against undoing it."""
    with recorded(actor=run.undo_requested_by):
        ImportRun.objects.filter(pk=run.pk, state__in=[State.UNDOING, State.COMMITTED]).update(
            state=State.COMMITTED,
            undo_found={"blockers": [blocker.data for blocker in refusal.blockers]},
        )


def _stage(cursor: CursorWrapper, run: ImportRun, *, lock: bool) -> list[Blocker]:
    # Statements are about thousands of rows at once, see `imports.loading.load`.
    cursor.execute("SET LOCAL enable_nestloop = off")
    cursor.execute(f"SET LOCAL work_mem = '{WORK_MEMORY}'")
    act = act_of(cursor, run)
    if act is None:
        return [Blocker("not_recorded", 1)]
    rows_stage(cursor, run, act, lock=lock)
    return blockers_found(cursor, run)
