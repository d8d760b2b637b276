"""Puts the history's functions, triggers and grants into the database, after every migration."""

import hashlib
from functools import cache
from importlib import resources
from typing import Any

from django.conf import settings
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.backends.utils import CursorWrapper
from psycopg import sql

from records.context import recorded
from records.guards import guards, guards_install
from records.signing.proof import proof_pads
from records.tracking import Tracked, tracked, tracked_models

FROM_BEFORE = "written before its recording began"
# English, for the log: whoever runs the server reads it before anybody can sign in.
NOT_INSTALLED = (
    "The database lacks what this release or this DJANGO_SECRET_KEY needs: triggers, or the key of signing. "
    "Nothing can be signed until manage.py migrate has run once more."
)
EVENTS = {
    "insert": "referencing new table as new_rows",
    "update": "referencing old table as old_rows new table as new_rows",
    "delete": "referencing old table as old_rows",
}


def sql_text(name: str) -> str:
    """One of the room's SQL files."""
    return resources.files("records").joinpath("sql", name).read_text(encoding="utf-8")


def install_after_migrate(using: str, **_: Any) -> None:
    """Receiver of `post_migrate`: runs once, after the tables of every room are there."""
    install(using)


def install(using: str) -> None:
    """Create or replace functions and triggers, and set what the application's role may do.

    Works on the owner's connection; repeatable.
    """
    connection = connections[using]
    with recorded(using=using, reason=FROM_BEFORE), connection.cursor() as cursor:
        if not _has_history(cursor):
            return
        cursor.execute(sql_text("functions.sql"))
        present = set(connection.introspection.table_names(cursor))
        for model in tracked_models():
            if model._meta.db_table in present:
                _record_table(cursor, tracked(model))
        if "records_signature" in present:
            _keep_signing_key(cursor)
            cursor.execute(sql_text("guards.sql"))
            guards_install(cursor, present=present, using=using)
        role = settings.DATABASES[DEFAULT_DB_ALIAS]["USER"]
        if role and role != connection.settings_dict["USER"]:
            _grant(cursor, role)
        note = sql.SQL("comment on function history.record() is {}")
        cursor.execute(note.format(sql.Literal(install_digest(using))))


def install_digest(using: str) -> str:
    """A hash of all that `install` puts into a database, which notes it there."""
    recorded_tables = repr([tracked(model) for model in tracked_models()])
    # Of the key nothing but its hash, as a part of this hash.
    key = hashlib.sha256(b"".join(proof_pads())).hexdigest()
    parts = (sql_text("functions.sql"), sql_text("guards.sql"), recorded_tables, repr(guards(using)), key)
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()


def is_installed(using: str, *, kept: bool = False) -> bool:
    """Whether the database has what this code asks for. A declaration may change without a migration.

    Args:
        using: the connection to ask.
        kept: work out only once in this process what the code asks for; then it is one query.
    """
    asked_for = _digest_kept(using, settings.SECRET_KEY) if kept else install_digest(using)
    with connections[using].cursor() as cursor:
        cursor.execute("select obj_description(to_regprocedure('history.record()'), 'pg_proc')")
        return bool(cursor.fetchone()[0] == asked_for)


@cache
def _digest_kept(using: str, _key: str) -> str:
    return install_digest(using)


def trigger_names() -> list[str]:
    """The triggers every recorded table carries."""
    return [f"history_{event}" for event in (*EVENTS, "truncate")]


def _has_history(cursor: CursorWrapper) -> bool:
    cursor.execute("select to_regclass('history.entry') is not null")
    return bool(cursor.fetchone()[0])


def _keep_signing_key(cursor: CursorWrapper) -> None:
    """The key of signing, where the owner's functions read it and the application's role does not."""
    cursor.execute("""
        create schema if not exists vault;
        revoke all on schema vault from public;
        create table if not exists vault.signing (
            only_one boolean primary key default true check (only_one),
            inner_block bytea not null,
            outer_block bytea not null
        );
        revoke all on vault.signing from public;
    """)
    cursor.execute(
        "insert into vault.signing (inner_block, outer_block) values (%s, %s) on conflict (only_one) "
        "do update set inner_block = excluded.inner_block, outer_block = excluded.outer_block",
        proof_pads(),
    )


def _record_table(cursor: CursorWrapper, recording: Tracked) -> None:
    """Create or replace the triggers of one table; the first time, enter the rows that are there already."""
    table = sql.Identifier(recording.table)
    cursor.execute(
        "select exists (select from pg_trigger where tgrelid = %s::regclass and tgname = 'history_insert')",
        [f'public."{recording.table}"'],
    )
    is_new = not cursor.fetchone()[0]
    for event, rows in EVENTS.items():
        _create_trigger(cursor, recording, f"history_{event}", event, rows)
    cursor.execute(
        sql.SQL(
            "create or replace trigger history_truncate before truncate on {table} "
            "for each statement execute function history.refuse_truncate()"
        ).format(table=table)
    )
    if is_new:
        _create_trigger(cursor, recording, "history_baseline", "update", EVENTS["update"], "baseline")
        parts = {"table": table, "key": sql.Identifier(recording.key)}
        cursor.execute(sql.SQL("update {table} set {key} = {key}").format(**parts))
        cursor.execute(sql.SQL("drop trigger history_baseline on {table}").format(**parts))


def _create_trigger(
    cursor: CursorWrapper, recording: Tracked, name: str, event: str, rows: str, *extra: str
) -> None:
    told = (
        recording.model,
        recording.key,
        ",".join(recording.left_out),
        ",".join(recording.hashed),
        *extra,
    )
    cursor.execute(
        sql.SQL(
            "create or replace trigger {name} after {event} on {table} {rows} "
            "for each statement execute function history.record({told})"
        ).format(
            name=sql.Identifier(name),
            event=sql.SQL(event),
            table=sql.Identifier(recording.table),
            rows=sql.SQL(rows),
            told=sql.SQL(", ").join(sql.Literal(part) for part in told),
        )
    )


def _grant(cursor: CursorWrapper, role: str) -> None:
    """The application reads and writes rows; it owns nothing, and of the history it only reads."""
    template = """
        revoke all on all tables in schema public, history from {role};
        grant usage on schema public, history to {role};
        grant select, insert, update, delete on all tables in schema public to {role};
        grant usage, select on all sequences in schema public to {role};
        revoke insert, update, delete on public.django_migrations from {role};
        grant select on all tables in schema history to {role};
        grant execute on function history.anchor_head(text) to {role};
    """
    cursor.execute(sql.SQL(template).format(role=sql.Identifier(role)))
