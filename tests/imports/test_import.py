"""What an import does to what is stored: created, updated, unchanged, gone, unmatched, rejected."""

import datetime as dt
from pathlib import Path

import pytest
from django.db import connection, transaction

from audits.models import Inspection, RegulatoryAction
from imports.loading import load
from imports.models import HeldRow, ImportFile, ImportRun, NameMatch
from imports.reading import Limits, Refused, read_table
from imports.services import RowsRejected, header_found, nothing_told
from partners.models import Organization, Site, SiteAlias
from records.models import Entry
from tests.imports import files
from tests.imports.conftest import Import
from tests.imports.files import compliance, forms
from tests.imports.test_source_words import words_of

COMPLIANCE = "fda-compliance-actions"


def test_every_row_keeps_its_source_hash_day_and_line(commit: Import, tmp_path: Path) -> None:
    path = compliance(tmp_path / "a.csv", files.compliance_row(1, name="Étoile  Pharma"))
    commit(COMPLIANCE, path, retrieved_on=dt.date(2026, 5, 4))
    action = RegulatoryAction.objects.get()
    assert action.source == COMPLIANCE
    assert action.source_key == "700001/3100000001"
    assert action.source_sha256 == ImportFile.objects.get().sha256
    assert action.retrieved_at == dt.datetime(2026, 5, 4, tzinfo=dt.UTC)
    found = words_of(action)
    assert found is not None
    words = dict(found.cells)
    assert (found.line, words["Legal Name"], words["State"]) == (2, "Étoile  Pharma", "-")
    assert list(words) == list(files.COMPLIANCE_HEADER)
    assert action.firm_name == "Étoile Pharma"
    assert (action.kind, action.happened_on) == ("warning_letter", dt.date(2024, 3, 5))


def test_a_later_part_of_the_file_may_tell_how_all_its_dates_are_read(tmp_path: Path) -> None:
    days = ("03/05/2024", "04/05/2024", "06/05/2024", "25/12/2023")
    rows = [files.compliance_row(n, date=day) for n, day in enumerate(days)]
    path = compliance(tmp_path / "a.csv", *rows)
    with read_table(path, path.name, Limits(batch_rows=2)) as table, transaction.atomic():
        match = header_found(table, COMPLIANCE)
        outcome, _ = load.file_load(
            table, match, retrieved_on=dt.date(2026, 1, 1), retrieved_stated=True, progress=nothing_told
        )
        with connection.cursor() as cursor:
            cursor.execute("SELECT happened_on FROM import_stage ORDER BY line")
            read = [day for (day,) in cursor.fetchall()]
    assert read == [dt.date(2024, 5, day) for day in (3, 4, 6)] + [dt.date(2023, 12, 25)]
    assert (outcome.rows, outcome.rejected, outcome.date_order_assumed) == (4, 0, False)


def test_an_imported_organization_is_unclassified(commit: Import, tmp_path: Path) -> None:
    commit(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1)))
    site = Site.objects.select_related("organization").get()
    assert site.organization.kind == Organization.Kind.UNCLASSIFIED
    assert (site.fei, site.country, site.standing) == ("3100000001", "FR", Site.Standing.DRAFT)
    assert not Site.objects.classified().exists()
    reasons = Entry.objects.filter(model__in=["partners.Site", "audits.RegulatoryAction"])
    assert set(reasons.values_list("reason", flat=True)) == {"import of file a.csv"}


def test_the_same_file_twice_changes_nothing(commit: Import, tmp_path: Path) -> None:
    path = compliance(tmp_path / "a.csv", *(files.compliance_row(n) for n in range(5)))
    assert commit(COMPLIANCE, path).created == 5
    before = list(RegulatoryAction.objects.order_by("id").values())
    again = commit(COMPLIANCE, path)
    assert (again.created, again.updated, again.unchanged, again.missing) == (0, 0, 5, 0)
    assert (again.sites_created, again.aliases_created) == (0, 0)
    assert list(RegulatoryAction.objects.order_by("id").values()) == before


def test_a_changed_row_is_updated_and_says_from_which_file(commit: Import, tmp_path: Path) -> None:
    commit(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1), files.compliance_row(2)))
    newer = compliance(
        tmp_path / "b.csv", files.compliance_row(1, date="2024-03-06"), files.compliance_row(2)
    )
    outcome = commit(COMPLIANCE, newer)
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 1, 1)
    changed = RegulatoryAction.objects.get(source_key__startswith="700001/")
    assert changed.happened_on == dt.date(2024, 3, 6)
    assert (
        changed.source_sha256 != RegulatoryAction.objects.get(source_key__startswith="700002/").source_sha256
    )
    assert {
        "line": 2,
        "firm": "Invented Pharma 1",
        "field": "happened_on",
        "old": "2024-03-05",
        "new": "2024-03-06",
    } in (outcome.changes)


def test_one_fei_with_several_spellings_is_one_site_with_aliases(commit: Import, tmp_path: Path) -> None:
    path = compliance(
        tmp_path / "a.csv",
        files.compliance_row(1, fei="3425", name="Ushio GmbH", date="2020-01-01"),
        files.compliance_row(2, fei="3425", name="USHIO Germany GmbH", date="2021-01-01"),
        files.compliance_row(3, fei="3425", name="Ushio  GmbH", date="2019-01-01"),
    )
    outcome = commit(COMPLIANCE, path)
    assert (outcome.sites_created, outcome.aliases_created) == (1, 1)
    assert Site.objects.get().name == "USHIO Germany GmbH"
    assert SiteAlias.objects.get().name == "Ushio GmbH"


def test_sites_of_one_legal_name_and_country_share_their_organization(commit: Import, tmp_path: Path) -> None:
    path = compliance(
        tmp_path / "a.csv",
        files.compliance_row(1, name="Invented Group SA"),
        files.compliance_row(2, name="Invented Group SA"),
    )
    outcome = commit(COMPLIANCE, path)
    assert (outcome.organizations_created, outcome.sites_created) == (1, 2)


def test_an_import_fills_blank_addresses_and_leaves_what_a_person_wrote(
    commit: Import, tmp_path: Path
) -> None:
    organization = Organization.objects.create(legal_name="Ours", kind="cdmo")
    Site.objects.create(organization=organization, name="Plant", fei="3100000001", city="By hand")
    row = ["3100000001", "Plant SA", "Lyon", "Rhône", "69002", "France", "2024", "1", "No", "03/19/2024"]
    row += ["Voluntary Action Indicated (VAI)", "Drug Quality Assurance", "Drugs", "-", "-"]
    commit("fda-inspections", files.write_csv(tmp_path / "a.csv", files.INSPECTION_HEADER, [row]))
    site = Site.objects.get()
    assert (site.name, site.city, site.state, site.country) == ("Plant", "By hand", "Rhône", "FR")
    assert site.aliases.get().name == "Plant SA"
    inspection = Inspection.objects.get()
    assert (inspection.classification, inspection.is_drug_gmp, inspection.citations_posted) == (
        "vai",
        True,
        False,
    )
    assert inspection.known_on == dt.date(2024, 6, 17)


def test_rows_without_fei_wait_for_a_person(commit: Import, tmp_path: Path) -> None:
    path = forms(tmp_path / "a.csv", files.form_483_row(1, fei="-"), files.form_483_row(2, fei="Acme, Inc."))
    outcome = commit("fda-483s", path)
    assert (outcome.created, outcome.unmatched, outcome.rejected, len(outcome.problems)) == (2, 2, 0, 1)
    assert RegulatoryAction.objects.filter(match_state="unmatched", site=None).count() == 2


def test_a_confirmed_name_is_used_by_the_next_import(commit: Import, tmp_path: Path) -> None:
    organization = Organization.objects.create(legal_name="Ours")
    site = Site.objects.create(organization=organization, name="Plant")
    NameMatch.objects.create(
        firm_key="invented pharma 1", firm_name="Invented Pharma 1", decision="confirmed", site=site
    )
    NameMatch.objects.create(firm_key="web shop", firm_name="Web shop", decision="dismissed")
    path = forms(
        tmp_path / "a.csv", files.form_483_row(1, fei=""), files.form_483_row(2, fei="", name="Web  Shop")
    )
    assert commit("fda-483s", path).unmatched == 1
    assert RegulatoryAction.objects.get(firm_name="Invented Pharma 1").site == site
    assert RegulatoryAction.objects.get(firm_name="Web Shop").match_state == "dismissed"


def test_inspections_without_fei_are_held(commit: Import, tmp_path: Path) -> None:
    rows = [list(row) for row in files.inspection_rows(3, sites=3)]
    rows[1][0] = "-"
    path = files.write_csv(tmp_path / "a.csv", files.INSPECTION_HEADER, rows)
    outcome = commit("fda-inspections", path)
    assert (outcome.created, outcome.unmatched, Inspection.objects.count()) == (3, 1, 2)
    held = HeldRow.objects.get()
    assert held.values["classification"] in {"nai", "vai", "oai"}
    assert commit("fda-inspections", path).unchanged == 3


def test_a_held_row_becomes_an_inspection_when_the_source_tells_its_fei(
    commit: Import, tmp_path: Path
) -> None:
    rows = [list(row) for row in files.inspection_rows(2, sites=2)]
    told = rows[0][0]
    rows[0][0] = ""
    commit("fda-inspections", files.write_csv(tmp_path / "a.csv", files.INSPECTION_HEADER, rows))
    rows[0][0] = told
    outcome = commit("fda-inspections", files.write_csv(tmp_path / "b.csv", files.INSPECTION_HEADER, rows))
    assert (outcome.created, outcome.updated, outcome.unchanged) == (0, 1, 1)
    assert (Inspection.objects.count(), HeldRow.objects.count()) == (2, 0)


def test_rows_with_problems_are_rejected_and_nothing_is_saved_unless_asked(
    commit: Import, tmp_path: Path
) -> None:
    path = compliance(tmp_path / "a.csv", files.compliance_row(1), files.compliance_row(2, date="soon"))
    with pytest.raises(RowsRejected) as refused:
        commit(COMPLIANCE, path)
    assert (refused.value.outcome.created, refused.value.outcome.rejected) == (1, 1)
    assert not RegulatoryAction.objects.exists()
    assert not Site.objects.exists()
    outcome = commit(COMPLIANCE, path, good_rows=True)
    assert (outcome.created, outcome.rejected) == (1, 1)
    assert RegulatoryAction.objects.count() == 1


def test_identical_rows_collapse_and_different_ones_of_one_key_are_rejected(
    commit: Import, tmp_path: Path
) -> None:
    twice = files.compliance_row(1)
    path = compliance(tmp_path / "a.csv", twice, twice, files.compliance_row(1, date="2024-04-01"))
    outcome = commit(COMPLIANCE, path, good_rows=True)
    assert (outcome.rows, outcome.created, outcome.duplicates, outcome.rejected) == (3, 1, 1, 1)
    assert outcome.problems[0]["key"] == "key_repeated"
    assert (outcome.problems[0]["row"], outcome.problems[0]["params"]) == (4, {"taken": "2"})


def test_a_dry_run_writes_nothing_and_tells_what_saving_would_do(
    dry_run: Import, commit: Import, tmp_path: Path
) -> None:
    path = compliance(
        tmp_path / "a.csv",
        files.compliance_row(1, fei="5555"),
        files.compliance_row(2, fei="5555", name="Other spelling"),
        files.compliance_row(3),
    )
    told = dry_run(COMPLIANCE, path)
    assert not Site.objects.exists()
    assert not ImportRun.objects.exists()
    done = commit(COMPLIANCE, path)
    assert (told.created, told.sites_created, told.organizations_created, told.aliases_created) == (
        done.created,
        done.sites_created,
        done.organizations_created,
        done.aliases_created,
    )


def test_a_crash_in_the_middle_saves_nothing(
    commit: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(*_: object) -> None:
        raise RuntimeError("the power went")

    monkeypatch.setattr(load, "rows_write", crash)
    with pytest.raises(RuntimeError):
        commit(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1)))
    assert not Site.objects.exists()
    assert not RegulatoryAction.objects.exists()
    assert ImportRun.objects.get().state == ImportRun.State.CHECKING


def test_another_sources_file_is_refused_with_what_is_missing(dry_run: Import, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        dry_run("fda-recalls", compliance(tmp_path / "a.csv", files.compliance_row(1)))
    assert refused.value.key == "header"
    assert "Product ID" in str(refused.value.params["missing"])


def test_a_header_alone_is_refused(dry_run: Import, tmp_path: Path) -> None:
    with pytest.raises(Refused) as refused:
        dry_run(COMPLIANCE, compliance(tmp_path / "a.csv"))
    assert refused.value.key == "nothing_but_header"


def test_the_history_names_who_imported(commit: Import, tmp_path: Path) -> None:
    commit(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1)))
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT model FROM history.entry WHERE op = 'I'")
        recorded = {row[0] for row in cursor.fetchall()}
    assert recorded >= {
        "audits.RegulatoryAction",
        "partners.Site",
        "partners.Organization",
        "imports.ImportRun",
    }


# Form 483s --------------------------------------------------------------------------------------


def test_a_workbook_with_date_cells_says_the_same_as_text(commit: Import, tmp_path: Path) -> None:
    commit("fda-483s", forms(tmp_path / "a.csv", files.form_483_row(1)))
    row: list[object] = list(files.form_483_row(1))
    row[0], row[3], row[4], row[6] = dt.date(2023, 5, 4), 483, dt.date(2024, 1, 17), 281_926
    assert (
        commit("fda-483s", files.write_xlsx(tmp_path / "a.xlsx", files.FORM_483_HEADER, [row])).unchanged == 1
    )


# Citations --------------------------------------------------------------------------------------
