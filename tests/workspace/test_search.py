"""Search across the rooms: what is found, by whom, and with how many queries."""

from datetime import date

import pytest
from django.db import connection
from django.test import Client

from accounts.roles import Role
from audits.models import Audit, Capa, Finding, Inspection, RegulatoryAction
from partners.models import Contact, Site
from scorecards.models import Panel
from tests import makers
from workspace.search.find import MOST, search

pytestmark = pytest.mark.django_db


def found(text: str, role: Role = Role.SOURCING) -> dict[str, list[str]]:
    """Titles by heading."""
    groups = search(makers.person(role), text)
    return {str(group.heading): [hit.title for hit in group.hits] for group in groups}


def capa(number: str, site: Site, title: str) -> None:
    day = date(2026, 5, 4)
    Capa.objects.create(
        number=number, site=site, origin="other", title=title, opened_on=day, clock_from=day, due_on=day
    )


def world() -> None:
    """One record of most kinds, each with the word Kestrel."""
    site = makers.site("Kestrel Biologics", city="Graz", country="AT", fei="4400011")
    lead = makers.person(Role.SOURCING)
    program = makers.program("KES-1", lead, sites=(site,), name="Kestrel antibody")
    audit = Audit.objects.create(
        number="AUD-2026-0007", site=site, starts_on=date(2026, 5, 4), ends_on=date(2026, 5, 6)
    )
    Finding.objects.create(audit=audit, number=1, description="Kestrel line cleared late", severity="major")
    capa("CAPA-2026-0031", site, "Kestrel line clearance")
    Contact.objects.create(site=site, name="Ada Kestrel", function="quality")
    Inspection.objects.create(site=site, inspection_number="1258459", happened_on=date(2025, 3, 2))
    Panel.objects.create(work_package=program.packages.get(), title="Kestrel panel", due_on=date(2027, 1, 1))


def test_every_kind_is_found_with_a_page_that_opens() -> None:
    world()
    admin = makers.person(Role.ADMINISTRATOR)
    browser = makers.signed_in(admin)
    groups = {str(group.heading): group for group in search(admin, "kestrel")}
    assert {heading: [hit.title for hit in group.hits] for heading, group in groups.items()} == {
        "Sites": ["Kestrel Biologics"],
        "Programs": ["KES-1"],
        "Audits": ["AUD-2026-0007"],
        "Findings": ["Kestrel line cleared late"],
        "CAPA": ["CAPA-2026-0031 · Kestrel line clearance"],
        "Panels": ["Kestrel panel"],
        "Contacts": ["Ada Kestrel"],
    }
    for group in groups.values():
        for hit in group.hits:
            page = browser.get(hit.url)
            assert page.status_code == 200, hit
            assert hit.title.split(" · ")[-1] in page.content.decode(), hit


def test_all_words_must_occur_and_numbers_are_found_from_their_beginning() -> None:
    world()
    assert found("kestrel clearance") == {"CAPA": ["CAPA-2026-0031 · Kestrel line clearance"]}
    assert found("0031") == {"CAPA": ["CAPA-2026-0031 · Kestrel line clearance"]}
    assert found("125845") == {"Inspections": ["1258459"]}
    assert "Inspections" not in found("58459")
    assert found("4400011") == {"Sites": ["Kestrel Biologics"]}
    assert found("k") == found("%%") == found("\0 ") == {}


def test_the_beginning_of_a_number_is_looked_up_and_not_compared_with_every_row() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL enable_seqscan = off")
    for rows, index in (
        (Inspection.objects.filter(inspection_number__startswith="1258"), "inspection_number"),
        (RegulatoryAction.objects.filter(reference__istartswith="320-2"), "action_reference_begins"),
    ):
        plan = rows.order_by().explain()
        assert index in plan
        assert "Index Cond" in plan


def test_sites_are_found_with_a_slip_of_the_pen_after_what_has_the_words() -> None:
    world()
    makers.site("Kestral Packaging")
    headings = list(found("kestral"))
    assert headings[0] == "Sites"
    Contact.objects.update(name="Kestril")
    assert next(iter(found("kestril"))) == "Contacts"


def test_a_program_and_its_panels_are_found_by_its_members_only() -> None:
    world()
    assert {"Programs", "Panels"}.isdisjoint(found("kestrel", Role.QA))
    assert "People" not in found("example", Role.QA)


def test_the_rooms_themselves_are_found_in_the_readers_language(client: Client) -> None:
    assert found("impo")["Go to"] == ["Imports"]
    assert "Go to" not in found("audit trail", Role.ASSESSOR)
    reader = makers.signed_in(makers.person(Role.QA), "fr")
    page = reader.get("/search/?q=rapp")
    assert [hit.title for group in page.context["groups"] for hit in group.hits] == ["Rapports"]


def test_more_sites_than_are_shown_stand_in_the_directory() -> None:
    for number in range(MOST + 2):
        makers.site(f"Heron Works {number}")
    browser = makers.signed_in(makers.person(Role.QA))
    page = browser.get("/search/?q=heron")
    (group,) = page.context["groups"]
    assert (len(group.hits), group.count) == (MOST, MOST + 2)
    assert f"All {MOST + 2} sites" in page.content.decode()
    assert browser.get(group.more).content.decode().count("Heron Works") >= MOST + 2


def test_the_page_takes_as_many_queries_whatever_there_is() -> None:
    browser = makers.signed_in(makers.person(Role.ADMINISTRATOR))
    world()
    few = makers.queries_of(browser, "/search/?q=kestrel")
    for number in range(20):
        capa(f"CAPA-2025-{number:04}", makers.site(f"Kestrel {number}"), "Kestrel")
    assert makers.queries_of(browser, "/search/?q=kestrel") == few <= 8


def test_in_the_dialog_only_the_answer_comes() -> None:
    browser = makers.signed_in(makers.person(Role.QA))
    whole = browser.get("/search/?q=imports")
    part = browser.get(
        "/search/?q=imports", headers={"HX-Request": "true", "HX-Target": "search-dialog-results"}
    )
    assert "<html" in whole.content.decode()
    assert part.content.decode().lstrip().startswith("<p")
    assert "<html" not in part.content.decode()
    assert "search-dialog-q" in whole.content.decode()
    partner = makers.signed_in(makers.person(Role.PARTNER))
    assert "search-dialog-q" not in partner.get("/").content.decode()
    assert partner.get("/search/").status_code == 403
