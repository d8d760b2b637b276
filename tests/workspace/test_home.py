"""The start page and the rail, role by role."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.roles import Role
from records.context import recorded
from scorecards.services import evaluation_freeze
from tests import makers
from tests.audits.exchange import exchange, issued

pytestmark = pytest.mark.django_db

# What the whole staff may enter.
SHARED = {
    "Home",
    "Directory",
    "Programs",
    "Scoring",
    "Audits",
    "CAPA",
    "Quality",
    "Questionnaires",
    "Reports",
}
RAILS = {
    Role.SOURCING: SHARED | {"Imports"},
    Role.QA: SHARED | {"Imports"},
    Role.ASSESSOR: SHARED,
    Role.EXECUTIVE: SHARED,
    Role.ADMINISTRATOR: SHARED | {"Imports", "Templates", "People", "Audit trail"},
    Role.PARTNER: {"Home"},
}


@pytest.mark.parametrize("role", list(Role))
def test_the_rail_leads_only_where_the_role_may_go(role: Role) -> None:
    browser = makers.signed_in(makers.person(role))
    page = browser.get("/")
    items = page.context["navigation"]()
    assert {item.label for item in items} == RAILS[role]
    assert [item.label for item in items if item.active] == ["Home"]
    for item in items:
        assert browser.get(item.url).status_code == 200


def test_the_rail_shows_the_room_one_is_in() -> None:
    lead = makers.person(Role.SOURCING)
    makers.program("AUR-101", lead)
    page = makers.signed_in(lead).get("/programs/AUR-101/members/")
    assert [item.label for item in page.context["navigation"]() if item.active] == ["Programs"]


def test_programs_in_flight_name_their_frozen_leader() -> None:
    lead = makers.person(Role.SOURCING)
    site = makers.site("Northgate Biologics")
    makers.records(site, 2)
    program = makers.program("AUR-101", lead, sites=(site,))
    browser = makers.signed_in(lead)
    assert "not frozen yet" in browser.get("/").text
    evaluation_freeze(package=program.packages.get(), as_of=None, actor=lead)
    row = browser.get("/").context["programs"][0]
    assert row.program == program
    assert row.candidates == 1
    assert row.leader is None or row.leader.name == "Northgate Biologics"


def test_unclassified_organizations_wait_for_those_who_may_classify() -> None:
    makers.site(kind="unclassified")
    page = makers.signed_in(makers.person(Role.QA)).get("/")
    assert [(item.count, str(item.label)) for item in page.context["waiting"]] == [
        (1, "Organizations to classify")
    ]
    assert makers.signed_in(makers.person(Role.EXECUTIVE)).get("/").context["waiting"] == []


def test_what_partners_owe_and_have_sent_waits_for_quality() -> None:
    site = makers.site(standing="qualified", standing_valid_until=timezone.localdate() + timedelta(days=30))
    late = issued(site, 2)
    with recorded(reason="test"):
        late.findings.update(response_due_on=timezone.localdate() - timedelta(days=1))
    request = exchange(site).request
    request.state = "submitted"
    request.save()
    page = makers.signed_in(makers.person(Role.QA)).get("/")
    assert {(item.count, str(item.label)) for item in page.context["waiting"]} == {
        (2, "Findings that a site has not answered in time"),
        (1, "Sites to requalify"),
        (1, "Answers to findings to review"),
        (1, "Questionnaires to review"),
    }
    for item in page.context["waiting"]:
        assert page.client.get(item.url).status_code == 200
    listed = page.client.get("/audits/?answers=late")
    assert [str(row.record) for row in listed.context["table"].rows] == [str(late)]
    labels = [
        str(item.label)
        for item in makers.signed_in(makers.person(Role.EXECUTIVE)).get("/").context["waiting"]
    ]
    assert labels == []


def test_the_first_administrator_is_led_to_the_people() -> None:
    first = makers.person(Role.ADMINISTRATOR)
    browser = makers.signed_in(first)
    told = [(str(item.label), item.url) for item in browser.get("/").context["waiting"]]
    assert told == [("Add the people who work here", "/people/add/")]
    makers.person(Role.QA)
    assert browser.get("/").context["waiting"] == []


@pytest.mark.parametrize(
    ("role", "words"),
    [
        (Role.SOURCING, "Create program"),
        (Role.ASSESSOR, "You are not a member of a program yet"),
        (Role.PARTNER, "Nothing waits for you here"),
    ],
)
def test_an_empty_start_page_says_what_comes_next(role: Role, words: str) -> None:
    assert words in makers.signed_in(makers.person(role)).get("/").text


def test_the_start_page_takes_the_same_queries_for_1_and_12_programs() -> None:
    lead = makers.person(Role.SOURCING)
    browser = makers.signed_in(lead)
    makers.program("P-0", lead, sites=(makers.site(),))
    few = makers.queries_of(browser, "/")
    for number in range(1, 12):
        makers.program(f"P-{number}", lead, sites=(makers.site(),))
    assert makers.queries_of(browser, "/") == few
    assert few <= 12


def test_a_visitor_is_led_to_the_sign_in_page() -> None:
    page = Client().get("/")
    assert (page.status_code, page.headers["Location"]) == (302, "/account/sign-in/?next=/")
