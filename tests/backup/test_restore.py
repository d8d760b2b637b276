"""A restored instance is the one that was backed up: its rows, its files, its history, its rights."""

import json
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.core.management import CommandError, call_command
from django.db import connection, connections
from django.db.utils import Error
from pytest_django.plugin import DjangoDbBlocker

from accounts.models import User
from accounts.roles import Role
from cmo_eval.backup import BackupRefused, backup_make, backup_restore, restoring
from cmo_eval.backup.archive import file_sha256
from cmo_eval.backup.making import row_counts
from cmo_eval.services.processes import own_reference
from common.recording import recorded
from partners.models import Site, StandingDecision
from records.attaching import attachment_add
from records.models import Anchor, Attachment, Entry
from records.verification import verify
from tests import makers
from tests.backup.test_archive import retold, rewritten
from tests.databases import TestDatabases, pointing_at, url_of
from tests.records.declared import person, sign

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def original(
    test_databases: TestDatabases, demo_database: str, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """The demonstration, with everything that it holds."""
    name = test_databases.clone(demo_database)
    with django_db_blocker.unblock():
        yield name
    test_databases.drop(name)


@pytest.fixture(scope="module")
def backup(original: str, tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("backup") / "made.backup"
    with pointing_at(original):
        backup_make(target)
        closed()
    return target


@pytest.fixture
def empty(test_databases: TestDatabases, django_db_blocker: DjangoDbBlocker) -> Iterator[str]:
    """A database as roles.sql leaves it: nothing in it but extensions."""
    name = test_databases.clone("template1")
    with django_db_blocker.unblock(), pointing_at(name):
        yield name
        closed()
    test_databases.drop(name)


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Path:
    """Files are put back into a folder of the test's own."""
    from dataclasses import replace

    settings.ENV = replace(settings.ENV, data_dir=tmp_path / "data")
    monkeypatch.setenv("DJANGO_SECRET_KEY", settings.SECRET_KEY)
    return tmp_path / "data"


def closed() -> None:
    for each in connections.all(initialized_only=True):
        each.close()


def counts() -> dict[str, int]:
    with connections["owner"].cursor() as cursor:
        return row_counts(cursor)


def test_a_restored_instance_has_equal_rows_and_an_intact_history(
    original: str, backup: Path, empty: str
) -> None:
    restored = backup_restore(backup)
    assert restored.intact
    after = counts()
    with pointing_at(original):
        before = counts()
        head = restored.history_head
        assert Anchor.objects.filter(source__startswith="backup made.backup").count() == 1
    # The backup itself noted its head after its snapshot.
    before["history.anchor"] -= 1
    assert after == before
    assert sum(after.values()) == restored.rows > 5000
    assert restored.entries == after["history.entry"]
    assert (
        head.partition(":")[2]
        == bytes(
            Entry.objects.raw("select 1 as id, hash from history.batch order by position desc limit 1")[
                0
            ].hash
        ).hex()
    )


def test_every_row_and_every_file_is_what_it_was(original: str, backup: Path, empty: str) -> None:
    backup_restore(backup)
    found = []
    for name in (original, empty):
        with pointing_at(name), connections["owner"].cursor() as cursor:
            digests = {}
            for table in row_counts(cursor):
                cursor.execute(
                    f"select md5(string_agg(md5(x::text), '' order by md5(x::text))) from {table} x"
                )
                digests[table] = cursor.fetchone()[0]
            found.append(digests)
    # The backup noted the head of its snapshot afterwards.
    for digests in found:
        del digests["history.anchor"]
    assert found[0] == found[1]


def test_rights_triggers_and_the_key_of_signing_are_there_at_once(backup: Path, empty: str) -> None:
    backup_restore(backup)
    for statement in (
        "update history.entry set actor = 'x'",
        "delete from history.batch",
        "alter table partners_site disable trigger all",
        "select * from vault.signing",
        "truncate partners_site",
    ):
        with pytest.raises(Error), connection.cursor() as cursor:
            cursor.execute(statement)
    site = Site.objects.order_by("pk").first()
    assert site is not None
    before = Entry.objects.count()
    with recorded(reason="after the restore"):
        site.name = "Renamed after the restore"
        site.save()
    assert Entry.objects.count() == before + 1
    decided = makers.site()
    makers.agreement(decided)
    decision = StandingDecision.objects.create(
        site=decided, standing="qualified", occasion="initial", rationale="Audited.", decided_on="2026-11-01"
    )
    assert sign(decision, person(Role.QA)).pk
    assert verify().intact


def test_an_instance_with_people_is_replaced_only_when_asked(backup: Path, committed_db: str) -> None:
    user = makers.person(Role.QA)
    closed()
    with pytest.raises(BackupRefused, match="not empty: 1 people"):
        backup_restore(backup)
    assert User.objects.filter(pk=user.pk).exists()
    closed()
    backup_restore(backup, replace=True)
    assert not User.objects.filter(email=user.email).exists()
    assert User.objects.filter(is_demo=True).count() == 6


def test_a_database_that_is_in_use_is_left_alone(backup: Path, empty: str) -> None:
    with psycopg.connect(url_of(empty)), pytest.raises(BackupRefused, match="in use"):
        backup_restore(backup)


def test_a_running_product_is_left_alone_while_it_holds_no_session(
    backup: Path, committed_db: str, own_folder: Path
) -> None:
    user = makers.person(Role.QA)
    own_folder.mkdir(exist_ok=True)
    register = own_folder / "children.json"
    register.write_text(json.dumps([{"name": "worker", **asdict(own_reference())}]))
    closed()
    with pytest.raises(BackupRefused, match=r"running \(worker\)"):
        backup_restore(backup, replace=True)
    assert User.objects.filter(pk=user.pk).exists()


def test_a_backup_whose_rows_do_not_add_up_changes_nothing(backup: Path, committed_db: str) -> None:
    user = makers.person(Role.QA)

    def one_more(members: dict[str, bytes]) -> None:
        tables = json.loads(members["manifest.json"])["tables"]
        more = tables | {"public.partners_site": tables["public.partners_site"] + 1}
        retold(members, tables=more, postgres="99.1")

    wrong = rewritten(backup, one_more)
    closed()
    with pytest.raises(BackupRefused, match="Nothing vouches for"):
        backup_restore(wrong, replace=True)
    with pytest.raises(BackupRefused, match="not the file that was meant"):
        backup_restore(wrong, replace=True, sha256=file_sha256(backup))
    for vouched in ({"trust": True}, {"sha256": file_sha256(wrong).upper()}):
        with pytest.raises(
            BackupRefused, match=r"of PostgreSQL 99; .* did not take it: .*partners_site holds"
        ):
            backup_restore(wrong, replace=True, **vouched)
    assert User.objects.filter(pk=user.pk).exists()
    assert verify().intact


def test_a_newer_schema_and_an_older_server_are_refused_and_named(
    backup: Path, empty: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    newer = rewritten(
        backup, lambda members: retold(members, release="7.0", migrations=["partners.0999_later"])
    )
    with pytest.raises(BackupRefused, match=r"newer release \(7.0 with partners.0999_later\)"):
        backup_restore(newer)
    monkeypatch.setattr(restoring, "OLDEST_MAJOR", 999)
    with pytest.raises(BackupRefused, match="the product needs 999 or later"):
        backup_restore(backup)


def test_files_come_back_and_a_key_of_the_environment_stays(
    committed_db: str, tmp_path: Path, own_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    own_folder.mkdir()
    for name in ("secret_key", "demo_password"):
        (own_folder / name).write_text(f"the {name}")
    backup_make(tmp_path / "made.backup")
    closed()
    for name in ("secret_key", "demo_password"):
        (own_folder / name).write_text("another")
    restored = backup_restore(tmp_path / "made.backup")
    assert restored.files == ("demo_password",)
    assert (own_folder / "demo_password").read_text() == "the demo_password"
    assert (own_folder / "secret_key").read_text() == "another"


def test_the_bytes_of_attached_files_come_back(committed_db: str, tmp_path: Path, empty: str) -> None:
    with pointing_at(committed_db):
        content = tmp_path / "note.txt"
        content.write_text("Evidence, word for word.")
        actor = makers.person(Role.QA)
        with content.open("rb") as opened:
            from django.core.files import File

            made = attachment_add(record=makers.site(), file=File(opened, "note.txt"), actor=actor)
        backup_make(tmp_path / "made.backup")
        closed()
    backup_restore(tmp_path / "made.backup")
    again = Attachment.objects.get(pk=made.pk)
    assert again.sha256 == made.sha256
    assert bytes(again.content.content) == b"Evidence, word for word."


def test_the_commands_say_what_they_did_as_json(
    committed_db: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "made.backup"
    call_command("backup", out=target, json=True)
    made = json.loads(capsys.readouterr().out)
    assert made["file"] == str(target)
    assert made["size"] == target.stat().st_size
    with pytest.raises(CommandError, match="exists already"):
        call_command("backup", out=target)
    capsys.readouterr()
    closed()
    call_command("restore", target, json=True)
    assert json.loads(capsys.readouterr().out)["intact"] is True
    target.write_bytes(target.read_bytes()[:5000])
    closed()
    with pytest.raises(CommandError, match="is damaged"):
        call_command("restore", target, json=True)
