"""Steps of an audit from plan to closure, its rating, its report and its amendment."""

from collections.abc import Iterable
from datetime import date, timedelta

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from audits.auditing.states import missing_for, missing_to_sign, step_between
from audits.models import Audit, Finding, FindingResponse, Invitation
from audits.policies import AuditPolicy
from audits.selectors import clock_rules
from common.versions import apply_changes, locked_at_version
from records.context import recorded
from records.models import Signature
from records.refusals import Refused, refusals_raised
from records.revising import revise

S = Audit.State


def audit_move(*, audit: Audit, to: str, actor: User | None, reason: str = "") -> Audit:
    """Take the step to another state.

    Raises:
        PermissionDenied: when the person's role does not take it.
        ValidationError: where no way leads there, and where something is missing, each thing named.
    """
    AuditPolicy.view.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip() or f"audit: {to}"):
        row = Audit.objects.select_for_update(of=("self",)).get(pk=audit.pk)
        _check(row, to, actor, reason)
        _enter(row, S(to))
    return row


def _check(audit: Audit, to: str, actor: User | None, reason: str) -> None:
    step = step_between(audit.state, to)
    if step is None:
        raise ValidationError(
            _("An audit that is %(state)s does not become %(next)s.")
            % {"state": audit.get_state_display(), "next": S(to).label}
        )
    step.permission.require(actor)
    problems: list[str | Promise] = [*missing_for(audit, to)]
    if step.asks_reason and not reason.strip():
        problems.append(_("Say why: the reason is kept."))
    if problems:
        raise ValidationError([str(problem) for problem in problems])


def _enter(audit: Audit, state: Audit.State) -> None:
    today = timezone.localdate()
    audit.state = state
    if state == S.REPORTED:
        _report_dated(audit, today)
    if state == S.CLOSED:
        audit.closed_on = today
        audit.findings.exclude(state=Finding.State.CLOSED).update(
            state=Finding.State.CLOSED, closed_on=today, updated_at=timezone.now()
        )
    audit.version += 1
    audit.save()


def _report_dated(audit: Audit, today: date) -> None:
    """The report is out: the site has its time to answer. Answers given to the revision before count on."""
    due = today + timedelta(days=clock_rules().finding_response_days)
    has_findings = audit.findings.filter(combined_into__isnull=True).exists()
    audit.reported_on = today
    audit.responses_due_on = due if has_findings else None
    audit.findings.filter(response_due_on__isnull=True, combined_into__isnull=True).update(
        response_due_on=due, updated_at=timezone.now()
    )
    if audit.supersedes_id is None:
        return
    # They are in force from now on: who asks what has changed since meets all of them.
    audit.findings.update(updated_at=timezone.now())
    by_number = {each.number: each for each in audit.findings.all()}
    for response in FindingResponse.objects.filter(finding__audit_id=audit.supersedes_id).select_related(
        "finding"
    ):
        if response.finding.number in by_number:
            response.finding = by_number[response.finding.number]
            response.save(update_fields=["finding", "updated_at"])
    # Whoever was invited to answer is reminded and told of the amendment's findings.
    for invitation in Invitation.objects.filter(audit_id=audit.supersedes_id):
        invitation.audit = audit
        invitation.save(update_fields=["audit", "updated_at"])


def audit_rate(
    *, audit: Audit, version: int, rating: str, rationale: str, summary: str, actor: User | None
) -> bool:
    """Write the summary and the overall rating. False when nothing changed.

    Raises:
        StaleRecord: when someone saved the audit in the meantime.
        ValidationError: when the audit is not in progress, the report was signed, or the rating is good or
            satisfactory beside a critical finding without an explanation.
    """
    AuditPolicy.change.require(actor)
    if rating and not rationale.strip():
        raise ValidationError({"rating_rationale": _("Explain the rating.")})
    with refusals_raised(), recorded(actor=actor, reason="audit rated"):
        row = locked_at_version(Audit.objects.all(), pk=audit.pk, version=version)
        if row.state != S.IN_PROGRESS:
            raise ValidationError(_("Only an audit in progress is rated."))
        return apply_changes(row, {"rating": rating, "rating_rationale": rationale, "summary": summary})


def rating_suggested(audit: Audit) -> str:
    """What the findings of an audit suggest. One query."""
    return rating_for(audit.findings.filter(combined_into__isnull=True).values_list("severity", flat=True))


def rating_for(severities: Iterable[str]) -> str:
    """Unsatisfactory with a critical finding, satisfactory with a major one, else good."""
    found = set(severities)
    if Finding.Severity.CRITICAL in found:
        return Audit.Rating.UNSATISFACTORY
    return Audit.Rating.SATISFACTORY if Finding.Severity.MAJOR in found else Audit.Rating.GOOD


def audit_amend(*, audit: Audit, actor: User | None, reason: str) -> Audit:
    """Amend a report that is out by a new revision, which is written, signed and issued anew.

    The revision before stays as it was signed; the answers of the site move on when the new one is issued.

    Raises:
        Refused: without a reason, for a report that is not out, or when there is a later revision already.
    """
    AuditPolicy.change.require(actor)
    if audit.state not in (S.REPORTED, S.RESPONSES, S.CLOSED):
        raise Refused("state", _("Only a report that is out is amended; this one can still be changed."))
    with recorded(actor=actor, reason=reason.strip()):
        after = revise(
            record=audit,
            actor=actor,
            reason=reason,
            changes={"state": S.IN_PROGRESS, "reported_on": None, "closed_on": None, "version": 1},
        )
        by_number = {each.number: each for each in after.findings.all()}
        for part in audit.findings.filter(combined_into__isnull=False).select_related("combined_into"):
            assert part.combined_into is not None
            copy = by_number[part.number]
            copy.combined_into = by_number[part.combined_into.number]
            copy.save(update_fields=["combined_into", "updated_at"])
    return after


def report_refusal(audit: Audit, _user: User, _meaning: Signature.Meaning) -> str | None:
    """Why the report cannot be signed now; for the signing page."""
    if audit.state != S.IN_PROGRESS:
        return _("The report is signed while the audit is in progress; this one is %(state)s.") % {
            "state": audit.get_state_display()
        }
    missing = missing_to_sign(audit)
    return " ".join(str(each) for each in missing) or None


def report_signed(audit: Audit, signature: Signature, user: User) -> None:
    """The approver's signature issues the report."""
    if signature.meaning == Signature.Meaning.APPROVED:
        audit_move(audit=audit, to=S.REPORTED, actor=user)
