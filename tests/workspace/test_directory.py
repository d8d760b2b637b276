"""The directory: what is found, what is hidden, what is counted, what is exported, and at which price."""

import re

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from partners.models import Capability
from tests import makers

pytestmark = pytest.mark.django_db


@pytest.fixture
def reader() -> User:
    return makers.person(Role.QA)


@pytest.fixture
def browser(reader: User) -> Client:
    return makers.signed_in(reader)


def names(browser: Client, query: str = "") -> list[str]:
    """The sites of the page, as its export gives them."""
    lines = b"".join(browser.get(f"/directory/?export=csv&columns=&{query}")).decode("utf-8-sig").splitlines()
    return lines[1:]


@pytest.mark.parametrize(
    "words", ["etoile", "ÉTOILE", "toile ster", "sterile étoile", "3001234567", "nantes"]
)
def test_accents_case_and_order_of_words_do_not_count(browser: Client, words: str) -> None:
    makers.site("Étoile Stérile", fei="3001234567", city="Nantes")
    makers.site("Another")
    assert names(browser, f"q={words}") == ["Étoile Stérile"]


def test_a_site_is_found_by_another_spelling_of_its_name(browser: Client) -> None:
    makers.site("Northgate Biologics", aliases=("NORTHGATE BIO INC.",))
    assert names(browser, "q=bio inc") == ["Northgate Biologics"]


def test_a_percent_sign_is_a_letter_like_any_other(browser: Client) -> None:
    makers.site("Plain")
    makers.site("100% Pure")
    assert names(browser, "q=%25") == ["100% Pure"]


def test_unclassified_sites_are_hidden_and_the_page_says_how_many(browser: Client) -> None:
    makers.site("Known")
    makers.site("Open question", kind="unclassified")
    makers.site("Open question too", kind="unclassified")
    assert names(browser) == ["Known"]
    page = browser.get("/directory/").text
    assert "2 sites of unclassified organizations are hidden." in page
    assert "unclassified=true" in page
    assert len(names(browser, "unclassified=true")) == 3
    assert len(names(browser, "kind=unclassified")) == 2


def test_the_facets_count_what_each_choice_would_show(browser: Client) -> None:
    makers.site("A", country="FR", standing="qualified")
    makers.site("B", country="FR")
    makers.site("C", country="DE")
    makers.site("D", country="DE", kind="laboratory")
    makers.site("E", country="DE", kind="unclassified")
    page = browser.get("/directory/?country=DE").text
    for option in (
        "CMO / CDMO (1)",
        "testing laboratory (1)",
        "unclassified (1)",
        "France (2)",
        "Germany (2)",
    ):
        assert option in page
    assert "qualified (0)" in page
    assert "Belgium" not in page


def test_modality_and_dosage_form_must_hold_for_one_capability(browser: Client) -> None:
    both = makers.site("Both")
    apart = makers.site("Apart")
    common = {"operation": "fill_finish"}
    Capability.objects.create(site=both, modality="aav", dosage_form="solution_for_injection", **common)
    Capability.objects.create(site=apart, modality="aav", dosage_form="powder", **common)
    Capability.objects.create(site=apart, modality="peptide", dosage_form="solution_for_injection", **common)
    assert names(browser, "modality=aav&dosage_form=solution_for_injection") == ["Both"]
    assert names(browser, "modality=aav") == ["Apart", "Both"]


def test_sites_are_told_apart_by_their_records(browser: Client) -> None:
    makers.records(makers.site("Inspected"), 2)
    makers.site("Never seen")
    assert names(browser, "records=yes") == ["Inspected"]
    assert names(browser, "records=no") == ["Never seen"]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", ["Abeille", "Étoile", "Zénith"]),
        ("-name", ["Zénith", "Étoile", "Abeille"]),
        ("-inspection_count", ["Étoile", "Zénith", "Abeille"]),
    ],
)
def test_the_list_sorts_as_a_reader_expects(browser: Client, sort: str, expected: list[str]) -> None:
    makers.site("Zénith")
    makers.records(makers.site("Étoile"), 2)
    makers.site("Abeille")
    makers.records(makers.site("Zwischen", kind="unclassified"), 1)
    found = names(browser, f"sort={sort}")
    assert found == expected if "count" not in sort else found[0] == "Étoile"


def test_the_export_holds_exactly_the_filters_and_columns_shown(browser: Client) -> None:
    site = makers.site("@SUM(A1)", fei="3001234567", country="FR")
    makers.records(site, 1)
    makers.site("Elsewhere", country="DE")
    response = browser.get("/directory/?country=FR&columns=fei,kind,last_classification&export=csv")
    lines = b"".join(response).decode("utf-8-sig").splitlines()
    assert lines == ["Site,Kind,FEI,Last outcome", "'@SUM(A1),CMO / CDMO,3001234567,VAI"]


def test_rows_are_picked_only_by_those_who_may_add_candidates(browser: Client) -> None:
    makers.site("Northgate")
    assert 'form="selection"' not in browser.get("/directory/").text
    lead = makers.person(Role.SOURCING)
    makers.program("AUR-101", lead)
    page = makers.signed_in(lead).get("/directory/").text
    assert re.search(r'name="site" value="\d+" form="selection" aria-label="Select Northgate"', page)
    assert "AUR-101" in page


def test_a_partner_contact_sees_no_directory() -> None:
    assert makers.signed_in(makers.person(Role.PARTNER)).get("/directory/").status_code == 403


@pytest.mark.parametrize(
    "query", ["kind=bakery", "country=XX", "page=99", "sort=secret", "unclassified=perhaps"]
)
def test_an_address_typed_wrong_still_gives_a_page(browser: Client, query: str) -> None:
    makers.site()
    assert browser.get(f"/directory/?{query}").status_code in (200, 404)


def test_an_empty_directory_says_where_sites_come_from(browser: Client) -> None:
    assert "The directory is empty" in browser.get("/directory/").text


def test_the_page_takes_the_same_queries_for_10_and_60_sites(browser: Client) -> None:
    lead = makers.signed_in(makers.person(Role.SOURCING))
    queries = ("", "?q=site", "?unclassified=true", "?records=yes", "?modality=aav&sort=-last_inspected_on")
    for _ in range(10):
        makers.records(makers.site(), 1)
    few = [makers.queries_of(lead, f"/directory/{query}") for query in queries]
    for _ in range(50):
        makers.records(makers.site(), 1)
    many = [makers.queries_of(lead, f"/directory/{query}") for query in queries]
    assert many == few
    assert max(many) <= 12


def test_a_download_of_many_rows_takes_as_few_queries(browser: Client) -> None:
    for _ in range(60):
        makers.site()
    assert makers.queries_of(browser, "/directory/?export=csv") <= 12
