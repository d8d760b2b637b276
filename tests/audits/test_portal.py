"""The portal: the link, the agreement, exactly one's own items, answers to findings kept and reviewed."""

import re
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.policies import INVITED
from accounts.roles import Role
from audits.models import Capa, Finding, FindingResponse, Invitation, QuestionnaireRequest, Reminder
from audits.portal.access import FAILURES
from audits.portal.invitations import invitation_make, invitation_renew, invitation_withdraw
from audits.portal.responses import response_accept, response_return, response_submit
from audits.portal.tokens import token_hash
from audits.reminding import reminders_send
from records.attaching import attachment_add
from records.context import recorded
from records.models import Attachment
from records.refusals import Refused
from records.selectors import history_of
from tests import makers
from tests.audits.exchange import LENA, guest, issued, sent
from tests.test_access import ALL

pytestmark = pytest.mark.django_db
ANSWER = {
    "root_cause": "Nobody checks the logbook at the end of a shift.",
    "correction": "The entries were marked as late.",
    "action": "The shift lead signs the logbook before leaving.",
    "action_due_on": "2027-02-01",
}


@pytest.fixture(autouse=True)
def no_attempts() -> None:
    cache.clear()


@pytest.fixture
def site() -> Any:
    return makers.site("Northgate")


def capa_of(site: Any, **fields: Any) -> Capa:
    today = timezone.localdate()
    told = {"origin": "other", "title": "Vials", "description": "Cracked", "opened_on": today}
    told |= {"clock_from": today, "due_on": today + timedelta(days=60), "number": f"T-{Capa.objects.count()}"}
    return Capa.objects.create(site=site, **told | fields)


def test_only_the_hash_of_the_link_is_kept(site: Any) -> None:
    invited = invitation_make(site=site, contact=LENA, actor=None)
    row = Invitation.objects.values().get(pk=invited.invitation.pk)
    assert len(invited.token) >= 43
    assert row["token_sha256"] == token_hash(invited.token)
    assert invited.token not in str(row)


def test_the_link_opens_a_session_after_the_agreement(site: Any) -> None:
    invited = sent(site).invited
    client = Client()
    answer = client.get(f"/portal/enter/{invited.token}/")
    assert answer.headers["Location"] == "/portal/"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    key = client.session.session_key
    assert client.get("/portal/").headers["Location"] == "/portal/agreement/"
    assert client.post("/portal/agreement/", {"name": " "}).status_code == 422
    assert client.post("/portal/agreement/", {"name": "Lena V."}).status_code == 302
    page = client.get("/portal/")
    assert page.status_code == 200
    assert page.headers["Cache-Control"] == "private, no-store"
    assert "late</span>" not in page.text
    QuestionnaireRequest.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert "late</span>" in client.get("/portal/").text
    row = Invitation.objects.get()
    assert row.confidentiality_accepted_by == "Lena V."
    assert row.confidentiality_accepted_at is not None
    # A second use of the link begins another session key.
    client.get(f"/portal/enter/{invited.token}/")
    assert client.session.session_key != key


def test_unknown_expired_and_withdrawn_links_show_the_same_page(site: Any) -> None:
    expired, withdrawn, renewed = (invitation_make(site=site, contact=LENA, actor=None) for _ in range(3))
    past = timezone.now() - timedelta(seconds=1)
    Invitation.objects.filter(pk=expired.invitation.pk).update(expires_at=past)
    invitation_withdraw(invitation=withdrawn.invitation, actor=None)
    after = invitation_renew(invitation=renewed.invitation, actor=None)
    tokens = ("x" * 43, expired.token, withdrawn.token, renewed.token)
    pages = [Client().get(f"/portal/enter/{token}/") for token in tokens]
    assert {page.status_code for page in pages} == {404}
    # The secret against forged requests, and the address itself in the switch of language.
    texts = [page.text.replace(token, "") for page, token in zip(pages, tokens, strict=True)]
    assert len({re.sub(r"[A-Za-z0-9]{64}", "", text) for text in texts}) == 1
    assert Client().get(f"/portal/enter/{after.token}/").status_code == 302


def test_a_new_link_and_a_withdrawal_shut_out_who_is_in(site: Any) -> None:
    invited = sent(site).invited
    client = guest(invited)
    assert client.get("/portal/").status_code == 200
    again = invitation_renew(invitation=invited.invitation, actor=None)
    assert client.get("/portal/").status_code == 404
    other = guest(again)
    assert other.get("/portal/").status_code == 200
    invitation_withdraw(invitation=invited.invitation, actor=None)
    assert other.get("/portal/").status_code == 404


def test_too_many_wrong_links_shut_an_address_out(site: Any) -> None:
    invited = sent(site).invited
    for number in range(FAILURES):
        Client().get(f"/portal/enter/wrong-{number}/")
    assert Client().get(f"/portal/enter/{invited.token}/").status_code == 404
    assert Client(REMOTE_ADDR="192.0.2.7").get(f"/portal/enter/{invited.token}/").status_code == 302


def test_leaving_ends_the_session(site: Any) -> None:
    client = guest(sent(site).invited)
    assert client.cookies["django_language"].value
    assert client.post("/portal/leave/").status_code == 200
    assert client.cookies["django_language"].value == "", "the next one here reads another language"
    assert client.get("/portal/").status_code == 404


def test_an_invitation_opens_its_own_items_and_no_others(site: Any) -> None:
    """Every address of the portal: mine answers, the same kind of another invitation is not there."""

    def world(name: str) -> tuple[Client, dict[str, dict[str, int]]]:
        place = makers.site(name)
        audit, capa = issued(place, number=f"A-{name}"), capa_of(place)
        invited = invitation_make(site=place, contact=LENA, audit=audit, capas=[capa], actor=None)
        asked = sent(place)
        asked.request.invitation = invited.invitation
        asked.request.save()
        finding = audit.findings.earliest("pk")
        draft = FindingResponse.objects.create(finding=finding)
        file = attachment_add(record=draft, file=BytesIO(b"%PDF-1.7 x"), name="x.pdf", actor=None)
        question = asked.request.questionnaire.questions.earliest("pk")
        keys = {
            "finding": {"pk": finding.pk},
            "capa": {"pk": capa.pk},
            "request": {"pk": asked.request.pk},
            "answer": {"pk": asked.request.pk, "question": question.pk},
            "file": {"pk": file.pk},
        }
        return guest(invited), keys

    mine, my_keys = world("Mine")
    theirs, their_keys = world("Theirs")
    found = [name for name, address in ALL.items() if address.permission is INVITED]
    assert len(found) > 10
    for name in found:
        kind = name.partition(":")[2].partition("-")[0]
        if kind not in my_keys:
            continue
        for client, keys, other in ((mine, my_keys, their_keys), (theirs, their_keys, my_keys)):
            assert client.get(reverse(name, kwargs=keys[kind])).status_code in {200, 405}, name
            assert client.get(reverse(name, kwargs=other[kind])).status_code in {404, 405}, name
            assert client.post(reverse(name, kwargs=other[kind])).status_code in {404, 405}, name
    page = mine.get("/portal/").text
    assert "A-Mine" in page
    assert "A-Theirs" not in page


def test_an_account_does_not_open_the_portal_and_the_portal_opens_no_account(site: Any) -> None:
    assert makers.signed_in(makers.person(Role.ADMINISTRATOR)).get("/portal/").status_code == 404
    client = guest(sent(site).invited)
    assert "sign-in" in client.get(reverse("workspace:site", args=[site.pk])).headers["Location"]


def test_files_of_our_own_people_stay_among_ourselves(site: Any) -> None:
    capa = capa_of(site)
    ours = attachment_add(
        record=capa, file=BytesIO(b"%PDF-1.7 ours"), name="ours.pdf", actor=makers.person(Role.QA)
    )
    client = guest(invitation_make(site=site, contact=LENA, capas=[capa], actor=None))
    assert "ours.pdf" not in client.get(f"/portal/capas/{capa.pk}/").text
    assert client.get(f"/portal/files/{ours.pk}/").status_code == 404


def test_a_draft_survives_and_is_submitted(site: Any) -> None:
    audit = issued(site)
    finding = audit.findings.earliest("pk")
    client = guest(invitation_make(site=site, contact=LENA, audit=audit, actor=None))
    save = f"/portal/findings/{finding.pk}/save/"
    assert client.post(save, {"root_cause": ANSWER["root_cause"]}).json() == {"unread": []}
    # A day that is half typed costs nothing else.
    assert client.post(save, {"correction": "Marked.", "action_due_on": "2027-"}).json() == {
        "unread": ["action_due_on"]
    }
    page = client.get(f"/portal/findings/{finding.pk}/").text
    assert ANSWER["root_cause"] in page
    assert "Marked." in page
    refused = client.post(f"/portal/findings/{finding.pk}/", {"root_cause": "x", "submit": "1"})
    assert refused.status_code == 422
    assert refused.text.count("This is needed to submit.") >= 3
    assert client.post(f"/portal/findings/{finding.pk}/", ANSWER | {"submit": "1"}).status_code == 302
    finding.refresh_from_db()
    answer = FindingResponse.objects.get()
    assert (finding.state, answer.state, answer.author_name) == ("answered", "submitted", "Lena Vogtland")
    assert client.post(save, {"root_cause": "changed"}).status_code == 409


def test_a_returned_answer_is_answered_again_and_history_is_kept(site: Any) -> None:
    audit = issued(site)
    finding = audit.findings.earliest("pk")
    invited = invitation_make(site=site, contact=LENA, audit=audit, actor=None)
    client = guest(invited)
    # A later link that was withdrawn keeps nobody from being told by the one that is open.
    later = invitation_make(site=site, contact=LENA, audit=audit, actor=None).invitation
    Invitation.objects.filter(pk=later.pk).update(revoked_at=timezone.now())
    changes = ANSWER | {"action_due_on": timezone.localdate()}
    first = response_submit(finding=finding, invitation=invited.invitation, changes=changes)
    qa = makers.person(Role.QA)
    staff = makers.signed_in(qa)
    review = reverse("questionnaires:response-review", args=[first.pk])
    assert staff.post(review, {"return": "1", "note": ""}).status_code == 422
    assert staff.post(review, {"return": "1", "note": "Why did nobody see it?"}).status_code == 302
    assert mail.outbox[-1].to == [LENA.email]
    finding.refresh_from_db()
    assert finding.state == "returned"
    page = client.get(f"/portal/findings/{finding.pk}/").text
    assert "Why did nobody see it?" in page
    assert ANSWER["action"] in page
    client.post(f"/portal/findings/{finding.pk}/", ANSWER | {"submit": "1"})
    second = FindingResponse.objects.latest("pk")
    response_accept(response=second, actor=qa)
    finding.refresh_from_db()
    assert finding.state == "accepted"
    assert list(FindingResponse.objects.values_list("state", flat=True)) == ["returned", "accepted"]
    with pytest.raises(Refused):
        response_return(response=second, actor=qa, note="Too late")


def test_what_was_submitted_is_not_changed_without_a_reason(site: Any) -> None:
    audit = issued(site, 1)
    invited = invitation_make(site=site, contact=LENA, audit=audit, actor=None)
    response = response_submit(
        finding=audit.findings.get(),
        invitation=invited.invitation,
        changes=ANSWER | {"action_due_on": timezone.localdate()},
    )
    with pytest.raises(IntegrityError, match="reason"), transaction.atomic(), recorded(actor=None):
        FindingResponse.objects.filter(pk=response.pk).update(root_cause="Something else")


def test_the_history_names_the_contact(site: Any) -> None:
    audit = issued(site, 1)
    client = guest(invitation_make(site=site, contact=LENA, audit=audit, actor=None))
    client.post(f"/portal/findings/{audit.findings.get().pk}/save/", {"root_cause": "x"})
    entries = history_of(FindingResponse, FindingResponse.objects.get().pk).items
    assert "Lena Vogtland <lena@northgate.example>" in entries[0].actor


def test_files_are_added_checked_by_content_and_taken_back(site: Any) -> None:
    audit = issued(site, 1)
    client = guest(invitation_make(site=site, contact=LENA, audit=audit, actor=None))
    url = f"/portal/findings/{audit.findings.get().pk}/files/"
    wrong = SimpleUploadedFile("a.pdf", b"<html>no</html>")
    assert client.post(url, {"file": wrong}).status_code == 422
    good = SimpleUploadedFile("plan.pdf", b"%PDF-1.7 plan")
    assert client.post(url, {"file": good, "description": "Plan"}).status_code == 302
    file = Attachment.objects.get()
    got = client.get(f"/portal/files/{file.pk}/")
    assert got.headers["Content-Disposition"].startswith("attachment")
    assert got.content == b"%PDF-1.7 plan"
    assert client.post(url, {"remove": str(file.pk)}).status_code == 302
    assert not Attachment.objects.exists()


def test_actions_are_proposed_while_a_capa_is_planned(site: Any) -> None:
    capa = capa_of(site)
    client = guest(invitation_make(site=site, contact=LENA, capas=[capa], actor=None))
    due = (timezone.localdate() + timedelta(days=20)).isoformat()
    told = {"kind": "corrective", "description": "Level the shelf", "owner_name": "Samir", "due_on": due}
    assert client.post(f"/portal/capas/{capa.pk}/", told).status_code == 302
    assert capa.actions.get().owner_name == "Samir"
    with recorded(actor=None, reason="test"):
        Capa.objects.filter(pk=capa.pk).update(state="plan_approved")
    # Refused with a word, and what was typed is still there.
    assert client.post(f"/portal/capas/{capa.pk}/", told).status_code == 422
    assert capa.actions.count() == 1


def test_who_may_invite_to_what(site: Any) -> None:
    audit = issued(site)
    sourcing = makers.person(Role.SOURCING)
    with pytest.raises(PermissionDenied):
        invitation_make(site=site, contact=LENA, audit=audit, actor=sourcing)
    assert invitation_make(site=site, contact=LENA, actor=sourcing).invitation.pk
    with pytest.raises(ValidationError):
        invitation_make(site=makers.site("Other"), contact=LENA, audit=audit, actor=None)
    with pytest.raises(PermissionDenied):
        sent(site, makers.person(Role.EXECUTIVE))


def test_inviting_sends_the_link_and_shows_it_once(site: Any) -> None:
    audit = issued(site)
    staff = makers.signed_in(makers.person(Role.QA))
    url = reverse("questionnaires:invitation-new") + f"?site={site.pk}"
    told = {"name": "Lena", "email": "lena@northgate.example", "language": "fr", "days": "30"}
    assert staff.post(url, told).status_code == 422
    page = staff.post(url, told | {"audit": audit.pk})
    assert page.status_code == 200
    link = re.search(r"/portal/enter/([\w-]+)/", page.text)
    assert link is not None
    assert link[0] in mail.outbox[-1].body
    assert (
        link[0]
        not in staff.get(reverse("questionnaires:invitation", args=[Invitation.objects.get().pk])).text
    )
    assert Finding.objects.filter(audit=audit).count() == 2


def test_the_language_of_the_invitation_is_spoken(site: Any) -> None:
    client = guest(invitation_make(site=site, contact=replace(LENA, language="fr"), actor=None), agreed=False)
    assert '<html lang="fr"' in client.get("/portal/agreement/").text


def test_contacts_are_reminded_once_of_what_their_open_link_asks(site: Any) -> None:
    asked = sent(site)
    audit = issued(site, 1)
    invited = invitation_make(site=site, contact=LENA, audit=audit, actor=None)
    early = asked.request.due_on - timedelta(days=8)
    assert reminders_send(today=early) == 0
    reminders_send(today=asked.request.due_on - timedelta(days=6))
    reminders_send(today=asked.request.due_on - timedelta(days=5))
    kinds = dict(Reminder.objects.values_list("record_model", "sent_to"))
    assert kinds["audits.QuestionnaireRequest"] == kinds["audits.Finding:contact"] == LENA.email
    assert Reminder.objects.filter(record_model="audits.QuestionnaireRequest").count() == 1
    for each in (asked.invited, invited):
        invitation_withdraw(invitation=each.invitation, actor=None)
    Reminder.objects.all().delete()
    reminders_send(today=asked.request.due_on)
    assert not Reminder.objects.filter(sent_to__contains=LENA.email).exists()


def test_somebody_of_ours_who_tries_a_link_stays_signed_in_everywhere(site: Any) -> None:
    lead = makers.person(Role.QA)
    invited = sent(site, lead).invited
    here = makers.signed_in(lead, "fr")
    elsewhere = Client()
    elsewhere.cookies["sessionid"] = here.cookies["sessionid"].value
    entered = here.get(f"/portal/enter/{invited.token}/", follow=True)
    assert entered.status_code == 200
    for window in (here, elsewhere):
        assert window.get("/").status_code == 200
    assert here.cookies["django_language"].value == "fr"
    here.post("/portal/leave/")
    assert here.get("/portal/").status_code == 404
    for window in (here, elsewhere):
        assert window.get("/").status_code == 200


def test_a_guest_gets_a_session_key_of_their_own(site: Any) -> None:
    invited = sent(site).invited
    guest_browser = Client()
    guest_browser.get("/account/sign-in/")
    guest_browser.session.save()
    before = guest_browser.cookies.get("sessionid")
    guest_browser.get(f"/portal/enter/{invited.token}/")
    after = guest_browser.cookies["sessionid"]
    assert before is None or before.value != after.value
    assert after["max-age"] == 12 * 3600
