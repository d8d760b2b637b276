"""The profile of a site: what holds for every kind of record alike."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import User
from accounts.roles import Role
from partners.models import Evidence, Site
from partners.profile.forms import record_form
from partners.profile.registry import SECTIONS
from partners.profile.section import Section
from partners.profile.writing import Edit, records_change
from records.models import Entry
from tests import makers
from tests.partners.profile_rows import OLD, example_values, made, posted

pytestmark = pytest.mark.django_db
every_section = pytest.mark.parametrize("section", SECTIONS.values(), ids=list(SECTIONS))


@pytest.fixture
def qa() -> User:
    return makers.person(Role.QA)


@pytest.fixture
def browser(qa: User) -> Client:
    return makers.signed_in(qa)


@pytest.fixture
def site() -> Site:
    return makers.site("Lakeside")


def address(site: Site, section: Section, rest: str = "") -> str:
    return f"/sites/{site.pk}/profile/{section.key}/{rest}"


def undo_form(page: str) -> str:
    """The address behind the undo button of a message."""
    start = page.index('action="/changes/undo/?of=') + len('action="')
    return page[start : page.index('"', start)].replace("&amp;", "&")


@every_section
def test_an_empty_list_says_what_to_do(section: Section, browser: Client, site: Site) -> None:
    page = browser.get(address(site, section)).text
    assert str(section.nothing) in page
    assert address(site, section, "add/") in page


@every_section
def test_a_record_is_added_with_every_field(section: Section, browser: Client, site: Site) -> None:
    values = example_values(section)
    form = browser.get(address(site, section, "add/"), {section.first: values.get(section.first, "")})
    assert form.status_code == 200
    done = browser.post(address(site, section, "add/"), posted(section, values), follow=True)
    row = section.current(site).get()
    assert str(row) in done.text
    assert {name: getattr(row, name) for name in values} == values


def test_forms_speak_the_language_of_whoever_opens_them() -> None:
    """Their classes are kept, so the first who asks must not choose for the others."""
    for section in SECTIONS.values():
        for language in ("en", "fr"):
            with translation.override(language):
                fields = record_form(section.key).base_fields
                shown = {name: str(fields[name].label) for name in section.fields}
                assert shown == {name: section.label(name) for name in section.fields}


@every_section
def test_bad_input_is_named_and_what_was_typed_is_kept(section: Section, browser: Client, site: Site) -> None:
    sent = posted(section, example_values(section)) | {"known_on": "2999-01-01", "document": "Kept words"}
    page = browser.post(address(site, section, "add/"), sent)
    assert page.status_code == 422
    assert "This day lies in the future." in page.text
    assert 'value="Kept words"' in page.text
    assert not section.current(site).exists()


@every_section
def test_a_change_opens_a_version_and_a_past_day_finds_the_old_one(
    section: Section, browser: Client, site: Site
) -> None:
    old = made(section, site)
    sent = posted(section, example_values(section)) | {"document": "Another paper", "version": old.version}
    assert browser.post(address(site, section, f"{old.pk}/edit/"), sent).status_code == 302
    new = section.current(site).get()
    assert new.pk != old.pk
    assert (new.replaces_id, new.document, new.known_on) == (old.pk, "Another paper", timezone.localdate())
    yesterday = timezone.localdate() - timedelta(days=1)
    assert [row.pk for row in section.model.objects.known_by(yesterday)] == [old.pk]
    assert [row.pk for row in section.model.objects.known_by(timezone.localdate())] == [new.pk]
    detail = browser.get(address(site, section, f"{new.pk}/")).text
    assert "Another paper" in detail
    assert "First version" in detail


@every_section
def test_saving_without_a_change_writes_nothing(section: Section, browser: Client, site: Site) -> None:
    old = made(section, site)
    before = Entry.objects.count()
    sent = posted(section, example_values(section)) | {"version": old.version}
    assert browser.post(address(site, section, f"{old.pk}/edit/"), sent).status_code == 302
    assert Entry.objects.filter(model=section.model._meta.label).count() <= before
    assert section.current(site).get().pk == old.pk


@every_section
def test_the_second_editor_gets_both_values(section: Section, browser: Client, site: Site) -> None:
    old = made(section, site)
    records_change(section=section, edits=[Edit(old.pk, old.version, {"document": "Theirs"})], actor=None)
    sent = posted(section, example_values(section)) | {"document": "Mine", "version": old.version}
    page = browser.post(address(site, section, f"{old.pk}/edit/"), sent)
    assert page.status_code == 409
    assert "<td>Mine</td><td>Theirs</td>" in page.text
    assert section.current(site).get().document == "Theirs"
    current = section.current(site).get()
    today = timezone.localdate().isoformat()
    assert f'value="{today}"' in page.text, "the day of knowing follows the version to go on from"
    again = sent | {"pk": current.pk, "version": current.version, "known_on": today}
    assert browser.post(address(site, section, f"{old.pk}/edit/"), again).status_code == 302
    assert section.current(site).get().document == "Mine"


@every_section
def test_removing_can_be_undone(section: Section, browser: Client, site: Site) -> None:
    row = made(section, site)
    sent = {"version": row.version}
    page = browser.post(address(site, section, f"{row.pk}/remove/"), sent, follow=True).text
    assert not section.current(site).exists()
    assert section.model.objects.known_by(timezone.localdate() - timedelta(days=1)).exists()
    after = browser.post(undo_form(page), follow=True).text
    assert "Undone" in after
    assert section.current(site).get().pk == row.pk


@every_section
def test_many_are_set_at_once_after_a_look_and_undone(section: Section, browser: Client, site: Site) -> None:
    rows = [made(section, site)]
    other = makers.site("Other")
    rows.append(made(section, other))
    chosen = [f"{row.pk}:{row.version}" for row in rows]
    form = {"row": chosen, "field": "document", "value": "Site master file 2026"}
    look = browser.post(address(site, section, "many/"), form | {"step": "look"})
    assert "will change" in look.text
    assert section.current(site).get().document != "Site master file 2026"
    stale = browser.post(address(site, section, "many/"), form | {"step": "save"})
    assert stale.status_code == 409, "a record of another site is none of this list"
    page = browser.post(
        address(site, section, "many/"), form | {"row": chosen[:1], "step": "save"}, follow=True
    ).text
    assert section.current(site).get().document == "Site master file 2026"
    browser.post(undo_form(page))
    assert section.current(site).get().pk == rows[0].pk


def test_what_would_change_stays_in_sight_while_a_reason_is_missing(browser: Client, site: Site) -> None:
    section = SECTIONS["services"]
    row = made(section, site)
    records_change(
        section=section,
        edits=[Edit(row.pk, row.version, {"strength": "verified"})],
        actor=None,
        reason="Seen",
    )
    current = section.current(site).get()
    form = {"row": f"{current.pk}:{current.version}", "field": "document"}
    same = browser.post(
        address(site, section, "many/"), form | {"value": current.document, "step": "look"}
    ).text
    assert "All of them say so already" in same
    assert 'value="save"' not in same
    page = browser.post(address(site, section, "many/"), form | {"value": "New paper", "step": "save"})
    assert page.status_code == 422
    assert "Say why: somebody of ours verified this." in page.text
    assert "will change" in page.text
    assert 'value="save"' in page.text


@every_section
def test_undo_names_what_was_changed_since_and_does_nothing(
    section: Section, browser: Client, site: Site
) -> None:
    row = made(section, site)
    form = {"row": f"{row.pk}:{row.version}", "field": "document", "value": "Bulk", "step": "save"}
    page = browser.post(address(site, section, "many/"), form, follow=True).text
    current = section.current(site).get()
    records_change(
        section=section, edits=[Edit(current.pk, current.version, {"document": "Later"})], actor=None
    )
    after = browser.post(undo_form(page), follow=True).text
    assert "Nothing was undone: a record was changed since." in after
    assert section.current(site).get().document == "Later"


@every_section
def test_the_export_has_what_is_shown_and_nothing_else(section: Section, browser: Client, site: Site) -> None:
    made(section, site)
    lines = browser.get(address(site, section), {"export": "csv", "columns": "strength"}).content.decode(
        "utf-8-sig"
    )
    first = section.label(section.shown[0])
    assert lines.splitlines()[0].replace('"', "").split(",") == [first, section.label("strength")]
    assert lines.count("documented") == 1
    assert browser.get(address(site, section), {"export": "xlsx"}).content[:2] == b"PK"


@every_section
def test_every_list_takes_the_same_queries_for_1_and_12_records(
    section: Section, browser: Client, site: Site
) -> None:
    many = makers.site("Many")
    made(section, site)
    kept = example_values(section)
    rows: list[Evidence] = []
    for place in range(12):
        values: dict[str, Any] = dict(kept)
        if "year" in values:
            values["year"] = 2010 + place
        for name in ("name", "title", "line"):
            if name in values:
                values[name] = f"{values[name]} {place}"
        rows.append(section.model(**section.scope(many), **values))
    section.model.objects.bulk_create(rows)
    taken = makers.queries_of(browser, address(site, section))
    assert makers.queries_of(browser, address(many, section)) == taken
    assert taken <= 14


def test_the_documents_take_few_queries_and_list_every_kind(browser: Client, site: Site) -> None:
    for section in SECTIONS.values():
        made(section, site, document=f"Paper on {section.key}")
    page = browser.get(f"/sites/{site.pk}/documents/").text
    for key in SECTIONS:
        assert f"Paper on {key}" in page
    assert makers.queries_of(browser, f"/sites/{site.pk}/documents/") <= 14


def test_a_slip_is_corrected_in_place_on_the_day_it_was_recorded(browser: Client, site: Site) -> None:
    section = SECTIONS["materials"]
    row = made(section, site, days_old=0)
    sent = posted(section, example_values(section)) | {"stock_days": "12", "version": row.version}
    browser.post(address(site, section, f"{row.pk}/edit/"), sent | {"correction": "on"})
    assert section.records().filter(site=site).count() == 1
    assert section.current(site).get().stock_days == 12
    elsewhere = makers.site("Old")
    old = made(section, elsewhere, days_old=3)
    page = browser.get(address(elsewhere, section, f"{old.pk}/edit/")).text
    assert "This corrects a slip" not in page


def test_a_verified_record_asks_why_on_every_way(browser: Client, site: Site) -> None:
    section = SECTIONS["services"]
    row = made(section, site, strength="verified")
    changed = {"strength": "verified", "staff_count": "7", "version": row.version}
    sent = posted(section, example_values(section)) | changed
    edit = address(site, section, f"{row.pk}/edit/")
    assert browser.post(edit, sent).status_code == 422
    assert browser.post(address(site, section, f"{row.pk}/remove/"), {"version": 1}).status_code == 422
    bulk = {"row": f"{row.pk}:{row.version}", "field": "document", "value": "New", "step": "save"}
    assert browser.post(address(site, section, "many/"), bulk).status_code == 422
    assert section.current(site).get().pk == row.pk
    assert browser.post(edit, sent | {"reason": "Seen at the audit"}).status_code == 302
    assert Entry.objects.filter(record=str(row.pk), reason="Seen at the audit").exists()


def test_expiry_is_said_in_words(browser: Client, site: Site) -> None:
    section, today = SECTIONS["certificates"], timezone.localdate()
    made(section, site, expires_on=today - timedelta(days=3), number="A")
    made(section, site, expires_on=today + timedelta(days=21), number="B")
    page = browser.get(address(site, section)).text
    assert "expired" in page
    assert "in 3\N{NO-BREAK SPACE}weeks" in page


def test_a_practice_shows_its_anchors_at_every_level(browser: Client, site: Site) -> None:
    section = SECTIONS["practices"]
    choose = browser.get(address(site, section, "add/")).text
    assert "?practice=people" in choose
    page = browser.get(address(site, section, "add/"), {"practice": "people"}).text
    assert "0 · Posts stay empty" in page
    assert "5 · Turnover is low" in page
    sent = posted(section, example_values(section)) | {"practice": "people", "level": "9"}
    assert browser.post(address(site, section, "add/"), sent).status_code == 422


def test_a_new_version_cannot_be_known_before_the_old_one(browser: Client, site: Site) -> None:
    section = SECTIONS["materials"]
    row = made(section, site)
    sent = posted(section, example_values(section)) | {
        "stock_days": "1",
        "known_on": (OLD - timedelta(days=1)).isoformat(),
        "version": row.version,
    }
    page = browser.post(address(site, section, f"{row.pk}/edit/"), sent)
    assert page.status_code == 422
    assert "cannot have been known earlier" in page.text


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.EXECUTIVE])
def test_readers_see_lists_and_change_nothing(role: Role, site: Site) -> None:
    section = SECTIONS["materials"]
    row = made(section, site)
    reader = makers.signed_in(makers.person(role))
    page = reader.get(address(site, section)).text
    assert str(row) in page
    assert "add/" not in page
    assert reader.post(address(site, section, f"{row.pk}/edit/")).status_code == 403


def test_nobody_undoes_what_another_did(browser: Client, site: Site) -> None:
    section = SECTIONS["materials"]
    row = made(section, site)
    page = browser.post(
        address(site, section, f"{row.pk}/remove/"), {"version": row.version}, follow=True
    ).text
    other = makers.signed_in(makers.person(Role.SOURCING))
    assert other.post(undo_form(page)).status_code == 404
    assert browser.post("/changes/undo/?of=forged").status_code == 404
