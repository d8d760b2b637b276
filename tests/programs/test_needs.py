"""What a program needs: its fields, demand, work packages, requirements, copies and proposals."""

import re
from datetime import date
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from common.versions import StaleRecord
from programs.copying import program_copy
from programs.demand import (
    DemandChanged,
    EnteredRow,
    demand_of,
    demand_set,
    rows_of_text,
    rows_read,
    stamp_of,
)
from programs.library import LIBRARY, library_for
from programs.models import Candidate, Demand, Membership, Program, Proposal, Requirement
from programs.packages import package_add, package_change, package_move, package_remove
from programs.proposals import proposal_add
from programs.requirement_services import (
    Draft,
    requirement_change,
    requirement_move,
    requirement_remove,
    requirements_add,
)
from tests import makers

pytestmark = pytest.mark.django_db

COUNTRY = Draft("site.country", "in", ["FR", "DE"], "Outside France and Germany.")


@pytest.fixture
def lead() -> User:
    return makers.person(Role.SOURCING)


@pytest.fixture
def browser(lead: User) -> Client:
    return makers.signed_in(lead)


@pytest.fixture
def program(lead: User) -> Program:
    return makers.program("AUR-101", lead)


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


# Demand


def test_rows_are_checked_one_by_one() -> None:
    read = rows_read(
        [
            EnteredRow("2027", "80", "100", "140"),
            EnteredRow("2028", "120", "100", "90"),
            EnteredRow("27", "1", "x", ""),
            EnteredRow(),
            EnteredRow("2027", "1", "2", "3"),
        ]
    )
    assert [row.problems for row in read.entered] == [
        {},
        {"low": "Low is above base.", "high": "High is below base."},
        {
            "year": "Enter a year from 2000 to 2100.",
            "base": "Enter a number.",
            "high": "Enter a figure, 0 if there is none.",
        },
        {"year": "This year stands twice."},
    ]
    assert [(row.year, row.doubled) for row in read.years] == [(2027, Decimal(200))]


@pytest.mark.parametrize(
    "text",
    [
        "Year\tLow\tBase\tHigh\r\n2027\t80\t1\u202f000,5\t2,000,000\r\n",
        "\ufeffyear;low;base;high\n2027;80;1000,5;2000000",
        'Year,Low,Base,High\n2027,80,1000.5,"2,000,000"\n',
    ],
)
def test_rows_are_read_as_spreadsheets_write_them(text: str) -> None:
    read = rows_read(rows_of_text(text))
    assert not read.has_problems
    assert [(row.low, row.base, row.high) for row in read.years] == [
        (Decimal(80), Decimal("1000.5"), Decimal(2_000_000))
    ]


def test_demand_is_saved_as_a_whole_and_the_second_editor_is_told(
    browser: Client, program: Program, lead: User
) -> None:
    rows = {"year": ["2027", "2028"], "low": ["1", "2"], "base": ["2", "3"], "high": ["3", "4"]}
    address = "/programs/AUR-101/demand/save/"
    assert browser.post(address, rows | {"unit": "kg", "stamp": ""}).status_code == 302
    assert [(row.year, row.base) for row in demand_of(program)] == [(2027, Decimal(2)), (2028, Decimal(3))]
    # Sent again from the empty table: somebody saved in the meantime.
    again = browser.post(address, rows | {"base": ["2", "4"], "unit": "kg", "stamp": ""})
    assert again.status_code == 409
    assert "Someone else saved this" in again.text
    assert Demand.objects.get(year=2028).base == 3
    stamp = stamp_of(demand_of(program))
    one = {name: values[:1] for name, values in rows.items()}
    assert browser.post(address, one | {"unit": "kg", "stamp": stamp}).status_code == 302
    assert [row.year for row in demand_of(program)] == [2027]


def test_a_bad_row_and_a_missing_unit_keep_what_was_typed(browser: Client, program: Program) -> None:
    rows = {"year": ["2027"], "low": ["9"], "base": ["2"], "high": ["many"]}
    page = browser.post("/programs/AUR-101/demand/save/", rows | {"unit": "", "stamp": ""})
    assert page.status_code == 422
    assert 'value="many"' in page.text
    assert "Enter a number." in page.text
    assert "Choose the unit of the demand." in page.text
    assert not Demand.objects.exists()


def test_pasted_rows_fill_the_table_and_are_not_saved(browser: Client, program: Program) -> None:
    page = browser.post("/programs/AUR-101/demand/paste/", {"rows": "2027\t1\t2\t3\n2028\t4", "unit": "kg"})
    assert page.status_code == 200
    assert "2 rows were put into the table. Nothing is saved yet." in page.text
    assert 'name="base" value="2"' in page.text
    assert not Demand.objects.exists()
    assert browser.post("/programs/AUR-101/demand/paste/", {"rows": ""}).status_code == 422


def test_demand_can_be_downloaded(browser: Client, program: Program, lead: User) -> None:
    years = rows_read([EnteredRow("2027", "1", "2", "3")]).years
    demand_set(program=program, unit="kg", years=years, stamp=None, actor=lead)
    assert "2027,1.000,2.000,3.000,4.000,kg" in browser.get("/programs/AUR-101/demand/?export=csv").text
    with pytest.raises(DemandChanged):
        demand_set(program=program, unit="kg", years=years, stamp="", actor=lead)
    assert not demand_set(program=program, unit="kg", years=years, stamp=None, actor=lead)


# Work packages


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


# Requirements


def test_requirements_are_added_changed_ordered_and_removed(program: Program, lead: User) -> None:
    package = program.packages.get()
    batch = Draft("capability.batch_max", "gte", 200, "Too small.", unit="L")
    first, second = requirements_add(package=package, drafts=[COUNTRY, batch], actor=lead)
    assert requirements_add(package=package, drafts=[COUNTRY], actor=lead) == []
    assert first.value == ["DE", "FR"]
    assert requirement_move(requirement=second, steps=-1, actor=lead)
    assert list(Requirement.objects.values_list("fact", flat=True)) == [
        "capability.batch_max",
        "site.country",
    ]
    first.refresh_from_db()
    wanted = Draft("site.country", "eq", "FR", "Not in France.", kind="want")
    assert requirement_change(requirement=first, version=first.version, draft=wanted, actor=lead)
    with pytest.raises(StaleRecord):
        requirement_change(requirement=first, version=99, draft=COUNTRY, actor=lead)
    requirement_remove(requirement=second, actor=lead)
    assert Requirement.objects.get().explanation == "Not in France."


@pytest.mark.parametrize(
    "draft",
    [
        Draft("site.country", "gte", 5, "Wrong condition"),
        Draft("site.country", "in", ["XX"], "No such country"),
        Draft("capability.batch_max", "gte", 5, "No unit"),
        Draft("capability.years", "gte", "five", "No number"),
        Draft("inspection.last_on", "gte", "yesterday", "No day"),
        Draft("no.such.fact", "present", None, "Unknown"),
        Draft("site.country", "eq", ["FR", "DE"], "Two for one"),
        COUNTRY.__class__("site.country", "in", ["FR"], " "),
    ],
)
def test_a_condition_that_does_not_fit_is_refused(program: Program, lead: User, draft: Draft) -> None:
    with pytest.raises(ValidationError):
        requirements_add(package=program.packages.get(), drafts=[draft], actor=lead)


def test_requirement_pages(browser: Client, program: Program) -> None:
    address = "/programs/AUR-101/requirements/"
    add = f"{address}add/?fact=site.country"
    entered = {"kind": "must", "operator": "in", "value": ["FR"], "explanation": "Not in France."}
    assert browser.get(add).status_code == 200
    assert browser.get(f"{address}add/?fact=nothing").status_code == 404
    wrong = browser.post(add, entered | {"value": []})
    assert (wrong.status_code, "Say what is asked for." in wrong.text) == (422, True)
    assert browser.post(add, entered).status_code == 302
    row = Requirement.objects.get()
    page = browser.get(address).text
    assert "Country: one of France" in page
    assert "Not in France." in page
    edit = f"{address}{row.pk}/edit/"
    form = browser.get(edit).text
    assert form.index('value="FR"') < form.index('value="AF"'), "what is chosen stands first"
    assert browser.post(edit, entered | {"explanation": "Elsewhere.", "version": "1"}).status_code == 302
    stale = browser.post(edit, entered | {"explanation": "Mine.", "version": "1"})
    assert stale.status_code == 409
    assert "<td>Mine.</td><td>Elsewhere.</td>" in stale.text
    removed = browser.post(f"{address}{row.pk}/remove/", follow=True)
    assert not Requirement.objects.exists()
    undo = removed.text.partition('action="/programs/AUR-101/requirements/restore/')[2].partition('"')[0]
    browser.post(f"{address}restore/{undo}".replace("&amp;", "&"))
    assert Requirement.objects.get().explanation == "Elsewhere."


@pytest.mark.parametrize(
    ("fact", "entered", "kept"),
    [
        ("capability.batch_max", {"operator": "gte", "value": "2,000", "unit": "L"}, (2000, "L")),
        ("action.open_letter", {"operator": "eq", "value": "no"}, (False, "")),
        ("inspection.last_on", {"operator": "gte", "value": "2024-01-31"}, ("2024-01-31", "")),
        ("audit.rating", {"operator": "present"}, (None, "")),
    ],
)
def test_each_kind_of_fact_has_its_field(
    browser: Client, program: Program, fact: str, entered: dict[str, str], kept: tuple[object, str]
) -> None:
    entered = {"kind": "must", "explanation": "Why."} | entered
    page = browser.post(f"/programs/AUR-101/requirements/add/?fact={fact}", entered)
    assert page.status_code == 302, page.text
    row = Requirement.objects.get()
    assert (row.value, row.unit) == kept
    assert browser.get(f"/programs/AUR-101/requirements/{row.pk}/edit/").status_code == 200


def test_the_library_is_sound_and_what_fits_comes_first(
    browser: Client, program: Program, lead: User
) -> None:
    assert library_for("aav", "phase_1")[0].key == "aav"
    for entry in LIBRARY:
        package = package_add(program=program, name=entry.key, actor=lead)
        assert len(requirements_add(package=package, drafts=entry.drafts, actor=lead)) == len(entry.drafts)
    address = "/programs/AUR-101/requirements/library/car-t/"
    assert browser.get(address).status_code == 200
    browser.post(address, {"row": ["0", "3"]})
    own = program.packages.get(pk=program.package.pk).requirements
    assert list(own.values_list("kind", flat=True)) == ["must", "want"]
    # One of them was changed before the addition is undone: it stays.
    changed = own.get(kind="want")
    changed.version += 1
    changed.save()
    assert browser.post(undo_of(browser, "/programs/AUR-101/requirements/")).status_code == 302
    assert list(own.values_list("pk", flat=True)) == [changed.pk]


def undo_of(browser: Client, address: str) -> str:
    """The address behind the Undo button of the page."""
    found = re.search(r'action="([^"]+(?:state|added)=[^"]+)"', browser.get(address).content.decode())
    assert found, "the page offers no undo"
    return unescape(found[1])


def test_the_demand_is_put_back_unless_somebody_changed_it_meanwhile(
    browser: Client, program: Program, lead: User
) -> None:
    years = rows_read([EnteredRow("2027", "1", "2", "3"), EnteredRow("2028", "2", "3", "4")]).years
    demand_set(program=program, unit="kg", years=years, stamp=None, actor=lead)
    address = "/programs/AUR-101/demand/"

    def save(high: str) -> None:
        stamp = stamp_of(demand_of(program))
        typed = {"year": ["2030"], "low": ["1"], "base": ["2"], "high": [high]}
        assert browser.post(f"{address}save/", {**typed, "unit": "L", "stamp": stamp}).status_code == 302

    save("9")
    undo = undo_of(browser, address)
    browser.post(undo)
    kept = [(row.year, row.unit, int(row.high)) for row in demand_of(program)]
    assert kept == [(2027, "kg", 3), (2028, "kg", 4)]
    save("9")
    undo = undo_of(browser, address)
    save("8")
    page = browser.post(undo, follow=True).content.decode()
    assert "Someone else changed the demand meanwhile" in page
    assert [row.high for row in demand_of(program)] == [8]


# Copies and proposals


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


def test_proposals_are_added_compared_corrected_and_removed(
    browser: Client, program: Program, lead: User
) -> None:
    Program.objects.update(
        budget_target=100, budget_limit=200, currency="EUR", first_batch_on=date(2027, 6, 1)
    )
    candidate = Candidate.objects.create(work_package=program.packages.get(), site=makers.site("Offerer"))
    address = "/programs/AUR-101/proposals/"
    entered = {
        "candidate": candidate.pk,
        "received_on": "2026-11-01",
        "cost": "250",
        "currency": "eur",
        "first_batch_on": "2027-06-11",
    }
    wrong = browser.post(f"{address}add/", entered | {"currency": ""})
    assert (wrong.status_code, "Enter the currency of the cost." in wrong.text) == (422, True)
    assert browser.post(f"{address}add/", entered).status_code == 302
    page = browser.get(address).text
    assert "above the limit" in page
    assert "10 days late" in page
    row = Proposal.objects.get()
    edit = f"{address}{row.pk}/edit/"
    assert browser.post(edit, entered | {"cost": "90", "version": "1"}).status_code == 302
    assert browser.post(edit, entered | {"cost": "80", "version": "1"}).status_code == 409
    assert "within the target" in browser.get(address).text
    with pytest.raises(ValidationError, match="Enter what is offered"):
        proposal_add(candidate=candidate, fields={"received_on": date(2026, 11, 20)}, actor=lead)
    early = {"received_on": date(2026, 11, 20), "valid_until": date(2026, 11, 19), "transfer_months": 4}
    with pytest.raises(ValidationError, match="end before it was received"):
        proposal_add(candidate=candidate, fields=early, actor=lead)
    assert "earlier offer" not in browser.get(address).text
    proposal_add(candidate=candidate, fields=early | {"valid_until": None}, actor=lead)
    assert "earlier offer" in browser.get(address).text
    browser.post(f"{address}{row.pk}/remove/", {"reason": "Typed twice"})
    assert Proposal.objects.count() == 1


def test_the_panel_of_a_candidate_shows_its_moves(browser: Client, program: Program) -> None:
    candidate = Candidate.objects.create(work_package=program.packages.get(), site=makers.site("Mover"))
    address = f"/programs/AUR-101/candidates/{candidate.pk}/stage/"
    entered = {"stage": "shortlist", "reason": "Good audit", "version": "1"}
    moved = browser.post(address, entered, headers={"HX-Request": "true"})
    assert (moved.status_code, moved["HX-Redirect"]) == (204, "/programs/AUR-101/")
    panel = browser.get(address, headers={"HX-Request": "true"})
    assert "Good audit" in panel.text
    assert "<html" not in panel.text
    undo = undo_of(browser, "/programs/AUR-101/")
    assert browser.post(undo).status_code == 302
    candidate.refresh_from_db()
    assert (candidate.stage, candidate.reason) == ("longlist", "")
    # Once the candidate went on, the same undo changes nothing.
    browser.post(undo)
    candidate.refresh_from_db()
    assert (candidate.stage, candidate.version) == ("longlist", 3)
    refused = browser.post(
        address, {"stage": "declined", "reason": "", "version": "3"}, headers={"HX-Request": "true"}
    )
    assert (refused.status_code, "Say why" in refused.text) == (422, True)


def test_a_removed_candidate_comes_back_with_its_offers(browser: Client, program: Program) -> None:
    candidate = Candidate.objects.create(work_package=program.packages.get(), site=makers.site("Gone"))
    offer = {"received_on": date(2026, 11, 1), "cost": Decimal(90), "currency": "EUR", "terms": "x" * 6000}
    Proposal.objects.create(candidate=candidate, **offer)
    browser.post(f"/programs/AUR-101/candidates/{candidate.pk}/remove/")
    assert not Proposal.objects.exists()
    undo = undo_of(browser, "/programs/AUR-101/")
    assert browser.post(undo).status_code == 302
    back = Proposal.objects.get()
    assert back.candidate.site == candidate.site
    assert {name: getattr(back, name) for name in offer} == offer
    browser.post(undo)
    assert Proposal.objects.count() == 1
