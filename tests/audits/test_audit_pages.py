"""The pages of audits: plan, lists, calendar, risk, findings; who may, and what is kept of bad input."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audits.models import Audit, ChecklistItem, Finding, FindingResponse
from audits.portal.invitations import invitation_make
from records.context import recorded
from tests import makers
from tests.audits.exchange import LENA, issued

pytestmark = pytest.mark.usefixtures("demo_db")


@pytest.fixture
def qa() -> User:
    return User.objects.get(role=Role.QA, is_demo=True)


@pytest.fixture
def client(qa: User) -> Client:
    return makers.signed_in(qa)


@pytest.fixture
def audit() -> Audit:
    return Audit.objects.get(state=Audit.State.IN_PROGRESS)


def entry(**fields: Any) -> dict[str, Any]:
    return {"entry_key": str(uuid4()), "severity": "other", "description": "Logbook not signed."} | fields


@pytest.mark.parametrize("language", ["en", "fr"])
def test_every_page_of_every_audit_opens(qa: User, language: str) -> None:
    client = makers.signed_in(qa, language)
    for audit in Audit.objects.all():
        for name in ("audit", "findings", "checklist", "report"):
            assert client.get(reverse(f"audits:{name}", args=[audit.pk])).status_code == 200
        for finding in audit.findings.all():
            assert client.get(reverse("audits:finding", args=[finding.pk])).status_code == 200
    for name in ("audit-list", "risk", "calendar", "plan"):
        assert client.get(reverse(f"audits:{name}")).status_code == 200


@pytest.mark.parametrize("part", ["team", "agenda", "checklist"])
def test_lists_are_changed_as_a_whole(client: Client, audit: Audit, part: str) -> None:
    url = reverse("audits:parts", args=[audit.pk, part])
    page = client.get(url)
    assert page.status_code == 200
    rows = page.context["rows"]
    sent: dict[str, Any] = {"version": audit.version}
    for form in [rows.management_form, *rows.forms]:
        for field in form:
            value = field.value()
            sent[field.html_name] = "" if value is None else value
    sent |= {
        "rows-TOTAL_FORMS": rows.total_form_count(),
        "rows-0-DELETE": "on",
        f"rows-{rows.initial_form_count()}-name": "Petra Lindqvist",
        f"rows-{rows.initial_form_count()}-topic": "Warehouse",
        f"rows-{rows.initial_form_count()}-day": "2026-11-02",
        f"rows-{rows.initial_form_count()}-system": "quality",
        f"rows-{rows.initial_form_count()}-question": "Is the roof tight?",
    }
    manager: Any = {"team": audit.members, "agenda": audit.agenda, "checklist": audit.checklist}[part]
    before = list(manager.order_by("pk").values_list("pk", flat=True))
    gone = rows.forms[0].instance.pk
    answer = client.post(url, sent)
    assert answer.status_code == 302, [form.errors for form in answer.context["rows"].forms]
    after = list(manager.order_by("pk").values_list("pk", flat=True))
    assert gone not in after
    assert len(after) == len(before)
    # The second of two editors is told, and nothing is overwritten.
    assert client.post(url, sent).status_code in {409, 422}
    assert list(manager.order_by("pk").values_list("pk", flat=True)) == after


def test_an_audit_is_planned_with_the_questions_of_its_scope(client: Client, qa: User) -> None:
    site = makers.site("Fernhill Sterile")
    url = f"{reverse('audits:plan')}?site={site.pk}"
    fields = {
        "type": "routine",
        "mode": "remote",
        "lead_auditor": qa.pk,
        "starts_on": "2027-02-01",
        "ends_on": "2027-02-03",
        "systems": ["quality", "laboratory"],
    }
    refused = client.post(url, fields)
    assert refused.status_code == 422
    assert "A remote audit says why it is not held on site." in refused.content.decode()
    assert client.post(url, fields | {"mode_rationale": "Travel is not possible."}).status_code == 302
    audit = Audit.objects.get(site=site)
    assert audit.number == "A-2027-001"
    assert set(audit.checklist.values_list("system", flat=True)) == {"quality", "laboratory"}
    backwards = client.post(url, fields | {"mode": "on_site", "ends_on": "2027-01-01"})
    assert "The last day cannot come before the first." in backwards.content.decode()
    client.post(url, fields | {"mode": "on_site"})
    assert Audit.objects.filter(number="A-2027-002").exists()


def test_the_second_editor_of_a_plan_sees_both_values(client: Client, audit: Audit) -> None:
    url = reverse("audits:audit-edit", args=[audit.pk])
    fields = {
        "type": audit.type,
        "lead_auditor": audit.lead_auditor_id,
        "mode": "on_site",
        "systems": audit.systems,
        "starts_on": str(audit.starts_on),
        "ends_on": str(audit.ends_on),
        "version": audit.version,
    }
    assert client.post(url, fields | {"purpose": "First"}).status_code == 302
    second = client.post(url, fields | {"purpose": "Second"})
    assert second.status_code == 409
    assert "First" in second.content.decode()
    assert "Second" in second.content.decode()
    audit.refresh_from_db()
    assert audit.purpose == "First"


def test_the_list_filters_and_exports(client: Client) -> None:
    url = reverse("audits:audit-list")
    page = client.get(url, {"state": "planned"}).content.decode()
    planned = Audit.objects.filter(state="planned")
    assert planned.count() > 1
    for audit in Audit.objects.all():
        assert (f">{audit}</a>" in page) == (audit.state == "planned")
    exported = client.get(url, {"export": "csv"}).content.decode("utf-8-sig")
    assert all(str(audit) in exported for audit in Audit.objects.all())


def test_lists_take_a_fixed_number_of_queries(client: Client, audit: Audit, qa: User) -> None:
    pages = [
        reverse("audits:audit-list"),
        reverse("audits:risk"),
        reverse("audits:findings", args=[audit.pk]),
    ]
    before = [makers.queries_of(client, page) for page in pages]
    for number in range(12):
        site = makers.site()
        Audit.objects.create(
            number=f"A-2020-{number}", site=site, lead_auditor=qa, starts_on=date(2020, 1, 1)
        )
        Finding.objects.create(
            audit=audit, number=50 + number, severity="other", description="x", noted_by=qa
        )
    assert [makers.queries_of(client, page) for page in pages] == before


def test_the_calendar_shows_audits_and_answers_that_are_late(client: Client) -> None:
    today = timezone.localdate()
    late = Audit.objects.get(state=Audit.State.REPORTED)
    with recorded(reason="Agreed with the site"):
        Audit.objects.filter(pk=late.pk).update(responses_due_on=today - timedelta(days=1))
    page = client.get(reverse("audits:calendar"), {"month": f"{today - timedelta(days=1):%Y-%m}"})
    entries = {
        (cell.day, entry.detail, entry.tone)
        for week in page.context["month"].weeks
        for cell in week
        for entry in cell.entries
    }
    assert (today - timedelta(days=1), "answers due", "bad") in entries
    assert client.get(reverse("audits:calendar"), {"month": "nonsense"}).status_code == 200


def test_a_finding_sent_twice_is_one_finding(client: Client, audit: Audit) -> None:
    url = reverse("audits:finding-enter", args=[audit.pk])
    sent = entry(is_falsification="on")
    first = client.post(url, sent, headers={"Accept": "application/json"})
    again = client.post(url, sent, headers={"Accept": "application/json"})
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.json()["pk"] == again.json()["pk"]
    finding = Finding.objects.get(entry_key=sent["entry_key"])
    assert (finding.severity, finding.is_data_integrity) == ("critical", True)


def test_bad_entries_are_told_by_field(client: Client, audit: Audit) -> None:
    url = reverse("audits:finding-enter", args=[audit.pk])
    told = client.post(url, entry(description=" "), headers={"Accept": "application/json"})
    assert told.status_code == 422
    assert "description" in told.json()["errors"]
    page = client.post(url, entry(description="", objective_evidence="Kept as typed"))
    assert page.status_code == 422
    assert "Kept as typed" in page.content.decode()


def test_an_answer_to_the_checklist_takes_two_tablets(client: Client, audit: Audit) -> None:
    item = audit.checklist.filter(result=ChecklistItem.Result.OPEN).earliest("pk")
    url = reverse("audits:answer", args=[audit.pk, item.pk])
    json = {"Accept": "application/json"}
    sent = {"version": item.version, "result": "conforms", "note": "Seen."}
    assert client.post(url, sent, headers=json).status_code == 200
    # Its acknowledgment was lost: the same answer again is no conflict.
    assert client.post(url, sent, headers=json).status_code == 200
    other = client.post(url, sent | {"result": "finding"}, headers=json)
    assert other.status_code == 409
    assert other.json()["note"] == "Seen."
    item.refresh_from_db()
    assert item.result == "conforms"


def test_findings_are_combined_with_a_written_reason(client: Client, audit: Audit) -> None:
    add = reverse("audits:finding-enter", args=[audit.pk])
    for number in range(2):
        client.post(add, entry(description=f"Small {number}"))
    parts = list(audit.findings.filter(description__startswith="Small"))
    url = reverse("audits:combine", args=[audit.pk])
    told = {
        "entry_key": str(uuid4()),
        "parts": [part.pk for part in parts],
        "description": "A failing system",
    }
    assert client.post(url, told | {"rationale": " "}).status_code == 422
    assert client.post(url, told | {"rationale": "Why", "parts": [parts[0].pk]}).status_code == 422
    assert client.post(url, told | {"rationale": "Together they show it."}).status_code == 302
    whole = audit.findings.get(description="A failing system")
    assert whole.severity == "major"
    assert set(whole.parts.all()) == set(parts)
    alone = timezone.now()
    client.post(reverse("audits:finding-remove", args=[whole.pk]), {"reason": "Wrong"})
    assert not audit.findings.filter(combined_into__isnull=False).exists()
    assert set(audit.findings.filter(updated_at__gte=alone)) == set(parts), "news to a copy elsewhere"
    # Numbers are not used twice.
    client.post(add, entry(description="Next"))
    assert audit.findings.get(description="Next").number == whole.number + 1


def test_a_repeated_finding_is_marked(client: Client, audit: Audit, qa: User) -> None:
    assert audit.starts_on is not None
    for months, mark in ((30, True), (40, False)):
        day = audit.starts_on - timedelta(days=months * 30)
        regulation = f"21 CFR 211.{months}"
        before = Audit.objects.create(
            number=f"A-2000-{months}", site=audit.site, starts_on=day, ends_on=day, lead_auditor=qa
        )
        Finding.objects.create(
            audit=before, number=1, severity="other", regulation=f"{regulation}(b)", description="Before"
        )
        finding = Finding.objects.create(
            audit=audit, number=60 + months, severity="other", regulation=regulation, description="Now"
        )
        page = client.get(reverse("audits:finding", args=[finding.pk])).content.decode()
        assert (str(before) in page) == mark


def test_who_only_sees_changes_nothing(audit: Audit) -> None:
    client = makers.signed_in(User.objects.get(role=Role.EXECUTIVE, is_demo=True))
    assert client.get(reverse("audits:audit", args=[audit.pk])).status_code == 200
    count = audit.findings.count()
    assert client.post(reverse("audits:finding-enter", args=[audit.pk]), entry()).status_code == 403
    assert client.post(reverse("audits:rate", args=[audit.pk]), {"rating": "good"}).status_code == 403
    assert audit.findings.count() == count


def test_a_report_that_is_out_leads_to_who_answers_it_and_to_the_review(client: Client, qa: User) -> None:
    audit = issued(makers.site("Fernhill Sterile"), 2)
    finding = audit.findings.get(number=2)
    page = client.get(reverse("audits:audit", args=[audit.pk]))
    invite = f"/questionnaires/invitations/new/?site={audit.site_id}&amp;audit={audit.pk}"
    assert invite in page.text
    assert invite in client.get(reverse("audits:report", args=[audit.pk])).text
    assert not page.context["steps"]
    reader = makers.signed_in(makers.person(Role.EXECUTIVE))
    assert invite not in reader.get(reverse("audits:audit", args=[audit.pk])).text
    invited = invitation_make(site=audit.site, contact=LENA, audit=audit, actor=qa)
    page = client.get(reverse("audits:audit", args=[audit.pk]))
    assert f'href="{invited.invitation.get_absolute_url()}"' in page.text
    answer = FindingResponse.objects.create(
        finding=finding, state="submitted", author_name="Lena", submitted_at=timezone.now()
    )
    review = f'href="{reverse("questionnaires:response", args=[answer.pk])}">Review the answer<'
    assert review in client.get(reverse("audits:finding", args=[finding.pk])).text
    # The demonstration has answers that wait as well; those of the same audit come first.
    waits = FindingResponse.objects.create(
        finding=audit.findings.get(number=1),
        state="submitted",
        author_name="Lena",
        submitted_at=timezone.now(),
    )
    page = client.get(reverse("questionnaires:response", args=[answer.pk]))
    assert page.context["next"] == waits
    assert reverse("audits:finding", args=[finding.pk]) in page.text
    # Only the step that would succeed has a button.
    steps = client.get(reverse("audits:audit", args=[audit.pk])).context["steps"]
    assert [step["to"] for step in steps] == [Audit.State.RESPONSES]


def test_an_audit_without_findings_is_closed_from_its_page(client: Client) -> None:
    audit = issued(makers.site("Fernhill Sterile"), 0)
    page = client.get(reverse("audits:audit", args=[audit.pk]))
    assert [step["to"] for step in page.context["steps"]] == [Audit.State.CLOSED]
    assert not page.context["missing"]
    client.post(reverse("audits:move", args=[audit.pk, "closed"]))
    audit.refresh_from_db()
    assert audit.state == Audit.State.CLOSED
