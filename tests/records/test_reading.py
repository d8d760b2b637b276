"""The history as people read it: on the record, and as the audit trail."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import translation

from accounts.models import User
from accounts.roles import Role
from partners.models import Organization, Site
from programs.models import Membership, Program
from records.attaching import attachment_add
from records.context import recorded
from records.selectors import history_head, history_of, history_since

pytestmark = pytest.mark.django_db


def person(name: str, role: Role = Role.ASSESSOR) -> User:
    address = f"{name.strip('<b>/')}@example.com"
    return User.objects.create_user(address, "correct horse", full_name=name, role=role)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def site() -> Site:
    """A site moved from one organization to another, for a reason."""
    old, new = (Organization.objects.create(legal_name=name) for name in ("Aster", "Boreal"))
    site = Site.objects.create(organization=old, name="Lyon plant")
    with recorded(actor=person("Ann"), reason="Sold in March"):
        site.organization = new
        site.standing = Site.Standing.QUALIFIED
        site.save()
    return site


def test_a_change_is_told_in_words(site: Site) -> None:
    page = history_of(Site, site.pk)
    changed, created = page.items
    assert (changed.op, changed.actor, changed.reason) == ("U", "Ann", "Sold in March")
    told = {change.name: (change.label, change.old, change.new) for change in changed.changes}
    assert told == {
        "organization_id": ("organization", "Aster", "Boreal"),
        "standing": ("standing", "draft", "qualified"),
    }
    assert created.op == "I"
    assert {change.name for change in created.changes} >= {"name", "organization_id"}
    assert page.older is None


def test_labels_follow_the_readers_language(site: Site) -> None:
    with translation.override("fr"):
        labels = {change.label for change in history_of(Site, site.pk).items[0].changes}
        assert labels == {
            str(Site._meta.get_field("organization").verbose_name),
            str(Site._meta.get_field("standing").verbose_name),
        }


def test_a_long_history_comes_in_pages(site: Site) -> None:
    for number in range(30):
        Site.objects.filter(pk=site.pk).update(city=f"City {number}")
    first = history_of(Site, site.pk, size=20)
    assert first.older is not None
    second = history_of(Site, site.pk, size=20, before=first.older)
    assert second.older is None
    ids = [item.id for page in (first, second) for item in page.items]
    assert len(ids) == 32
    assert ids == sorted(ids, reverse=True)


def test_since_a_moment_only_later_changes_count(site: Site) -> None:
    assert len(history_since(Site, site.pk, datetime(2020, 1, 1, tzinfo=UTC))) == 2
    assert history_since(Site, site.pk, datetime(2100, 1, 1, tzinfo=UTC)) == []


def test_the_page_shows_who_what_and_why_and_escapes_it(site: Site) -> None:
    with recorded(actor=person("<b>Eve</b>"), reason="<script>alert(1)</script>"):
        Site.objects.filter(pk=site.pk).update(city="<img src=x>")
    shown = signed_in(person("reader")).get(f"/records/partners/site/{site.pk}/").content.decode()
    assert "Sold in March" in shown
    assert "<script>alert" not in shown
    assert "<img src=x>" not in shown
    assert "&lt;b&gt;Eve" in shown


def test_whoever_may_not_see_the_record_does_not_see_its_history(site: Site) -> None:
    program = Program.objects.create(code="ALFA", name="Alfa")
    member, outsider = person("member"), person("outsider")
    Membership.objects.create(program=program, user=member)
    address = f"/records/programs/program/{program.pk}/"
    assert signed_in(member).get(address).status_code == 200
    assert signed_in(outsider).get(address).status_code == 404
    assert signed_in(person("boss", Role.ADMINISTRATOR)).get(address).status_code == 200
    partner = signed_in(person("partner", Role.PARTNER))
    assert partner.get(f"/records/partners/site/{site.pk}/").status_code == 404
    assert Client().get(address).status_code == 302


def test_records_without_rows_of_their_own_are_for_administrators() -> None:
    user = person("someone")
    address = f"/records/accounts/user/{user.pk}/"
    assert signed_in(user).get(address).status_code == 404
    assert signed_in(person("boss", Role.ADMINISTRATOR)).get(address).status_code == 200
    assert (
        signed_in(person("chief", Role.ADMINISTRATOR)).get("/records/sessions/session/1/").status_code == 404
    )


def test_a_deleted_record_stays_readable_for_administrators(site: Site) -> None:
    pk = site.pk
    site.delete()
    assert signed_in(person("reader")).get(f"/records/partners/site/{pk}/").status_code == 404
    boss = signed_in(person("boss", Role.ADMINISTRATOR))
    assert "Lyon plant" in boss.get(f"/records/partners/site/{pk}/").content.decode()


def test_the_audit_trail_is_for_administrators_and_filters(site: Site) -> None:
    assert signed_in(person("reader", Role.QA)).get("/records/").status_code == 403
    boss = signed_in(person("boss", Role.ADMINISTRATOR))
    ann = User.objects.get(full_name="Ann")
    everything = boss.get("/records/").content.decode()
    assert "Sold in March" in everything
    own = boss.get(f"/records/?person={ann.pk}&model=partners.Site").context["table"]
    assert [row.record.actor for row in own.rows] == ["Ann"]
    none = boss.get("/records/", {"until": "2020-01-01"}).context["table"]
    assert len(none.rows) == 0
    today = boss.get("/records/", {"since": "2020-01-01", "until": "2100-01-01"}).context["table"]
    assert len(today.rows) > 0


def test_the_audit_trail_is_exported_with_whole_values(site: Site) -> None:
    boss = signed_in(person("boss", Role.ADMINISTRATOR))
    answer = boss.get("/records/", {"model": "partners.Site", "op": "U", "export": "csv"})
    [row] = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
    assert row["Reason"] == "Sold in March"
    assert '"standing": ["draft", "qualified"]' in row["Fields"]


def test_too_much_to_export_at_once_is_refused_with_the_way_out(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("records.views.trail.MOST_EXPORTED", 1)
    boss = signed_in(person("boss", Role.ADMINISTRATOR))
    answer = boss.get("/records/", {"export": "csv"})
    assert "Narrow the filters" in answer.content.decode()
    assert (
        boss.get("/records/", {"export": "csv", "op": "U", "model": "partners.Site"})
        .headers["Content-Disposition"]
        .startswith("attachment")
    )


def test_the_audit_trail_takes_a_fixed_number_of_queries(site: Site) -> None:
    boss = signed_in(person("boss", Role.ADMINISTRATOR))

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            assert boss.get("/records/").status_code == 200
        return len(captured)

    def fill(count: int) -> None:
        for number in range(count):
            made = Organization.objects.create(legal_name=f"Company {number}")
            Site.objects.create(organization=made, name=f"Plant {number}")

    fill(3)
    queries()
    few = queries()
    fill(40)
    assert queries() <= few <= 13


def test_entries_of_a_model_that_is_gone_are_still_shown(site: Site) -> None:
    from records.display import items_of
    from records.models import Entry

    entry: Any = Entry.objects.first()
    entry.model = "attic.Box"
    [item] = items_of([entry])
    assert item.kind == "attic.Box"


def test_values_are_shown_without_codes_and_without_zeros_that_say_nothing() -> None:
    from records.display import value_words
    from records.models import Attachment

    assert value_words(Attachment._meta.get_field("model"), "partners.Site", {}) == "site"
    assert [value_words(None, each, {}) for each in (120000.0, 2.5, 0.0, 7)] == ["120,000", "2.5", "0", "7"]


def test_the_audit_trail_is_searched_by_text_in_values_and_not_by_names_of_fields(site: Site) -> None:
    boss = signed_in(person("boss", Role.ADMINISTRATOR))

    def found(text: str) -> set[str]:
        return {row.record.model for row in boss.get("/records/", {"text": text}).context["table"].rows}

    assert found("lyon PLANT") == {"partners.Site"}
    assert found("Sold in") == {"partners.Site"}
    assert found("standing") == set()
    assert found("%") == set()
    assert found("'; drop table history.entry --") == set()


def test_a_search_through_too_much_says_how_to_narrow_it(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    slow = "EXISTS (SELECT FROM pg_sleep(1), jsonb_each_text(%(expressions)s))"
    monkeypatch.setattr("records.filters.HasValueLike.template", slow)
    monkeypatch.setattr("records.views.trail.SEARCH_SECONDS", "0.05")
    boss = signed_in(person("boss", Role.ADMINISTRATOR))
    for more in ({}, {"export": "csv"}):
        body = boss.get("/records/", {"text": "Lyon", **more}).content.decode()
        assert "Choose a kind of record or dates as well." in body
        assert 'value="Lyon"' in body


def test_data_carries_the_entries_their_hashes_and_the_head(site: Site) -> None:
    boss = signed_in(person("boss", Role.ADMINISTRATOR))
    answer = boss.get("/records/", {"model": "partners.Site", "export": "jsonl"})
    about, *entries = [json.loads(line) for line in answer.content.decode().splitlines()]
    assert about["filters"] == {"model": "partners.Site"}
    assert about["history_head"] == str(history_head() or "")
    assert [entry["operation"] for entry in entries] == ["I", "U"]
    assert entries[1]["old"]["standing"] == "draft"
    assert len(entries[1]["hash"]) == 64
    own = signed_in(person("reader")).get(f"/records/partners/site/{site.pk}/", {"export": "jsonl"})
    assert len(own.content.decode().splitlines()) == 3
    sheet = boss.get("/records/", {"model": "partners.Site", "op": "U", "export": "csv"})
    [row] = csv.DictReader(io.StringIO(sheet.content.decode("utf-8-sig")))
    assert row["Hash of the entry"] == entries[1]["hash"]
    assert row["Head of the change history"] == about["history_head"]


def test_the_history_of_a_record_tells_of_its_files(site: Site) -> None:
    attachment_add(record=site, file=io.BytesIO(b"%PDF-1.7"), name="map.pdf", actor=None)
    body = signed_in(person("reader")).get(f"/records/partners/site/{site.pk}/").content.decode()
    assert "map.pdf" in body
