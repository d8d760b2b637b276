"""Files as people really save them: each is read as it was meant, or refused with one clear reason."""

import csv
import datetime as dt
import threading
from io import StringIO
from pathlib import Path

import pytest
import xlsxwriter
from django.db import connections

from audits.models import RegulatoryAction
from imports.files import file_store
from imports.models import ImportFile, ImportRun
from imports.reading import Refused
from imports.services import import_commit, nothing_told
from tests.imports import files
from tests.imports.conftest import Import

COMPLIANCE = "fda-compliance-actions"


def written(
    path: Path, *rows: tuple[str, ...], delimiter: str = ",", above: str = "", encoding: str = "utf-8"
) -> Path:
    text = StringIO()
    writer = csv.writer(text, delimiter=delimiter)
    writer.writerows([files.COMPLIANCE_HEADER, *rows])
    path.write_bytes((above + text.getvalue()).encode(encoding))
    return path


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("delimiter", "above", "encoding"),
    [
        (",", "\ufeff", "utf-8"),
        (";", "", "utf-16"),
        ("\t", "", "cp1252"),
        (";", "Compliance actions, exported in 2024, by hand\r\n\r\n", "utf-8"),
    ],
)
def test_text_is_read_however_it_was_saved(
    dry_run: Import, tmp_path: Path, delimiter: str, above: str, encoding: str
) -> None:
    path = written(
        tmp_path / "a.csv",
        files.compliance_row(1, name="Étoile SA"),
        delimiter=delimiter,
        above=above,
        encoding=encoding,
    )
    outcome = dry_run(COMPLIANCE, path)
    assert (outcome.rows, outcome.created, outcome.problems) == (1, 1, [])


@pytest.mark.django_db
def test_a_workbook_is_read_below_a_merged_title_behind_a_sheet_of_notes(
    dry_run: Import, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    with xlsxwriter.Workbook(str(path)) as book:
        book.add_worksheet("Notes").write_column(0, 0, ["Read me", "Made by hand"])
        sheet = book.add_worksheet("Data")
        sheet.merge_range(1, 1, 1, 8, "FDA compliance actions")
        sheet.write_row(3, 1, files.COMPLIANCE_HEADER)
        sheet.write_row(4, 1, files.compliance_row(1))
        sheet.write_number(4, 1, 3100000001.0)
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        sheet.write_datetime(4, 6, dt.datetime(2024, 3, 5, 13, 30), moment)
        sheet.write_row(5, 1, files.compliance_row(2, date="soon"))
    outcome = dry_run(COMPLIANCE, path)
    assert (outcome.rows, outcome.created, outcome.unmatched) == (2, 1, 0)
    assert [(each["row"], each["value"]) for each in outcome.problems] == [(6, "soon")]


@pytest.mark.django_db
def test_the_number_of_a_day_is_no_date_and_the_reason_says_so(dry_run: Import, tmp_path: Path) -> None:
    rows = [files.compliance_row(1, date="45356"), files.compliance_row(2, date="45356.5")]
    outcome = dry_run(COMPLIANCE, written(tmp_path / "a.csv", *rows, files.compliance_row(3)))
    assert [each["key"] for each in outcome.problems] == ["date_serial", "date_serial"]


@pytest.mark.django_db
def test_a_header_that_names_a_column_twice_is_refused(dry_run: Import, tmp_path: Path) -> None:
    header = [*files.COMPLIANCE_HEADER, "FEI_number", "Remark", "Remark"]
    path = files.write_csv(tmp_path / "a.csv", header, [(*files.compliance_row(1), "3100000009", "", "")])
    with pytest.raises(Refused) as refusal:
        dry_run(COMPLIANCE, path)
    assert (refusal.value.key, refusal.value.params) == ("header_repeated", {"columns": "FEI Number"})


def test_two_imports_of_one_file_at_once_save_it_once(committed_db: str, tmp_path: Path) -> None:
    path = written(tmp_path / "a.csv", *(files.compliance_row(n) for n in range(20)))
    together = threading.Barrier(2, timeout=120)

    def work() -> None:
        try:
            together.wait()
            run = ImportRun.objects.create(
                file=file_store(name="a.csv", path=path), source=COMPLIANCE, retrieved_on=dt.date(2026, 11, 1)
            )
            import_commit(run=run, good_rows=False, progress=nothing_told)
        finally:
            connections.close_all()

    workers = [threading.Thread(target=work) for _ in range(2)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    assert ImportFile.objects.count() == 1
    assert RegulatoryAction.objects.count() == 20
    assert sorted(ImportRun.objects.values_list("state", "created", "unchanged")) == [
        ("committed", 0, 20),
        ("committed", 20, 0),
    ]
