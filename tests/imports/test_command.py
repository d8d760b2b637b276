"""`manage.py import_records`: one JSON object, another exit code than 0 on refusal."""

import errno
import json
from io import StringIO
from pathlib import Path
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.management import CommandError, call_command

from audits.models import RegulatoryAction
from imports.models import ImportFile, ImportRun
from tests.imports import files

pytestmark = pytest.mark.django_db
KEYS = {"source", "file_sha256", "rows", "created", "updated", "unchanged", "missing_from_snapshot"}
KEYS |= {"unmatched", "rejected", "problems"}


def imported(source: str, path: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    call_command("import_records", source, str(path), "--json", *options, stdout=out)
    return dict(json.loads(out.getvalue()))


def refused(source: str, path: Path, *options: str) -> dict[str, Any]:
    out = StringIO()
    with pytest.raises(SystemExit) as ended:
        call_command("import_records", source, str(path), "--json", *options, stdout=out)
    assert ended.value.code == 1
    return dict(json.loads(out.getvalue()))


@pytest.fixture
def good(tmp_path: Path) -> Path:
    return files.write_csv(
        tmp_path / "a.csv", files.COMPLIANCE_HEADER, [files.compliance_row(n) for n in (1, 2)]
    )


@pytest.fixture
def mixed(tmp_path: Path) -> Path:
    rows = [files.compliance_row(1), files.compliance_row(2, date="soon")]
    return files.write_csv(tmp_path / "b.csv", files.COMPLIANCE_HEADER, rows)


def test_an_import_answers_with_its_counts(good: Path) -> None:
    answer = imported("fda-compliance-actions", good)
    assert answer.keys() >= KEYS
    assert (answer["rows"], answer["created"], answer["problems"]) == (2, 2, [])
    assert answer["file_sha256"] == ImportFile.objects.get().sha256
    assert imported("fda-compliance-actions", good)["unchanged"] == 2


def test_a_dry_run_keeps_nothing(good: Path) -> None:
    assert imported("fda-compliance-actions", good, "--dry-run")["created"] == 2
    assert not ImportFile.objects.exists()
    assert not RegulatoryAction.objects.exists()


def test_rejected_rows_refuse_the_import_and_are_named(mixed: Path) -> None:
    answer = refused("fda-compliance-actions", mixed)
    assert answer.keys() >= KEYS
    assert (answer["rows"], answer["rejected"]) == (2, 1)
    assert answer["problems"][0]["row"] == 3
    assert answer["problems"][0]["column"] == "Action Taken Date"
    assert answer["problems"][0]["value"] == "soon"
    assert "no date" in answer["problems"][0]["message"]
    assert "1 of 2 rows" in answer["refused"]
    assert not RegulatoryAction.objects.exists()
    assert ImportRun.objects.get().state == ImportRun.State.REFUSED


def test_the_good_rows_are_saved_when_asked_for(mixed: Path) -> None:
    answer = imported("fda-compliance-actions", mixed, "--good-rows")
    assert (answer["created"], answer["rejected"]) == (1, 1)


@pytest.mark.parametrize(
    ("name", "content", "key"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv", b"%PDF-1.7", "other_content"),
        ("a.txt", b"a,b", "extension"),
        ("a.csv", b"Name,Amount\nx,1\n", "header"),
        ("a.csv", b"FEI Number,=1+1\n1,2\n", "formula"),
    ],
)
def test_a_wrong_file_is_refused_and_nothing_is_kept_of_its_rows(
    tmp_path: Path, name: str, content: bytes, key: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    answer = refused("fda-compliance-actions", path)
    assert answer["refused_key"] == key
    assert answer["refused"]
    assert not RegulatoryAction.objects.exists()


def test_a_file_that_is_not_there_and_a_source_that_is_not_known(tmp_path: Path, good: Path) -> None:
    assert refused("fda-483s", tmp_path / "none.csv")["refused_key"] == "not_found"
    assert refused("fda-everything", good)["refused_key"] == "unknown_source"


def test_a_full_disk_is_one_clear_line(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    full = Mock(side_effect=OSError(errno.ENOSPC, "No space left on device"))
    monkeypatch.setattr("imports.management.commands.import_records.file_store", full)
    out = StringIO()
    with pytest.raises(CommandError, match="The disk is full"):
        call_command("import_records", "fda-compliance-actions", str(good), "--json", stdout=out)
    assert json.loads(out.getvalue())["refused"].startswith("The disk is full")
    assert not ImportRun.objects.exists()


def test_a_file_that_may_not_be_read(good: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(path: Path) -> str:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("imports.management.commands.import_records.file_hash", denied)
    answer = refused("fda-compliance-actions", good)
    assert answer["refused"] == "The file cannot be read: Permission denied"


def test_words_for_people(good: Path, mixed: Path) -> None:
    out = StringIO()
    call_command("import_records", "fda-compliance-actions", str(good), stdout=out)
    assert "FDA compliance actions" in out.getvalue()
    with pytest.raises(CommandError, match="1 of 2 rows"):
        call_command("import_records", "fda-compliance-actions", str(mixed), stdout=StringIO())
