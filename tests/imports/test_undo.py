"""A saved import is undone: everything it wrote is as before, or nothing happens and the reason is told.

On databases of their own: what an import wrote is told by the transaction that saved it.
"""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from accounts.roles import Role
from audits.models import Citation, Inspection, RegulatoryAction
from imports.files import file_store
from imports.firms import firm_dismiss, firm_undo
from imports.formats import FORMATS
from imports.models import HeldRow, ImportRun, NameMatch
from imports.services import nothing_told
from imports.undoing.services import CannotUndoImport, import_undo
from partners.models import Organization, Site, SiteWatch
from partners.watching import site_watch
from records.context import recorded
from records.models import Entry
from records.verification import verify
from scorecards.models import EvaluationRun, Scorecard
from scorecards.plans import default_scorecard_template
from tests import makers
from tests.imports import files
from tests.imports.files import compliance
from tests.imports.test_source_words import words_of as line_of
from tests.imports.undoing import COMPLIANCE, LETTERS, everything, inspections, saved, undone

pytestmark = pytest.mark.usefixtures("committed_db")


def refused(run: ImportRun) -> dict[str, dict[str, Any]]:
    """What stands against it; nothing may have changed."""
    before = everything()
    with pytest.raises(CannotUndoImport) as refusal:
        import_undo(run=run, reason="The wrong file", progress=nothing_told)
    assert everything() == before
    return {blocker.key: blocker.params | {"count": blocker.count} for blocker in refusal.value.blockers}


def test_what_an_import_created_goes_and_what_it_changed_is_as_before(tmp_path: Path) -> None:
    rows = [files.compliance_row(n, date=f"2024-03-0{n}") for n in (1, 2, 3)]
    saved(COMPLIANCE, compliance(tmp_path / "a.csv", *rows))
    Site.objects.filter(fei="3100000001").update(country="")
    before = everything()
    newer = [
        files.compliance_row(1, date="2024-03-01", name="Renamed SA"),
        files.compliance_row(2, date="2024-04-02"),
        files.compliance_row(8),
        files.compliance_row(9),
    ]
    run = saved(COMPLIANCE, compliance(tmp_path / "b.csv", *newer))
    assert (run.created, run.updated) == (2, 2)
    assert Site.objects.get(fei="3100000001").country == "FR"
    assert everything() != before
    undone(run)
    assert everything() == before
    assert run.state == ImportRun.State.UNDONE
    assert run.undo_found == {
        "rows_removed": 2,
        "rows_restored": 2,
        "sites_removed": 2,
        "sites_kept": 0,
        "organizations_removed": 2,
        "aliases_removed": 1,
        "addresses_restored": 1,
    }
    last = Entry.objects.filter(model="audits.RegulatoryAction").latest("pk")
    assert last.reason == "undone: b.csv. The wrong file"
    assert verify().intact


def test_the_same_file_is_imported_again_afterwards(tmp_path: Path) -> None:
    path = inspections(tmp_path / "a.csv")
    first = saved("fda-inspections", path)
    shape = {label: len(rows) for label, rows in everything().items()}
    undone(first)
    assert not any(everything().values())
    again = saved("fda-inspections", path)
    assert (again.created, again.unchanged) == (first.created, 0)
    assert {label: len(rows) for label, rows in everything().items()} == shape
    assert again.file_id == first.file_id


def test_undoing_twice_does_it_once(tmp_path: Path) -> None:
    run = undone(saved(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1))))
    entries = Entry.objects.count()
    assert import_undo(run=run, reason="again", progress=nothing_told).rows_removed == 1
    assert Entry.objects.count() == entries


def test_the_newest_import_of_a_source_goes_first(tmp_path: Path) -> None:
    """Also when the newer one only found the rows as they were: it speaks for them."""
    path = compliance(tmp_path / "a.csv", files.compliance_row(1), files.compliance_row(2))
    first, second = saved(COMPLIANCE, path), saved(COMPLIANCE, path)
    assert refused(first)["newer_import"]["run"] == second.pk
    undone(second)
    undone(first)
    assert not any(everything().values())


def test_an_import_that_covers_other_rows_does_not_stand_against_it(tmp_path: Path) -> None:
    first = saved(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1, date="2020-01-01")))
    saved(COMPLIANCE, compliance(tmp_path / "b.csv", files.compliance_row(2, date="2024-01-01")))
    undone(first)
    assert RegulatoryAction.objects.get().happened_on == dt.date(2024, 1, 1)


def test_a_site_that_another_source_writes_about_stays(tmp_path: Path) -> None:
    run = saved(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1), files.compliance_row(2)))
    form = files.form_483_row(1, fei="3100000001")
    saved("fda-483s", files.write_csv(tmp_path / "r.csv", files.FORM_483_HEADER, [form]))
    undone(run)
    assert list(Site.objects.values_list("fei", flat=True)) == ["3100000001"]
    assert Organization.objects.count() == 1
    assert (run.undo_found["sites_removed"], run.undo_found["sites_kept"]) == (1, 1)
    assert RegulatoryAction.objects.get().source == "fda-483s"


def test_who_watches_a_site_does_not_hold_it(tmp_path: Path) -> None:
    run = saved(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1), files.compliance_row(2)))
    stays, watcher = makers.site("Elsewhere"), makers.person(Role.EXECUTIVE)
    for site in Site.objects.all():
        site_watch(site=site, actor=watcher)
    undone(run)
    assert run.undo_found["sites_removed"] == 2
    assert [row.site for row in SiteWatch.objects.all()] == [stays]
    assert Entry.objects.filter(model="partners.SiteWatch", op="D", reason__startswith="undone").count() == 2


def test_citations_of_another_file_lose_their_inspection_and_find_it_again(tmp_path: Path) -> None:
    path = inspections(tmp_path / "a.csv", count=1, sites=1)
    row = next(iter(files.inspection_rows(1, sites=1)))
    citation = (row[7], row[0], row[1], row[9], row[11], "21 CFR 211.22", "Short", "Long")
    cited = files.write_csv(tmp_path / "c.csv", files.CITATION_HEADER, [citation])
    citations = saved("fda-citations", cited)
    run = saved("fda-inspections", path)
    assert Citation.objects.get().inspection == Inspection.objects.get()
    undone(run)
    assert Citation.objects.get().inspection is None
    saved("fda-inspections", path)
    assert Citation.objects.get().inspection == Inspection.objects.get()
    undone(citations)
    assert (Citation.objects.count(), Inspection.objects.count()) == (0, 1)


def test_rows_without_site_come_back_as_they_waited(tmp_path: Path) -> None:
    row = list(next(iter(files.inspection_rows(1, sites=1))))
    told = row[0]
    row[0] = "-"
    saved("fda-inspections", files.write_csv(tmp_path / "a.csv", files.INSPECTION_HEADER, [row]))
    before = everything()
    row[0] = told
    run = saved("fda-inspections", files.write_csv(tmp_path / "b.csv", files.INSPECTION_HEADER, [row]))
    assert (Inspection.objects.count(), HeldRow.objects.count()) == (1, 0)
    undone(run)
    assert everything() == before
    assert ("FEI Number", "-") in words_of(HeldRow.objects.get())


def test_a_decision_about_a_firm_stands_against_it_until_it_is_taken_back(tmp_path: Path) -> None:
    row = ("03/20/2024", "03/05/2024", "Firm", "CDER", "CGMP/Drugs/Adulterated", "", "")
    run = saved(LETTERS, files.write_csv(tmp_path / "w.csv", files.WARNING_LETTER_HEADER, [row]))
    person = makers.person()
    firm_dismiss(firm_key="firm", actor=person)
    assert refused(run)["rows_changed"] == {"actor": str(person), "count": 1}
    firm_undo(match=NameMatch.objects.get(), actor=person)
    undone(run)
    assert not RegulatoryAction.objects.exists()


@pytest.fixture
def run(tmp_path: Path) -> ImportRun:
    """An import of two letters, of two new sites."""
    return saved(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1), files.compliance_row(2)))


def test_an_edit_of_a_site_stands_against_it_until_it_is_taken_back(run: ImportRun) -> None:
    site = Site.objects.order_by("fei")[0]
    with recorded(actor=makers.person(full_name="Ada Editor")):
        Site.objects.filter(pk=site.pk).update(city="Lyon")
    found = refused(run)["place_edited"]
    assert (found["count"], found["names"]) == (1, site.name)
    Site.objects.filter(pk=site.pk).update(city=site.city)
    undone(run)
    assert not Site.objects.exists()


def test_a_candidate_stands_against_it_and_its_program_is_not_told(run: ImportRun) -> None:
    makers.program("CANARY-7", sites=tuple(Site.objects.all()[:1]))
    found = refused(run)
    assert found["depends"] == {"kind": "programs.Candidate", "on": "partners.Site", "count": 1}
    assert "CANARY" not in json.dumps(found)


def test_a_capability_a_file_and_a_row_by_hand_stand_against_it(run: ImportRun) -> None:
    site = Site.objects.all()[0]
    makers.records(site, 1)
    kinds = {blocker["kind"] for blocker in _dependents(run)}
    assert {"partners.Capability", "audits.Inspection", "audits.RegulatoryAction"} <= kinds


def _dependents(run: ImportRun) -> list[dict[str, Any]]:
    with pytest.raises(CannotUndoImport) as refusal:
        import_undo(run=run, reason="x", progress=nothing_told)
    return [blocker.params for blocker in refusal.value.blockers if blocker.key == "depends"]


def test_an_evaluation_frozen_since_stands_against_it(run: ImportRun, tmp_path: Path) -> None:
    scorecard = Scorecard.objects.create(
        work_package=makers.program("ONE").packages.get(), template=default_scorecard_template()
    )
    inputs = {"candidates": [{"site_id": Site.objects.all()[0].pk}]}
    EvaluationRun.objects.create(
        scorecard=scorecard, as_of="2026-01-01", inputs=inputs, result={}, rule_versions={}, sha256="0" * 64
    )
    assert refused(run)["frozen"]["count"] == 1
    other = compliance(tmp_path / "b.csv", files.compliance_row(7, date="2010-01-01"))
    undone(saved(COMPLIANCE, other))


def test_a_row_that_was_replaced_says_again_which_line_it_was_read_from(tmp_path: Path) -> None:
    saved(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1)))
    renamed = (files.compliance_row(2), files.compliance_row(1, name="Renamed"))
    run = saved(COMPLIANCE, compliance(tmp_path / "b.csv", *renamed))
    action = RegulatoryAction.objects.get(source_key__startswith="700001")
    assert (action.source_line, ("Legal Name", "Renamed") in words_of(action)) == (3, True)
    undone(run)
    action.refresh_from_db()
    assert (action.source_line, ("Legal Name", "Renamed") in words_of(action)) == (2, False)


def words_of(row: HeldRow | RegulatoryAction) -> tuple[tuple[str, str], ...]:
    found = line_of(row)
    assert found is not None
    return found.cells


def test_only_what_was_saved_can_be_undone(tmp_path: Path) -> None:
    path = compliance(tmp_path / "a.csv", files.compliance_row(1))
    checked = ImportRun.objects.create(
        file=file_store(name="a.csv", path=path), source=COMPLIANCE, retrieved_on="2026-01-01", state="ready"
    )
    assert refused(checked) == {"not_saved": {"count": 1}}


def test_a_site_that_becomes_a_candidate_meanwhile_is_kept_by_the_database(
    run: ImportRun, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever the search for dependents may overlook, foreign keys are checked before the commit."""
    makers.program("ONE", sites=tuple(Site.objects.all()[:1]))
    monkeypatch.setattr("imports.undoing.services.blockers_found", lambda cursor, run: [])
    assert refused(run) == {"depends_otherwise": {"count": 1}}


def test_undoing_takes_as_many_statements_for_many_rows_as_for_few(tmp_path: Path) -> None:
    def statements(run: ImportRun) -> int:
        count = 0

        def counted(execute: Any, *args: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*args)

        with connection.execute_wrapper(counted):
            undone(run)
        return count

    few = statements(saved("fda-inspections", inspections(tmp_path / "a.csv", count=4)))
    many = statements(saved("fda-inspections", inspections(tmp_path / "b.csv", count=400, sites=40)))
    assert few == many


def test_every_source_has_a_table_to_undo_in() -> None:
    from imports.undoing.staging import target_of

    assert {target_of(ImportRun(source=source)) for source in FORMATS} == {
        RegulatoryAction,
        Inspection,
        Citation,
    }
