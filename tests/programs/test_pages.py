"""The pages of programs, as people use them."""

import pytest
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from programs.models import Candidate, Membership, Program
from programs.services import program_update
from tests import makers

pytestmark = pytest.mark.django_db

FORM = makers.NEED | {"code": "AUR-101", "batch_size": "2000", "batch_unit": "L", "regions": ["us", "eu"]}


@pytest.fixture
def lead() -> User:
    return makers.person(Role.SOURCING)


@pytest.fixture
def browser(lead: User) -> Client:
    return makers.signed_in(lead)


def test_a_sourcing_lead_describes_a_program_and_lands_on_it(browser: Client, lead: User) -> None:
    page = browser.post("/programs/add/", FORM, follow=True)
    assert page.redirect_chain == [("/programs/AUR-101/", 302)]
    assert "Search the directory" in page.text
    program = Program.objects.get()
    assert (program.regions, program.memberships.get().user) == (["us", "eu"], lead)


def test_a_form_with_a_mistake_keeps_what_was_typed(browser: Client) -> None:
    page = browser.post("/programs/add/", FORM | {"batch_unit": "", "name": "Kept name"})
    assert page.status_code == 422
    assert "Choose the unit of the batch size." in page.text
    assert 'value="Kept name"' in page.text
    assert not Program.objects.exists()


def test_a_code_that_is_taken_is_refused_at_its_field(browser: Client) -> None:
    makers.program("AUR-101")
    page = browser.post("/programs/add/", FORM)
    assert page.status_code == 422
    assert "error_1_id_code" in page.text


@pytest.mark.parametrize("code", ["add", "PICK"])
def test_a_code_that_is_an_address_of_ours_is_refused(browser: Client, code: str) -> None:
    assert browser.post("/programs/add/", FORM | {"code": code}).status_code == 422


def test_the_second_editor_sees_both_values_and_loses_nothing(browser: Client, lead: User) -> None:
    program = makers.program("AUR-101", lead)
    program_update(program=program, version=1, changes={"name": "Theirs"}, actor=None)
    page = browser.post("/programs/AUR-101/edit/", FORM | {"name": "Mine", "version": "1"})
    assert page.status_code == 409
    assert "Someone else saved this" in page.text
    assert "<td>Mine</td><td>Theirs</td>" in page.text
    assert 'value="Mine"' in page.text
    assert Program.objects.get().name == "Theirs"
    # The form goes on from what is saved now: sending it again is a decision, and it is kept.
    assert 'name="version" value="2"' in page.text
    again = browser.post("/programs/AUR-101/edit/", FORM | {"name": "Mine", "version": "2"})
    assert (again.status_code, Program.objects.get().name) == (302, "Mine")


def test_a_search_inside_the_program_finds_unclassified_sites_and_marks_them(
    browser: Client, lead: User
) -> None:
    makers.program("AUR-101", lead)
    makers.site("Étoile Stérile", kind="unclassified", fei="3001234567")
    makers.site("Other place")
    for words in ("etoile", "ÉTOILE stérile", "3001234"):
        page = browser.get("/programs/AUR-101/", {"find": words}, headers={"HX-Target": "candidate-results"})
        assert "Étoile Stérile" in page.text
        assert "unclassified" in page.text
        assert "Other place" not in page.text
        assert "<html" not in page.text


def test_a_found_site_is_added_and_the_search_stays(browser: Client, lead: User) -> None:
    makers.program("AUR-101", lead)
    site = makers.site("Northgate")
    page = browser.post("/programs/AUR-101/candidates/add/", {"site": site.pk, "find": "north"}, follow=True)
    assert page.redirect_chain == [("/programs/AUR-101/?find=north", 302)]
    assert "Northgate was added to AUR-101." in page.text
    assert [row.site for row in Candidate.objects.all()] == [site]


def test_several_sites_are_picked_in_the_directory(browser: Client, lead: User) -> None:
    makers.program("AUR-101", lead)
    sites = [makers.site() for _ in range(3)]
    picked = {"program": "AUR-101", "site": [site.pk for site in sites]}
    page = browser.post("/programs/pick/", picked, follow=True)
    assert "3 sites were added to AUR-101." in page.text
    assert browser.post("/programs/pick/", {"program": "AUR-101"}, follow=True).status_code == 200
    assert Candidate.objects.count() == 3


def test_sites_cannot_be_picked_into_a_program_of_others(browser: Client) -> None:
    makers.program("SECRET")
    assert browser.post("/programs/pick/", {"program": "SECRET", "site": makers.site().pk}).status_code == 404
    assert not Candidate.objects.exists()


def test_a_candidate_is_removed_and_taken_back(browser: Client, lead: User) -> None:
    site = makers.site("Northgate")
    program = makers.program("AUR-101", lead, sites=(site,))
    candidate = makers.candidate_of(program)
    page = browser.post(f"/programs/AUR-101/candidates/{candidate.pk}/remove/", follow=True)
    assert "Northgate is no longer a candidate." in page.text
    assert not Candidate.objects.exists()
    undo = page.text.split('action="/programs/AUR-101/candidates/restore/?state=')[1].split('"')[0]
    browser.post(f"/programs/AUR-101/candidates/restore/?state={undo}")
    assert Candidate.objects.get().site == site


@pytest.mark.parametrize("state", ["", "forged", "eyJzaXRlX2lkIjoxfQ:1abc:xyz"])
def test_a_forged_undo_is_refused(browser: Client, lead: User, state: str) -> None:
    makers.program("AUR-101", lead)
    assert browser.post(f"/programs/AUR-101/candidates/restore/?state={state}").status_code == 404


def test_declining_asks_for_the_reason_at_its_field(browser: Client, lead: User) -> None:
    program = makers.program("AUR-101", lead, sites=(makers.site(),))
    address = f"/programs/AUR-101/candidates/{makers.candidate_of(program).pk}/stage/"
    page = browser.post(address, {"stage": "declined", "reason": "", "version": 1})
    assert page.status_code == 422
    assert "Say why the site is declined" in page.text
    assert browser.post(address, {"stage": "shortlist", "reason": "", "version": 1}).status_code == 302
    assert browser.post(address, {"stage": "finalist", "reason": "", "version": 1}).status_code == 409
    assert Candidate.objects.get().stage == "shortlist"


def test_members_are_added_and_removed_with_a_way_back(browser: Client, lead: User) -> None:
    makers.program("AUR-101", lead)
    colleague = makers.person(Role.QA, full_name="Ingrid Solheimer")
    browser.post("/programs/AUR-101/members/add/", {"user": colleague.pk})
    page = browser.post(f"/programs/AUR-101/members/{colleague.pk}/remove/", follow=True)
    assert "Ingrid Solheimer no longer sees AUR-101." in page.text
    assert f'action="/programs/AUR-101/members/add/?user={colleague.pk}"' in page.text
    browser.post(f"/programs/AUR-101/members/add/?user={colleague.pk}")
    assert Membership.objects.filter(user=colleague).exists()


def test_who_removes_themselves_lands_on_their_list(browser: Client, lead: User) -> None:
    makers.program("AUR-101", lead)
    page = browser.post(f"/programs/AUR-101/members/{lead.pk}/remove/", follow=True)
    assert page.redirect_chain == [("/programs/", 302)]


def test_readers_see_neither_search_nor_edit_buttons() -> None:
    reader = makers.person(Role.EXECUTIVE)
    makers.program("AUR-101", reader, sites=(makers.site("Northgate"),))
    page = makers.signed_in(reader).get("/programs/AUR-101/?find=north")
    assert "Northgate" in page.text
    assert "Edit program" not in page.text
    assert 'id="find"' not in page.text


def test_the_export_is_what_the_table_shows(browser: Client, lead: User) -> None:
    makers.program("AUR-101", lead, sites=(makers.site("=HYPERLINK()", fei="3001234567"),))
    response = browser.get("/programs/AUR-101/?export=csv&columns=fei,stage")
    lines = b"".join(response).decode("utf-8-sig").splitlines()
    assert lines == ["Site,FEI,Stage", "'=HYPERLINK(),3001234567,longlist"]


def test_pages_take_the_same_queries_for_10_and_60_candidates(browser: Client, lead: User) -> None:
    makers.program("SMALL", lead, sites=tuple(makers.site(f"Small {n}") for n in range(10)))
    makers.program("LARGE", lead, sites=tuple(makers.site(f"Large {n}") for n in range(60)))
    for page in ("", "?find=a", "members/", "edit/", "?export=csv"):
        small = makers.queries_of(browser, f"/programs/SMALL/{page}")
        assert small == makers.queries_of(browser, f"/programs/LARGE/{page}"), page
        assert small <= 12, page
    assert makers.queries_of(browser, "/programs/") <= 12


def test_the_tabs_lead_to_scorecard_and_reports_of_this_program(browser: Client, lead: User) -> None:
    program = makers.program("AUR-101", lead, sites=(makers.site(),))
    makers.program("OTHER", lead)
    page = browser.get("/programs/AUR-101/").text
    assert 'href="/programs/AUR-101/scorecard/"' in page
    library = f"/reports/?program={program.pk}"
    assert f'href="{library}"' in page
    assert browser.get(library).context["filter"].form.cleaned_data["program"] == program


def test_pages_speak_french(lead: User) -> None:
    makers.program("AUR-101", lead)
    page = makers.signed_in(lead, "fr").get("/programs/AUR-101/")
    assert '<html lang="fr"' in page.text
