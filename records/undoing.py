"""Taking back what one act wrote, from the change history: all of it, or nothing.

An act marks what it writes (`undoable`); the mark names the entries of its transaction. Undoing puts every
row back to what it was before, unless a row was changed since: then nothing is done and those rows are named.
"""

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.core import signing
from django.db import IntegrityError, connection, transaction
from django.db.models import Max, Model, QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext as _
from psycopg import sql

from accounts.models import User
from records.context import recorded
from records.display import kind_of, model_of
from records.models import Attachment, Entry
from records.tracking import tracked

SALT = "records.undo"
DAY_SECONDS = 86_400
OPEN_ENTRIES = """
    SELECT min(e.id), max(e.id) FROM history.entry e JOIN history.batch b ON b.id = e.batch_id
    WHERE b.open_xact = pg_current_xact_id() AND e.id > %s
"""

FOREIGN_KEYS = """
    SELECT DISTINCT c.conname FROM pg_constraint c
    WHERE c.contype = 'f' AND c.condeferrable AND c.connamespace = 'public'::regnamespace
      AND (c.confrelid = ANY(%s::text[]::regclass[]) OR c.conrelid = ANY(%s::text[]::regclass[]))
"""


@dataclass(frozen=True, slots=True)
class Span:
    """The entries of one act: from the first to the last, of the transaction that the first belongs to."""

    first: int
    last: int

    @property
    def token(self) -> str:
        """The span for an address, signed: nobody can name a part of an act."""
        return signing.dumps([self.first, self.last], salt=SALT)


@dataclass
class Mark:
    """Filled when the act is over; null when it wrote nothing."""

    span: Span | None = None


@dataclass(frozen=True, slots=True)
class Touched:
    """A row that somebody changed since."""

    model: str
    kind: str
    record: str
    actor: str


class CannotUndo(Exception):
    """Nothing was undone. `rows` are those changed since; else `sentence` says why."""

    def __init__(self, sentence: str, rows: Iterable[Touched] = ()) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.rows = tuple(rows)


@dataclass(frozen=True, slots=True)
class _Change:
    """What an act did to one row, taken together: null before stands for created, null after for deleted.

    The row is JSON as PostgreSQL writes it: Python would read a decimal as a float.
    """

    model: type[Model]
    record: str
    last: int
    before: str | None
    after: str | None


@contextmanager
def undoable() -> Iterator[Mark]:
    """Inside `recorded`: marks what is written until the block ends. Two queries."""
    mark = Mark()
    before = Entry.objects.aggregate(last=Max("pk"))["last"] or 0
    yield mark
    with connection.cursor() as cursor:
        cursor.execute(OPEN_ENTRIES, [before])
        first, last = cursor.fetchone()
    if first is not None:
        mark.span = Span(first, last)


def span_of(token: str, *, max_age: int | None = DAY_SECONDS) -> Span | None:
    """The span of an address; null when it is not ours or too old."""
    try:
        first, last = signing.loads(token, salt=SALT, max_age=max_age)
    except (signing.BadSignature, ValueError, TypeError):
        return None
    return Span(int(first), int(last))


def actors_of(span: Span) -> set[int | None]:
    """Who did it: one person, or nobody known."""
    return set(_entries(span).values_list("actor_id", flat=True))


def all_within(span: Span, column: str, keys: Collection[int]) -> bool:
    """Whether every row of an act names one of the keys in a column, before and after. One query.

    The address of an undo is under a record that a person may see; the act has to be of that record.
    """
    rows = _entries(span).values_list(f"old__{column}", f"new__{column}")
    return all(key in keys for pair in rows for key in pair if key is not None) and rows.exists()


def _entries(span: Span) -> QuerySet[Entry]:
    batch = Entry.objects.filter(pk=span.first).values("batch_id")[:1]
    return Entry.objects.filter(pk__range=(span.first, span.last), batch_id=batch)


def undo(*, span: Span, actor: User | None, models: Collection[type[Model]], reason: str = "") -> int:
    """Put every row of an act back as it was. Returns how many rows that were.

    Args:
        models: what may be undone this way; an act that wrote anything else is refused.

    Raises:
        CannotUndo: when a row was changed since, is needed by another, or cannot be restored in full.
    """
    changes = _taken_together(span, frozenset(models))
    if not changes:
        raise CannotUndo(_("There is nothing to undo."))
    try:
        with recorded(actor=actor, reason=reason or _("undone")), transaction.atomic():
            _lock(changes)
            if touched := _touched_since(changes, span):
                raise CannotUndo(_("Nothing was undone: a record was changed since."), touched)
            _put_back(changes)
            foreign_keys_check(model._meta.db_table for model in _by_model(changes))
    except IntegrityError as error:
        raise CannotUndo(_("Nothing was undone: other records depend on what was written.")) from error
    return len(changes)


def _taken_together(span: Span, allowed: frozenset[type[Model]]) -> list[_Change]:
    found: dict[tuple[str, str], _Change] = {}
    texts = _entries(span).annotate(before=Cast("old", TextField()), after=Cast("new", TextField()))
    rows = texts.order_by("pk").values_list("pk", "model", "record", "before", "after")
    for pk, label, record, before, after in rows.iterator():
        model = model_of(label)
        if model is None or model not in allowed:
            raise CannotUndo(_("This cannot be undone in one step."))
        known = found.get((label, record))
        first = known.before if known else before
        found[label, record] = _Change(model, record, pk, first, after)
    changes = [change for change in found.values() if change.before != change.after]
    for change in changes:
        recording = tracked(change.model)
        if change.before is not None and (recording.left_out or recording.hashed):
            raise CannotUndo(_("This cannot be undone: the history holds a part of it as a hash only."))
    return changes


def _by_model(changes: Iterable[_Change]) -> dict[type[Model], list[_Change]]:
    found: dict[type[Model], list[_Change]] = {}
    for change in changes:
        found.setdefault(change.model, []).append(change)
    return found


def _lock(changes: list[_Change]) -> None:
    for model, listed in _by_model(changes).items():
        keys = [change.record for change in listed if change.after is not None]
        rows = model._base_manager.filter(pk__in=keys).order_by("pk")
        list(rows.select_for_update(of=("self",)).values_list("pk"))


def _touched_since(changes: list[_Change], span: Span) -> list[Touched]:
    """Rows with a later entry, and rows created by the act that carry files now."""
    found = []
    for model, listed in _by_model(changes).items():
        last = {change.record: change.last for change in listed}
        label = model._meta.label
        later = Entry.objects.filter(model=label, record__in=list(last), pk__gt=min(last.values()))
        for pk, record, actor in later.order_by("pk").values_list("pk", "record", "actor"):
            if pk > last[record]:
                found.append(Touched(label, kind_of(label), record, actor))
        created = [int(change.record) for change in listed if change.before is None]
        files = Attachment.objects.filter(model=label, record_pk__in=created)
        ours = {change.record for change in changes if change.model is Attachment}
        found += [
            Touched(label, kind_of(label), str(file.record_pk), str(file.uploaded_by or ""))
            for file in files.select_related("uploaded_by")
            if str(file.pk) not in ours
        ]
    unique = {(each.model, each.record): each for each in found}
    return list(unique.values())


def _put_back(changes: list[_Change]) -> None:
    """Delete what was created, set back what was changed, insert what was deleted: in this order, so that a
    value that may exist once is free again before it is taken."""
    files_last = sorted(_by_model(changes).items(), key=lambda pair: pair[0] is Attachment)
    with connection.cursor() as cursor:
        for model, listed in reversed(files_last):
            created = [change.record for change in listed if change.before is None]
            if created:
                cursor.execute(
                    sql.SQL("DELETE FROM {table} WHERE {key}::text = ANY(%s)").format(**_names(model)),
                    [created],
                )
        for model, listed in files_last:
            changed = [change.before for change in listed if change.before and change.after]
            if changed:
                cursor.execute(_update(model), [_list(changed)])
        for model, listed in files_last:
            deleted = [change.before for change in listed if change.before and not change.after]
            if deleted:
                cursor.execute(_insert(model), [_list(deleted)])


def foreign_keys_check(tables: Iterable[str]) -> None:
    """Check now what is checked at the end of the transaction: here it can still be explained.

    Named one by one: the sealing of the history is a deferred constraint as well.
    """
    named = list(tables)
    with connection.cursor() as cursor:
        cursor.execute(FOREIGN_KEYS, [named, named])
        names = sql.SQL(", ").join(sql.Identifier("public", name) for (name,) in cursor.fetchall())
        if names.as_string():
            cursor.execute(sql.SQL("SET CONSTRAINTS {} IMMEDIATE").format(names))
            cursor.execute(sql.SQL("SET CONSTRAINTS {} DEFERRED").format(names))


def _list(rows: Iterable[str]) -> str:
    return f"[{','.join(rows)}]"


def _names(model: type[Model]) -> dict[str, sql.Identifier]:
    options = model._meta
    return {"table": sql.Identifier(options.db_table), "key": sql.Identifier(options.pk.column or "")}


def _update(model: type[Model]) -> sql.Composed:
    """The version goes on: a form that was opened in between must not overwrite what was put back."""
    options = model._meta
    columns = [field.column for field in options.concrete_fields if field.column and not field.primary_key]
    sets = [
        sql.SQL("{0} = t.{0} + 1").format(sql.Identifier(column))
        if column == "version"
        else sql.SQL("{0} = r.{0}").format(sql.Identifier(column))
        for column in columns
    ]
    return sql.SQL(
        "UPDATE {table} t SET {sets} FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb) r "
        "WHERE r.{key} = t.{key}"
    ).format(sets=sql.SQL(", ").join(sets), **_names(model))


def _insert(model: type[Model]) -> sql.Composed:
    columns = sql.SQL(", ").join(
        sql.Identifier(field.column) for field in model._meta.concrete_fields if field.column
    )
    return sql.SQL(
        "INSERT INTO {table} ({columns}) SELECT {columns} "
        "FROM jsonb_populate_recordset(NULL::{table}, %s::jsonb)"
    ).format(columns=columns, **_names(model))
