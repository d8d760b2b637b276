"""Sheets of profile records: template, dry run, saving, round trip, undo."""

import io
from dataclasses import asdict
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from imports.models import ProfileImport
from imports.profiles.cells import CellProblem, cell_value
from imports.profiles.kinds import SHEETS, handling_of
from imports.profiles.plan import LIMITS, Plan, plan_of
from imports.reading import RawTable, Refused
from imports.reading.delimited import delimited_rows
from imports.reading.parse import _write
from imports.reading.workbook import workbook_rows
from partners.models import Site
from partners.profile.registry import SECTIONS
from partners.profile.section import Section
from partners.profile.sheets import columns
from partners.profile.writing import Edit, records_change
from records.models import Entry
from tests import makers
from tests.partners.profile_rows import example_values, made

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


def checked(
    browser: Client, section: str, content: bytes | str, site: Site | None = None, name: str = "sheet.csv"
) -> ProfileImport:
    """Upload a file; what the check found."""
    data = content.encode() if isinstance(content, str) else content
    query = f"?site={site.pk}" if site else ""
    answer = browser.post(f"/imports/profiles/{section}/{query}", {"upload": SimpleUploadedFile(name, data)})
    assert answer.status_code == 302, answer.text
    return ProfileImport.objects.latest("pk")


def counts(run: ProfileImport) -> tuple[int, int, int, int]:
    run.refresh_from_db()
    return run.created, run.changed, run.unchanged, run.rejected


def saved(browser: Client, run: ProfileImport, **more: Any) -> ProfileImport:
    browser.post(f"/imports/profiles/runs/{run.pk}/save/", more)
    run.refresh_from_db()
    return run


def planned(section: Section, answer: Any, site: Site, tmp_path: Path) -> Plan:
    """What a file would do, read in this process: the child process has tests of its own."""
    content = answer.content if hasattr(answer, "content") else answer.encode()
    path = tmp_path / "sheet"
    path.write_bytes(content)
    if content[:2] == b"PK":
        rows, sheet = workbook_rows(path)
        told = _write(rows, tmp_path, LIMITS, sheet=sheet, formulas=False)
    else:
        rows, encoding = delimited_rows(path, LIMITS)
        told = _write(rows, tmp_path, LIMITS, encoding=encoding, formulas=True)
    table = RawTable(tmp_path, (asdict(each) for each in told))
    return plan_of(section, table, site, handling_of(section).rows)


def actions(plan: Plan) -> list[str]:
    assert not plan.problems
    return [row.action for row in plan.rows]


@pytest.mark.parametrize("section", SHEETS.values(), ids=list(SHEETS))
def test_the_template_skips_its_example_and_takes_it_once_it_is_real(
    section: Section, browser: Client, site: Site, tmp_path: Path
) -> None:
    template = browser.get(f"/imports/profiles/{section.key}/template.csv").content.decode("utf-8-sig")
    with pytest.raises(Refused, match="nothing_but_header"):
        planned(section, template, site, tmp_path)
    real = template.replace("# example, this row is not imported", "")
    assert real != template
    assert actions(planned(section, real, site, tmp_path)) == ["created"]


@every_section
def test_an_exported_file_imported_again_changes_nothing(
    section: Section, browser: Client, site: Site, tmp_path: Path
) -> None:
    made(section, site)
    made(section, makers.site("Other"))
    for language, kind in (("en", "csv"), ("fr", "xlsx")):
        browser.cookies["django_language"] = language
        whole = browser.get(f"/sites/{site.pk}/profile/{section.key}/file.{kind}")
        shown = browser.get(f"/sites/{site.pk}/profile/{section.key}/", {"export": kind})
        assert actions(planned(section, whole, site, tmp_path)) == ["unchanged"]
        assert actions(planned(section, shown, site, tmp_path)) == ["unchanged"]


def test_a_sheet_is_saved_found_unchanged_and_undone(browser: Client, site: Site) -> None:
    section = SECTIONS["capabilities"]
    template = browser.get("/imports/profiles/capabilities/template.csv").content.decode("utf-8-sig")
    real = template.replace("# example, this row is not imported", "")
    assert browser.get("/imports/profiles/capabilities/template.xlsx").content[:2] == b"PK"
    run = checked(browser, section.key, real, site)
    assert counts(run) == (1, 0, 0, 0), run.details
    assert saved(browser, run).state == "committed"
    assert section.current(site).count() == 1
    assert counts(checked(browser, section.key, real, site)) == (0, 0, 1, 0)
    browser.post(f"/imports/profiles/runs/{run.pk}/undo/")
    assert not section.records().exists()


def test_every_problem_is_listed_at_once_and_good_rows_are_saved_only_when_asked(
    browser: Client, site: Site
) -> None:
    sheet = (
        "name,stock_days,lead_time_days,expires_on,strength,fei\n"
        "Resin,12,30,2027-01-31,documented,\n"
        "Buffer,many,-4,31/01/2027,sure,\n"
        "Filter,1,2,,claimed,99\n"
        ",1,2,,claimed,\n"
        "resin,13,30,,claimed,\n"
    )
    run = checked(browser, "materials", sheet, site)
    assert counts(run) == (1, 0, 0, 4)
    listed = {(each["row"], each["column"]) for each in run.details["problems"]}
    assert listed >= {(3, "stock_days"), (3, "expires_on"), (3, "strength"), (4, "fei"), (6, "name")}
    assert any(row == 5 for row, _column in listed), "a material without a name"
    page = browser.get(f"/imports/profiles/runs/{run.pk}/").text
    assert "This is no day. Write it like 2026-03-19." in page
    assert browser.get(f"/imports/profiles/runs/{run.pk}/problems.csv").content.count(b"\n") >= 6
    refused = browser.post(f"/imports/profiles/runs/{run.pk}/save/", {})
    assert refused.status_code == 422
    assert not SECTIONS["materials"].records().exists()
    assert saved(browser, run, good_rows="1").state == "committed"
    assert [row.name for row in SECTIONS["materials"].current(site)] == ["Resin"]


def test_one_file_holds_records_of_many_sites(browser: Client, site: Site) -> None:
    other = makers.site("Other")
    run = checked(browser, "materials", f"FEI,Material\n{site.fei},Resin\n{other.fei},Resin\n")
    assert counts(run) == (2, 0, 0, 0)
    saved(browser, run)
    assert SECTIONS["materials"].current(other).count() == 1
    nowhere = checked(browser, "materials", "Material\nResin\n")
    assert "names no site" in nowhere.details["problems"][0]["message"]


def test_a_changed_cell_opens_a_version_and_the_same_file_again_changes_nothing(
    browser: Client, site: Site
) -> None:
    section = SECTIONS["materials"]
    row = made(section, site)
    whole = browser.get(f"/sites/{site.pk}/profile/materials/file.csv").content.decode("utf-8-sig")
    sheet = whole.replace(",120,", ",60,")
    run = checked(browser, "materials", sheet, site)
    assert counts(run) == (0, 1, 0, 0)
    assert "<del>120</del> <ins>60</ins>" in browser.get(f"/imports/profiles/runs/{run.pk}/").text
    saved(browser, run)
    current = section.current(site).get()
    assert (current.stock_days, current.replaces_id) == (60, row.pk)
    assert current.known_on == timezone.localdate()
    assert counts(checked(browser, "materials", sheet, site)) == (0, 0, 1, 0)


def test_a_plan_that_no_longer_holds_is_shown_anew_and_not_saved(browser: Client, site: Site) -> None:
    section = SECTIONS["materials"]
    row = made(section, site)
    run = checked(browser, "materials", f"name,stock_days\n{row},60\n", site)
    records_change(section=section, edits=[Edit(row.pk, row.version, {"stock_days": 61})], actor=None)
    answer = browser.post(f"/imports/profiles/runs/{run.pk}/save/", {})
    assert answer.status_code == 409
    assert "<del>61</del> <ins>60</ins>" in answer.text
    assert saved(browser, run).state == "committed"
    assert section.current(site).get().stock_days == 60


def test_undo_refuses_once_a_record_was_changed(browser: Client, site: Site) -> None:
    section = SECTIONS["materials"]
    run = saved(browser, checked(browser, "materials", "name\nResin\nBuffer\n", site))
    row = section.current(site).get(name="Resin")
    records_change(section=section, edits=[Edit(row.pk, row.version, {"stock_days": 5})], actor=None)
    page = browser.post(f"/imports/profiles/runs/{run.pk}/undo/", follow=True).text
    assert "Nothing was undone: a record was changed since." in page
    assert section.current(site).count() == 2
    assert ProfileImport.objects.get(pk=run.pk).state == "committed"


def test_verified_records_ask_for_a_reason(browser: Client, site: Site) -> None:
    row = made(SECTIONS["materials"], site, strength="verified")
    run = checked(browser, "materials", f"name,stock_days\n{row},60\n", site)
    assert browser.post(f"/imports/profiles/runs/{run.pk}/save/", {}).status_code == 422
    assert saved(browser, run, reason="Counted at the audit").state == "committed"
    assert Entry.objects.filter(record=str(row.pk), reason="Counted at the audit").exists()


@pytest.mark.parametrize(
    ("content", "name", "key"),
    [
        (b"", "empty.csv", None),
        (b"one,two\n1,2\n", "other.csv", "profile_header"),
        (b"name,colour\nResin,red\n", "more.csv", "profile_columns"),
        (b"name\n=1+1\n", "formula.csv", "formula"),
        (b"name\n" + b"x\n" * 5_001, "long.csv", "too_many_rows"),
        (b"%PDF-1.7 name", "paper.csv", "other_content"),
    ],
)
def test_a_file_that_is_no_sheet_is_refused_in_words(
    content: bytes, name: str, key: str | None, browser: Client, site: Site
) -> None:
    if key is None:
        answer = browser.post("/imports/profiles/materials/", {"upload": SimpleUploadedFile(name, content)})
        assert answer.status_code == 422
        return
    run = checked(browser, "materials", content, site, name)
    assert (run.state, run.refusal_key) == ("refused", key)
    assert browser.get(f"/imports/profiles/runs/{run.pk}/").status_code == 200


def test_many_rows_take_a_fixed_number_of_queries(
    browser: Client, site: Site, django_assert_max_num_queries: Any
) -> None:
    def sheet(total: int) -> io.StringIO:
        return io.StringIO("name,stock_days\n" + "".join(f"Material {n},{n}\n" for n in range(total)))

    with django_assert_max_num_queries(45):
        run = checked(browser, "materials", sheet(400).read(), site)
    with django_assert_max_num_queries(60):
        saved(browser, run)
    assert SECTIONS["materials"].current(site).count() == 400


def test_the_columns_cover_what_can_be_entered() -> None:
    for section in SECTIONS.values():
        assert set(columns(section)) == {"fei", "id", *section.fields}


@pytest.mark.parametrize(
    ("key", "name", "text", "value"),
    [
        ("materials", "is_critical", "oui", True),
        ("suppliers", "country", "Allemagne", "DE"),
        ("suppliers", "country", "germany", "DE"),
        ("capabilities", "stages", "commercial; Phase 1", ["phase_1", "commercial"]),
        ("contacts", "phone", "'+33 1 55", "+33 1 55"),
        ("disruptions", "happened_on", "2025-05-29 00:00:00", "2025-05-29"),
        ("finances", "revenue", "1 234,5", "1234.5"),
        ("finances", "revenue", "1.234,5", "1234.5"),
    ],
)
def test_cells_are_read_as_people_write_them(key: str, name: str, text: str, value: object) -> None:
    read = cell_value(SECTIONS[key], name, text)
    assert read == value if isinstance(value, bool | list) else str(read) == str(value)


@pytest.mark.parametrize("text", ["1,234", "nan", "twelve", "1e999999"])
def test_a_doubtful_number_is_not_guessed(text: str) -> None:
    with pytest.raises(CellProblem):
        cell_value(SECTIONS["finances"], "revenue", text)


def test_examples_are_complete() -> None:
    for section in SECTIONS.values():
        assert example_values(section)
