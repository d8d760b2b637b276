"""Proves that the change history is whole: nothing altered, removed, inserted or reordered.

The hashes are computed here anew, from the stored rows and by statements of this module; the functions in the
database, which somebody may have replaced, are not asked. How they are made: docs/records.md.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import DEFAULT_DB_ALIAS, connections, transaction
from django.db.backends.utils import CursorWrapper

from records.comparison import differences
from records.guards import guards
from records.install import trigger_names
from records.signing.state import signature_state, void_signatures
from records.tracking import tracked_models

SHOWN = 20

ENTRY_HEAD = """encode(sha256(convert_to(jsonb_build_array(
    e.batch_id, e.table_name, e.model, (extract(epoch from e.at) * 1000000)::bigint,
    e.actor_id, e.actor, e.request_id, e.reason, e.session_role)::text, 'UTF8')), 'hex')"""
ENTRY_HASH = f"""sha256(convert_to({ENTRY_HEAD} || e.op || octet_length(e.record) || ':' || e.record
    || chr(10) || coalesce(e.old::text, '-') || chr(10) || coalesce(e.new::text, '-'), 'UTF8'))"""
BATCH_HASH = """sha256(convert_to(jsonb_build_array(
    b.position, b.id, b.entries, encode(b.entries_hash, 'hex'),
    (extract(epoch from b.sealed_at) * 1000000)::bigint, encode(b.previous_hash, 'hex'))::text, 'UTF8'))"""
NOTHING = "decode(repeat('00', 32), 'hex')"

ALTERED_ENTRIES = f"""
    select e.id, e.model, e.record, e.at, e.batch_id from history.entry e
    where e.hash is distinct from {ENTRY_HASH} order by e.id limit {SHOWN}"""
HOMELESS_ENTRIES = f"""
    select e.id, e.model, e.record, e.at, e.batch_id from history.entry e
    left join history.batch b on b.id = e.batch_id where b.position is null order by e.id limit {SHOWN}"""
WRONG_BATCHES = f"""
    with found as (
        select e.batch_id, count(*) as entries, sha256(string_agg(e.hash, ''::bytea order by e.id)) as hash
        from history.entry e group by e.batch_id
    )
    select b.position, b.id, b.entries, coalesce(f.entries, 0) from history.batch b
    left join found f on f.batch_id = b.id
    where b.entries is distinct from coalesce(f.entries, 0) or b.entries_hash is distinct from f.hash
    order by b.id limit {SHOWN}"""
ALTERED_BATCHES = f"""
    select b.position, b.id from history.batch b
    where b.hash is distinct from {BATCH_HASH} order by b.id limit {SHOWN}"""
BROKEN_LINKS = f"""
    select position, id, expected from (
        select b.position, b.id, b.previous_hash,
               coalesce(lag(b.position) over chain, 0) + 1 as expected,
               coalesce(lag(b.hash) over chain, {NOTHING}) as before
        from history.batch b where b.position is not null window chain as (order by b.position)
    ) linked
    where position <> expected or previous_hash is distinct from before order by position limit {SHOWN}"""
TOTALS = "select (select count(*) from history.entry), (select count(*) from history.batch)"
HEAD = """
    select position, encode(hash, 'hex') from history.batch
    where position is not null order by position desc limit 1"""

FOUND_HEADS = "select encode(hash, 'hex'), position from history.batch where encode(hash, 'hex') = any(%s)"
TRIGGERS = """
    select c.relname, case when t.tgenabled in ('O', 'A') then t.tgname end from pg_class c
    left join pg_trigger t on t.tgrelid = c.oid
    where c.relnamespace = 'public'::regnamespace and c.relkind = 'r'"""


@dataclass(frozen=True)
class AnchorPoint:
    """A head of the chain that was told to the outside; where it stood may not have been noted."""

    position: int | None
    hash: str
    source: str


@dataclass(frozen=True)
class Problem:
    """One broken promise: what kind, where, and in words."""

    kind: str
    where: str
    message: str


@dataclass(frozen=True)
class Verification:
    """The outcome. `problems` holds the first of every kind; empty means that the history is whole."""

    entries: int
    batches: int
    anchors: int
    head: AnchorPoint | None
    problems: list[Problem] = field(default_factory=list)

    @property
    def intact(self) -> bool:
        return not self.problems


def verify(
    *, anchors: Iterable[AnchorPoint] = (), compare: bool = True, using: str = DEFAULT_DB_ALIAS
) -> Verification:
    """Check every entry, batch and link, the anchors kept in the database and those given, and the triggers.

    With `compare`, every record as it is now is compared with the last entry about it as well, and what was
    signed with what is there.

    Reads one snapshot; a transaction that commits meanwhile is not seen. Some seconds per million entries.
    """
    with transaction.atomic(using=using), connections[using].cursor() as cursor:
        if not connections[using].savepoint_ids:
            cursor.execute("set transaction isolation level repeatable read")
        entries, batches = _all(cursor, TOTALS)[0]
        heads = _all(cursor, HEAD)
        points = [*_kept_anchors(cursor), *anchors]
        problems = [
            *_entries_altered(cursor),
            *_entries_homeless(cursor),
            *_batches_wrong(cursor),
            *_links_broken(cursor),
            *_anchors_wrong(cursor, points),
            *_triggers_missing(cursor, using),
            *(_records_differing(cursor) if compare else ()),
            *(_signatures_void() if compare else ()),
        ]
    head = AnchorPoint(heads[0][0], heads[0][1], "head") if heads else None
    return Verification(entries, batches, len(points), head, problems)


def _all(cursor: CursorWrapper, statement: str, params: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
    cursor.execute(statement, params)
    return list(cursor.fetchall())


def _named(kind: str, rows: list[tuple[Any, ...]], says: str) -> list[Problem]:
    return [
        Problem(kind, f"entry {entry}", f"Entry {entry} ({model} {record}, {at:%Y-%m-%d %H:%M:%S}Z) {says}")
        for entry, model, record, at, _ in rows
    ]


def _entries_altered(cursor: CursorWrapper) -> list[Problem]:
    return _named("entry altered", _all(cursor, ALTERED_ENTRIES), "does not match its hash.")


def _entries_homeless(cursor: CursorWrapper) -> list[Problem]:
    rows = _all(cursor, HOMELESS_ENTRIES)
    return _named("entry without transaction", rows, "belongs to no sealed transaction.")


def _batches_wrong(cursor: CursorWrapper) -> list[Problem]:
    problems = [
        Problem(
            "entries removed or added" if written != found else "entries exchanged",
            f"batch {batch}",
            f"Transaction {position} (batch {batch}) was sealed with {written} entries; {found} are there"
            + ("." if written != found else ", but not the same ones."),
        )
        for position, batch, written, found in _all(cursor, WRONG_BATCHES)
    ]
    problems += [
        Problem(
            "batch altered",
            f"batch {batch}",
            f"Transaction {position} (batch {batch}) does not match its hash.",
        )
        for position, batch in _all(cursor, ALTERED_BATCHES)
    ]
    return problems


def _links_broken(cursor: CursorWrapper) -> list[Problem]:
    return [
        Problem(
            "link broken",
            f"batch {batch}",
            f"Transaction {position} (batch {batch}) does not follow the one before it"
            + (f"; transaction {expected} is missing." if position != expected else "."),
        )
        for position, batch, expected in _all(cursor, BROKEN_LINKS)
    ]


def _kept_anchors(cursor: CursorWrapper) -> list[AnchorPoint]:
    rows = _all(cursor, "select position, encode(hash, 'hex'), source from history.anchor order by id")
    return [AnchorPoint(position, sha, source) for position, sha, source in rows]


def _anchors_wrong(cursor: CursorWrapper, points: list[AnchorPoint]) -> list[Problem]:
    """A superuser can rewrite the whole chain, but not what was told to the outside before."""
    rows = _all(cursor, FOUND_HEADS, [[point.hash for point in points]])
    found: dict[str, int] = dict(rows)
    return [
        Problem(
            "anchor",
            f"head {point.hash[:16]}",
            f"The head {point.hash[:16]}… told to {point.source} is not in the chain"
            + (f" at transaction {point.position}." if point.position is not None else "."),
        )
        for point in points
        if point.hash not in found or point.position not in (None, found[point.hash])
    ]


def _records_differing(cursor: CursorWrapper) -> list[Problem]:
    return [
        Problem(
            f"record {found.kind}",
            f"{found.model} {found.record}",
            f"{found.model} {found.record} is not as its history says: {found.kind} without an entry.",
        )
        for found in differences(cursor)
    ]


def _signatures_void() -> list[Problem]:
    """Content that was altered despite its lock."""
    return [
        Problem(
            "signature void",
            f"{signature.model} {signature.record_pk}",
            f"{signature.model} {signature.record_pk} is not as {signature.printed_name} signed it ("
            f"{signature.meaning}, {signature.signed_at:%Y-%m-%d %H:%M:%S}Z): "
            + ", ".join(each.label for each in signature_state(signature).altered)
            + ".",
        )
        for signature in void_signatures()[:SHOWN]
    ]


def _triggers_missing(cursor: CursorWrapper, using: str) -> list[Problem]:
    """A table whose recording is off may have been changed without a trace; without its locks, at all."""
    enabled: dict[str, set[str]] = {}
    for table, trigger in _all(cursor, TRIGGERS):
        enabled.setdefault(table, set()).add(trigger)
    recording = [
        Problem("recording off", model._meta.label, f"{model._meta.label}: trigger {name} is missing or off.")
        for model in tracked_models()
        for name in trigger_names()
        if name not in enabled.get(model._meta.db_table, set(trigger_names()))
    ]
    return recording + [
        Problem("lock off", guard.table, f"{guard.table}: trigger {guard.name} is missing or off.")
        for guard in guards(using)
        if guard.name not in enabled.get(guard.table, {guard.name})
    ]
