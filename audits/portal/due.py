"""What partner contacts are reminded of: questionnaires, and findings they were invited to answer."""

from collections.abc import Iterable
from datetime import date

from django.utils import timezone
from django.utils.text import Truncator
from django.utils.translation import gettext_lazy as _

from audits.models import Finding, Invitation, QuestionnaireRequest
from audits.portal.querysets import RequestQuerySet
from audits.querysets import FindingQuerySet
from audits.reminding import DueThing, Recipient, due_source

QUESTIONNAIRE = _("questionnaire")
ANSWER = _("answer to an audit finding")
# The lead auditor is reminded of the same finding under the finding's own name.
FINDING_OF_CONTACT = "audits.Finding:contact"


def requests_due(until: date) -> Iterable[DueThing]:
    """Questionnaires that were not submitted and whose link is open. One query."""
    for request in _requests().filter(due_on__lte=until):
        yield _request_thing(request)


def findings_due(until: date) -> Iterable[DueThing]:
    """Findings to answer, for the contacts who were invited to. Two queries."""
    for finding in _findings().filter(response_due_on__lte=until):
        if thing := _finding_thing(finding):
            yield thing


def _requests() -> RequestQuerySet:
    rows = QuestionnaireRequest.objects.unanswered().select_related("questionnaire", "site", "invitation")
    return rows.filter(
        invitation__revoked_at__isnull=True, invitation__expires_at__gt=timezone.now()
    ).order_by("pk")


def _findings() -> FindingQuerySet:
    waiting = (Finding.State.OPEN, Finding.State.RETURNED)
    rows = Finding.objects.standing().filter(state__in=waiting, audit__invitations__isnull=False)
    return rows.select_related("audit__site").prefetch_related("audit__invitations").distinct().order_by("pk")


def _one_request(pk: int) -> DueThing | None:
    request = _requests().filter(pk=pk).first()
    return _request_thing(request) if request else None


def _one_finding(pk: int) -> DueThing | None:
    finding = _findings().filter(pk=pk, response_due_on__isnull=False).first()
    return _finding_thing(finding) if finding else None


def _request_thing(request: QuestionnaireRequest) -> DueThing:
    return DueThing(
        record_id=request.pk,
        due_on=request.due_on,
        kind=QUESTIONNAIRE,
        title=request.questionnaire.title,
        site=request.site.name,
        url="",
        recipients=(_recipient(request.invitation),),
    )


def _finding_thing(finding: Finding) -> DueThing | None:
    assert finding.response_due_on is not None
    contacts = {row.email: _recipient(row) for row in finding.audit.invitations.all() if row.is_open}
    if not contacts:
        return None
    return DueThing(
        record_id=finding.pk,
        due_on=finding.response_due_on,
        kind=ANSWER,
        title=f"{finding} · {Truncator(finding.description).chars(80)}",
        site=finding.audit.site.name,
        url="",
        recipients=tuple(contacts.values()),
    )


def _recipient(invitation: Invitation) -> Recipient:
    return Recipient(invitation.email, invitation.name, invitation.language)


def contacts_reminded() -> None:
    """Join the reminders."""
    due_source("audits.QuestionnaireRequest", due=requests_due, one=_one_request, escalates=False)
    due_source(FINDING_OF_CONTACT, due=findings_due, one=_one_finding, escalates=False)
