"""Answers to findings: drafted and submitted by the site, accepted or returned by our quality unit."""

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits.models import Finding, FindingResponse, Invitation
from audits.portal.invitations import contact_of
from audits.portal.policies import PortalPolicy
from records.context import recorded
from records.refusals import Refused, refusals_raised

FIELDS = ("root_cause", "correction", "action", "action_due_on")
S = FindingResponse.State
TO_ANSWER = (Finding.State.OPEN, Finding.State.RETURNED)


def response_open_for(finding: Finding) -> bool:
    """Whether the site may write: nothing waits for our review, nothing was accepted."""
    return finding.state in TO_ANSWER


def response_draft(finding: Finding) -> FindingResponse | None:
    """The draft of an answer; where the last one was returned, none until the site goes on."""
    return FindingResponse.objects.filter(finding=finding, state=S.DRAFT).first()


def response_save(*, finding: Finding, invitation: Invitation, changes: Mapping[str, Any]) -> FindingResponse:
    """Keep a draft. The draft after a returned answer begins with what that one said.

    Raises:
        Refused: while an answer is under review, or once one was accepted.
    """
    with refusals_raised(), recorded(actor=contact_of(invitation), reason="draft of an answer"):
        return _kept(_locked(finding), invitation, changes)


def response_submit(
    *, finding: Finding, invitation: Invitation, changes: Mapping[str, Any]
) -> FindingResponse:
    """Submit the answer; the finding is answered.

    Raises:
        ValidationError: with each field that is empty.
        Refused: while an answer is under review, or once one was accepted.
    """
    with refusals_raised(), recorded(actor=contact_of(invitation), reason="answer submitted"):
        row = _locked(finding)
        draft = _kept(row, invitation, changes)
        missing = {name: _("This is needed to submit.") for name in FIELDS if not getattr(draft, name)}
        if missing:
            raise ValidationError(missing)
        draft.state = S.SUBMITTED
        draft.submitted_at = timezone.now()
        draft.author_name = invitation.confidentiality_accepted_by or invitation.name
        draft.version += 1
        draft.save()
        _finding_becomes(row, Finding.State.ANSWERED)
    return draft


def response_accept(*, response: FindingResponse, actor: User | None, note: str = "") -> FindingResponse:
    """Accept a submitted answer.

    Raises:
        PermissionDenied: when the person's role does not review answers.
        Refused: when it is not under review any more.
    """
    return _reviewed(response, S.ACCEPTED, note, actor)


def response_return(*, response: FindingResponse, actor: User | None, note: str) -> FindingResponse:
    """Return a submitted answer with a note; the site answers again.

    Raises:
        PermissionDenied: when the person's role does not review answers.
        ValidationError: without a note.
        Refused: when it is not under review any more.
    """
    PortalPolicy.review_findings.require(actor)
    if not note.strip():
        raise ValidationError({"note": _("Say what is missing: the site reads it.")})
    return _reviewed(response, S.RETURNED, note, actor)


def _reviewed(response: FindingResponse, to: str, note: str, actor: User | None) -> FindingResponse:
    PortalPolicy.review_findings.require(actor)
    told = "answer accepted" if to == S.ACCEPTED else "answer returned"
    with refusals_raised(), recorded(actor=actor, reason=told):
        finding = Finding.objects.select_for_update(of=("self",)).get(pk=response.finding_id)
        row = FindingResponse.objects.select_for_update(of=("self",)).get(pk=response.pk)
        if row.state != S.SUBMITTED:
            raise Refused("state", _("Someone else has reviewed this answer already."))
        row.state = to
        row.review_note = note.strip()
        row.reviewed_by = actor
        row.reviewed_at = timezone.now()
        row.version += 1
        row.save()
        _finding_becomes(finding, Finding.State.ACCEPTED if to == S.ACCEPTED else Finding.State.RETURNED)
    return row


def _locked(finding: Finding) -> Finding:
    row = Finding.objects.select_for_update(of=("self",)).get(pk=finding.pk)
    if not response_open_for(row):
        raise Refused(
            "state", _("This finding waits for our review or was accepted; it takes no answer now.")
        )
    return row


def _kept(finding: Finding, invitation: Invitation, changes: Mapping[str, Any]) -> FindingResponse:
    draft = response_draft(finding)
    if draft is None:
        before = FindingResponse.objects.filter(finding=finding, state=S.RETURNED).order_by("pk").last()
        told = {name: getattr(before, name) for name in FIELDS} if before else {}
        draft = FindingResponse(finding=finding, author_name=invitation.name, **told)
    elif all(getattr(draft, name) == changes[name] for name in FIELDS if name in changes):
        return draft
    for name in FIELDS:
        if name in changes:
            setattr(draft, name, changes[name])
    draft.version += 1
    draft.save()
    return draft


def _finding_becomes(finding: Finding, state: str) -> None:
    finding.state = state
    finding.version += 1
    finding.save()
