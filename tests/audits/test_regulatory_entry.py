"""Regulatory records by hand, the dates of an answer on imported ones, and what recurs."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audits.clocks import ClockRules, ClockState
from audits.models import Citation, Inspection, RegulatoryAction
from audits.regulatory_entry import (
    Saved,
    regulatory_record_add,
    regulatory_record_change,
    regulatory_record_remove,
)
from audits.selectors import site_regulatory_life
from audits.themes import Themes, themes_of
from partners.models import Organization, Site

TODAY = date(2026, 11, 20)
Kind = RegulatoryAction.Kind


@pytest.fixture
def site(db: None) -> Site:
    organization = Organization.objects.create(legal_name="Alderwick", kind="cdmo")
    return Site.objects.create(organization=organization, name="Alderwick, Dunfell", fei="9900000001")


@pytest.fixture
def qa(db: None) -> User:
    return User.objects.create_user("qa@x.example", "larch-islet-0042", full_name="Ingrid", role=Role.QA)


def add(site: Site, qa: User, what: str = "inspection", /, **fields: Any) -> Saved:
    values: dict[str, Any] = {"happened_on": date(2026, 3, 5), "known_on": date(2026, 4, 1)} | fields
    return regulatory_record_add(site=site, kind=what, fields=values, actor=qa)


def themes(site: Site, today: date = TODAY) -> Themes:
    life = site_regulatory_life(site, today)
    return themes_of(life, today=today, rules=ClockRules())


def test_an_inspection_of_another_authority_is_entered_and_counts_as_published(site: Site, qa: User) -> None:
    saved = add(site, qa, authority="mhra", classification="compliant", is_drug_gmp=True)
    assert (saved.record.known_on_basis, saved.warning) == ("source", "")
    assert site_regulatory_life(site, TODAY).inspections[0].authority == "mhra"


def test_a_clean_inspection_and_a_form_483_of_one_day_warn_and_are_both_kept(site: Site, qa: User) -> None:
    add(site, qa, authority="fda", classification="nai")
    saved = add(site, qa, "action", kind=Kind.FORM_483)
    assert "contradict" in saved.warning
    assert themes(site).conflicts == (date(2026, 3, 5),)


@pytest.mark.parametrize(
    ("kind", "fields", "named"),
    [
        ("inspection", {"started_on": date(2026, 3, 9)}, "started_on"),
        ("inspection", {"known_on": date(2026, 1, 1)}, "known_on"),
        ("action", {"kind": Kind.WARNING_LETTER, "responded_on": date(2026, 1, 1)}, "responded_on"),
    ],
)
def test_days_in_the_wrong_order_are_refused_and_nothing_is_kept(
    site: Site, qa: User, kind: str, fields: dict[str, Any], named: str
) -> None:
    with pytest.raises(ValidationError) as caught:
        add(site, qa, kind, **fields)
    assert named in caught.value.message_dict
    assert not Inspection.objects.exists()
    assert not RegulatoryAction.objects.exists()


def test_an_imported_record_keeps_its_values_and_takes_only_the_dates_of_the_answer(
    site: Site, qa: User
) -> None:
    letter = RegulatoryAction.objects.create(
        site=site, kind=Kind.WARNING_LETTER, source="fda", source_key="1", happened_on=date(2026, 11, 2),
        known_on=date(2026, 11, 9),
    )  # fmt: skip
    with pytest.raises(ValidationError):
        regulatory_record_change(record=letter, fields={"title": "Other"}, reason="No", actor=qa)
    regulatory_record_change(
        record=letter, fields={"responded_on": date(2026, 11, 18)}, reason="Told by the site", actor=qa
    )
    letter.refresh_from_db()
    assert (letter.title, letter.responded_on) == ("", date(2026, 11, 18))
    assert themes(site).clocks[0].state is ClockState.MET
    with pytest.raises(ValidationError):
        regulatory_record_remove(record=letter, reason="Gone", actor=qa)


def test_a_change_and_a_removal_need_a_reason_and_a_quality_role(site: Site, qa: User) -> None:
    record = add(site, qa).record
    sourcing = User.objects.create_user("s@x.example", None, full_name="Clara", role=Role.SOURCING)
    calls: tuple[Callable[..., object], ...] = (
        lambda **k: regulatory_record_change(record=record, fields={}, **k),
        lambda **k: regulatory_record_remove(record=record, **k),
    )
    for call in calls:
        with pytest.raises(ValidationError):
            call(reason=" ", actor=qa)
        with pytest.raises(PermissionDenied):
            call(reason="Because", actor=sourcing)
    regulatory_record_remove(record=record, reason="Entered twice", actor=qa)
    assert not Inspection.objects.exists()


def test_a_regulation_cited_again_within_36_months_recurs_and_one_after_them_does_not(site: Site) -> None:
    def cite(regulation: str, *days: date) -> None:
        for day in days:
            Citation.objects.create(site=site, regulation=regulation, happened_on=day, known_on=day)

    cite("21 CFR 211.192", date(2023, 3, 1), date(2026, 3, 1))
    cite("21 CFR 211.22", date(2023, 2, 28), date(2026, 3, 1))
    assert [row.regulation for row in themes(site).repeated] == ["21 CFR 211.192"]


def test_two_citations_of_one_visit_are_no_repetition(site: Site) -> None:
    for _ in range(2):
        Citation.objects.create(
            site=site, regulation="21 CFR 211.192", happened_on=TODAY, known_on=TODAY, is_data_integrity=True
        )
    assert themes(site).repeated == ()
    assert len(themes(site).integrity) == 2


@time_machine.travel(f"{TODAY}T12:00:00Z", tick=False)
def test_the_page_says_what_is_late_and_the_form_keeps_what_was_typed(site: Site, qa: User) -> None:
    client = Client()
    client.force_login(qa, backend="allauth.account.auth_backends.AuthenticationBackend")
    issued_on = TODAY - timedelta(days=60)
    add(site, qa, "action", kind=Kind.FORM_483, happened_on=issued_on, known_on=issued_on)
    page = client.get(reverse("workspace:site-regulatory", args=[site.pk])).text
    assert "business days late" in page
    address = reverse("workspace:site-record-add", args=[site.pk, "inspection"])
    typed = {
        "authority": "mhra",
        "happened_on": "2026-03-05",
        "classification": "nai",
        "project_area": "Sterile",
    }
    refused = client.post(address, typed)
    assert refused.status_code == 422
    assert "Sterile" in refused.text
    assert client.post(address, typed | {"classification": "compliant"}).status_code == 302
    record = Inspection.objects.get(authority="mhra")
    edit = reverse("workspace:site-record-edit", args=[site.pk, "inspection", record.pk])
    assert client.post(edit, typed | {"classification": "non_compliant"}).status_code == 422
    answer = client.post(edit, typed | {"classification": "non_compliant", "reason": "Letter of 9 March"})
    assert answer.status_code == 302
    remove = reverse("workspace:site-record-remove", args=[site.pk, "inspection", record.pk])
    assert client.post(remove, {"reason": ""}).status_code == 422
    assert client.post(remove, {"reason": "Another site"}).status_code == 302
