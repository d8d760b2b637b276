"""The change history as PDF: of one record and of the audit trail."""

import io
import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from pypdf import PdfReader

from accounts.models import User
from accounts.roles import Role
from partners.models import Organization, Site, StandingDecision
from records.context import recorded
from records.selectors import history_head
from tests import makers
from tests.records.declared import sign

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


def read(content: bytes) -> tuple[str, dict[str, Any], list[dict[str, Any]]]:
    """The text, the line about the extract, and the entries of the attached data."""
    reader = PdfReader(io.BytesIO(content))
    text = " ".join("\n".join(page.extract_text() for page in reader.pages).split())
    about, *entries = [
        json.loads(line) for line in reader.attachments["history.jsonl"][0].decode().splitlines()
    ]
    return text, about, entries


def test_the_history_of_a_record_is_printed_with_its_signatures_and_the_head(
    decision: StandingDecision,
) -> None:
    address = reverse("reports:history-record", args=["partners", "standingdecision", decision.pk])
    response = signed_in(Role.ADMINISTRATOR).get(address)
    assert response["Content-Type"] == "application/pdf"
    assert response["Content-Disposition"].startswith("attachment")
    text, about, entries = read(response.content)
    assert "Ada Winter" in text
    assert "Media fills each" in text
    assert "read over" in text
    assert "<script>alert(1)</script>" in text.replace(" ", "")
    assert about["history_head"] == str(history_head() or "")
    assert [entry["model"] for entry in entries][-2:] == ["partners.StandingDecision"] * 2
    assert entries[0]["model"] == "records.Signature"


def test_the_audit_trail_is_printed_as_it_is_filtered(decision: StandingDecision) -> None:
    client = signed_in(Role.ADMINISTRATOR)
    response = client.get(reverse("reports:history-trail"), {"model": "partners.Site", "export": "pdf"})
    text, about, entries = read(response.content)
    assert {entry["model"] for entry in entries} == {"partners.Site"}
    assert about["filters"] == {"Kind of record": "Site"}
    assert "Aster Visp" in text


def test_too_much_is_refused_with_the_way_out(
    decision: StandingDecision, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("reports.views.history.MOST_PRINTED", 1)
    client = signed_in(Role.ADMINISTRATOR)
    response = client.get(reverse("reports:history-trail"), {"op": "I"}, follow=True)
    assert response.redirect_chain[0][0] == "/records/?op=I"
    assert "At most 1 entries are printed at once." in response.content.decode()
