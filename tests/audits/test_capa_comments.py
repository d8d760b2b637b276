"""Comments on a CAPA: both sides write and read, the other side is told, nobody rewrites them."""

import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from accounts.models import User
from accounts.roles import Role
from audits.capas.commenting import COMMENT_JOB, comment_add
from audits.handlers import comment_mail
from audits.models import Capa, CapaComment
from audits.portal.invitations import invitation_make, invitation_withdraw
from jobs.models import Job
from records.context import recorded
from records.selectors import history_of
from tests import makers
from tests.audits.exchange import LENA, guest
from tests.audits.test_portal import capa_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def qa() -> User:
    return makers.person(Role.QA)


@pytest.fixture
def capa() -> Capa:
    return capa_of(makers.site("Northgate"), title="Vials", state="implementing")


@pytest.fixture
def invited(capa: Capa) -> Any:
    return invitation_make(site=capa.site, contact=LENA, actor=None, capas=[capa])


def letters() -> list[Any]:
    """What the jobs asked for so far send."""
    mail.outbox.clear()
    for job in Job.objects.filter(kind=COMMENT_JOB).order_by("pk"):
        with override(job.language):
            comment_mail(job, None)  # type: ignore[arg-type]
    return list(mail.outbox)


def written(text: str, **more: str) -> dict[str, str]:
    return {"text": text, "entry_key": str(uuid.uuid4()), "comment": "1"} | more


def test_both_sides_write_and_the_other_side_is_told(capa: Capa, invited: Any, qa: User) -> None:
    contact, ours = guest(invited), Client()
    ours.force_login(qa)
    assert contact.post(f"/portal/capas/{capa.pk}/", written("May it wait until May?")).status_code == 302
    page = ours.get(f"/capas/{capa.pk}/").content.decode()
    assert "May it wait until May?" in page
    assert "Lena Vogtland" in page
    # Nobody owns the CAPA on our side: the QA leads are told.
    letter = letters()[0]
    assert (letter.to, "> May it wait until May?" in letter.body) == ([qa.email], True)
    assert f"/capas/{capa.pk}/" in letter.body

    assert ours.post(f"/capas/{capa.pk}/comment/", written("Until April.")).status_code == 302
    assert "Until April." in contact.get(f"/portal/capas/{capa.pk}/").content.decode()
    assert "2 comments" in contact.get("/portal/").content.decode()
    letter = letters()[-1]
    assert letter.to == [LENA.email]
    # The secret of the link stands nowhere but in its first letter, and addresses of ours help nobody.
    assert invited.token not in letter.body
    assert "/capas/" not in letter.body
    entries = history_of(CapaComment, CapaComment.objects.earliest("pk").pk).items
    assert "Lena Vogtland <lena@northgate.example>" in entries[0].actor


def test_a_letter_speaks_the_language_of_its_reader(capa: Capa, qa: User) -> None:
    invitation_make(
        site=capa.site, contact=LENA.__class__("Luc", "luc@n.example", "fr"), actor=None, capas=[capa]
    )
    comment_add(capa=capa, text="Until April.", entry_key=uuid.uuid4(), actor=qa)
    assert letters()[0].body.startswith("Bonjour Luc,")


def test_sent_twice_it_is_one_comment(capa: Capa, invited: Any) -> None:
    contact, once = guest(invited), written("Twice?")
    assert [contact.post(f"/portal/capas/{capa.pk}/", once).status_code for _ in range(2)] == [302, 302]
    assert capa.comments.count() == 1
    assert Job.objects.filter(kind=COMMENT_JOB).count() == len(letters())


def test_what_is_refused_stays_typed(capa: Capa, invited: Any, qa: User) -> None:
    contact, ours = guest(invited), Client()
    ours.force_login(qa)
    long = written("x" * 5_001)
    for client, address in ((contact, f"/portal/capas/{capa.pk}/"), (ours, f"/capas/{capa.pk}/comment/")):
        answer = client.post(address, long)
        assert answer.status_code == 422
        assert "x" * 5_001 in answer.content.decode()
        assert client.post(address, written("  ")).status_code == 422
    with recorded(actor=qa, reason="test"):
        Capa.objects.filter(pk=capa.pk).update(state="closed_effective")
    answer = contact.post(f"/portal/capas/{capa.pk}/", written("Too late"))
    assert answer.status_code == 422
    assert "Too late" in answer.content.decode()
    assert not capa.comments.exists()


def test_a_contact_comments_on_no_other_capa(capa: Capa, invited: Any, qa: User) -> None:
    other = capa_of(capa.site)
    contact = guest(invited)
    assert contact.post(f"/portal/capas/{other.pk}/", written("Hello")).status_code == 404
    invitation_withdraw(invitation=invited.invitation, actor=None)
    assert contact.post(f"/portal/capas/{capa.pk}/", written("Hello")).status_code == 404
    # A withdrawn invitation is no reader either.
    comment_add(capa=capa, text="Nobody outside", entry_key=uuid.uuid4(), actor=qa)
    assert letters() == []
    assert list(CapaComment.objects.values_list("text", flat=True)) == ["Nobody outside"]


def test_the_key_of_somebody_elses_comment_does_not_pass_for_ones_own(
    capa: Capa, invited: Any, qa: User
) -> None:
    ours = comment_add(capa=capa, text="Ours", entry_key=uuid.uuid4(), actor=qa)
    taken = written("Theirs", entry_key=str(ours.entry_key))
    assert guest(invited).post(f"/portal/capas/{capa.pk}/", taken).status_code == 422
    assert capa.comments.get().text == "Ours"


@pytest.mark.parametrize(
    "sentence", ["update audits_capacomment set text = 'Never said'", "delete from audits_capacomment"]
)
def test_nobody_rewrites_a_comment_without_a_trace(capa: Capa, qa: User, sentence: str) -> None:
    comment_add(capa=capa, text="Said", entry_key=uuid.uuid4(), actor=qa)
    with pytest.raises(IntegrityError, match="reason"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sentence)
    assert capa.comments.get().text == "Said"


def test_a_proposal_after_the_plan_was_approved_is_refused_and_kept(capa: Capa, invited: Any) -> None:
    proposal = {
        "kind": "corrective",
        "description": "Level the shelves",
        "owner_name": "Aoife",
        "due_on": str(timezone.localdate() + timedelta(days=9)),
    }
    answer = guest(invited).post(f"/portal/capas/{capa.pk}/", proposal)
    assert answer.status_code == 422
    assert "Level the shelves" in answer.content.decode()
    assert not capa.actions.exists()
