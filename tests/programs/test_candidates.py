"""Candidates of a program and their proposals: added, moved, corrected, removed and taken back."""

from datetime import date
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.test import Client

from accounts.models import User
from programs.models import Candidate, Program, Proposal
from programs.proposals import proposal_add
from tests import makers
from tests.programs.samples import undo_of

pytestmark = pytest.mark.django_db


def test_proposals_are_added_compared_corrected_and_removed(
    browser: Client, program: Program, lead: User
) -> None:
    Program.objects.update(
        budget_target=100, budget_limit=200, currency="EUR", first_batch_on=date(2027, 6, 1)
    )
    candidate = Candidate.objects.create(work_package=program.packages.get(), site=makers.site("Offerer"))
    address = "/programs/AUR-101/proposals/"
    entered = {
        "candidate": candidate.pk,
        "received_on": "2026-11-01",
        "cost": "250",
        "currency": "eur",
        "first_batch_on": "2027-06-11",
    }
    Candidate.objects.create(work_package=program.packages.get(), site=makers.site("Another"))
    # Of several candidates none is chosen beforehand.
    assert not browser.get(f"{address}add/").context["form"]["candidate"].value()
    assert '<option value="" selected>' in browser.get(f"{address}add/").text
    assert browser.post(f"{address}add/", entered | {"candidate": ""}).status_code == 422
    wrong = browser.post(f"{address}add/", entered | {"currency": ""})
    assert (wrong.status_code, "Enter the currency of the cost." in wrong.text) == (422, True)
    assert browser.post(f"{address}add/", entered).status_code == 302
    page = browser.get(address).text
    assert "above the limit" in page
    assert "10 days late" in page
    row = Proposal.objects.get()
    edit = f"{address}{row.pk}/edit/"
    assert browser.post(edit, entered | {"cost": "90", "version": "1"}).status_code == 302
    assert browser.post(edit, entered | {"cost": "80", "version": "1"}).status_code == 409
    assert "within the target" in browser.get(address).text
    with pytest.raises(ValidationError, match="Enter what is offered"):
        proposal_add(candidate=candidate, fields={"received_on": date(2026, 11, 20)}, actor=lead)
    early = {"received_on": date(2026, 11, 20), "valid_until": date(2026, 11, 19), "transfer_months": 4}
    with pytest.raises(ValidationError, match="end before it was received"):
        proposal_add(candidate=candidate, fields=early, actor=lead)
    assert "earlier offer" not in browser.get(address).text
    proposal_add(candidate=candidate, fields=early | {"valid_until": None}, actor=lead)
    assert "earlier offer" in browser.get(address).text
    browser.post(f"{address}{row.pk}/remove/", {"reason": "Typed twice"})
    assert Proposal.objects.count() == 1


def test_the_panel_of_a_candidate_shows_its_moves(browser: Client, program: Program) -> None:
    candidate = Candidate.objects.create(work_package=program.packages.get(), site=makers.site("Mover"))
    address = f"/programs/AUR-101/candidates/{candidate.pk}/stage/"
    entered = {"stage": "shortlist", "reason": "Good audit", "version": "1"}
    moved = browser.post(address, entered, headers={"HX-Request": "true"})
    assert (moved.status_code, moved["HX-Redirect"]) == (204, "/programs/AUR-101/")
    panel = browser.get(address, headers={"HX-Request": "true"})
    assert "Good audit" in panel.text
    assert "<html" not in panel.text
    undo = undo_of(browser, "/programs/AUR-101/")
    assert browser.post(undo).status_code == 302
    candidate.refresh_from_db()
    assert (candidate.stage, candidate.reason) == ("longlist", "")
    # Once the candidate went on, the same undo changes nothing.
    browser.post(undo)
    candidate.refresh_from_db()
    assert (candidate.stage, candidate.version) == ("longlist", 3)
    refused = browser.post(
        address, {"stage": "declined", "reason": "", "version": "3"}, headers={"HX-Request": "true"}
    )
    assert (refused.status_code, "Say why" in refused.text) == (422, True)


def test_a_removed_candidate_comes_back_with_its_offers(browser: Client, program: Program) -> None:
    candidate = Candidate.objects.create(work_package=program.packages.get(), site=makers.site("Gone"))
    offer = {"received_on": date(2026, 11, 1), "cost": Decimal(90), "currency": "EUR", "terms": "x" * 6000}
    Proposal.objects.create(candidate=candidate, **offer)
    browser.post(f"/programs/AUR-101/candidates/{candidate.pk}/remove/")
    assert not Proposal.objects.exists()
    undo = undo_of(browser, "/programs/AUR-101/")
    assert browser.post(undo).status_code == 302
    back = Proposal.objects.get()
    assert back.candidate.site == candidate.site
    assert {name: getattr(back, name) for name in offer} == offer
    browser.post(undo)
    assert Proposal.objects.count() == 1
