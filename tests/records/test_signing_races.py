"""Two at once: one signs, one edits. Whoever comes second is told; nobody signs what they have not seen."""

from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import transaction

from accounts.models import User
from accounts.roles import Role
from partners.models import Organization, Site, StandingDecision
from records.attaching import attachment_add
from records.context import recorded
from records.models import Attachment, Signature
from records.refusals import refusals_raised
from records.signing.services import signature_add, signing_offer
from records.signing.state import signatures_of
from tests import makers
from tests.racing import Other
from tests.records.declared import AUTHORED, PASSWORD, person, session, sign

PDF = b"%PDF-1.7 evidence"


@pytest.fixture
def author(committed_db: str) -> User:
    return person(Role.QA, "Ada Winter")


@pytest.fixture
def decision(committed_db: str) -> StandingDecision:
    organization = Organization.objects.create(legal_name="Aster Biologics", kind="cdmo")
    site = Site.objects.create(organization=organization, name="Aster Visp")
    makers.agreement(site)
    return StandingDecision.objects.create(
        site=site, standing="qualified", occasion="initial", rationale="Audited.", decided_on="2026-11-01"
    )


EDITS: dict[str, Callable[[StandingDecision], object]] = {
    "the record": lambda decision: StandingDecision.objects.filter(pk=decision.pk).update(rationale="Other."),
    "its files": lambda decision: attachment_add(
        record=decision, file=BytesIO(PDF), name="a.pdf", actor=None
    ),
}


def edit(name: str, decision: StandingDecision) -> None:
    with refusals_raised(), recorded(reason="a second look"):
        EDITS[name](decision)


@pytest.mark.parametrize("edited", EDITS)
def test_who_signs_second_is_told_that_the_content_has_changed(
    edited: str, decision: StandingDecision, author: User
) -> None:
    here = session()
    offer = signing_offer(decision, part="record", meaning=AUTHORED, actor=author, session=here)
    told: dict[str, Any] = {"ticket": offer.ticket, "password": PASSWORD, "email": author.email}
    with transaction.atomic():
        edit(edited, decision)
        signer = Other(
            lambda: signature_add(record=decision, meaning=AUTHORED, actor=author, session=here, **told)
        )
        assert signer.waits()
    assert signer.ended() == "changed"
    assert not Signature.objects.exists()


@pytest.mark.parametrize("edited", EDITS)
def test_who_edits_second_is_told_that_it_was_signed(
    edited: str, decision: StandingDecision, author: User
) -> None:
    with transaction.atomic():
        sign(decision, author)
        editor = Other(lambda: edit(edited, decision))
        assert editor.waits()
    assert editor.ended() == "signed_content"
    assert not Attachment.objects.exists()
    assert [state.valid for state in signatures_of(decision)] == [True]
