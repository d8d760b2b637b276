"""Invented qualification files, questionnaires and invitations of the fictional sites."""

from datetime import UTC, date, datetime, time, timedelta

from accounts.models import User
from accounts.roles import Role
from audits.models import Answer, Audit, Capa, CapaComment, Invitation, Question, QuestionnaireRequest
from audits.portal.confidentiality import confidentiality_text
from audits.portal.library import questionnaire_from_library
from audits.portal.questionnaires import questionnaire_freeze
from audits.portal.tokens import token_hash, token_new
from partners.models import QualityAgreement, Site, StandingDecision
from partners.qualification.services import agreement_add
from records.models import Signature
from workspace.demo.signing import sign_past

# What a contact of a fictional site answers to the request for information.
SAID = {
    "text": "Line 2, isolator filling",
    "yes_no": "yes",
    "date": "2027-03-15",
    "number": "48",
    "long_text": "By a written plan with both sides; the last three were kept to the month.",
}
CONTACTS = {
    "Corran Bridge": ("Isla Drummond", "isla.drummond@alderwick.example"),
    "Ashcombe": ("Owen Hartley", "owen.hartley@ashcombe.example"),
    "Cedar Landing": ("Maya Lindgren", "maya.lindgren@greyhollow.example"),
    "Norreby": ("Anders Friis", "anders.friis@eskeld.example"),
}


def quality_files_write(sites: dict[str, Site], people: dict[Role, User], today: date) -> None:
    """A decision and an agreement for each qualified site, and what was asked of four of them."""
    for place, site in enumerate(
        sorted({row.pk: row for row in sites.values()}.values(), key=lambda row: row.pk)
    ):
        if site.standing in (Site.Standing.QUALIFIED, Site.Standing.CONDITIONAL):
            _file_write(site, people, today, ends=today + timedelta(days=60 if place % 5 == 0 else 500))
    _questionnaires_write(sites, people, today)
    _invitations_write(sites, people, today)


def _file_write(site: Site, people: dict[Role, User], today: date, *, ends: date) -> None:
    decided_on = today - timedelta(days=330)
    conditional = site.standing == Site.Standing.CONDITIONAL
    if not conditional:
        agreement_add(
            site=site,
            fields={
                "title": "Quality agreement",
                "revision": "2.0",
                "scope": "Manufacture, packaging and testing of commercial product.",
                "state": QualityAgreement.State.EFFECTIVE,
                "effective_on": decided_on - timedelta(days=20),
                "quality_approved_on": decided_on - timedelta(days=25),
                "partner_approved_on": decided_on - timedelta(days=22),
                "expires_on": ends,
            },
            actor=None,
        )
    decision = StandingDecision.objects.create(
        site=site,
        standing=site.standing,
        occasion=StandingDecision.Occasion.INITIAL,
        conditions="Clinical supply only, until the agreement is effective." if conditional else "",
        rationale="Audited; findings answered and accepted. Inspected without official action.",
        valid_until=site.standing_valid_until,
        decided_on=decided_on,
        author=people[Role.ADMINISTRATOR],
    )
    for meaning, role in (
        (Signature.Meaning.AUTHORED, Role.ADMINISTRATOR),
        (Signature.Meaning.APPROVED, Role.QA),
    ):
        sign_past(decision, part="record", meaning=meaning, user=people[role], on=decided_on)
    decision.state = StandingDecision.State.EFFECTIVE
    decision.save()


def _questionnaires_write(sites: dict[str, Site], people: dict[Role, User], today: date) -> None:
    """A request for information that waits for review, and a self-assessment that was begun."""
    rfi = questionnaire_from_library(key="rfi-capacity", actor=None)
    questionnaire_freeze(rfi)
    done = _asked(rfi.pk, "Corran Bridge", sites, people[Role.SOURCING], today, sent=30, due=5)
    for question in rfi.questions.all():
        _answer(done, question)
    done.state, done.submitted_at = QuestionnaireRequest.State.SUBMITTED, _noon(today - timedelta(days=2))
    done.save()
    own = questionnaire_from_library(key="self-assessment", actor=None)
    questionnaire_freeze(own)
    begun = _asked(own.pk, "Cedar Landing", sites, people[Role.QA], today, sent=40, due=-3)
    for question in own.questions.filter(kind=Question.Kind.LONG_TEXT)[:5]:
        _answer(begun, question)
    begun.state = QuestionnaireRequest.State.STARTED
    begun.save()


def _invitations_write(sites: dict[str, Site], people: dict[Role, User], today: date) -> None:
    """One contact who answers the findings of a report that is out, one whose link has expired."""
    audit = Audit.objects.filter(site=sites["Ashcombe"], state=Audit.State.REPORTED).first()
    contact = _invite("Ashcombe", sites, people[Role.QA], today, days=20, audit=audit)
    contact.capas.set(Capa.objects.filter(site=sites["Ashcombe"]).exclude(state__startswith="closed"))
    _comments_write(contact, people[Role.ASSESSOR], today)
    _invite("Norreby", sites, people[Role.QA], today, days=-6)


def _comments_write(contact: Invitation, ours: User, today: date) -> None:
    """A question of the site about its late CAPA, and the answer to it."""
    capa = contact.capas.order_by("due_on").first()
    if capa is None:
        return
    CapaComment.objects.create(
        capa=capa,
        invitation=contact,
        author_name=contact.name,
        text="Our microbiologist joins on the first of the month. May the weekly review begin then?",
        written_at=_noon(today - timedelta(days=8)),
    )
    CapaComment.objects.create(
        capa=capa,
        author=ours,
        author_name=ours.full_name,
        text="Yes, if the open trends are reviewed by somebody else until then. Name that person here.",
        written_at=_noon(today - timedelta(days=7)),
    )


def _asked(
    questionnaire: int, city: str, sites: dict[str, Site], by: User, today: date, *, sent: int, due: int
) -> QuestionnaireRequest:
    return QuestionnaireRequest.objects.create(
        questionnaire_id=questionnaire,
        site=sites[city],
        invitation=_invite(city, sites, by, today, days=30),
        sent_on=today - timedelta(days=sent),
        due_on=today + timedelta(days=due),
    )


def _invite(
    city: str, sites: dict[str, Site], by: User, today: date, *, days: int, audit: Audit | None = None
) -> Invitation:
    """An invitation whose link nobody has: a new one can be sent from its page."""
    name, email = CONTACTS[city]
    seen = _noon(today - timedelta(days=8))
    return Invitation.objects.create(
        site=sites[city],
        name=name,
        email=email,
        token_sha256=token_hash(token_new()),
        expires_at=_noon(today + timedelta(days=days)),
        confidentiality_text=confidentiality_text(),
        confidentiality_accepted_at=seen if days > 0 else None,
        confidentiality_accepted_by=name if days > 0 else "",
        last_seen_at=seen if days > 0 else None,
        audit=audit,
        invited_by=by,
    )


def _answer(request: QuestionnaireRequest, question: Question) -> None:
    if question.kind in SAID:
        Answer.objects.create(request=request, question=question, value=SAID[question.kind])


def _noon(day: date) -> datetime:
    return datetime.combine(day, time(12), UTC)
