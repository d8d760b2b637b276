"""What a program needs: its fields, work packages and copies."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from common.versions import StaleRecord
from programs.copying import program_copy
from programs.demand import EnteredRow, demand_set, rows_read
from programs.models import Candidate, Membership, Program
from programs.packages import package_add, package_change, package_move, package_remove
from programs.requirement_services import requirements_add
from tests import makers
from tests.programs.samples import COUNTRY

pytestmark = pytest.mark.django_db


def test_every_field_of_a_program_is_kept_and_shown(browser: Client, program: Program) -> None:
    entered = makers.NEED | {
        "code": "AUR-101",
        "batch_size": "2,000.5",
        "batch_size_peak": "4000",
        "batch_unit": "L",
        "operations": ["fill_finish", "drug_substance"],
        "containment_oeb": "4",
        "temperature_min": "-80",
        "temperature_max": "-60",
        "therapeutic_area": "Respiratory",
        "transfer_on": "2027-01-01",
        "first_batch_on": "2027-09-01",
        "submission_on": "2028-01-01",
        "launch_on": "2029-01-01",
        "budget_target": "1000000",
        "budget_limit": "2000000",
        "currency": "eur",
        "regions": ["eu"],
        "version": "1",
    }
    assert browser.post("/programs/AUR-101/edit/", entered).status_code == 302
    saved = Program.objects.get()
    assert (saved.batch_size, saved.batch_size_peak) == (Decimal("2000.5"), Decimal(4000))
    assert saved.operations == ["drug_substance", "fill_finish"]
    assert (saved.temperature_min, saved.temperature_max, saved.containment_oeb) == (-80, -60, 4)
    assert (saved.currency, saved.launch_on) == ("EUR", date(2029, 1, 1))
    page = browser.get("/programs/AUR-101/needs/").text
    for words in (
        "−80 to −60 °C",
        "OEB 4",
        "Respiratory",
        "1,000,000 EUR",
        "drug substance, fill and finish",
    ):
        assert words in page


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"temperature_min": "8", "temperature_max": "2"}, "The highest temperature is below the lowest."),
        ({"budget_target": "5"}, "Enter the currency of the cost."),
        ({"budget_target": "5", "budget_limit": "4", "currency": "EUR"}, "is above the target"),
        ({"transfer_on": "2028-01-01", "first_batch_on": "2027-01-01"}, "comes before"),
        ({"batch_size_peak": "5"}, "Choose the unit of the batch size."),
        ({"currency": "EURO"}, "three"),
    ],
)
def test_what_does_not_go_together_is_refused_beside_its_field(
    browser: Client, program: Program, wrong: dict[str, Any], message: str
) -> None:
    page = browser.post("/programs/AUR-101/edit/", makers.NEED | {"code": "AUR-101", "version": "1"} | wrong)
    assert page.status_code == 422
    assert message in page.text


def test_a_single_package_never_shows_the_word(browser: Client, program: Program, lead: User) -> None:
    for page in ("", "needs/", "scorecard/", "proposals/", "must-haves/"):
        assert "Work package" not in browser.get(f"/programs/AUR-101/{page}").text
    package_add(program=program, name="Vector", actor=lead)
    assert "Work package" in browser.get("/programs/AUR-101/").text


def test_packages_have_candidates_and_addresses_of_their_own(
    browser: Client, program: Program, lead: User
) -> None:
    vector = package_add(program=program, name="Vector", operations=["drug_substance"], actor=lead)
    site = makers.site("Vector house")
    address = f"/programs/AUR-101~{vector.pk}/"
    assert browser.post(f"{address}candidates/add/", {"site": site.pk})["Location"] == address
    assert "Vector house" in browser.get(address).text
    assert "Vector house" not in browser.get("/programs/AUR-101/").text
    for page in ("scorecard/", "scorecard/weights/", "must-haves/", "requirements/", "longlist/", "needs/"):
        assert browser.get(address + page).status_code == 200
    assert "Vector house" in browser.get(f"{address}scorecard/").text
    assert f'href="{address}scorecard/"' in browser.get(f"{address}needs/").text
    other = makers.program("AUR-999", lead)
    for wrong in (f"AUR-101~{other.packages.get().pk}", "AUR-101~x", "AUR-101~"):
        assert browser.get(f"/programs/{wrong}/").status_code == 404


def test_packages_are_renamed_ordered_and_removed(program: Program, lead: User) -> None:
    first = program.packages.get()
    vector = package_add(program=program, name="Vector", actor=lead)
    cells = package_add(program=program, name="Cells", actor=lead)
    assert package_move(package=cells, steps=-2, actor=lead)
    order = list(program.packages.values_list("name", "position"))
    assert order == [("Cells", 1), ("", 2), ("Vector", 3)]
    assert not package_move(package=cells, steps=-1, actor=lead)
    with pytest.raises(ValidationError):
        package_add(program=program, name="vector", actor=lead)

    def rename(name: str) -> bool:
        return package_change(
            package=vector, version=1, name=name, operations=["drug_substance"], notes="", actor=lead
        )

    assert rename("AAV vector")
    with pytest.raises(StaleRecord):
        rename("Other")
    package_remove(package=cells, reason="Bought in", actor=lead)
    package_remove(package=first, reason="Bought in", actor=lead)
    with pytest.raises(ValidationError):
        package_remove(package=vector, reason="Last", actor=lead)
    assert list(program.packages.values_list("name", "position")) == [("AAV vector", 1)]


def test_package_pages(browser: Client, program: Program) -> None:
    assert browser.post("/programs/AUR-101/packages/add/", {"name": ""}).status_code == 422
    assert browser.post("/programs/AUR-101/packages/add/", {"name": "Fill"}).status_code == 302
    made = program.packages.get(name="Fill")
    edit = f"/programs/AUR-101/packages/{made.pk}/edit/"
    assert browser.post(edit, {"name": "Filling", "version": "1"}).status_code == 302
    stale = browser.post(edit, {"name": "Bottling", "version": "1"})
    assert stale.status_code == 409
    assert "<td>Bottling</td><td>Filling</td>" in stale.text
    assert browser.post(f"/programs/AUR-101/packages/{made.pk}/move/", {"to": "up"}).status_code == 302
    assert "Filling" in browser.get("/programs/AUR-101/packages/").text
    browser.post(f"/programs/AUR-101/packages/{made.pk}/remove/", {"reason": "No"})
    assert program.packages.count() == 1


def test_a_copy_has_the_needs_and_not_the_people(program: Program, lead: User) -> None:
    package = program.packages.get()
    package_add(program=program, name="Fill", actor=lead)
    requirements_add(package=package, drafts=[COUNTRY], actor=lead)
    years = rows_read([EnteredRow("2027", "1", "2", "3")]).years
    demand_set(program=program, unit="kg", years=years, stamp=None, actor=lead)
    Candidate.objects.create(work_package=package, site=makers.site(), stage="finalist", reason="Best")
    Candidate.objects.create(work_package=package, site=makers.site(), stage="declined", reason="No")
    other = makers.person(Role.SOURCING)
    bare = program_copy(program=program, code="AUR-102", name="Again", with_candidates=False, actor=other)
    full = program_copy(program=program, code="AUR-103", name="Again", with_candidates=True, actor=other)
    assert [part.name for part in bare.packages.all()] == ["", "Fill"]
    assert bare.package.requirements.get().value == ["DE", "FR"]
    assert (bare.demand.get().base, bare.modality) == (Decimal(2), program.modality)
    assert not Candidate.objects.filter(work_package__program=bare).exists()
    moved = Candidate.objects.get(work_package__program=full)
    assert (moved.stage, moved.reason) == ("longlist", "")
    assert Membership.objects.get(program=full).user == other
    with pytest.raises(ValidationError):
        program_copy(program=program, code="AUR-103", name="Twice", with_candidates=False, actor=other)
    with pytest.raises(PermissionDenied):
        program_copy(
            program=program, code="X-1", name="X", with_candidates=False, actor=makers.person(Role.QA)
        )


def test_a_copy_begins_with_a_code_that_is_free(browser: Client, program: Program, lead: User) -> None:
    for code in (f"{program.code}-2", f"{program.code}-3"):
        page = browser.get(f"/programs/{program.code}/copy/").text
        assert f'value="{code}"' in page
        program_copy(program=program, code=code, name="Again", with_candidates=False, actor=lead)
    page = browser.get(f"/programs/{program.code}-3/copy/").text
    assert f'value="{program.code}-4"' in page
