"""docs/backtest.md is true: its table comes out of the real files, and two columns of it by another way."""

import datetime as dt
import re
from pathlib import Path
from typing import Any

import pytest

from scorecards.backtest import Backtest
from scorecards.backtesting import Record, whole_record
from tests.imports.conftest import Import
from tests.imports.test_real_files import csv_rows, day_of, is_fei, xlsx_rows

pytestmark = pytest.mark.slow
PAGE = Path(__file__).parents[2] / "docs" / "backtest.md"
ROW = re.compile(r"^\| (\d{4}-\d\d-\d\d) \| (\d+) \| (\d+) \| \*\*([\d.]+)\*\* (.*)$", re.M)
LETTERS = ("compliance_actions_2024-07.csv", "warning_letters_drugs_biologics_2025-07.csv")
FIRST_TEST_DATE = dt.date(2018, 1, 1)
YEAR = 2021


def test_the_table_of_the_page_and_an_independent_count(commit: Import, fda: Path) -> None:
    record = imported(commit, fda)
    rows = {dt.date.fromisoformat(row[0]): row for row in ROW.findall(PAGE.read_text(encoding="utf-8"))}
    tests = {on: record.test(on, 36) for on in rows}
    assert sum(on >= FIRST_TEST_DATE for on in tests) == 10
    for on, found in tests.items():
        assert found.auc
        shown = (str(found.sites), str(found.events), f"{found.auc.value:.3f}")
        assert shown == rows[on][1:4], on
        assert f"{found.auc.low:.3f}–{found.auc.high:.3f}" in rows[on][4]
        assert all(f"{area.value:.3f}" in rows[on][4] for area in found.naive.values() if area)
    # The promise of the page: better than the best simple formula on every date it was not tuned on.
    assert all(found.lead and found.lead.difference.value > 0 for found in tests.values())
    counted_another_way(tests[dt.date(YEAR, 1, 1)], fda)


def imported(commit: Import, fda: Path) -> Record:
    for name in LETTERS:
        commit("fda-compliance-actions", fda / name)
    # The first and the last snapshot tell the same of what was posted by 2022 as all five together.
    for name in ("published_483s_2024-07.csv", "published_483s_2025-04-09.xlsx"):
        commit("fda-483s", fda / name)
    commit("fda-recalls", fda / "drug_recalls_by_fei_2025-05.xlsx")
    return whole_record()


def counted_another_way(found: Backtest, fda: Path) -> None:
    """Sites and events of one date from the files themselves, cell by cell."""
    on, until = dt.date(YEAR, 1, 1), dt.date(YEAR + 3, 1, 1)
    letters = [
        (row["FEI Number"], dt.date.fromisoformat(row["Action Taken Date"]), row["Action Type"])
        for name in LETTERS
        for row in csv_rows(fda / name)
        if row["Product Type"] in ("Drugs", "Biologics")
    ]
    known = {fei for fei, day, _ in letters if day + dt.timedelta(days=45) <= on}
    for row in xlsx_rows(fda / "drug_recalls_by_fei_2025-05.xlsx"):
        if (
            is_fei(row["FEI Number"])
            and row["Center Classification Date"].date() + dt.timedelta(days=7) <= on
        ):
            known.add(str(row["FEI Number"]))
    forms: list[dict[str, Any]] = [*csv_rows(fda / "published_483s_2024-07.csv")]
    for path in fda.glob("published_483s_*.xlsx"):
        forms += xlsx_rows(path)
    for row in forms:
        posted, recorded = day_of(row["Date Posted"]), day_of(row["Record Date"])
        if is_fei(row["FEI Number"]) and posted and max(posted, recorded or posted) <= on:
            known.add(str(row["FEI Number"]))
    warned = {fei for fei, day, kind in letters if kind == "Warning Letter" and on < day <= until}
    assert (found.sites, found.events) == (len(known), len(known & warned))
    assert found.known["form_483s"] == 351
