"""`verify_history` finds the first thing that is wrong, whatever a superuser did."""

import hashlib
import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import connection, connections, transaction

from partners.models import Organization
from records.anchors import anchor_head
from records.context import recorded
from records.install import install
from records.models import Batch, Entry
from records.selectors import history_head
from records.verification import AnchorPoint, Verification, verify

pytestmark = pytest.mark.usefixtures("committed_db")

type Superuser = Callable[..., None]


@pytest.fixture
def history() -> list[Entry]:
    """Four transactions with seven entries."""
    for number in range(3):
        with recorded(actor="system: test", reason=f"reason {number}"):
            made = Organization.objects.create(legal_name=f"Company {number}")
            made.website = "https://company.example"
            made.save()
    made.delete()
    return list(Entry.objects.filter(model="partners.Organization").order_by("id"))


def problems(*, compare: bool = False) -> list[tuple[str, str]]:
    return [(problem.kind, problem.where) for problem in verify(compare=compare).problems]


def test_an_untouched_history_is_intact(history: list[Entry]) -> None:
    outcome = verify()
    assert outcome.problems == []
    assert len(history) == 7
    assert outcome.head is not None
    assert outcome.head.position == Batch.objects.count()


def test_an_edited_entry_is_named(history: list[Entry], superuser: Superuser) -> None:
    victim = history[2]
    superuser(
        "update history.entry set new = jsonb_set(new, '{legal_name}', '\"Other\"') where id = %s", victim.pk
    )
    assert problems() == [("entry altered", f"entry {victim.pk}")]
    assert f"Entry {victim.pk} (partners.Organization {victim.record}" in verify().problems[0].message


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'none'",
        "actor = 'Somebody'",
        "actor_id = 99",
        "at = at - interval '1 day'",
        "session_role = 'postgres'",
        "old = null",
        "record = '4711'",
        "op = 'I'",
        "request_id = 'x'",
        "model = 'partners.Site'",
        "table_name = 'x'",
    ],
)
def test_every_column_is_covered(change: str, history: list[Entry], superuser: Superuser) -> None:
    victim = history[1]
    superuser(f"update history.entry set {change} where id = %s", victim.pk)
    assert ("entry altered", f"entry {victim.pk}") in problems()


def test_a_deleted_entry_is_missed_in_its_transaction(history: list[Entry], superuser: Superuser) -> None:
    victim = history[3]
    superuser("delete from history.entry where id = %s", victim.pk)
    assert problems() == [("entries removed or added", f"batch {victim.batch_id}")]


def test_an_entry_altered_with_its_hash_is_missed_in_its_transaction(
    history: list[Entry], superuser: Superuser
) -> None:
    """Somebody who knows the formula computes the hash anew; the transaction was sealed over the old one."""
    victim = history[0]
    other = history[4]
    superuser("update history.entry set hash = %s where id = %s", bytes(other.hash), victim.pk)
    assert ("entries exchanged", f"batch {victim.batch_id}") in problems()


def test_a_deleted_transaction_breaks_the_chain(history: list[Entry], superuser: Superuser) -> None:
    victim = history[2].batch_id
    position = Batch.objects.get(pk=victim).position
    superuser("delete from history.entry where batch_id = %s", victim)
    superuser("delete from history.batch where id = %s", victim)
    outcome = verify(compare=False)
    assert [problem.kind for problem in outcome.problems] == ["link broken"]
    assert f"transaction {position} is missing" in outcome.problems[0].message


def test_an_entry_slipped_in_is_found(history: list[Entry], superuser: Superuser) -> None:
    columns = (
        "batch_id, table_name, model, record, op, at, actor, request_id, reason, session_role, new, hash"
    )
    superuser(
        f"insert into history.entry ({columns}) select {columns} from history.entry where id = %s",
        history[0].pk,
    )
    assert ("entries removed or added", f"batch {history[0].batch_id}") in problems()


def test_a_batch_altered_is_found(history: list[Entry], superuser: Superuser) -> None:
    superuser("update history.batch set sealed_at = now() where id = %s", history[2].batch_id)
    assert problems() == [("batch altered", f"batch {history[2].batch_id}")]


def test_a_removed_end_is_found_by_what_was_told_outside(history: list[Entry], superuser: Superuser) -> None:
    told = anchor_head(source="the evaluation of ALFA-1")
    assert told is not None
    last = history[-1].batch_id
    superuser("delete from history.entry where batch_id = %s", last)
    superuser("delete from history.batch where id = %s", last)
    assert problems() == [("anchor", f"head {told.hash[:16]}")]
    superuser("delete from history.anchor")
    assert problems() == [], "without an anchor, a chain that merely ends earlier is a chain"
    outcome = verify(anchors=[told], compare=False)
    assert [problem.kind for problem in outcome.problems] == ["anchor"]
    assert "the evaluation of ALFA-1" in outcome.problems[0].message


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("update partners_organization set legal_name = 'Other' where id = {pk}", "record changed"),
        ("delete from partners_organization where id = {pk}", "record removed"),
        (
            "insert into partners_organization (id, legal_name, name_key, kind, country, lei, duns, "
            "ownership, website, is_demo, version, updated_at) "
            "values ({pk} + 1000, 'New', 'new', 'cdmo', '', '', '', '', '', false, 1, now())",
            "record unrecorded",
        ),
    ],
)
def test_a_record_changed_with_the_recording_off_is_found(
    statement: str, kind: str, history: list[Entry], superuser: Superuser
) -> None:
    victim = history[0].record
    superuser(statement.format(pk=victim))
    named = int(victim) + 1000 if kind == "record unrecorded" else victim
    assert problems(compare=True) == [(kind, f"partners.Organization {named}")]
    assert problems() == []


def test_columns_that_came_later_are_passed_over(history: list[Entry]) -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("alter table partners_organization add column later text default 'x'")
        cursor.execute("alter table partners_organization drop column ownership")
    assert problems(compare=True) == []


def test_a_recording_switched_off_is_found(history: list[Entry], superuser: Superuser) -> None:
    superuser("alter table partners_organization disable trigger history_update")
    assert problems() == [("recording off", "partners.Organization")]


def test_the_command_fails_and_prints_one_object(history: list[Entry], superuser: Superuser) -> None:
    out = StringIO()
    call_command("verify_history", "--json", stdout=out)
    assert json.loads(out.getvalue())["intact"] is True
    superuser("delete from history.entry where id = %s", history[3].pk)
    out = StringIO()
    with pytest.raises(SystemExit) as stopped:
        call_command("verify_history", "--json", stdout=out)
    assert stopped.value.code == 1
    said = json.loads(out.getvalue())
    assert said["intact"] is False
    assert said["problems"][0]["where"] == f"batch {history[3].batch_id}"


def test_a_printed_head_is_compared(history: list[Entry]) -> None:
    head = verify().head
    assert head is not None
    call_command("verify_history", anchor=[head], stdout=StringIO())
    wrong = AnchorPoint(head.position, "0" * 64, "a report")
    with pytest.raises(SystemExit):
        call_command("verify_history", anchor=[wrong], stdout=StringIO())


def test_the_hashes_are_what_the_documentation_says(history: list[Entry]) -> None:
    """Recomputed in Python from docs/records.md, so that an auditor can do it without this product's SQL."""

    def micros(moment: datetime) -> int:
        since = moment - datetime(1970, 1, 1, tzinfo=UTC)
        return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds

    def array(*parts: object) -> bytes:
        return json.dumps(list(parts), ensure_ascii=False).encode()

    with connection.cursor() as cursor:
        for entry in history:
            cursor.execute("select old::text, new::text from history.entry where id = %s", [entry.pk])
            old, new = cursor.fetchone()
            head = hashlib.sha256(
                array(
                    entry.batch_id,
                    entry.table_name,
                    entry.model,
                    micros(entry.at),
                    entry.actor_id,
                    entry.actor,
                    entry.request_id,
                    entry.reason,
                    entry.session_role,
                )
            ).hexdigest()
            record = f"{len(entry.record.encode())}:{entry.record}"
            text = f"{head}{entry.op}{record}\n{old or '-'}\n{new or '-'}"
            assert hashlib.sha256(text.encode()).digest() == bytes(entry.hash)
    before = "0" * 64
    for batch in Batch.objects.order_by("position"):
        assert batch.sealed_at is not None
        entries = Entry.objects.filter(batch_id=batch.pk).order_by("id")
        together = hashlib.sha256(b"".join(bytes(entry.hash) for entry in entries)).hexdigest()
        sealed = array(batch.position, batch.pk, entries.count(), together, micros(batch.sealed_at), before)
        assert hashlib.sha256(sealed).digest() == bytes(batch.hash or b"")
        before = hashlib.sha256(sealed).hexdigest()


def test_many_writers_at_once_leave_one_unbroken_chain() -> None:
    barrier = threading.Barrier(6, timeout=120)

    def write(number: int) -> None:
        barrier.wait()
        for step in range(15):
            with recorded(actor=f"system: {number}"):
                Organization.objects.create(legal_name=f"Company {number} {step}")
        connection.close()

    threads = [threading.Thread(target=write, args=(number,)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    outcome = verify()
    assert outcome.problems == []
    assert Organization.objects.count() == 90


def test_a_writer_waits_for_nobody_but_at_commit() -> None:
    """While one transaction is open with changes, another one writes and commits."""
    done: list[Verification] = []

    def other() -> None:
        with recorded(actor="system: other"):
            Organization.objects.create(legal_name="Two")
        done.append(verify())
        connection.close()

    with recorded(actor="system: first"):
        Organization.objects.create(legal_name="One")
        thread = threading.Thread(target=other)
        thread.start()
        thread.join(timeout=120)
        assert [outcome.problems for outcome in done] == [[]]
    assert verify().intact


def test_savepoints_and_early_sealing_keep_the_chain_whole() -> None:
    with recorded(actor="system: test"):
        for number in range(4):
            try:
                with transaction.atomic():
                    Organization.objects.create(legal_name=f"Company {number}")
                    if number % 2 == 0:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                pass
            with connection.cursor() as cursor:
                cursor.execute("set constraints all immediate")
                cursor.execute("set constraints all deferred")
    assert Organization.objects.count() == 2
    assert verify().intact


def test_repeatable_read_never_forks_the_chain() -> None:
    def other() -> None:
        Organization.objects.create(legal_name="Between")
        connection.close()

    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("set transaction isolation level repeatable read")
        assert Organization.objects.count() == 0
        thread = threading.Thread(target=other)
        thread.start()
        thread.join()
        Organization.objects.create(legal_name="One")
        with pytest.raises(Exception, match="batch_position"), connection.cursor() as cursor:
            cursor.execute("set constraints all immediate")
        transaction.set_rollback(True)
    assert verify().intact


def test_rows_from_before_their_recording_are_entered_when_it_begins() -> None:
    with connections["owner"].cursor() as cursor:
        for event in ("insert", "update", "delete", "truncate"):
            cursor.execute(f"drop trigger history_{event} on partners_organization")
    Organization.objects.create(legal_name="From before")
    assert not Entry.objects.filter(model="partners.Organization").exists()
    install("owner")
    install("owner")
    entry: Any = Entry.objects.get(model="partners.Organization")
    assert (entry.op, entry.new["legal_name"], entry.old) == ("I", "From before", None)
    assert entry.reason == "written before its recording began"
    assert verify().intact


def test_the_head_is_the_last_sealed_transaction() -> None:
    with recorded(actor="system: test"):
        Organization.objects.create(legal_name="Aster")
    first = history_head()
    assert first is not None
    with recorded(actor="system: test"):
        Organization.objects.create(legal_name="Boreal")
    second = history_head()
    assert second is not None
    assert second.position == first.position + 1
    assert str(second) == f"{second.position}:{second.hash}"


def test_bytes_are_written_as_their_hash_and_what_is_left_out_not_at_all() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("create table paper (id bigint primary key, content bytea, secret text)")
        cursor.execute(
            "create trigger history_insert after insert on paper referencing new table as new_rows "
            "for each statement execute function history.record('attic.Paper', 'id', 'secret', 'content')"
        )
        cursor.execute("insert into paper values (1, %s, 'hush')", [b"PDF" * 100_000])
    entry: Any = Entry.objects.get(model="attic.Paper")
    assert entry.new == {"id": 1, "content": hashlib.sha256(b"PDF" * 100_000).hexdigest()}
    assert verify().intact
