"""The real files of the FDA, with figures counted another way: with csv and openpyxl, cell by cell."""

import csv
import datetime as dt
import itertools
import re
import warnings
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from audits.models import Citation, Inspection, RegulatoryAction
from partners.models import Organization, Site, SiteAlias
from tests.imports.conftest import Import

pytestmark = pytest.mark.slow
MISSING = {"", "-", "N/A"}


def csv_rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def xlsx_rows(path: Path) -> list[dict[str, Any]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(path, read_only=True)
        rows = book.worksheets[0].iter_rows(values_only=True)
        header = [str(cell) for cell in next(rows)]
        # A row ends at its last cell.
        found = [dict(itertools.zip_longest(header, row)) for row in rows]
        book.close()
        return found


def rows_of(path: Path) -> list[dict[str, Any]]:
    return list(csv_rows(path) if path.suffix == ".csv" else xlsx_rows(path))


def folded(text: object) -> str:
    return " ".join(str(text or "").replace("_x000D_", " ").split())


def is_fei(text: object) -> bool:
    return bool(re.fullmatch(r"\d{4,11}", str(text or "").strip()))


def test_compliance_actions_and_the_later_subset(commit: Import, fda: Path) -> None:
    first, second = "compliance_actions_2024-07.csv", "warning_letters_drugs_biologics_2025-07.csv"
    old = {(r["Case/Injunction ID"], r["FEI Number"]): r for r in csv_rows(fda / first)}
    new = {(r["Case/Injunction ID"], r["FEI Number"]): r for r in csv_rows(fda / second)}
    whole = commit("fda-compliance-actions", fda / first)
    assert (whole.rows, whole.created, whole.unmatched) == (4_233, len(old), 0)
    assert whole.sites_created == len({fei for _, fei in old}) == Site.objects.count()
    assert commit("fda-compliance-actions", fda / first).unchanged == 4_233

    subset = commit("fda-compliance-actions", fda / second)
    changed = sum(any(folded(new[k][c]) != folded(old[k][c]) for c in new[k]) for k in new.keys() & old)
    gone = {
        k for k, r in old.items() if r["Product Type"] != "Devices" and r["Action Type"] == "Warning Letter"
    }
    assert subset.created == len(new.keys() - old)
    assert subset.updated == changed
    assert subset.missing == len(gone - new.keys()) == 10
    assert RegulatoryAction.objects.count() == len(old.keys() | new)
    # The older file after the newer one changes nothing that the newer one told.
    again = commit("fda-compliance-actions", fda / first)
    assert (again.created, again.updated) == (0, 0)
    key = next(k for k in new.keys() & old if folded(new[k]["Legal Name"]) != folded(old[k]["Legal Name"]))
    assert RegulatoryAction.objects.get(source_key="/".join(key)).firm_name == folded(new[key]["Legal Name"])


def media(row: dict[str, Any]) -> str:
    found = re.search(r"/media/(\d+)", str(row["Download"]))
    return found[1] if found else ""


def test_five_snapshots_of_form_483s(commit: Import, fda: Path) -> None:
    paths = [fda / "published_483s_2024-07.csv", *sorted(fda.glob("published_483s_*.xlsx"))]
    rows = [rows_of(path) for path in paths]
    outcomes = [commit("fda-483s", path) for path in paths]
    assert [outcome.rows for outcome in outcomes] == [1_723, 1_774, 1_797, 1_789, 1_834]
    for outcome, snapshot in zip(outcomes, rows, strict=True):
        assert outcome.unmatched == sum(not is_fei(row["FEI Number"]) for row in snapshot) == 25
        assert (outcome.rejected, len(outcome.problems)) == (0, 1)
    assert outcomes[0].created == 1_723
    # 85 rows of the first snapshot have no media number; 84 reappear with one, one is gone.
    assert (outcomes[1].readdressed, outcomes[1].missing) == (84, 1)
    assert sum(not media(row) for row in rows[0]) == 85
    known: set[str] = set()
    for outcome, snapshot in zip(outcomes, rows, strict=True):
        fresh = {media(row) for row in snapshot if media(row)} - known
        if known:
            assert outcome.created == len(fresh) - outcome.readdressed + (outcome is outcomes[1])
        known |= {media(row) for row in snapshot if media(row)}
    # One media number stands for two firms.
    assert RegulatoryAction.objects.filter(source_key__startswith="media/111481/").count() == 2


def day_of(value: object) -> dt.date | None:
    if isinstance(value, dt.datetime):
        return value.date()
    return None if str(value) in MISSING else dt.date.fromisoformat(str(value))


def test_the_earliest_date_posted_of_all_snapshots_is_kept(commit: Import, fda: Path) -> None:
    earliest: dict[str, dt.date] = {}
    same_document: dict[str, tuple[str, dt.date | None]] = {}
    moved: dict[tuple[str, dt.date | None], dt.date] = {}
    for path in reversed([fda / "published_483s_2024-07.csv", *sorted(fda.glob("published_483s_*.xlsx"))]):
        commit("fda-483s", path)
        for row in rows_of(path):
            posted, firm = day_of(row["Date Posted"]), (str(row["FEI Number"]), day_of(row["Record Date"]))
            assert posted is not None
            if number := media(row):
                earliest[number] = min(posted, earliest.get(number, posted))
                same_document.setdefault(number, firm)
            else:
                moved[firm] = posted
    stored = RegulatoryAction.objects.exclude(reference__in=["", "111481"])
    for number, known_on, happened_on in stored.values_list("reference", "known_on", "happened_on"):
        # A document that an older snapshot lists under a file address was out when that one says.
        posted = min(earliest[number], moved.get(same_document[number], earliest[number]))
        assert known_on == max(posted, happened_on or posted), number


def test_recalls(commit: Import, fda: Path) -> None:
    path = fda / "drug_recalls_by_fei_2025-05.xlsx"
    rows = xlsx_rows(path)
    outcome = commit("fda-recalls", path)
    assert (outcome.rows, outcome.created, outcome.rejected) == (
        16_908,
        len({r["Product ID"] for r in rows}),
        0,
    )
    assert outcome.unmatched == sum(not is_fei(row["FEI Number"]) for row in rows) == 1
    assert Site.objects.count() == len({row["FEI Number"] for row in rows if is_fei(row["FEI Number"])})
    spellings: dict[str, set[str]] = {}
    for row in rows:
        if is_fei(row["FEI Number"]):
            spellings.setdefault(str(row["FEI Number"]), set()).add(folded(row["Recalling Firm Name"]))
    assert SiteAlias.objects.count() == sum(len(names) - 1 for names in spellings.values())
    events = RegulatoryAction.objects.values_list("event_key", flat=True).distinct().count()
    assert events == len({row["Event ID"] for row in rows})
    by_class = {"1": "Class I", "2": "Class II", "3": "Class III"}
    for code, word in by_class.items():
        counted = sum(row["Product Classification"] == word for row in rows)
        assert RegulatoryAction.objects.filter(recall_class=code).count() == counted
    broken = next(row for row in rows if "_x000D_" in str(row["Product Description"]))
    stored = RegulatoryAction.objects.get(source_key=str(broken["Product ID"]))
    assert "_x000D_" not in stored.title
    assert folded(stored.title) == folded(broken["Product Description"])
    assert stored.happened_on == broken["Center Classification Date"].date()
    assert not RegulatoryAction.objects.filter(site__organization__kind__in=["cdmo"]).exists()
    assert set(Organization.objects.values_list("kind", flat=True)) == {"unclassified"}
    assert commit("fda-recalls", path).unchanged == 16_908


def test_warning_letters_without_fei(commit: Import, fda: Path) -> None:
    path = fda / "warning_letters_export_2026-01.xlsx"
    rows = [tuple(folded(cell) for cell in row.values()) for row in xlsx_rows(path)]
    outcome = commit("fda-warning-letters", path)
    assert (outcome.rows, outcome.created, outcome.duplicates) == (3_277, len(set(rows)), 545)
    assert outcome.unmatched == 2_732
    assert RegulatoryAction.objects.filter(closed_on__isnull=False).count() == sum(
        bool(r[6]) for r in set(rows)
    )
    gmp = RegulatoryAction.objects.filter(title="CGMP/Finished Pharmaceuticals/Adulterated")
    assert set(gmp.values_list("gmp", flat=True)) == {"yes"}
    assert not RegulatoryAction.objects.filter(title__startswith="Family Smoking").exclude(gmp="no").exists()
    assert commit("fda-warning-letters", path).unchanged == 2_732


def test_the_samples_of_inspections_and_citations(commit: Import, fda: Path) -> None:
    assert commit("fda-inspections", fda / "inspections_details_sample_2026-03.csv").created == 5
    inspection = Inspection.objects.get(inspection_number="1305862")
    assert (inspection.happened_on, inspection.classification) == (dt.date(2026, 3, 18), "vai")
    assert (inspection.citations_posted, inspection.is_drug_gmp) == (True, False)
    assert commit("fda-citations", fda / "inspections_citations_sample.csv").created == 10
    assert set(Citation.objects.values_list("is_drug_gmp", flat=True)) == {True}
