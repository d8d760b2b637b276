"""The profile of a site: its records, its forms, and its price."""

import re

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from imports.models import ImportFile, ProfileImport
from partners.erasing import contact_erase
from partners.models import Contact, Evidence, Organization, Site
from partners.profile.registry import SECTIONS
from partners.profile.selectors import versions_of
from partners.profile.writing import Edit, records_add, records_change
from partners.services import site_update
from records.models import Entry
from tests import makers

pytestmark = pytest.mark.django_db

TABS = (
    "",
    "regulatory/",
    "regulatory/?show=actions",
    "regulatory/?show=citations",
    "profile/capabilities/",
    "profile/staffing/",
    "history/",
)


@pytest.fixture
def qa() -> User:
    return makers.person(Role.QA)


@pytest.fixture
def browser(qa: User) -> Client:
    return makers.signed_in(qa)


def entered(site: Site, **changes: object) -> dict[str, object]:
    return {
        "name": site.name,
        "fei": site.fei or "",
        "country": site.country.code,
        "standing": site.standing,
        "version": site.version,
    } | changes


def test_every_tab_takes_the_same_queries_for_10_and_60_records(browser: Client) -> None:
    few, many = makers.site("Few"), makers.site("Many")
    makers.records(few, 10)
    makers.records(many, 60)
    for tab in TABS:
        taken = makers.queries_of(browser, f"/sites/{few.pk}/{tab}")
        assert makers.queries_of(browser, f"/sites/{many.pk}/{tab}") == taken, tab
        assert taken <= 16, tab


def test_the_personal_data_of_a_contact_who_left_are_erased_and_the_history_keeps_them(
    qa: User, browser: Client
) -> None:
    site = makers.site()
    section = SECTIONS["contacts"]
    values = {"name": "Rosa Quent", "function": "quality", "email": "rosa@example.org", "phone": "+33 1"}
    first = records_add(section=section, rows=[(site, values)], actor=qa).rows[0]
    Contact.objects.update(
        known_on="2026-01-01", recorded_at="2026-01-01T00:00Z", created_at="2026-01-01T00:00Z"
    )
    edit = Edit(first.pk, first.version, {"decision_authority": "full"})
    second = records_change(section=section, edits=[edit], actor=qa).rows[0]
    # The sheet that brought the contact in lists what it said.
    file = ImportFile.objects.create(sha256="0" * 64, name="contacts.csv", size=1, content=b"")
    told = {"line": 2, "action": "changed", "site": "Quentin", "words": "Rosa Quent, head of quality"}
    run = ProfileImport.objects.create(
        section="contacts",
        file=file,
        site=site,
        state="committed",
        details={"rows": [told | {"changes": [["e-mail", "old@example.org", "Rosa@example.org"]]}]},
    )
    listed = f"/imports/profiles/runs/{run.pk}/"
    assert "Rosa" in browser.get(listed).text
    page = f"/sites/{site.pk}/profile/contacts/{second.pk}/"
    assert "erase/" in browser.get(page).content.decode()
    assert "all 2 versions" in browser.get(f"{page}erase/").content.decode()
    assert browser.post(f"{page}erase/", {"reason": " "}).status_code == 422
    assert Contact.objects.filter(name="Rosa Quent").count() == 2
    browser.post(f"{page}erase/", {"reason": "She left and asked for it"})
    kept = Contact.objects.values_list("name", "email", "phone", "function", "decision_authority")
    assert sorted(kept) == [("", "", "", "quality", "full"), ("", "", "", "quality", "unknown")]
    assert not Contact.objects.current().exists()
    for address in (page, f"/sites/{site.pk}/profile/contacts/", "/search/?q=Quent", listed):
        assert "Rosa" not in browser.get(address).content.decode()
    assert "Quentin" in browser.get(listed).text
    # The history is not rewritten.
    entries = Entry.objects.filter(model="partners.Contact", op="U")
    assert entries.filter(old__name="Rosa Quent", reason="She left and asked for it").count() >= 2
    sourcing = makers.signed_in(makers.person(Role.SOURCING))
    assert "erase/" not in sourcing.get(page).content.decode()


def test_an_erased_contact_ends_though_somebody_changed_it_meanwhile(
    qa: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    values = {"name": "Rosa Quent", "function": "quality"}
    row = records_add(section=SECTIONS["contacts"], rows=[(makers.site(), values)], actor=qa).rows[0]
    assert isinstance(row, Contact)
    changes = [Edit(row.pk, row.version, {"phone": "+33 1"})]

    def meanwhile(asked: Evidence) -> list[Evidence]:
        found = versions_of(asked)
        if changes:
            records_change(section=SECTIONS["contacts"], edits=[changes.pop()], actor=qa)
        return found

    monkeypatch.setattr("partners.erasing.versions_of", meanwhile)
    assert contact_erase(contact=row, reason="She left", actor=qa) == 2
    assert not Contact.objects.current().exists()
    assert set(Contact.objects.values_list("name", "phone")) == {("", "")}


def test_the_overview_counts_records_and_recalls_by_event(browser: Client) -> None:
    site = makers.site()
    makers.records(site, 3)
    for product in range(4):
        site.regulatory_actions.create(
            kind="recall",
            event_key="F-1",
            reference=str(product),
            happened_on="2024-02-03",
            known_on="2024-02-03",
        )
    page = browser.get(f"/sites/{site.pk}/").text
    assert '<th scope="row">Recall</th><td class="num">1</td>' in page
    assert '<th scope="row">Form 483</th><td class="num">3</td>' in page


def test_a_site_without_records_says_that_this_is_no_sign_of_quality(browser: Client) -> None:
    site = makers.site()
    assert "That is not a sign of quality" in browser.get(f"/sites/{site.pk}/").text
    assert "That is not a sign of quality" in browser.get(f"/sites/{site.pk}/regulatory/").text


def test_the_timeline_tells_its_finding_and_the_tables_are_exported(browser: Client) -> None:
    site = makers.site()
    makers.records(site, 2)
    page = browser.get(f"/sites/{site.pk}/regulatory/").text
    assert "No official action, warning letter or recall is on record." in page
    lines = b"".join(browser.get(f"/sites/{site.pk}/regulatory/?show=citations&export=csv")).decode(
        "utf-8-sig"
    )
    assert "21 CFR 211.0" in lines


def test_classifying_needs_a_reason_and_holds_for_all_sites(browser: Client) -> None:
    site = makers.site(kind="unclassified")
    makers.site(organization=site.organization)
    address = f"/sites/{site.pk}/classify/"
    refused = browser.post(address, {"kind": "cdmo", "reason": "", "version": 1})
    assert refused.status_code == 422
    page = browser.post(address, {"kind": "cdmo", "reason": "Its website, page 3", "version": 1}, follow=True)
    assert "This holds for its 2 sites." in page.text
    assert Organization.objects.get(pk=site.organization_id).kind == "cdmo"
    late = browser.post(address, {"kind": "packager", "reason": "Other", "version": 1})
    assert late.status_code == 409
    assert "CMO / CDMO" in late.text
    assert Organization.objects.get(pk=site.organization_id).kind == "cdmo"


def test_the_history_shows_who_changed_what_and_why(browser: Client) -> None:
    site = makers.site("Before", kind="unclassified")
    browser.post(f"/sites/{site.pk}/edit/", entered(site, name="After"))
    browser.post(f"/sites/{site.pk}/classify/", {"kind": "cdmo", "reason": "Seen there", "version": 1})
    page = browser.get(f"/sites/{site.pk}/history/").text
    assert "Seen there" in page
    assert "<del>Before</del>" in page
    assert "<ins>After</ins>" in page


def test_the_second_editor_of_a_site_gets_both_values(browser: Client) -> None:
    site = makers.site("Old")
    site_update(site=site, version=1, changes={"name": "Theirs"}, actor=None)
    page = browser.post(f"/sites/{site.pk}/edit/", entered(site, name="Mine", version=1))
    assert page.status_code == 409
    assert "<td>Mine</td><td>Theirs</td>" in page.text
    assert Site.objects.get(pk=site.pk).name == "Theirs"
    again = browser.post(f"/sites/{site.pk}/edit/", entered(site, name="Mine", version=2))
    assert (again.status_code, Site.objects.get(pk=site.pk).name) == (302, "Mine")


def test_a_wrong_fei_is_named_at_its_field_and_the_rest_is_kept(browser: Client) -> None:
    site = makers.site("Northgate")
    page = browser.post(f"/sites/{site.pk}/edit/", entered(site, fei="12-34", city="Kept City"))
    assert page.status_code == 422
    assert "An FEI is a text of 4 to 11 digits." in page.text
    assert 'value="Kept City"' in page.text


@pytest.mark.parametrize("role", [Role.ASSESSOR, Role.EXECUTIVE])
def test_readers_see_the_profile_but_change_nothing(role: Role) -> None:
    site = makers.site()
    reader = makers.signed_in(makers.person(role))
    page = reader.get(f"/sites/{site.pk}/")
    assert page.status_code == 200
    assert "Edit site" not in page.text
    assert reader.get(f"/sites/{site.pk}/edit/").status_code == 403
    assert reader.post(f"/sites/{site.pk}/classify/", {"kind": "cdmo"}).status_code == 403


def test_a_partner_contact_does_not_learn_which_sites_exist() -> None:
    site = makers.site()
    assert makers.signed_in(makers.person(Role.PARTNER)).get(f"/sites/{site.pk}/").status_code in (403, 404)
    assert makers.signed_in(makers.person(Role.PARTNER)).get("/sites/999999/").status_code in (403, 404)


def test_markup_in_a_name_stays_text(browser: Client) -> None:
    site = makers.site("<script>alert(1)</script>")
    for page in (f"/sites/{site.pk}/", "/directory/", f"/sites/{site.pk}/history/"):
        assert "<script>alert(1)" not in browser.get(page).text


def test_the_words_of_an_agency_are_marked_as_english_on_a_french_page(qa: User) -> None:
    site, french = makers.site(), makers.signed_in(qa, "fr")
    on = {"happened_on": "2024-02-03", "known_on": "2024-02-03"}
    site.regulatory_actions.create(
        kind="recall", title="Lack of sterility assurance", source="fda-recalls", source_key="1", **on
    )
    site.regulatory_actions.create(kind="recall", title="Saisi à la main", **on)
    site.citations.create(
        regulation="21 CFR 211.22(d)", short_text="Procedures not in writing", source="fda-citations",
        source_key="1", **on,
    )  # fmt: skip
    actions = french.get(f"/sites/{site.pk}/regulatory/?show=actions").text
    assert re.search(r'<td [^>]*lang="en"[^>]*>Lack of sterility assurance</td>', actions)
    assert re.search(r"<td(?![^>]*lang=)[^>]*>Saisi à la main</td>", actions)
    citations = french.get(f"/sites/{site.pk}/regulatory/?show=citations").text
    assert re.search(r'<td [^>]*lang="en"[^>]*>Procedures not in writing</td>', citations)
