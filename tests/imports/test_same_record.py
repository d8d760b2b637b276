"""Which rows are of one record, and which belong to another: documents and citations."""

import datetime as dt
from pathlib import Path

import pytest

from audits.models import Citation, Inspection, RegulatoryAction
from tests.imports import files
from tests.imports.conftest import Import
from tests.imports.files import forms


def test_record_id_is_no_key(commit: Import, tmp_path: Path) -> None:
    commit("fda-483s", forms(tmp_path / "a.csv", files.form_483_row(1, record_id="1")))
    renumbered = forms(tmp_path / "b.csv", files.form_483_row(1, record_id="999"))
    assert commit("fda-483s", renumbered).unchanged == 1


def test_the_earliest_date_posted_counts_whichever_file_comes_first(commit: Import, tmp_path: Path) -> None:
    early = forms(tmp_path / "a.csv", files.form_483_row(1, posted="2023-06-01"))
    mass = forms(tmp_path / "b.csv", files.form_483_row(1, posted="2024-01-17"))
    commit("fda-483s", mass)
    assert commit("fda-483s", early).updated == 1
    assert RegulatoryAction.objects.get().known_on == dt.date(2023, 6, 1)
    assert commit("fda-483s", mass).updated == 0
    assert RegulatoryAction.objects.get().known_on == dt.date(2023, 6, 1)


def test_one_media_number_of_two_firms_is_two_documents(commit: Import, tmp_path: Path) -> None:
    address = "https://www.fda.gov/media/111481/download"
    path = forms(
        tmp_path / "a.csv",
        files.form_483_row(1, download=address, record_date="2018-03-09"),
        files.form_483_row(2, download=address, record_date="2017-03-08"),
    )
    assert commit("fda-483s", path).created == 2
    assert commit("fda-483s", path).unchanged == 2


def test_a_document_that_moves_to_a_media_address_stays_one(commit: Import, tmp_path: Path) -> None:
    old = files.form_483_row(1, download="https://www.fda.gov/files/drugs/published/Acme-483.pdf")
    commit("fda-483s", forms(tmp_path / "a.csv", old, files.form_483_row(2)))
    before = RegulatoryAction.objects.get(source_key__startswith="3200000001/")
    newer = forms(tmp_path / "b.csv", files.form_483_row(1, name="Renamed"), files.form_483_row(2))
    outcome = commit("fda-483s", newer)
    assert (outcome.created, outcome.updated, outcome.readdressed, outcome.missing) == (0, 1, 1, 0)
    after = RegulatoryAction.objects.get(pk=before.pk)
    assert (after.source_key, after.firm_name) == ("media/900001", "Renamed")
    # And the older file, imported again, does not bring the old address back.
    again = commit("fda-483s", forms(tmp_path / "a.csv", old, files.form_483_row(2)))
    assert (again.created, RegulatoryAction.objects.count()) == (0, 2)


def citation(text: str, *, number: str = "1258459") -> tuple[str, ...]:
    return (number, "2245909", "Invented SA", "2025-01-24", "Drugs", "21 CFR 211.194(a)", "Records", text)


def test_two_wordings_of_one_regulation_are_two_citations(commit: Import, tmp_path: Path) -> None:
    path = files.write_csv(
        tmp_path / "a.csv",
        files.CITATION_HEADER,
        [citation("NOT COMPLETE"), citation("NOT COMPLETE"), citation("NOT KEPT")],
    )
    outcome = commit("fda-citations", path)
    assert (outcome.created, outcome.duplicates, outcome.rejected) == (2, 1, 0)
    assert all(Citation.objects.values_list("is_data_integrity", flat=True))
    assert commit("fda-citations", path).unchanged == 2


@pytest.mark.parametrize("citations_first", [True, False])
def test_a_citation_finds_its_inspection_whichever_comes_first(
    commit: Import, tmp_path: Path, citations_first: bool
) -> None:
    row = ["2245909", "Invented SA", "Lyon", "-", "-", "France", "2025", "1258459", "Yes", "01/24/2025"]
    row += ["Voluntary Action Indicated (VAI)", "Drug Quality Assurance", "Drugs", "-", "-"]
    sources = [
        ("fda-citations", files.write_csv(tmp_path / "c.csv", files.CITATION_HEADER, [citation("X")])),
        ("fda-inspections", files.write_csv(tmp_path / "i.csv", files.INSPECTION_HEADER, [row])),
    ]
    for source, path in sources if citations_first else reversed(sources):
        commit(source, path)
    assert Citation.objects.get().inspection == Inspection.objects.get()
