"""The states of an audit: every step from every state as every role; what is missing; signatures."""

from collections.abc import Callable
from datetime import date, timedelta
from itertools import product
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from audits.auditing.conducting import finding_change, finding_enter
from audits.auditing.planning import audit_plan
from audits.auditing.states import STEPS
from audits.auditing.workflow import audit_amend, audit_move, audit_rate, rating_suggested
from audits.models import Audit, ChecklistItem, Finding, FindingResponse
from audits.portal.due import findings_due
from audits.portal.invitations import invitation_make
from audits.portal.selectors import contacts_of_audit
from partners.models import Site
from records.context import recorded
from records.models import Signature
from records.refusals import Refused
from records.signing.services import signature_add, signing_offer
from records.signing.state import signatures_of
from tests import makers
from tests.audits.exchange import LENA
from tests.records.declared import PASSWORD, session

pytestmark = pytest.mark.django_db

S = Audit.State
A = Signature.Meaning
MAY = {Role.QA, Role.ADMINISTRATOR}
# Written out beside the product's table, so that a step which comes in or opens up by mistake is noticed.
LIFE = {
    (S.PLANNED, S.IN_PROGRESS),
    (S.PLANNED, S.CANCELLED),
    (S.IN_PROGRESS, S.CANCELLED),
    (S.IN_PROGRESS, S.REPORTED),
    (S.REPORTED, S.RESPONSES),
    (S.REPORTED, S.CLOSED),
    (S.RESPONSES, S.CLOSED),
}
REACHED = {(before.value, after.value) for before, after in STEPS}
CONTENT = {"rating": "good", "rating_rationale": "As found.", "summary": "A sound site."}


def person(role: Role = Role.QA) -> User:
    user = makers.person(role)
    user.set_password(PASSWORD)
    user.save(update_fields=["password"])
    return user


def test_the_steps_and_who_makes_them_are_these_and_no_other() -> None:
    assert {ends: set(step.permission.roles) for ends, step in STEPS.items()} == dict.fromkeys(LIFE, MAY)
    assert {after for (_before, after), step in STEPS.items() if step.signed} == {S.REPORTED}


def days_ago(days: int) -> date:
    return timezone.localdate() - timedelta(days=days)


def audit_in(state: str, site: Site, **fields: object) -> Audit:
    """An audit of which nothing is missing for any step but a signature."""
    told = CONTENT | {"starts_on": days_ago(10), "ends_on": days_ago(9), "systems": ["quality"]} | fields
    audit = Audit.objects.create(
        number=f"T-{Audit.objects.count()}",
        site=site,
        state=state,
        lead_auditor=makers.person(Role.QA),
        **told,
    )
    ChecklistItem.objects.create(audit=audit, position=1, system="quality", question="?", result="conforms")
    return audit


def sign(audit: Audit, actor: User, meaning: Signature.Meaning) -> Signature:
    here = session()
    offer = signing_offer(audit, part="report", meaning=meaning, actor=actor, session=here)
    return signature_add(
        record=audit,
        part="report",
        meaning=meaning,
        actor=actor,
        session=here,
        ticket=offer.ticket,
        password=PASSWORD,
        email=actor.email,
    )


@pytest.fixture
def site() -> Site:
    return makers.site()


def test_every_step_from_every_state_as_every_role(site: Site) -> None:
    people = {role: makers.person(role) for role in Role}
    wrong = []
    for before, after, role in product(S.values, S.values, Role):
        audit = audit_in(before, site)
        try:
            with transaction.atomic():
                audit_move(audit=audit, to=after, actor=people[role], reason="Tried")
                became = Audit.objects.get(pk=audit.pk).state
                transaction.set_rollback(True)
        except (PermissionDenied, ValidationError):
            became = "refused"
        # Issued by a signature alone; the review begins with an answer of the site.
        needs_more = (before, after) in {(S.IN_PROGRESS, S.REPORTED), (S.REPORTED, S.RESPONSES)}
        allowed = (before, after) in REACHED and role in MAY and not needs_more
        if became != (after if allowed else "refused"):
            wrong.append(f"{before} → {after} as {role}: {became}")
        with recorded(reason="Tried"):
            audit.delete()
    assert not wrong, "\n".join(wrong)


def test_cancelling_says_why(site: Site) -> None:
    with pytest.raises(ValidationError, match="Say why"):
        audit_move(audit=audit_in(S.PLANNED, site), to=S.CANCELLED, actor=None)


@pytest.mark.parametrize(
    ("state", "after", "fields", "missing"),
    [
        (S.PLANNED, S.IN_PROGRESS, {"starts_on": None}, "The first day is not set."),
        (S.PLANNED, S.IN_PROGRESS, {"systems": []}, "No quality system is in scope."),
        (S.IN_PROGRESS, S.REPORTED, {"rating": ""}, "The audit is not rated."),
        (S.IN_PROGRESS, S.REPORTED, {"summary": " "}, "The summary is empty."),
        (S.IN_PROGRESS, S.REPORTED, {"ends_on": None}, "The last day is not set."),
        (
            S.IN_PROGRESS,
            S.REPORTED,
            {"ends_on": days_ago(-1)},
            "The last day lies ahead. Enter in the plan when the audit ended.",
        ),
        (S.IN_PROGRESS, S.REPORTED, {}, "The approver has not signed the report."),
        (S.REPORTED, S.RESPONSES, {}, "The site has not answered any finding."),
    ],
)
def test_what_is_missing_is_named(
    site: Site, state: str, after: str, fields: dict[str, object], missing: str
) -> None:
    audit = audit_in(state, site, **fields)
    with pytest.raises(ValidationError) as refused:
        audit_move(audit=audit, to=after, actor=None)
    assert missing in refused.value.messages


def test_closing_waits_for_the_answer_to_every_finding(site: Site) -> None:
    audit = audit_in(S.RESPONSES, site)
    finding = Finding.objects.create(audit=audit, number=1, severity="major", description="x")
    with pytest.raises(ValidationError, match="not accepted yet"):
        audit_move(audit=audit, to=S.CLOSED, actor=None)
    with recorded(reason="Accepted"):
        Finding.objects.filter(pk=finding.pk).update(state=Finding.State.ACCEPTED)
    audit_move(audit=audit, to=S.CLOSED, actor=None)
    finding.refresh_from_db()
    assert (finding.state, finding.closed_on) == (Finding.State.CLOSED, timezone.localdate())


def test_a_report_is_issued_by_two_persons_and_then_locked(site: Site) -> None:
    author, approver = person(), person(Role.ADMINISTRATOR)
    audit = audit_in(S.IN_PROGRESS, site)
    finding = Finding.objects.create(audit=audit, number=1, severity="major", description="x")
    sign(audit, author, A.AUTHORED)
    with pytest.raises(Refused, match="another person"):
        sign(audit, author, A.APPROVED)
    with pytest.raises(ValidationError):
        finding_change(finding=finding, version=1, changes={"description": "y"}, actor=author)
    sign(audit, approver, A.APPROVED)
    audit.refresh_from_db()
    finding.refresh_from_db()
    due = timezone.localdate() + timedelta(days=30)
    assert (audit.state, audit.reported_on) == (S.REPORTED, timezone.localdate())
    assert (audit.responses_due_on, finding.response_due_on) == (due, due)
    for write in _ways_of_altering(audit, finding):
        with pytest.raises(IntegrityError), transaction.atomic(), recorded(reason="Tried"):
            write()
    # The workflow around the signed content goes on.
    FindingResponse.objects.create(finding=finding, state="submitted")
    audit_move(audit=audit, to=S.RESPONSES, actor=author)
    assert all(each.valid for each in signatures_of(audit, "report"))


def _ways_of_altering(audit: Audit, finding: Finding) -> list[Callable[[], object]]:
    return [
        lambda: Audit.objects.filter(pk=audit.pk).update(rating="unsatisfactory"),
        lambda: Finding.objects.filter(pk=finding.pk).update(severity="other"),
        lambda: Finding.objects.create(audit=audit, number=9, severity="other", description="late"),
        lambda: ChecklistItem.objects.filter(audit=audit).update(result="finding"),
        lambda: finding.delete(),
    ]


def test_an_amendment_is_a_revision_that_takes_the_answers_along(site: Site) -> None:
    author, approver = person(), person(Role.ADMINISTRATOR)
    audit = audit_in(S.IN_PROGRESS, site)
    whole = Finding.objects.create(audit=audit, number=1, severity="major", description="x")
    Finding.objects.create(
        audit=audit,
        number=2,
        severity="other",
        description="y",
        combined_into=whole,
        combination_rationale="z",
    )
    with pytest.raises(Refused, match="can still be changed"):
        audit_amend(audit=audit, actor=author, reason="Too early")
    sign(audit, author, A.AUTHORED)
    sign(audit, approver, A.APPROVED)
    audit.refresh_from_db()
    answer = FindingResponse.objects.create(finding=whole, state="submitted")
    invited = invitation_make(site=site, contact=LENA, audit=audit, actor=author).invitation
    after = audit_amend(audit=audit, actor=author, reason="The regulation was wrong.")
    assert (str(after), after.state, after.supersedes) == (f"{audit.number} r2", S.IN_PROGRESS, audit)
    first = after.findings.get(number=1)
    assert after.findings.get(number=2).combined_into == first
    with pytest.raises(ValidationError, match="later revision"):
        audit_move(audit=audit, to=S.RESPONSES, actor=author)
    with pytest.raises(ValidationError, match="not cancelled but signed"):
        audit_move(audit=after, to=S.CANCELLED, actor=author, reason="No")
    # Until the amendment is out, what was reported stays in force.
    assert (Audit.objects.in_force().get(), Finding.objects.standing().get()) == (audit, whole)
    finding_change(
        finding=first, version=first.version, changes={"regulation": "21 CFR 211.22"}, actor=author
    )
    written = Finding.objects.get(pk=first.pk).updated_at
    sign(after, author, A.AUTHORED)
    sign(after, approver, A.APPROVED)
    answer.refresh_from_db()
    assert answer.finding == first
    first.refresh_from_db()
    assert first.response_due_on is not None
    assert first.updated_at > written, "it is in force from here on, which is news to a copy elsewhere"
    # Their link opens the amendment, and it names them; they are reminded of what it asks.
    assert contacts_of_audit(after) == [invited]
    assert [thing.record_id for thing in findings_due(date.max)] == [first.pk]
    assert (Audit.objects.in_force().get(), Finding.objects.standing().get()) == (after, first)
    assert all(each.valid for each in [*signatures_of(audit, "report"), *signatures_of(after, "report")])


def test_a_report_that_is_out_changes_only_with_a_reason(site: Site) -> None:
    audit = audit_in(S.REPORTED, site)
    with pytest.raises(IntegrityError), transaction.atomic():
        Audit.objects.filter(pk=audit.pk).update(purpose="Other")
    with pytest.raises(ValidationError, match="in progress"):
        finding_enter(
            audit=audit, entry_key=uuid4(), fields={"severity": "other", "description": "x"}, actor=None
        )


def test_the_rating_is_suggested_by_the_gravest_finding_and_explained(site: Site) -> None:
    audit = audit_in(S.IN_PROGRESS, site, rating="", rating_rationale="", summary="")
    assert rating_suggested(audit) == "good"
    Finding.objects.create(audit=audit, number=1, severity="major", description="x")
    assert rating_suggested(audit) == "satisfactory"
    Finding.objects.create(audit=audit, number=2, severity="critical", description="x")
    assert rating_suggested(audit) == "unsatisfactory"
    told = {"audit": audit, "version": audit.version, "summary": "s", "actor": None}
    with pytest.raises(ValidationError, match="Explain the rating"):
        audit_rate(rating="good", rationale=" ", **told)  # type: ignore[arg-type]
    assert audit_rate(rating="unsatisfactory", rationale="Records were falsified.", **told)  # type: ignore[arg-type]


def test_only_staff_that_audits_may_plan(site: Site) -> None:
    for role in Role:
        fields = {"lead_auditor": makers.person(), "systems": ["quality"]}
        if role in MAY:
            audit_plan(site=site, fields=fields, actor=makers.person(role))
        else:
            with pytest.raises(PermissionDenied):
                audit_plan(site=site, fields=fields, actor=makers.person(role))
