"""Sheets of regulatory records of any authority: checked as the form checks, saved, found again, undone."""

from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from accounts.models import User
from accounts.roles import Role
from audits.models import Citation, Inspection, RegulatoryAction
from partners.models import Site
from records.selectors import history_of
from tests import makers
from tests.imports.test_profile_sheets import checked, counts, saved

pytestmark = pytest.mark.django_db

HEADER = "FEI,Authority,First day,Last day,Classification,Inspection number,Drug or biologic GMP,Published on"
MHRA = ",MHRA,2026-03-16,2026-03-19,compliant,UK GMP 1,yes,2026-06-02"


@pytest.fixture
def qa() -> User:
    return makers.person(Role.QA)


@pytest.fixture
def browser(qa: User) -> Client:
    return makers.signed_in(qa)


@pytest.fixture
def site() -> Site:
    return makers.site("Lakeside")


def sheet(*rows: str, header: str = HEADER) -> str:
    return "\n".join([header, *rows])


def problems(run: Any) -> list[tuple[int, str, str]]:
    return [(each["row"], each["column"], each["message"]) for each in run.details["problems"]]


def test_inspections_of_other_authorities_come_as_a_sheet(browser: Client, site: Site) -> None:
    ema = ",Union européenne,,2025-10-02,not compliant,,,"
    run = checked(
        browser, "regulatory-inspections", sheet(MHRA, ema.replace("Union européenne", "ema")), site
    )
    assert counts(run) == (2, 0, 0, 0)
    assert not Inspection.objects.exists()
    saved(browser, run)
    mhra = Inspection.objects.get(authority="mhra")
    assert (mhra.site, mhra.started_on, mhra.happened_on) == (site, date(2026, 3, 16), date(2026, 3, 19))
    assert (mhra.classification, mhra.known_on, mhra.known_on_basis) == (
        "compliant",
        date(2026, 6, 2),
        "source",
    )
    # An empty cell means that it concerns GMP, as the form has it.
    assert Inspection.objects.get(authority="ema").is_drug_gmp
    assert "sheet.csv" in history_of(Inspection, mhra.pk).items[0].reason
    assert "MHRA" in browser.get(f"/sites/{site.pk}/regulatory/").content.decode()

    again = checked(browser, "regulatory-inspections", sheet(MHRA), site)
    assert counts(again) == (0, 0, 1, 0)
    assert browser.post(f"/imports/profiles/runs/{run.pk}/undo/").status_code == 302
    assert not Inspection.objects.exists()


def test_a_change_asks_for_its_reason_and_what_an_agency_gave_stays(browser: Client, site: Site) -> None:
    saved(browser, checked(browser, "regulatory-inspections", sheet(MHRA), site))
    Inspection.objects.create(
        site=site,
        authority="fda",
        happened_on=date(2026, 1, 9),
        classification="vai",
        inspection_number="77",
        source="fda-inspections",
        source_key="77/x/Drugs",
    )
    other = MHRA.replace(",compliant,", ",not compliant,")
    run = checked(
        browser,
        "regulatory-inspections",
        sheet(other, ',fda,,2026-01-09,"NAI, no action indicated",77,yes,'),
        site,
    )
    assert counts(run) == (0, 1, 0, 1)
    assert problems(run) == [
        (3, "Classification", "fda-inspections gave this record: a sheet does not change it.")
    ]
    answer = browser.post(f"/imports/profiles/runs/{run.pk}/save/", {"good_rows": "1"})
    assert answer.status_code == 422
    assert Inspection.objects.get(authority="mhra").classification == "compliant"
    saved(browser, run, good_rows="1", reason="The certificate was withdrawn")
    changed = Inspection.objects.get(authority="mhra")
    assert changed.classification == "non_compliant"
    assert history_of(Inspection, changed.pk).items[0].reason == "The certificate was withdrawn"
    assert Inspection.objects.get(authority="fda").classification == "vai"


WRONG = (
    (",mhra,,2026-03-19,satisfactory,1,yes,", "Classification", "Not one of the allowed words"),
    (",mhra,,2026-03-19,vai,2,yes,", "Classification", "This authority says one of"),
    (",,,2026-03-19,compliant,3,yes,", "Authority", "A value is missing"),
    (",mhra,,,compliant,4,yes,", "Last day", "A value is missing"),
    (",mhra,,2999-01-01,compliant,5,yes,", "Last day", "lies in the future"),
    (",mhra,2026-03-20,2026-03-19,compliant,6,yes,", "First day", "cannot come after the last"),
    (",mhra,,2026-03-19,compliant,7,yes,2026-03-01", "Published on", "before it happened"),
    (",mhra,,19/03/2026,compliant,8,yes,", "Last day", "Write it like"),
    ("4711,mhra,,2026-03-19,compliant,9,yes,", "FEI", "No site has this FEI"),
)


def test_every_problem_is_told_beside_its_cell(browser: Client, site: Site) -> None:
    rows = [row for row, _column, _told in WRONG]
    run = checked(browser, "regulatory-inspections", sheet(MHRA, *rows), site)
    assert counts(run) == (1, 0, 0, len(WRONG))
    for line, (found, (_row, column, told)) in enumerate(zip(problems(run), WRONG, strict=True), start=3):
        assert found[:2] == (line, column)
        assert told in found[2]


def test_actions_and_citations_find_their_site_and_inspection(browser: Client, site: Site) -> None:
    other = makers.site("Riverside")
    header = "FEI,Authority,Kind,Issued on,Reference,Title,Subject"
    actions = sheet(
        ",EU member state (EMA),statement of non-compliance,2026-02-11,NCR 42,Not compliant,concerns GMP",
        f"{other.fei},MHRA,other document,2026-02-12,,Letter,",
        header=header,
    )
    saved(browser, checked(browser, "regulatory-actions", actions, site))
    made = RegulatoryAction.objects.get(site=site)
    assert (made.kind, made.gmp, made.match_state, made.firm_name) == (
        "non_compliance",
        "yes",
        "matched",
        site.name,
    )
    assert RegulatoryAction.objects.get(site=other).gmp == "unknown"

    saved(browser, checked(browser, "regulatory-inspections", sheet(MHRA), site))
    header = "Authority,Inspection number,Date,Regulation,Short description"
    cited = sheet(
        "MHRA,UK GMP 1,2026-03-19,EU GMP annex 1,Airflow",
        "MHRA,,2026-03-19,EU GMP chapter 1,Trend",
        header=header,
    )
    saved(browser, checked(browser, "regulatory-citations", cited, site))
    linked = Citation.objects.get(regulation="EU GMP annex 1")
    assert linked.inspection == Inspection.objects.get()
    assert (linked.authority, linked.is_drug_gmp) == ("mhra", True)
    assert Citation.objects.get(regulation="EU GMP chapter 1").inspection is None


def test_two_rows_of_one_record_and_a_stale_check_are_refused(browser: Client, site: Site) -> None:
    run = checked(browser, "regulatory-inspections", sheet(MHRA, MHRA), site)
    assert counts(run) == (1, 0, 0, 1)
    twin = checked(browser, "regulatory-inspections", sheet(MHRA), site)
    saved(browser, twin)
    answer = browser.post(f"/imports/profiles/runs/{run.pk}/save/", {"good_rows": "1"})
    assert answer.status_code == 409
    assert Inspection.objects.count() == 1


def test_who_may_not_enter_records_imports_none(site: Site) -> None:
    sourcing = makers.signed_in(makers.person(Role.SOURCING))
    with_file = {"upload": SimpleUploadedFile("sheet.csv", sheet(MHRA).encode())}
    assert (
        sourcing.post(f"/imports/profiles/regulatory-inspections/?site={site.pk}", with_file).status_code
        == 403
    )
    assert not Inspection.objects.exists()
