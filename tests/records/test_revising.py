"""Amending by a new revision: what is copied, and what begins anew."""

from io import BytesIO
from typing import Any

import pytest

from accounts.roles import Role
from audits.models import Audit, Finding
from partners.models import Organization, Site
from records.attaching import attachment_add
from records.context import recorded
from records.models import Attachment, AttachmentContent, Entry
from records.refusals import Refused
from records.revising import revise
from records.signing.state import signature_state, signatures_of
from tests.records.declared import APPROVED, person, sign

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("revisable")]


@pytest.fixture
def audit(db: None) -> Audit:
    with recorded(reason="as planned"):
        organization = Organization.objects.create(legal_name="Aster Biologics")
        site = Site.objects.create(organization=organization, name="Aster Visp")
        made = Audit.objects.create(number="A-2026-001", site=site, purpose="Aseptic filling")
        for number in (1, 2):
            Finding.objects.create(
                audit=made, number=number, severity="other", description=f"Door {number} open"
            )
    return made


def amended(audit: Audit, **more: Any) -> Audit:
    told = {"number": f"{audit.number}-R", "state": "planned"}
    return revise(record=audit, actor=None, reason="a door was counted twice", changes=told | more)


def test_a_revision_says_what_it_supersedes_and_copies_the_content(audit: Audit) -> None:
    attachment_add(record=audit, file=BytesIO(b"%PDF-1.7 plan"), name="plan.pdf", actor=None)
    Audit.objects.filter(pk=audit.pk).update(state="in_progress", version=4)
    after = amended(audit)
    assert (after.revision, after.supersedes, after.state) == (2, audit, "planned")
    assert after.purpose == "Aseptic filling"
    copied = list(after.findings.values_list("number", "description"))
    assert copied == list(audit.findings.values_list("number", "description"))
    assert set(after.findings.values_list("pk")).isdisjoint(audit.findings.values_list("pk"))
    assert Attachment.objects.of(after).get().sha256 == Attachment.objects.of(audit).get().sha256
    assert AttachmentContent.objects.count() == 1
    reasons = Entry.objects.filter(model="audits.Audit", op="I").order_by("id")
    assert list(reasons.values_list("reason", flat=True)) == ["as planned", "a door was counted twice"]


def test_the_bytes_stay_as_long_as_one_revision_has_them(audit: Audit) -> None:
    attachment_add(record=audit, file=BytesIO(b"%PDF-1.7 plan"), name="plan.pdf", actor=None)
    after = amended(audit)
    with recorded(reason="of another audit"):
        Attachment.objects.of(audit).delete()
        assert AttachmentContent.objects.count() == 1
        Attachment.objects.of(after).delete()
    assert AttachmentContent.objects.count() == 0


def test_a_revision_is_superseded_once(audit: Audit) -> None:
    amended(audit)
    with pytest.raises(Refused, match="later revision"):
        amended(audit, number="A-2026-001-S")


def test_an_amendment_has_its_reason(audit: Audit) -> None:
    with pytest.raises(Refused, match="Say why"):
        revise(record=audit, actor=None, reason="  ")


def test_the_signed_revision_stays_while_the_next_is_written(audit: Audit) -> None:
    made = sign(audit, person(Role.QA), APPROVED)
    after = amended(audit)
    with recorded(reason="a door was counted twice"):
        after.findings.filter(number=2).delete()
    assert signature_state(made).valid
    assert [state.valid for state in signatures_of(audit)] == [True]
    assert signatures_of(after) == []
    assert audit.findings.count() == 2
