"""What an import did, from the change history, and what happened to its rows since: temporary tables.

`undo_rows` has one row for each record that the import wrote: `first` and `last` are its entries, `created`
and `deleted` what they come to. `undo_changed` names those that somebody changed since; a change that was
taken back is none. `undo_kept` are places that stay, because rows of other imports need them.
"""

from dataclasses import dataclass

from django.db import models
from django.db.backends.utils import CursorWrapper

from audits.models import Citation, Inspection, RegulatoryAction
from imports.formats import FORMATS
from imports.formats.base import Target
from imports.models import HeldRow, ImportRun
from partners.models import Organization, Site, SiteAlias

TARGETS: dict[Target, type[models.Model]] = {
    Target.ACTION: RegulatoryAction,
    Target.INSPECTION: Inspection,
    Target.CITATION: Citation,
}
PLACES: tuple[type[models.Model], ...] = (SiteAlias, Site, Organization)
# Follows from other fields, or tells only when something was written: a difference in these is no change.
FOLLOWING = "'{updated_at,version,inspection_id,id,created_at,recorded_at}'::text[]"
# The entry by which an import was saved, and the one by which it was undone.
SAVED = "e.op = 'U' AND e.new ->> 'committed_at' IS NOT NULL AND e.old ->> 'committed_at' IS NULL"
UNDONE = "e.op = 'U' AND e.new ->> 'state' = 'undone'"


@dataclass(frozen=True)
class Act:
    """The entries of the transaction that saved an import, up to the mark that it was saved."""

    batch: int
    first: int
    last: int


def act_of(cursor: CursorWrapper, run: ImportRun) -> Act | None:
    """Null when the history does not tell: the import is older than the history, or was not alone."""
    cursor.execute(
        f"""
        SELECT e.batch_id, b.first_entry, e.id FROM history.entry e
        JOIN history.batch b ON b.id = e.batch_id
        WHERE e.model = %s AND e.record = %s AND {SAVED} ORDER BY e.id LIMIT 1
        """,
        [ImportRun._meta.label, str(run.pk)],
    )
    found = cursor.fetchone()
    if found is None:
        return None
    cursor.execute(
        f"SELECT count(*) FROM history.entry e WHERE e.model = %s AND e.batch_id = %s AND {SAVED}",
        [ImportRun._meta.label, found[0]],
    )
    return Act(*found) if cursor.fetchone()[0] == 1 else None


def target_of(run: ImportRun) -> type[models.Model]:
    """The table of evidence that the rows of a run are in."""
    return TARGETS[FORMATS[run.source].target]


def evidence_of(run: ImportRun) -> tuple[type[models.Model], ...]:
    """What a run writes beside places. That it linked citations of other files is no part of it."""
    return (target_of(run), HeldRow)


def rows_stage(cursor: CursorWrapper, run: ImportRun, act: Act, *, lock: bool) -> None:
    """`undo_rows` and `undo_changed`. With `lock`, nobody changes a row from when it is looked at."""
    labels = [model._meta.label for model in (*evidence_of(run), *PLACES)]
    for table in ("undo_rows", "undo_later", "undo_changed", "undo_kept"):
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{table}")
    cursor.execute(
        """
        CREATE TEMPORARY TABLE undo_rows ON COMMIT DROP AS
        SELECT e.model, e.record::bigint AS record, min(e.id) AS first, max(e.id) AS last,
               bool_or(e.op = 'I') AS created, bool_or(e.op = 'D') AS deleted
        FROM history.entry e
        WHERE e.id BETWEEN %s AND %s AND e.batch_id = %s AND e.model = ANY(%s)
        GROUP BY e.model, e.record
        """,
        [act.first, act.last, act.batch, labels],
    )
    cursor.execute("DELETE FROM undo_rows WHERE created AND deleted")
    _find_held_again(cursor)
    cursor.execute("ANALYZE undo_rows")
    if lock:
        _lock(cursor, run)
    _find_changed(cursor, act)
    cursor.execute("CREATE TEMPORARY TABLE undo_kept (model text, record bigint) ON COMMIT DROP")


def _find_held_again(cursor: CursorWrapper) -> None:
    """A row without site whose decision was taken back is a new record with the same key."""
    cursor.execute(
        """
        UPDATE undo_rows u SET record = h.id
        FROM history.entry e, imports_heldrow h
        WHERE u.model = %s AND NOT u.deleted AND e.id = u.last AND h.source = e.new ->> 'source'
          AND h.source_key = e.new ->> 'source_key' AND h.id <> u.record
        """,
        [HeldRow._meta.label],
    )


def _find_changed(cursor: CursorWrapper, act: Act) -> None:
    cursor.execute(
        f"""
        CREATE TEMPORARY TABLE undo_later ON COMMIT DROP AS
        WITH imports AS (SELECT e.batch_id FROM history.entry e
                         WHERE e.model = %s AND (({SAVED}) OR ({UNDONE})))
        SELECT u.model, u.record, u.last, max(e.id) AS later,
               bool_and(e.batch_id IN (SELECT batch_id FROM imports)) AS by_import
        FROM undo_rows u JOIN history.entry e ON e.model = u.model AND e.record = u.record::text
        WHERE e.id > %s GROUP BY u.model, u.record, u.last
        """,
        [ImportRun._meta.label, act.last],
    )
    cursor.execute(f"""
        CREATE TEMPORARY TABLE undo_changed ON COMMIT DROP AS
        SELECT l.model, l.record, l.by_import, n.op = 'D' AS is_gone, n.actor
        FROM undo_later l JOIN history.entry n ON n.id = l.later JOIN history.entry o ON o.id = l.last
        WHERE (n.op = 'D') <> (o.op = 'D')
           OR coalesce(n.new, '{{}}') - {FOLLOWING} <> coalesce(o.new, '{{}}') - {FOLLOWING}
    """)


def _lock(cursor: CursorWrapper, run: ImportRun) -> None:
    for model in (*evidence_of(run), *PLACES):
        table = model._meta.db_table
        cursor.execute(
            f"SELECT count(*) FROM (SELECT t.id FROM {table} t JOIN undo_rows u ON u.record = t.id "
            "AND u.model = %s ORDER BY t.id FOR UPDATE OF t) locked",
            [model._meta.label],
        )
