"""The pages of CAPAs and quality figures keep what was typed and lead to the records."""

import re
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audits.models import Audit, Capa, CapaAction, CapaExtension, Finding, Inspection
from partners.models import Site
from tests import makers

pytestmark = pytest.mark.django_db
today = timezone.localdate


@pytest.fixture
def qa() -> User:
    return makers.person(Role.QA)


@pytest.fixture
def browser(qa: User) -> Client:
    return makers.signed_in(qa)


def made(site: Site, **fields: Any) -> Capa:
    told = {
        "number": f"CAPA-P-{Capa.objects.count() + 1}",
        "site": site,
        "origin": "deviation",
        "title": "Vials cracked",
        "description": "Six vials cracked.",
        "owner_name": "Lena Vogtland",
        "opened_on": today() - timedelta(days=20),
        "clock_from": today() - timedelta(days=20),
        "due_on": today() + timedelta(days=40),
    }
    return Capa.objects.create(**told | fields)


def test_a_capa_goes_from_a_finding_to_its_plan(browser: Client, qa: User) -> None:
    site = makers.site("Northgate")
    audit = Audit.objects.create(number="A-1", site=site, lead_auditor=qa)
    finding = Finding.objects.create(audit=audit, number=1, severity="major", description="No log was kept.")
    page = browser.get(f"/capas/add/?finding={finding.pk}")
    assert page.context["form"].initial["finding"] == finding.pk
    entered = {
        "title": "No log",
        "description": "No log was kept.",
        "severity": "major",
        "origin": "finding",
        "finding": finding.pk,
        "owner_name": "Lena",
        "due_on": str(today() + timedelta(days=30)),
    }
    refused = browser.post(f"/capas/add/?finding={finding.pk}", entered | {"title": ""})
    assert refused.status_code == 422
    assert "No log was kept." in refused.text
    assert browser.post(f"/capas/add/?finding={finding.pk}", entered).status_code == 302
    capa = Capa.objects.get()
    assert (capa.finding, capa.site, capa.number) == (finding, site, f"CAPA-{today().year}-001")
    moved = browser.post(f"/capas/{capa.pk}/move/", {"to": "investigation", "next": "board"})
    assert moved.headers["Location"] == "/capas/"
    # What is missing is named, with the way to enter it.
    refused = browser.post(f"/capas/{capa.pk}/move/", {"to": "plan_approved"})
    assert refused.status_code == 422
    assert f"/capas/{capa.pk}/edit/cause/" in refused.text
    cause = {
        "version": Capa.objects.get().version,
        "root_cause_method": "five_whys",
        "root_cause_category": "people",
        "root_cause": "Nobody was named.",
        "why_1": "No one wrote.",
        "why_3": "No one was named.",
    }
    refused = browser.post(f"/capas/{capa.pk}/edit/cause/", cause)
    assert refused.status_code == 422
    assert "Nobody was named." in refused.text
    assert browser.post(f"/capas/{capa.pk}/edit/cause/", cause | {"reason": "found"}).status_code == 302
    assert Capa.objects.get().whys == ["No one wrote.", "No one was named."]
    action = {"kind": "corrective", "description": "Name one", "owner_name": "Lena", "due_on": str(today())}
    assert browser.post(f"/capas/{capa.pk}/actions/add/", action).status_code == 302
    assert browser.post(f"/capas/{capa.pk}/move/", {"to": "plan_approved"}).status_code == 302
    page = browser.get(f"/capas/{capa.pk}/")
    assert "Name one" in page.text
    assert "Set the criterion of effectiveness first" in page.text


def test_the_second_editor_is_told_and_loses_nothing(browser: Client) -> None:
    capa = made(makers.site())
    read = browser.get(f"/capas/{capa.pk}/edit/cause/").context["form"].initial["version"]
    first = {"version": read, "root_cause": "The shelf", "why_1": "It leaned"}
    assert browser.post(f"/capas/{capa.pk}/edit/cause/", first).status_code == 302
    second = {"version": read, "root_cause": "The vial", "why_1": "It was thin"}
    answer = browser.post(f"/capas/{capa.pk}/edit/cause/", second)
    assert answer.status_code == 409
    shown = {(clash.mine, clash.saved) for clash in answer.context["clashes"]}
    assert shown == {("The vial", "The shelf"), ("It was thin", "It leaned")}
    assert Capa.objects.get().root_cause == "The shelf"
    again = second | {"version": re.search(r'name="version" value="(\d+)"', answer.text).group(1)}  # type: ignore[union-attr]
    assert browser.post(f"/capas/{capa.pk}/edit/cause/", again).status_code == 302
    assert Capa.objects.get().root_cause == "The vial"


def test_a_card_that_stands_elsewhere_by_now_is_not_moved_twice(browser: Client) -> None:
    capa = made(makers.site())
    step = {"to": "investigation", "version": capa.version}
    assert browser.post(f"/capas/{capa.pk}/move/", step).status_code == 302
    assert browser.post(f"/capas/{capa.pk}/move/", step).status_code == 409


def test_each_figure_leads_to_exactly_its_records(browser: Client) -> None:
    site = makers.site("Northgate")
    made(site, due_on=today() - timedelta(days=3))
    made(site)
    closed: dict[str, Any] = {
        "opened_on": today() - timedelta(days=90),
        "clock_from": today() - timedelta(days=90),
    }
    closed |= {
        "criterion": "0",
        "criterion_set_on": today() - timedelta(days=80),
        "due_on": today() - timedelta(days=40),
    }
    closed |= {"implemented_on": today() - timedelta(days=50), "closed_on": today() - timedelta(days=5)}
    made(site, state="closed_effective", **closed)
    made(site, state="closed_ineffective", **closed | {"implemented_on": today() - timedelta(days=10)})
    page = browser.get("/quality/")
    figures = page.context["figures"]
    assert (figures.open, figures.late) == (2, 1)
    assert (figures.on_time.part, figures.on_time.whole) == (1, 3)
    assert (figures.effective.part, figures.effective.whole) == (1, 2)
    # Late ones, missed ones, failed ones, closed ones.
    found = {}
    for tile in page.context["tiles"]:
        if tile.url.startswith("/capas/"):
            found[tile.label] = len(browser.get(tile.url).context["table"].rows)
    assert found == {
        "CAPAs open": 1,
        "Implemented on time": 2,
        "Proven effective": 1,
        "Median days to close": 2,
    }
    for link in page.context["age_links"]:
        assert len(browser.get(link.url).context["table"].rows) == int(link.value)
    # As of a day before, nothing was closed.
    before = browser.get(f"/quality/?as_of={today() - timedelta(days=30)}").context["figures"]
    assert before.open == 2


def test_pages_take_a_fixed_number_of_queries(browser: Client) -> None:
    def fill(total: int) -> None:
        for _ in range(total):
            capa = made(makers.site(), due_on=today() + timedelta(days=2))
            CapaAction.objects.create(capa=capa, kind="corrective", description="Do", due_on=today())
            CapaExtension.objects.create(
                capa=capa, due_before=today(), due_after=today() + timedelta(days=9), reason="More"
            )

    addresses = ("/capas/", "/capas/list/", "/capas/calendar/", "/quality/", "/")
    fill(2)
    before = [makers.queries_of(browser, address) for address in addresses]
    fill(8)
    assert [makers.queries_of(browser, address) for address in addresses] == before


def test_the_site_and_the_home_page_show_what_is_due(browser: Client) -> None:
    site = makers.site("Northgate")
    capa = made(site, due_on=today() - timedelta(days=1))
    assert capa.number in browser.get(f"/sites/{site.pk}/").text
    waiting = {str(item.label): item for item in browser.get("/").context["waiting"]}
    assert waiting["CAPAs late"].count == 1
    assert len(browser.get(waiting["CAPAs late"].url).context["table"].rows) == 1
    made(site, due_on=today() + timedelta(days=7))
    waiting = {str(item.label): item for item in browser.get("/").context["waiting"]}
    assert waiting["CAPAs due within a week"].count == 1
    executive = makers.signed_in(makers.person(Role.EXECUTIVE))
    assert executive.get("/").context["waiting"] == []


def test_a_capa_is_opened_from_an_inspection_and_found_by_site(browser: Client) -> None:
    site = makers.site("Northgate")
    inspection = Inspection.objects.create(site=site, happened_on=today())
    page = browser.get(f"/capas/add/?inspection={inspection.pk}")
    assert page.context["form"].initial["origin"] == "inspection"
    assert f"?site={site.pk}" in browser.get("/capas/add/?q=northgate").text
    assert browser.get("/capas/add/?inspection=999999").status_code == 404
