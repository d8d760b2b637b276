"""Every write leaves its entry, whichever way it goes; who, why and in which request stand beside."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, models, transaction
from django.test import RequestFactory

from accounts.models import User
from jobs.models import Job
from jobs.services import job_claim, job_request
from partners.models import Organization, Site, SiteAlias
from records.context import acting, origin_of, recorded
from records.declarations import gmp_relevant
from records.install import is_installed, trigger_names
from records.middleware import ChangeContextMiddleware
from records.tracking import ALSO_TRACKED, LEFT_OUT, UNTRACKED, is_our_room, tracked, tracked_models
from tests.records.declared import kept_declarations

pytestmark = pytest.mark.django_db

LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)


def organization(name: str = "Aster Biologics") -> Organization:
    return Organization.objects.create(legal_name=name)


def person(name: str = "Ann Lee") -> User:
    return User.objects.create_user(f"{name.split()[0]}@example.com".lower(), "correct horse", full_name=name)


def test_create_change_and_delete_are_recorded_with_whole_rows(entries: Any) -> None:
    with entries() as written:
        made = organization()
        made.website = "https://aster.example"
        made.save()
        made.delete()
    assert [(entry.model, entry.op) for entry in written] == [
        ("partners.Organization", op) for op in ("I", "U", "D")
    ]
    created, changed, deleted = written
    assert created.old is None
    assert created.new["legal_name"] == "Aster Biologics"
    assert (changed.old["website"], changed.new["website"]) == ("", "https://aster.example")
    assert deleted.old == changed.new
    assert deleted.new is None
    assert {entry.session_role for entry in written} == {"cmo_app"}


def test_bulk_create_update_delete_and_raw_sql_are_recorded(entries: Any) -> None:
    owner = organization()
    with entries() as written:
        Site.objects.bulk_create([Site(organization=owner, name=f"S{n}") for n in range(50)])
        Site.objects.update(city="Lyon")
        with connection.cursor() as cursor:
            cursor.execute("update partners_site set city = 'Nantes' where name <> 'S0'")
            cursor.execute("delete from partners_site")
    assert [entry.op for entry in written] == ["I"] * 50 + ["U"] * 50 + ["U"] * 49 + ["D"] * 50


def test_bulk_update_and_an_upsert_are_recorded(entries: Any) -> None:
    owner = organization()
    sites = [Site(organization=owner, name=f"S{n}", fei=f"{n}00000") for n in range(3)]
    Site.objects.bulk_create(sites)
    for site in sites:
        site.state = "NJ"
    with entries() as written:
        Site.objects.bulk_update(sites, ["state"])
        Site.objects.bulk_create(
            [Site(organization=owner, name="S1", fei=fei, city="Basel") for fei in ("100000", "900000")],
            update_conflicts=True,
            unique_fields=["fei"],
            update_fields=["city"],
        )
    assert sorted(entry.op for entry in written) == ["I", "U", "U", "U", "U"]


def test_copy_is_recorded(entries: Any) -> None:
    owner = organization()
    site = Site.objects.create(organization=owner, name="One")
    with entries() as written, connection.cursor() as cursor:
        columns = "site_id, name, name_key, source"
        with cursor.copy(f"copy partners_sitealias ({columns}) from stdin") as copy:
            for number in range(1000):
                copy.write_row((site.pk, f"alias {number}", f"alias {number}", "test"))
    assert len(written) == 1000
    assert {entry.model for entry in written} == {"partners.SiteAlias"}
    assert {entry.new["name"] for entry in written} == {f"alias {number}" for number in range(1000)}


def test_a_change_of_nothing_leaves_no_entry(entries: Any) -> None:
    made = organization()
    with entries() as written, connection.cursor() as cursor:
        Organization.objects.update(legal_name="Aster Biologics")
        Organization.objects.filter(pk=-1).update(legal_name="Nobody")
        cursor.execute("update partners_organization set id = id")
        made.refresh_from_db()
    assert written == []


def test_a_changed_key_is_a_deletion_and_a_creation(entries: Any) -> None:
    made = organization()
    with entries() as written, connection.cursor() as cursor:
        cursor.execute("update partners_organization set id = id + 1000 where id = %s", [made.pk])
    assert sorted((entry.op, entry.record) for entry in written) == [
        ("D", str(made.pk)),
        ("I", str(made.pk + 1000)),
    ]


def test_deletes_that_cascade_are_recorded(entries: Any) -> None:
    site = Site.objects.create(organization=organization(), name="One")
    SiteAlias.objects.create(site=site, name="Uno")
    with entries() as written:
        site.delete()
    assert {(entry.model, entry.op) for entry in written} == {
        ("partners.SiteAlias", "D"),
        ("partners.Site", "D"),
    }


def test_secrets_and_machinery_stay_out(entries: Any) -> None:
    with entries() as written:
        user = person()
        user.set_password("another secret entirely")
        user.save()
        User.objects.update(last_login=LONG_AGO)
    assert [entry.op for entry in written] == ["I"], "a changed password alone is no change of the record"
    assert "password" not in written[0].new
    with entries() as written:
        job = job_request(kind="test", key="test:1")
        job_claim(job_id=job.pk)
        Job.objects.update(
            lease_until="2026-01-01T00:00:00Z", progress_done=4, woken_at="2026-01-01T00:00:00Z"
        )
    assert [(entry.op, entry.new["state"]) for entry in written] == [("I", "queued"), ("U", "running")]
    assert not set(LEFT_OUT["jobs.Job"]) & set(written[0].new)


def test_who_why_and_which_request_stand_beside(entries: Any) -> None:
    user = person()
    with entries() as written, recorded(actor=user, reason="typing error", request_id="r-12345678"):
        organization()
    [entry] = written
    assert (entry.actor_id, entry.actor, entry.reason, entry.request_id) == (
        user.pk,
        "Ann Lee",
        "typing error",
        "r-12345678",
    )


def test_nesting_keeps_the_outer_actor_and_reason(entries: Any) -> None:
    outer, inner = person(), person("Bob Ray")
    with entries() as written, recorded(actor=outer, reason="outer"):
        with recorded(actor=inner, reason="inner"):
            organization("One")
        organization("Two")
    assert {(entry.actor, entry.reason) for entry in written} == {("Ann Lee", "outer")}


def test_an_inner_reason_fills_an_outer_blank_and_ends_with_its_block(entries: Any) -> None:
    user = person()
    with entries() as written, recorded(actor=user):
        with recorded(reason="inner"):
            organization("One")
        organization("Two")
    assert [(entry.actor, entry.reason) for entry in written] == [("Ann Lee", "inner"), ("Ann Lee", "")]


def test_writes_after_the_block_are_not_laid_at_its_actor(entries: Any) -> None:
    user = person()
    with entries() as written, transaction.atomic():
        with recorded(actor=user, reason="mine"):
            organization("One")
        organization("Two")
    assert [(entry.actor, entry.actor_id) for entry in written] == [("Ann Lee", user.pk), ("", None)]


def test_a_block_that_fails_leaves_neither_rows_nor_entries(entries: Any) -> None:
    def fails() -> None:
        with recorded(reason="no"):
            organization()
            raise ZeroDivisionError

    with entries() as written, pytest.raises(ZeroDivisionError):
        fails()
    assert written == []


def test_without_a_person_the_process_is_named(entries: Any) -> None:
    with entries() as written:
        with recorded():
            organization("One")
        with acting(lambda: origin_of("system: seed_demo")), recorded(reason="demonstration"):
            organization("Two")
    assert written[0].actor.startswith("system: ")
    assert (written[1].actor, written[1].reason) == ("system: seed_demo", "demonstration")


def test_a_request_names_its_person_and_id(entries: Any, django_assert_num_queries: Any) -> None:
    user = person()

    def view(request: Any) -> Any:
        from django.http import HttpResponse

        with recorded(reason="form"):
            organization()
        return HttpResponse("ok")

    request = RequestFactory().post("/", headers={"X-Request-ID": "abcd-1234"})
    request.user = user
    with entries() as written:
        response = ChangeContextMiddleware(view)(request)
    assert response.headers["X-Request-ID"] == "abcd-1234"
    assert (written[0].actor, written[0].request_id) == ("Ann Lee", "abcd-1234")
    forged = RequestFactory().post("/", headers={"X-Request-ID": "a b\n<script>"})
    forged.user = user
    assert "script" not in ChangeContextMiddleware(view)(forged).headers["X-Request-ID"]


def test_recording_costs_one_query_beside_the_transaction(django_assert_num_queries: Any) -> None:
    # Savepoint, context, insert, end of the context (inside the test's transaction), release.
    with django_assert_num_queries(5), recorded(actor="system: test"):
        organization()


def test_no_model_of_ours_is_without_its_triggers() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "select c.relname, t.tgname from pg_trigger t join pg_class c on c.oid = t.tgrelid "
            "where t.tgenabled = 'O' and not t.tgisinternal"
        )
        present = set(cursor.fetchall())
    unrecorded = [
        (model._meta.label, name)
        for model in apps.get_models(include_auto_created=True)
        if is_our_room(model._meta.app_config)
        and model._meta.managed
        and not model._meta.proxy
        and model._meta.label not in UNTRACKED
        for name in trigger_names()
        if (model._meta.db_table, name) not in present
    ]
    assert unrecorded == []


def test_the_list_of_what_is_left_out_names_models_and_columns_that_exist() -> None:
    labels = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    for label in [*UNTRACKED, *ALSO_TRACKED]:
        assert label in labels
    for label, columns in LEFT_OUT.items():
        present = {field.column for field in labels[label]._meta.concrete_fields}
        assert set(columns) <= present, label
        assert all(columns.values()), "every column left out has a reason"
    assert labels["accounts.User"] in tracked_models()


def test_bytes_of_files_are_hashed() -> None:
    class Paper(models.Model):
        content = models.BinaryField()
        title = models.TextField()

        class Meta:
            app_label = "records"
            managed = False

        def __str__(self) -> str:
            return self.title

    try:
        assert tracked(Paper).hashed == ("content",)
    finally:
        apps.all_models["records"].pop("paper")


def test_what_a_job_writes_has_a_reason_of_its_own(entries: Any) -> None:
    """Nobody is there to be asked, and records beyond draft take no change without a reason."""
    standing = replace(origin_of("system: test.kind"), standing_reason="job: test.kind")
    with entries() as written, acting(lambda: standing):
        with recorded():
            Organization.objects.create(legal_name="Aster")
        with recorded(reason="said by the handler"):
            Organization.objects.create(legal_name="Birch")
        with recorded(), recorded(reason="said within"):
            Organization.objects.create(legal_name="Cedar")
    told = [entry.reason for entry in written]
    assert told == ["job: test.kind", "said by the handler", "said within"]


def test_a_declaration_that_changed_is_noticed_without_a_migration() -> None:
    assert is_installed("default")
    with kept_declarations():
        gmp_relevant(Organization, draft=models.Q(kind="unclassified"))
        assert not is_installed("default")
    assert is_installed("default")
