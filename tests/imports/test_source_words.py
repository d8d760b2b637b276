"""What a source wrote is shown from the index of its file, which a job makes once."""

from pathlib import Path

import pytest
from django.urls import reverse

from accounts.roles import Role
from audits.models import RegulatoryAction
from common.models import Sourced
from imports.models import FilePage, ImportFile
from imports.source_index import ALTERED, INDEX_JOB, index_request
from imports.source_rows import SourceRow, is_indexed, source_file, source_row
from jobs.models import Job
from jobs.services import job_run
from records.models import Entry
from tests import makers
from tests.imports import files
from tests.imports.conftest import Import

COMPLIANCE = "fda-compliance-actions"


def words_of(row: Sourced) -> SourceRow | None:
    """What the source wrote, once the job of the file is done."""
    file = source_file(row)
    if file is None:
        return None
    if not is_indexed(row, file):
        job_run(index_request(file=file, row=row, actor=None).pk)
    return source_row(row, file)


def test_the_words_of_a_row_are_found_in_its_file(
    commit: Import, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("imports.source_index.LINES", 25)
    rows = [files.compliance_row(n, name=f"Firm {n}") for n in range(60)]
    title = ("Compliance actions of March",)
    written = files.write_csv(tmp_path / "a.csv", title, [files.COMPLIANCE_HEADER, *rows])
    commit(COMPLIANCE, written)
    job = Job.objects.get(kind=INDEX_JOB)
    for action in RegulatoryAction.objects.filter(firm_name__in=["Firm 0", "Firm 24", "Firm 59"]):
        with_line = words_of(action)
        # As it was imported before lines were kept: found by what it says.
        action.source_line = None
        assert with_line == words_of(action)
        assert with_line is not None
        assert dict(with_line.cells)["Legal Name"] == action.firm_name
        assert with_line.line == int(action.firm_name.removeprefix("Firm ")) + 3
    assert FilePage.objects.filter(source="").count() == 3
    job.refresh_from_db()
    assert (job.state, Job.objects.filter(kind=INDEX_JOB).count()) == (Job.State.SUCCEEDED, 2)
    workbook = files.write_xlsx(tmp_path / "b.xlsx", files.COMPLIANCE_HEADER, [files.compliance_row(90)])
    commit(COMPLIANCE, workbook)
    found = words_of(RegulatoryAction.objects.get(source_key__startswith="700090"))
    assert found is not None
    assert (found.line, found.file.name) == (2, "b.xlsx")
    assert words_of(RegulatoryAction(source="")) is None
    assert Entry.objects.filter(model="imports.FilePage", op="I").count() == FilePage.objects.count()


def test_a_file_that_is_not_what_was_imported_is_not_shown(commit: Import, tmp_path: Path) -> None:
    paths = [tmp_path / f"{name}.csv" for name in ("Real", "Fake")]
    for path in paths:
        files.write_csv(path, files.COMPLIANCE_HEADER, [files.compliance_row(1, name=path.stem)])
    commit(COMPLIANCE, paths[0])
    ImportFile.objects.update(content=ImportFile.content_packed(paths[1]))
    action = RegulatoryAction.objects.get()
    assert words_of(action) is None
    job = Job.objects.get(kind=INDEX_JOB)
    assert (job.state, job.error_key, FilePage.objects.count()) == ("failed", ALTERED, 0)
    # What an index that is made does not tell is not waited for.
    address = reverse("imports:source-row", args=["actions", action.pk])
    browser = makers.signed_in(makers.person(Role.QA))
    assert "Start again" in browser.get(address).text
    Job.objects.update(state=Job.State.SUCCEEDED, error_key="")
    assert "The file has no such line." in browser.get(address).text
