"""Something asked of a partner's contact: a questionnaire sent, a report issued, an answer that waits."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.test import Client
from django.utils import timezone

from accounts.models import User
from audits.models import Audit, Finding, FindingResponse, Question, Questionnaire, QuestionnaireRequest
from audits.portal.invitations import Contact, Invited, confidentiality_accept
from audits.portal.library import questionnaire_from_library
from audits.portal.requests import questionnaire_send
from partners.models import Site
from records.context import recorded

LENA = Contact(name="Lena Vogtland", email="lena@northgate.example", language="en")


@dataclass(frozen=True)
class Exchange:
    """One questionnaire on its way, and an answer to a finding under review."""

    request: QuestionnaireRequest
    question: Question
    invited: Invited
    response: FindingResponse

    @property
    def invitation(self) -> Any:
        return self.invited.invitation

    @property
    def token(self) -> str:
        return self.invited.token


def sent(site: Site, actor: User | None = None, key: str = "rfi-capacity") -> Any:
    """A questionnaire of the library, sent to Lena and due in four weeks."""
    return questionnaire_send(
        questionnaire=questionnaire_from_library(key=key, actor=actor),
        site=site,
        contact=LENA,
        due_on=timezone.localdate() + timedelta(days=28),
        actor=actor,
    )


def small(key: str = "small") -> Questionnaire:
    """Five questions of every nature: a choice, its follow-up, a figure, a practice, a file."""
    made = Questionnaire.objects.create(key=key, title="Small", kind="rfi")

    def add(position: int, text: str, kind: str, **fields: Any) -> Question:
        given = {"section": "One", "is_required": True} | fields
        return Question.objects.create(questionnaire=made, position=position, text=text, kind=kind, **given)

    expand = add(1, "Can it be expanded?", "yes_no")
    add(2, "By how much?", "text", follows=expand, follows_answer="yes")
    add(3, "How many batches?", "number")
    add(4, "How is capacity reserved?", "long_text", practice="reservation")
    add(5, "Site plan", "file", is_required=False, section="Two")
    return made


def issued(site: Site, findings: int = 2, number: str = "A-EXCHANGE") -> Audit:
    """An audit whose report is out, with findings to answer."""
    today = timezone.localdate()
    with recorded(actor=None, reason="test"):
        audit = Audit.objects.create(
            number=number,
            site=site,
            state=Audit.State.REPORTED,
            rating="satisfactory",
            starts_on=today - timedelta(days=20),
            ends_on=today - timedelta(days=18),
            reported_on=today,
        )
        for place in range(1, findings + 1):
            Finding.objects.create(
                audit=audit,
                number=place,
                severity="major",
                description=f"Logbook {place} of line 4 was filled in afterwards.",
                response_due_on=today + timedelta(days=30),
            )
    return audit


def guest(invited: Invited, *, agreed: bool = True) -> Client:
    """The contact's browser after the link."""
    if agreed:
        confidentiality_accept(invitation=invited.invitation, name="Lena Vogtland")
    client = Client()
    assert client.get(f"/portal/enter/{invited.token}/").status_code == 302
    return client


def exchange(site: Site) -> Exchange:
    """For the access matrix."""
    made = sent(site)
    audit = issued(site, 1, "A-ACCESS")
    response = FindingResponse.objects.create(
        finding=audit.findings.get(), state="submitted", author_name="Lena", submitted_at=timezone.now()
    )
    return Exchange(made.request, made.request.questionnaire.questions.earliest("pk"), made.invited, response)
