"""Exports of other days: what is gone, what is older, and which of two is the newer."""

import datetime as dt
from pathlib import Path

from audits.models import RegulatoryAction
from tests.imports import files
from tests.imports.conftest import Import
from tests.imports.files import compliance

COMPLIANCE = "fda-compliance-actions"


def test_white_space_and_case_of_markers_are_no_change(commit: Import, tmp_path: Path) -> None:
    commit(COMPLIANCE, compliance(tmp_path / "a.csv", files.compliance_row(1, name="Invented  Pharma 1")))
    row = list(files.compliance_row(1, name=" Invented Pharma\u00a01 "))
    row[2] = "N/A"
    assert commit(COMPLIANCE, compliance(tmp_path / "b.csv", tuple(row))).unchanged == 1


def test_gone_is_gone_only_within_the_product_types_kinds_and_dates_of_the_file(
    commit: Import, tmp_path: Path
) -> None:
    commit(
        COMPLIANCE,
        compliance(
            tmp_path / "all.csv",
            files.compliance_row(1, date="2020-01-01"),
            files.compliance_row(2, date="2021-01-01"),
            files.compliance_row(3, date="2021-06-01", product_type="Devices"),
            files.compliance_row(4, date="2021-06-01", action="Injunction"),
            files.compliance_row(5, date="2023-01-01"),
            files.compliance_row(6, date="2022-01-01"),
        ),
    )
    drugs = compliance(
        tmp_path / "drugs.csv",
        files.compliance_row(7, date="2020-06-01"),
        files.compliance_row(6, date="2022-01-01"),
    )
    outcome = commit(COMPLIANCE, drugs)
    assert outcome.missing == 1
    assert [row["source_key"] for row in outcome.missing_rows] == ["700002/3100000002"]
    assert RegulatoryAction.objects.count() == 7


def test_an_older_snapshot_adds_but_does_not_overwrite(commit: Import, tmp_path: Path) -> None:
    newer = compliance(
        tmp_path / "new.csv",
        files.compliance_row(1, date="2024-03-05", name="New Name"),
        files.compliance_row(2, date="2024-09-01"),
    )
    older = compliance(
        tmp_path / "old.csv",
        files.compliance_row(1, date="2024-03-05", name="Old Name"),
        files.compliance_row(3, date="2024-04-01"),
    )
    commit(COMPLIANCE, newer)
    outcome = commit(COMPLIANCE, older)
    assert (outcome.created, outcome.updated, outcome.unchanged, outcome.older) == (1, 0, 1, 1)
    assert outcome.newer_snapshot_on == dt.date(2024, 9, 1)
    assert RegulatoryAction.objects.get(source_key__startswith="700001/").firm_name == "New Name"


def test_an_older_snapshot_still_updates_what_the_newer_one_does_not_cover(
    commit: Import, tmp_path: Path
) -> None:
    device = files.compliance_row(1, product_type="Devices", date="2024-01-05", name="First Name")
    commit(COMPLIANCE, compliance(tmp_path / "a.csv", device))
    commit(COMPLIANCE, compliance(tmp_path / "b.csv", files.compliance_row(2, date="2025-01-01")))
    renamed = files.compliance_row(1, product_type="Devices", date="2024-01-05", name="Second Name")
    assert commit(COMPLIANCE, compliance(tmp_path / "c.csv", renamed)).updated == 1


def test_stated_days_of_retrieval_tell_which_snapshot_is_newer(commit: Import, tmp_path: Path) -> None:
    full = compliance(
        tmp_path / "full.csv",
        files.compliance_row(1, date="2020-03-05", name="Old Name"),
        files.compliance_row(2, date="2024-09-01"),
    )
    commit(COMPLIANCE, full, retrieved_on=dt.date(2024, 10, 1))
    early_years = compliance(
        tmp_path / "part.csv", files.compliance_row(1, date="2020-03-05", name="New Name")
    )
    assert commit(COMPLIANCE, early_years, retrieved_on=dt.date(2025, 1, 1)).updated == 1
    assert commit(COMPLIANCE, full, retrieved_on=dt.date(2024, 10, 1)).updated == 0
    assert RegulatoryAction.objects.get(source_key__startswith="700001/").firm_name == "New Name"
