"""The examples of docs/api.md, run one after the other as somebody would type them."""

import argparse
import re
import shlex
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from imports.models import ImportRun
from jobs.services import job_run
from reports.models import Report, ReportFile
from tests import makers
from tests.imports import files

PAGE = Path(settings.BASE_DIR) / "docs" / "api.md"
TAKEN = re.compile(r"^(\w+)=\$\((.*) \| jq -r '([^']+)'\)$")
CURL = argparse.ArgumentParser(exit_on_error=False)
CURL.add_argument("address")
CURL.add_argument("-s", action="store_true")
CURL.add_argument("-G", action="store_true")
CURL.add_argument("-H", action="append", default=[])
CURL.add_argument("-d", "--data-urlencode", action="append", default=[], dest="d")
CURL.add_argument("-F", action="append", default=[])
CURL.add_argument("-o")
CURL.add_argument("--json")


def examples() -> list[str]:
    """Every line of every block of commands."""
    blocks = re.findall(r"^```sh\n(.*?)^```$", PAGE.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    return [line for block in blocks for line in block.splitlines()]


def asked(command: str) -> Any:
    """What a command of curl would get."""
    program, *words = shlex.split(command)
    assert program == "curl"
    given = CURL.parse_args(words)
    headers = dict(each.split(": ", 1) for each in given.H)
    client, path = Client(headers=headers), given.address.removeprefix("http://127.0.0.1:8000")
    if given.json:
        return client.post(path, given.json, content_type="application/json")
    if given.F:
        fields: dict[str, Any] = dict(each.split("=", 1) for each in given.F)
        with Path(fields["upload"].removeprefix("@")).open("rb") as file:
            return client.post(path, fields | {"upload": file})
    query: dict[str, list[str]] = {}
    for name, value in (each.split("=", 1) for each in given.d):
        query.setdefault(name, []).append(value)
    return client.get(path, query)


def found(answer: Any, place: str) -> str:
    """What jq takes out of an answer."""
    told = answer.json()
    for part in re.findall(r"\w+", place):
        told = told[int(part)] if part.isdigit() else told[part]
    return str(told)


def worker_works(path: str) -> None:
    """What happens between two commands: files are checked, and the report is issued."""
    if match := re.search(r"/imports/(\d+)$", path):
        job_run(ImportRun.objects.values_list("job_id", flat=True).get(pk=match[1]))
    if match := re.search(r"/reports/(\d+)/files/", path):
        Report.objects.filter(pk=match[1]).update(issued_at=timezone.now(), inputs_sha256="0" * 64)
        ReportFile.objects.create(report_id=match[1], content=b"%PDF-1.7", sha256="0" * 64, size_bytes=8)


def test_every_example_does_what_it_says(
    demo_db: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    rows = [files.compliance_row(number) for number in range(3)]
    files.write_csv(tmp_path / "compliance-actions.csv", files.COMPLIANCE_HEADER, rows)
    person = User.objects.get(role=Role.QA, is_demo=True)
    known = {"TOKEN": makers.token(person)}
    statuses = []
    for line in examples():
        for name, value in known.items():
            line = line.replace(f"${name}", value)
        taken = TAKEN.match(line)
        command = taken[2] if taken else line
        if not command.startswith("curl"):
            name, _, value = command.partition("=")
            known.setdefault(name, value)
            continue
        worker_works(shlex.split(command)[-1].removeprefix("http://127.0.0.1:8000"))
        answer = asked(command)
        assert answer.status_code in (200, 202), (line, answer.content)
        statuses.append(answer.status_code)
        if taken:
            known[taken[1]] = found(answer, taken[3])
        if "Accept-Language: fr" in line:
            assert answer.headers["Content-Language"] == "fr"
    assert statuses.count(202) == 3, "a report was asked for, a file handed in and saved"
