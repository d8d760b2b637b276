"""Puts the triggers that keep signed content locked and reasons told into the database."""

import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.utils import CursorWrapper
from django.db.models import ForeignKey, Model, Q
from django.db.models.sql import Query
from psycopg import sql

from records.declarations import (
    Child,
    GmpRelevant,
    Signable,
    attachable_of,
    attachables,
    gmp_relevant_models,
    relevance_of,
    signables,
)
from records.models import Attachment, AttachmentContent, Signature

PREFIX = "trust_"
LONGEST_NAME = 63
OLD_ROWS = "referencing old table as old_rows"
NEW_ROWS = "referencing new table as new_rows"
BOTH_ROWS = f"{OLD_ROWS} new table as new_rows"
ATTACHED = ("model", "record_pk", "file_name", "kind", "size", "sha256", "content_id", "uploaded_by_id")


@dataclass(frozen=True)
class Guard:
    """One trigger: `when` is the time and event, `changed` the columns of which one has to differ."""

    table: str
    name: str
    when: str
    function: str
    told: tuple[str, ...] = ()
    changed: tuple[str, ...] = ()
    rows: str = ""


def guards(using: str) -> list[Guard]:
    """Every trigger that the declarations ask for."""
    found = [*_of_signatures(), *_of_attachments()]
    for content in signables():
        found += _of_content(content)
    for relevant in gmp_relevant_models():
        found += _of_reason(relevant, connections[using])
        found += _of_reason_for_files(relevant, connections[using])
    return found


def guards_install(cursor: CursorWrapper, *, present: Iterable[str], using: str) -> None:
    """Create or replace the triggers, and drop those that no declaration asks for any more."""
    tables = set(present)
    wanted = [guard for guard in guards(using) if guard.table in tables]
    cursor.execute(
        "select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid "
        "where c.relnamespace = 'public'::regnamespace and t.tgname like %s",
        [f"{PREFIX}%"],
    )
    for table, name in set(cursor.fetchall()) - {(guard.table, guard.name) for guard in wanted}:
        parts = {"name": sql.Identifier(name), "table": sql.Identifier(table)}
        cursor.execute(sql.SQL("drop trigger {name} on public.{table}").format(**parts))
    for guard in wanted:
        cursor.execute(_statement(guard))


def _statement(guard: Guard) -> sql.Composed:
    differs = sql.SQL(" or ").join(
        sql.SQL("old.{column} is distinct from new.{column}").format(column=sql.Identifier(column))
        for column in guard.changed
    )
    return sql.SQL(
        "create or replace trigger {name} {when} on public.{table} {rows} for each {level} {condition} "
        "execute function history.{function}({told})"
    ).format(
        name=sql.Identifier(guard.name),
        when=sql.SQL(guard.when),
        table=sql.Identifier(guard.table),
        rows=sql.SQL(guard.rows),
        level=sql.SQL("statement" if guard.rows else "row"),
        condition=sql.SQL("when ({})").format(differs) if guard.changed else sql.SQL(""),
        function=sql.Identifier(guard.function),
        told=sql.SQL(", ").join(sql.Literal(text) for text in guard.told),
    )


def _of_signatures() -> Iterator[Guard]:
    table = Signature._meta.db_table
    records = {content.model for content in signables()}
    yield Guard(table, _name("record"), "before insert", "require_record", _places(records))
    yield Guard(table, _name("kept"), "before update or delete", "keep_signature")
    yield Guard(table, _name("proof"), "before insert", "require_proof")


def _of_attachments() -> Iterator[Guard]:
    table, contents = Attachment._meta.db_table, AttachmentContent._meta.db_table
    models = {declared.model for declared in attachables()}
    yield Guard(table, _name("record"), "before insert", "require_record", _places(models))
    yield Guard(table, _name("lock"), "before insert or update or delete", "lock_attachment")
    yield Guard(table, _name("kept"), "before update", "keep_attachment", changed=("id", *ATTACHED))
    yield Guard(table, _name("contents"), "after delete", "remove_contents", rows=OLD_ROWS)
    yield Guard(contents, _name("kept"), "before update", "keep_attachment")
    for model in sorted(models, key=lambda each: each._meta.label):
        told = (model._meta.label, _key(model))
        yield Guard(
            model._meta.db_table, _name("files"), "after delete", "remove_attachments", told, rows=OLD_ROWS
        )


def _of_content(content: Signable) -> Iterator[Guard]:
    model = content.model
    table, label = model._meta.db_table, model._meta.label
    told = (label, _key(model), content.part)
    columns = (_key(model), *(_column(model, name) for name in content.fields))
    yield Guard(table, _name("lock", "update", content.part), "before update", "lock_record", told, columns)
    yield Guard(table, _name("lock", "delete", content.part), "before delete", "lock_record", told)
    for child in content.children.values():
        yield from _of_child(label, content.part, child, ())


def _of_child(label: str, part: str, child: Child, steps: tuple[str, ...]) -> Iterator[Guard]:
    table = child.model._meta.db_table
    via = _column(child.model, child.via)
    told = (label, part, via, *steps)
    columns = tuple(
        dict.fromkeys((_key(child.model), via, *(_column(child.model, name) for name in child.fields)))
    )
    named = f"{part}_of_{label.lower()}"
    yield Guard(table, _name("lock", "update", named), "before update", "lock_child", told, columns)
    yield Guard(table, _name("lock", "rows", named), "before insert or delete", "lock_child", told)
    if child.attachments:
        files = (label, part, child.model._meta.label, table, _key(child.model), via, *steps)
        name = _name("lock", "files", f"{child.model._meta.label.lower()}_{named}")
        when = "before insert or update or delete"
        yield Guard(Attachment._meta.db_table, name, when, "lock_child_file", files)
    for grandchild in child.children.values():
        yield from _of_child(label, part, grandchild, (table, _key(child.model), via, *steps))


def _of_reason(declared: GmpRelevant, connection: BaseDatabaseWrapper) -> Iterator[Guard]:
    model = declared.model
    table = model._meta.db_table
    told = (
        model._meta.label,
        _key(model),
        draft_condition(declared, connection, row="r"),
        ",".join(_column(model, name) for name in declared.free if _has(model, name)),
    )
    yield Guard(table, _name("reason", "update"), "after update", "require_reason", told, rows=BOTH_ROWS)
    yield Guard(table, _name("reason", "delete"), "after delete", "require_reason", told, rows=OLD_ROWS)
    if declared.adding:
        yield Guard(table, _name("reason", "insert"), "after insert", "require_reason", told, rows=NEW_ROWS)


def _of_reason_for_files(declared: GmpRelevant, connection: BaseDatabaseWrapper) -> Iterator[Guard]:
    """Files are removed with a reason once their record has left draft."""
    model = declared.model
    if attachable_of(model._meta.label) is None:
        return
    quote = connection.ops.quote_name
    condition = (
        f"r.model <> {sql.Literal(model._meta.label).as_string()} or exists (select "
        f"from public.{quote(model._meta.db_table)} r_up where r_up.{quote(_key(model))} = r.record_pk "
        f"and ({draft_condition(declared, connection, row='r_up')}))"
    )
    files = Attachment._meta
    told = (files.label, _key(Attachment), condition, "")
    name = _name("reason", model._meta.label.lower())
    yield Guard(files.db_table, name, "after delete", "require_reason", told, rows=OLD_ROWS)


def draft_condition(declared: GmpRelevant, connection: BaseDatabaseWrapper, *, row: str) -> str:
    """SQL that is true for a row in draft. The columns of the row stand unqualified or behind its alias."""
    if not declared.parent:
        return "false" if declared.draft is None else _condition(declared.model, declared.draft, connection)
    link = declared.model._meta.get_field(declared.parent)
    assert isinstance(link, ForeignKey)
    parent = link.remote_field.model
    above = relevance_of(parent._meta.label)
    if above is None:
        raise ValueError(f"{parent._meta.label} is not declared; {declared.model._meta.label} follows it.")
    quote = connection.ops.quote_name
    alias = f"{row}_up"
    return (
        f"exists (select from public.{quote(parent._meta.db_table)} {alias} "
        f"where {alias}.{quote(_key(parent))} = {row}.{quote(link.column)} "
        f"and ({draft_condition(above, connection, row=alias)}))"
    )


def _condition(model: type[Model], draft: Q, connection: BaseDatabaseWrapper) -> str:
    """A condition over the model's own columns, as Django writes check constraints."""
    query = Query(model=model, alias_cols=False)
    where = query.build_where(draft)
    text, params = where.as_sql(query.get_compiler(connection=connection), connection)
    with connection.schema_editor(collect_sql=True) as editor:
        return str(text) % tuple(editor.quote_value(value) for value in params)


def _places(models: Iterable[type[Model]]) -> tuple[str, ...]:
    ordered = sorted(models, key=lambda model: model._meta.label)
    return tuple(text for model in ordered for text in (model._meta.label, model._meta.db_table, _key(model)))


def _name(*words: str) -> str:
    """A trigger's name, shortened to what PostgreSQL keeps."""
    name = PREFIX + "_".join(words).replace(".", "_").replace("-", "_")
    if len(name) <= LONGEST_NAME:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:8]
    return f"{name[: LONGEST_NAME - 9]}_{digest}"


def _key(model: type[Model]) -> str:
    return model._meta.pk.column or ""


def _column(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "column", name))


def _has(model: type[Model], name: str) -> bool:
    return any(name in (field.name, field.column) for field in model._meta.concrete_fields)
