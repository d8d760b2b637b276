"""The directory: what is found, what is hidden, what is counted, what is exported, and at which price."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from partners.models import Capability, SavedView
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


def facets(browser: Client, query: str = "") -> dict[str, str]:
    """The values of the facets with their counts, by label."""
    page = browser.get(f"/directory/?{query}").text
    shown = page[page.index('id="facets"') :]
    return dict(re.findall(r'<span>([^<]+)</span> <span class="facet-count">([^<]+)</span>', shown))


def test_the_facets_count_what_each_choice_would_show(browser: Client) -> None:
    makers.site("A", country="FR", standing="qualified")
    makers.site("B", country="FR")
    makers.site("C", country="DE")
    makers.site("D", country="DE", kind="laboratory")
    makers.site("E", country="DE", kind="unclassified")
    found = facets(browser, "country=DE")
    assert {"CMO / CDMO": "1", "testing laboratory": "1", "unclassified": "1"}.items() <= found.items()
    assert {"France": "2", "Germany": "2"}.items() <= found.items()
    assert "qualified" not in found
    assert "Belgium" not in found


def test_several_values_of_a_facet_mean_any_of_them(browser: Client) -> None:
    for name, country in (("A", "FR"), ("B", "DE"), ("C", "IT")):
        makers.site(name, country=country)
    assert names(browser, "country=FR&country=IT") == ["A", "C"]


def test_facets_of_capabilities_count_sites_and_not_capabilities(browser: Client) -> None:
    site = makers.site("Twice")
    scale = {"containment_oeb": 4, "batch_max": 150, "batch_unit": "L", "temperature_bands": ["frozen"]}
    kind = {"modality": "aav", "operation": "storage", "stages": ["phase_1", "commercial"]}
    for form in ("powder", "tablet"):
        Capability.objects.create(site=site, dosage_form=form, **kind, **scale)
    makers.site("None")
    found = facets(browser)
    for label in ("viral vector, AAV", "powder", "tablet", "storage", "phase 1", "commercial", "OEB 4"):
        assert found[label] == "1"
    assert found["up to 200 L"] == "1"
    assert names(browser, "stage=phase_1&scale=volume-200&band=frozen&containment=4") == ["Twice"]


def test_a_facet_counts_what_it_would_show_beside_the_others_of_one_capability(browser: Client) -> None:
    site = makers.site("Apart")
    Capability.objects.create(site=site, modality="aav", dosage_form="powder", operation="storage")
    Capability.objects.create(site=site, modality="mrna", dosage_form="tablet", operation="storage")
    found = facets(browser, "modality=aav")
    assert found["powder"] == "1"
    assert "tablet" not in found


def test_counts_agree_with_what_each_link_shows(browser: Client) -> None:
    kinds, countries, modalities = ("cdmo", "laboratory"), ("FR", "DE", "IT"), ("aav", "mrna", "peptide")
    for number in range(24):
        site = makers.site(f"S{number:02}", country=countries[number % 3], kind=kinds[number % 2])
        for step in range(number % 3):
            Capability.objects.create(
                site=site,
                modality=modalities[(number + step) % 3],
                dosage_form="powder",
                operation=("storage", "testing")[step],
            )
    for chosen in ("", "country=FR", "modality=aav", "operation=testing&country=DE"):
        found = facets(browser, chosen)
        for key, value, label in (
            ("modality", "mrna", "mRNA"),
            ("operation", "storage", "storage"),
            ("kind", "laboratory", "testing laboratory"),
        ):
            # Values of one facet add to one another, so the others of the facet are left out here.
            rest = "&".join(part for part in chosen.split("&") if not part.startswith(key))
            if rest == chosen:
                assert len(names(browser, f"{chosen}&{key}={value}")) == int(found.get(label, "0"))


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("alderwik", "Alderwick Biologics"),
        ("brismont", "Brisemont Pharma"),
        ("ravenmor bio", "Ravenmoor Bio"),
    ],
)
def test_a_slip_of_the_pen_is_forgiven(browser: Client, typed: str, meant: str) -> None:
    makers.site(meant)
    makers.site("Zenith Laboratories")
    assert names(browser, f"q={typed}") == [meant]


def test_the_closest_name_comes_first(browser: Client) -> None:
    makers.site("Alderwyck Foods")
    makers.site("Zeta Alderwick")
    assert names(browser, "q=alderwick") == ["Zeta Alderwick", "Alderwyck Foods"]


def test_a_name_as_typed_comes_before_a_city_and_that_before_another_spelling(browser: Client) -> None:
    makers.site("Alderwyck Foods")
    makers.site("Beta", city="Alderwick")
    makers.site("Zeta Alderwick")
    assert names(browser, "q=alderwick") == ["Zeta Alderwick", "Beta", "Alderwyck Foods"]


def test_an_fei_comes_before_names_that_look_like_it(browser: Client) -> None:
    makers.site("Plant 3001")
    makers.site("Zeta", fei="3001234567")
    assert names(browser, "q=300123")[0] == "Zeta"


def test_evidence_that_has_expired_counts_only_when_asked_for(browser: Client) -> None:
    today = timezone.localdate()
    common = {"dosage_form": "powder", "operation": "storage"}
    for name, until in (("Holds", None), ("Last day", today), ("Lapsed", today - timedelta(days=1))):
        site = makers.site(name)
        Capability.objects.create(site=site, modality="aav", expires_on=until, **common)
        Capability.objects.create(site=site, modality="mrna", **common)
    assert facets(browser)["viral vector, AAV"] == "2"
    assert names(browser, "modality=aav") == ["Holds", "Last day"]
    page = browser.get("/directory/?modality=aav").text
    assert "1 more site states this on evidence that has expired." in page
    assert 'href="?modality=aav&amp;expired=true"' in page
    assert names(browser, "modality=aav&expired=true") == ["Holds", "Lapsed", "Last day"]
    assert facets(browser, "expired=true")["viral vector, AAV"] == "3"
    lines = b"".join(browser.get("/directory/?q=lapsed&columns=modalities&export=csv")).decode("utf-8-sig")
    assert "mRNA, viral vector, AAV (expired)" in lines
    assert (
        '<span class="muted">viral vector, AAV (expired)</span>' in browser.get("/directory/?q=lapsed").text
    )


def test_countries_sort_by_their_names(browser: Client) -> None:
    for country in ("DE", "CH", "FR"):
        makers.site(country, country=country)
    assert names(browser, "sort=country") == ["FR", "DE", "CH"]


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
    assert "candidates" not in browser.get("/directory/").text
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


def test_the_map_counts_countries_and_links_to_them(browser: Client) -> None:
    makers.site("A", country="FR")
    makers.site("B", country="FR")
    page = browser.get("/directory/?show=map").text
    assert "France: 2" in page
    assert 'href="/directory/?show=map&amp;country=FR"' in page


def test_sites_are_sorted_by_their_fit_to_a_program() -> None:
    lead = makers.person(Role.SOURCING)
    program = makers.program("FIT-1", lead)
    fits, other = makers.site("Zz fits"), makers.site("Aa does not")
    common = {
        "operation": "drug_product",
        "stages": [program.stage],
        "batches_made": 50,
        "years_experience": 9,
    }
    Capability.objects.create(
        site=fits, modality=program.modality, dosage_form=program.dosage_form, route=program.route, **common
    )
    Capability.objects.create(site=other, modality="other", dosage_form="other", **common)
    assert names(makers.signed_in(lead), "fit=FIT-1") == ["Zz fits", "Aa does not"]
    # Whoever may not see the program is not told that it exists.
    assert names(makers.signed_in(makers.person(Role.QA)), "fit=FIT-1") == ["Aa does not", "Zz fits"]


def test_a_view_is_kept_shared_deleted_and_brought_back(browser: Client) -> None:
    browser.post("/directory/views/", {"name": "French", "query": "q=&country=FR&page=3", "shared": "on"})
    other = makers.signed_in(makers.person(Role.EXECUTIVE))
    assert "?country=FR" in other.get("/directory/").text
    view = SavedView.objects.get()
    assert view.query == "country=FR"
    assert other.post(f"/directory/views/{view.pk}/delete/").status_code == 404
    page = browser.post(f"/directory/views/{view.pk}/delete/", follow=True).text
    assert not SavedView.objects.exists()
    undo = re.search(r'action="(/directory/views/restore/[^"]+)"', page)
    assert undo
    browser.post(undo.group(1).replace("&amp;", "&"))
    assert SavedView.objects.get().name == "French"
    assert browser.post("/directory/views/restore/?was=forged").status_code == 404


def test_a_view_without_a_name_is_refused_and_the_search_stays(browser: Client) -> None:
    response = browser.post("/directory/views/", {"name": " ", "query": "country=FR"}, follow=True)
    assert "Give the view a name." in response.text
    assert response.redirect_chain[-1][0].endswith("?country=FR")


def test_six_sites_at_most_stand_side_by_side_with_what_differs(browser: Client) -> None:
    sites = [makers.site(f"Plant number {number}", country="FR") for number in range(7)]
    makers.records(sites[0], 2)
    response = browser.post("/directory/compare/pick/", {"site": [site.pk for site in sites]}, follow=True)
    assert "Six sites are compared at most" in response.text
    page = response.text
    assert "Plant number 5" in page
    assert "Plant number 6" not in page
    marked = re.findall(r'<tr class="differs"><th scope="row">([^ <]+)', page)
    assert "Inspections" in marked
    assert "Country" not in marked
    only = browser.get(f"/directory/compare/?compare={sites[0].pk},{sites[1].pk}&only=differences").text
    assert "Inspections" in only
    assert ">Country" not in only
    lines = b"".join(browser.get(f"/directory/compare/?site={sites[0].pk}&site={sites[1].pk}&export=csv"))
    assert b"Plant number 0,Plant number 1" in lines


def test_a_comparison_takes_the_same_queries_for_two_and_six(browser: Client) -> None:
    sites = [makers.site(f"S{number}") for number in range(6)]
    for site in sites:
        makers.records(site, 3)
    two = makers.queries_of(browser, f"/directory/compare/?compare={sites[0].pk},{sites[1].pk}")
    six = makers.queries_of(browser, "/directory/compare/?compare=" + ",".join(str(s.pk) for s in sites))
    assert two == six


def test_a_comparison_of_nothing_says_what_to_do(browser: Client) -> None:
    assert "Choose at least two sites" in browser.get("/directory/compare/?compare=1,x,-3").text
