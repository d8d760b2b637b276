"""What the API writes: asked for once, checked before it is saved, named in the history with the token."""

from pathlib import Path
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client

from accounts.models import AccessToken, User
from accounts.roles import Role
from audits.models import RegulatoryAction
from imports.models import ImportRun
from jobs.models import Job
from jobs.services import job_run
from reports.models import Report
from tests import makers
from tests.imports import files

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def forgetful() -> None:
    cache.clear()


def actors_of(table: str) -> set[str]:
    """Who the history says wrote the rows of a table."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SELECT DISTINCT actor FROM history.entry WHERE table_name = %s", [table])
        return {str(actor) for (actor,) in cursor.fetchall()}


def named(user: User) -> str:
    token = AccessToken.objects.get(user=user)
    return f"{user.full_name} (access token {token.pk}: Tests)"


def ask(system: Client, key: str, **body: Any) -> Any:
    return system.post(
        "/api/v1/reports", body, content_type="application/json", headers={"idempotency-key": key}
    )


def test_a_report_is_asked_for_once_whatever_is_sent_again() -> None:
    user, sites = makers.person(Role.SOURCING), tuple(makers.site() for _ in range(2))
    makers.program("API-1", user, sites=sites)
    system = makers.api(user)
    body: dict[str, Any] = {"program": "API-1", "site_ids": [sites[0].pk]}
    first, again = ask(system, "same-key-1", **body), ask(system, "same-key-1", **body)
    assert (first.status_code, again.status_code) == (202, 202)
    assert first["Location"] == again["Location"] == f"/api/v1/reports/{Report.objects.get().pk}"
    shown = system.get(first["Location"]).json()
    assert (shown["state"], shown["program"], shown["files"]) == ("waiting", "API-1", [])
    assert system.get(f"{first['Location']}/files/pdf").status_code == 404
    assert actors_of("reports_report") == {named(user)}
    both = ask(system, "other-key", **body | {"kind": "comparison", "site_ids": [each.pk for each in sites]})
    assert both.json()["kind"] == "comparison"
    wrong = ask(system, "third-key", **body | {"site_ids": [makers.site().pk]})
    assert (wrong.status_code, wrong.json()["errors"][0]["field"]) == (422, "site_ids")
    frozen = ask(system, "frozen-key", **body | {"evaluation": "0" * 64})
    assert (frozen.status_code, frozen.json()["errors"][0]["field"]) == (422, "evaluation")
    assert "Only a comparison" in frozen.json()["detail"], "rather than passed over"
    assert ask(makers.api(makers.person()), "fourth-key", **body).status_code == 404
    assert ask(makers.api(makers.person(Role.ASSESSOR)), "fifth-key", **body).status_code == 403


def test_a_file_is_checked_then_saved_and_its_rows_name_the_token(tmp_path: Path) -> None:
    user = makers.person(Role.QA)
    system = makers.api(user, "import")
    rows = [files.compliance_row(number) for number in range(3)]
    content = files.write_csv(tmp_path / "letters.csv", files.COMPLIANCE_HEADER, rows).read_bytes()
    upload = SimpleUploadedFile("letters.csv", content)
    handed_in = system.post("/api/v1/imports", {"upload": upload, "retrieved_on": "2026-11-02"})
    assert handed_in.status_code == 202, handed_in.content
    here = handed_in["Location"]
    early = system.post(f"{here}/commit", content_type="application/json")
    assert early.status_code == 409
    doubtful = system.post(f"{here}/commit", {"good_rows": "no"}, content_type="application/json")
    assert (doubtful.status_code, doubtful.json()["errors"][0]["field"]) == (422, "good_rows")
    assert "being checked" in early.json()["detail"]
    work()
    assert (system.get(here).json()["state"], system.get(here).json()["created"]) == ("ready", 3)
    assert system.get(f"{here}/problems").json() == {"items": [], "next_cursor": None}
    assert not RegulatoryAction.objects.exists()
    for _ in range(2):
        assert system.post(f"{here}/commit", content_type="application/json").status_code == 202
    work()
    assert system.get(here).json()["state"] == "committed"
    assert RegulatoryAction.objects.count() == 3
    assert actors_of("audits_regulatoryaction") == {named(user)}, "written by the worker, for the token"


def test_rows_that_are_wrong_are_listed_page_by_page(tmp_path: Path) -> None:
    system = makers.api(makers.person(Role.QA))
    rows = [files.compliance_row(number, date="never") for number in range(3)]
    content = files.write_csv(tmp_path / "letters.csv", files.COMPLIANCE_HEADER, rows).read_bytes()
    here = system.post("/api/v1/imports", {"upload": SimpleUploadedFile("a.csv", content)})["Location"]
    work()
    first = system.get(f"{here}/problems?limit=2").json()
    rest = system.get(f"{here}/problems?limit=2&cursor={first['next_cursor']}").json()
    problems = [*first["items"], *rest["items"]]
    assert len({each["row"] for each in problems}) == len(problems) == 3
    assert "no date" in problems[0]["detail"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({}, "upload"),
        ({"upload": SimpleUploadedFile("a.pdf", b"x")}, "upload"),
        ({"upload": SimpleUploadedFile("a.csv", b"x"), "source": "nobody"}, "source"),
        ({"upload": SimpleUploadedFile("a.csv", b"x"), "retrieved_on": "soon"}, "retrieved_on"),
    ],
)
def test_what_cannot_be_an_import_is_refused_by_field(sent: dict[str, Any], field: str) -> None:
    answer = makers.api(makers.person(Role.QA)).post("/api/v1/imports", sent)
    assert answer.status_code == 422
    assert [each["field"] for each in answer.json()["errors"]] == [field]
    assert not ImportRun.objects.exists()


def work() -> None:
    """What the worker does."""
    for number in Job.objects.filter(state=Job.State.QUEUED).values_list("pk", flat=True):
        job_run(number)
