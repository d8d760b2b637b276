"""What nobody but a superuser can do to the history: change it, remove it, switch it off, forge it."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import InternalError, ProgrammingError, connection, connections, transaction

from partners.models import Organization
from records.context import recorded
from records.models import Anchor, Batch, Entry

pytestmark = pytest.mark.django_db(databases=["default", "owner"])

OF_THE_HISTORY = [
    "update history.entry set reason = 'better'",
    "update history.entry set new = '{}'",
    "delete from history.entry",
    "truncate history.entry",
    "truncate history.batch cascade",
    "insert into history.entry (batch_id, table_name, model, record, op, at, actor, request_id, reason, "
    "session_role, hash) values (1, 't', 'm', '1', 'I', now(), 'a', '', '', 'cmo_app', '')",
    "update history.batch set hash = '\\x00'",
    "update history.batch set open_xact = null",
    "delete from history.batch",
    "insert into history.batch (first_entry, open_xact) values (1, pg_current_xact_id())",
    "update history.anchor set hash = '\\x00'",
    "delete from history.anchor",
    "truncate history.anchor",
]
OF_ITS_MACHINERY = [
    "alter table partners_organization disable trigger all",
    "alter table partners_organization disable trigger history_update",
    "drop trigger history_update on partners_organization",
    "drop table history.entry",
    "drop schema history cascade",
    "truncate partners_organization cascade",
    "create or replace function history.record() returns trigger language plpgsql as 'begin end'",
    "alter function history.record() set search_path = public",
    "create function history.more() returns int language sql as 'select 1'",
    "create table public.mine (id int)",
    "set session_replication_role = replica",
    "select set_config('session_replication_role', 'replica', false)",
    "set role cmo_owner",
    "set session authorization cmo_owner",
    "grant cmo_owner to cmo_app",
    "select history.seal()",
    "select setval('history.entry_id_seq', 1)",
    "select nextval('history.batch_id_seq')",
    "update django_migrations set app = 'x'",
]


@pytest.fixture
def recorded_once() -> Organization:
    with recorded(actor="system: test", reason="to be kept"):
        return Organization.objects.create(legal_name="Aster Biologics")


def history(using: str = "default") -> list[Any]:
    entries = Entry.objects.using(using).order_by("id")
    return list(entries.values_list("id", "reason", "new", "hash"))


@pytest.mark.parametrize("statement", OF_THE_HISTORY + OF_ITS_MACHINERY)
def test_the_applications_role_is_refused(statement: str, recorded_once: Organization) -> None:
    before = history()
    with (
        pytest.raises((ProgrammingError, InternalError)),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert history() == before


@pytest.mark.parametrize("statement", [s for s in OF_THE_HISTORY if "anchor" not in s])
def test_even_the_owner_of_the_tables_is_refused_by_triggers(
    statement: str,
) -> None:
    before = history("owner")
    assert before, "the default scorecard template is recorded from the start"
    with (
        pytest.raises((ProgrammingError, InternalError), match="append-only"),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute(statement)
    assert history("owner") == before


def test_the_owner_cannot_truncate_a_recorded_table() -> None:
    with (
        pytest.raises((ProgrammingError, InternalError), match="recorded row by row"),
        transaction.atomic(using="owner"),
        connections["owner"].cursor() as cursor,
    ):
        cursor.execute("truncate partners_organization cascade")


@pytest.mark.parametrize(
    "act",
    [
        lambda: Entry.objects.update(reason="better"),
        lambda: Entry.objects.all().delete(),
        lambda: Entry.objects.latest("id").delete(),
        lambda: Entry.objects.bulk_update([Entry(pk=1, reason="x")], ["reason"]),
        lambda: Entry(pk=Entry.objects.latest("id").pk, batch_id=1, actor="x", op="I").save(
            force_update=True
        ),
        lambda: Entry.objects.bulk_create([Entry(batch_id=1, op="I", actor="someone else")]),
        lambda: Batch.objects.update(entries=0),
        lambda: Batch.objects.all().delete(),
        lambda: Anchor.objects.create(position=1, hash=b"", at="2026-01-01T00:00:00Z", source="me"),
    ],
)
def test_the_orm_is_refused(act: Callable[[], object], recorded_once: Organization) -> None:
    before = history()
    with pytest.raises((ProgrammingError, InternalError)), transaction.atomic():
        act()
    assert history() == before


@pytest.mark.parametrize(
    "trick",
    [
        "select set_config('pgtrigger.ignore', '{partners_organization:history_update}', false)",
        "set search_path = pg_temp, public",
        "create temp table pg_attribute (attrelid oid, attname name, attnum int, attisdropped bool)",
        "set constraints all immediate",
        "select set_config('TimeZone', 'Asia/Tokyo', false)",
        "select set_config('cmo_eval.batch', '1', false)",
    ],
)
def test_settings_and_shadow_objects_do_not_get_past_the_recording(trick: str) -> None:
    with connection.cursor() as cursor:
        for statement in trick.split(";"):
            cursor.execute(statement)
        cursor.execute(
            "insert into public.partners_organization "
            "(legal_name, name_key, kind, country, lei, duns, ownership, website, is_demo, version, "
            "updated_at) "
            "values ('Quiet', 'quiet', 'cdmo', '', '', '', '', '', false, 1, now())"
        )
    names = Entry.objects.filter(model="partners.Organization").values_list("new__legal_name", flat=True)
    assert list(names) == ["Quiet"]
    connection.check_constraints()
    assert not Batch.objects.filter(hash=None).exists()


def test_a_table_of_ones_own_cannot_write_entries(recorded_once: Organization) -> None:
    """The recording function runs with the owner's rights; whoever could attach it could forge entries."""
    with connection.cursor() as cursor:
        cursor.execute("create temp table partners_site (id bigint, name text)")
        with (
            pytest.raises(ProgrammingError, match="permission denied for function history"),
            transaction.atomic(),
        ):
            cursor.execute(
                "create trigger forged after insert on pg_temp.partners_site "
                "referencing new table as new_rows for each statement "
                "execute function history.record('partners.Site', 'id', '', '')"
            )
        cursor.execute("drop table pg_temp.partners_site")


def test_a_false_name_still_stands_beside_the_role_that_wrote() -> None:
    with connection.cursor() as cursor:
        cursor.execute("select set_config('cmo_eval.actor', 'The Owner', true)")
    Organization.objects.create(legal_name="Quiet")
    assert Entry.objects.get(model="partners.Organization").session_role == "cmo_app"


def test_the_owners_own_changes_are_recorded_under_its_role() -> None:
    with connections["owner"].cursor() as cursor:
        cursor.execute("update scorecards_criterion set position = position + 100")
        cursor.execute("select distinct session_role from history.entry where op = 'U'")
        assert cursor.fetchall() == [("cmo_owner",)]


def test_the_applications_role_owns_nothing() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname from pg_class c where pg_get_userbyid(c.relowner) = current_user "
            "union all select p.proname from pg_proc p where pg_get_userbyid(p.proowner) = current_user "
            "union all select n.nspname from pg_namespace n where pg_get_userbyid(n.nspowner) = current_user"
        )
        assert cursor.fetchall() == []
        cursor.execute(
            "select rolsuper, rolcreaterole, rolbypassrls from pg_roles where rolname = current_user"
        )
        assert cursor.fetchone() == (False, False, False)
        cursor.execute(
            "select table_name, privilege_type from information_schema.role_table_grants "
            "where table_schema = 'history' and grantee = current_user and privilege_type <> 'SELECT'"
        )
        assert cursor.fetchall() == []
