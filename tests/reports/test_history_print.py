"""The change history as PDF: of one record and of the audit trail."""

import io
import json
import re
from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from jobs.services import job_run
from partners.models import Organization, Site, StandingDecision
from records.context import recorded
from reports.figures.canonical import from_json
from reports.figures.worded import HistoryPaper
from reports.models import Report, ReportFigures
from reports.proof import verify
from reports.proof.checks import Check, Finding
from reports.proof.verify import verify_pdf
from reports.proof.worded import history_differences, history_in_library
from tests import makers
from tests.records.declared import sign
from tests.reports.conftest import World

pytestmark = pytest.mark.django_db
HOSTILE = '<script>alert(1)</script><img src="file:///etc/passwd">'


def signed_in(role: Role) -> Client:
    client = Client()
    user = User.objects.create_user(
        f"{role}@example.com", "larch-islet-0042", full_name=f"A {role}", role=role
    )
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return client


@pytest.fixture
def decision(settings: Any) -> StandingDecision:
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    organization = Organization.objects.create(legal_name="Aster Biologics", kind="cdmo")
    site = Site.objects.create(organization=organization, name="Aster Visp")
    makers.agreement(site)
    made = StandingDecision.objects.create(
        site=site, standing="qualified", occasion="initial", rationale=HOSTILE, decided_on="2026-11-01"
    )
    with recorded(reason="read over"):
        StandingDecision.objects.filter(pk=made.pk).update(conditions="Media fills each half-year")
    author = User.objects.create_user(
        "ada@example.com", "larch-islet-0042", full_name="Ada Winter", role=Role.QA
    )
    sign(made, author)
    return made


def asked(client: Client, address: str, language: str = "en") -> str:
    """The page of the report that is asked for at an address."""
    token = re.search(r'name="token" value="([^"]+)"', client.get(address).content.decode())
    assert token
    told = {"token": token[1], "language": language, "paper": "a4"}
    return str(client.post(address, told)["Location"])


def printed(client: Client, address: str, language: str = "en") -> tuple[bytes, Report]:
    """The PDF that is asked for at an address, made by its job, and its report."""
    page = asked(client, address, language)
    report = Report.objects.get(pk=page.split("/")[-2])
    assert report.job_id
    job_run(report.job_id)
    assert client.get(page).status_code == 200
    file = client.get(f"{page}file/pdf/")
    assert file["Content-Disposition"].startswith("attachment")
    return file.content, report


def read(content: bytes) -> tuple[str, dict[str, Any], list[dict[str, Any]]]:
    """The text, the line about the extract, and the entries of the attached data."""
    reader = PdfReader(io.BytesIO(content))
    text = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    about, *entries = [
        json.loads(line) for line in reader.attachments["history.jsonl"][0].decode().splitlines()
    ]
    return text, about, entries


def test_the_history_of_a_record_is_made_by_a_job_with_signatures_and_head_and_verified(
    decision: StandingDecision,
) -> None:
    address = reverse("reports:history-record", args=["partners", "standingdecision", decision.pk])
    content, report = printed(signed_in(Role.ADMINISTRATOR), address)
    text, _about, entries = read(content)
    assert "Ada Winter" in text
    assert "Media fills each" in text
    assert "read over" in text
    assert "<script>alert(1)</script>" in text.replace(" ", "")
    assert report.history_sha256 in text
    assert [entry["model"] for entry in entries][-2:] == ["partners.StandingDecision"] * 2
    assert entries[0]["model"] == "records.Signature"
    verdict = verify_pdf(content)
    assert {check.name: check.finding for check in verdict.checks} == dict.fromkeys(
        ("figures", "content hash", "figures computed again", "pages", "library", "change history"),
        Finding.HOLDS,
    )

    figures = from_json(HistoryPaper, bytes(ReportFigures.objects.get(report=report).inputs).decode())
    other = replace(figures.entries[0], reason="another")
    altered = replace(figures, entries=(other, *figures.entries[1:]))
    assert [one.path for one in history_differences(altered)] == ["entries[0].reason"]
    forged = replace(figures, data=figures.data.replace('"hash": "', '"hash": "00'))
    assert history_in_library(forged).finding is Finding.ALTERED


def test_an_extract_is_seen_by_who_asked_for_it_while_the_record_is_in_sight(world: World) -> None:
    client, address = (
        Client(),
        reverse("reports:history-record", args=["programs", "program", world.program.pk]),
    )
    client.force_login(world.assessor, backend="allauth.account.auth_backends.AuthenticationBackend")
    page = asked(client, address)
    for person, status in ((world.assessor, 200), (world.member, 404), (world.outsider, 404)):
        client.force_login(person, backend="allauth.account.auth_backends.AuthenticationBackend")
        assert client.get(page).status_code == status
        assert (f'href="{page}"' in client.get("/reports/").content.decode()) == (status == 200)
    assert signed_in(Role.ADMINISTRATOR).get(page).status_code == 200
    world.program.memberships.filter(user=world.assessor).delete()
    client.force_login(world.assessor, backend="allauth.account.auth_backends.AuthenticationBackend")
    assert client.get(page).status_code == 404


def test_the_audit_trail_is_printed_as_it_is_filtered(decision: StandingDecision) -> None:
    address = reverse("reports:history-trail") + "?model=partners.Site&export=pdf"
    content, report = printed(signed_in(Role.ADMINISTRATOR), address, "fr")
    text, about, entries = read(content)
    assert {entry["model"] for entry in entries} == {"partners.Site"}
    assert about["filters"] == {"Type d’enregistrement": "Site"}
    assert "Aster Visp" in text
    assert "Piste d’audit" in text
    assert report.entry_filters == "model=partners.Site"
    assert report.file_name("pdf").startswith("historique-des-modifications_")
    assert signed_in(Role.QA).get(f"/reports/{report.pk}/").status_code == 404


def test_too_much_is_refused_with_the_way_out(
    decision: StandingDecision, monkeypatch: pytest.MonkeyPatch
) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    address = reverse("reports:history-trail")
    page = asked(client, address)
    monkeypatch.setattr("reports.figures.history.MOST_PRINTED", 1)
    response = client.get(address, {"op": "I"}, follow=True)
    assert response.redirect_chain[0][0] == "/records/?op=I"
    assert "entries are printed at once." in response.content.decode()
    # Too many since it was asked for: the job says so.
    job = Report.objects.get(pk=page.split("/")[-2]).job
    assert job
    job_run(job.pk)
    assert "entries are printed at once." in client.get(page).content.decode()


def test_an_issued_file_is_not_called_altered_where_the_product_prints_otherwise_now(
    decision: StandingDecision, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = reverse("reports:history-record", args=["partners", "standingdecision", decision.pk])
    content, _report = printed(signed_in(Role.ADMINISTRATOR), address)
    monkeypatch.setattr(verify, "_pages", lambda *_told: Check("pages", Finding.ALTERED, "other words"))
    verdict = verify_pdf(content)
    assert verdict.confirmed
    assert {check.name: check.finding for check in verdict.checks}["pages"] is Finding.SKIPPED
    assert verify_pdf(content, library=False).altered
