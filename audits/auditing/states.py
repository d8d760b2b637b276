"""The states of an audit: which step leads where, who may take it, and what must be there first."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.policies import Permission
from audits.models import Audit, ChecklistItem, Finding, FindingResponse
from audits.policies import AuditPolicy
from records.models import Signature
from records.signing.state import is_signed

S = Audit.State
Condition = Callable[[Audit], Promise | None]


@dataclass(frozen=True, slots=True)
class Step:
    """One way from a state to another. `signed` is taken by the approver's signature and by nothing else."""

    label: Promise
    permission: Permission
    conditions: tuple[Condition, ...] = ()
    asks_reason: bool = False
    signed: bool = False


def _first_day(audit: Audit) -> Promise | None:
    return None if audit.starts_on else _("The first day is not set.")


def _lead(audit: Audit) -> Promise | None:
    return None if audit.lead_auditor_id else _("Nobody leads the audit.")


def _scope(audit: Audit) -> Promise | None:
    return None if audit.systems else _("No quality system is in scope.")


def _checklist(audit: Audit) -> Promise | None:
    return None if audit.checklist.exists() else _("The checklist is empty.")


def _checked(audit: Audit) -> Promise | None:
    left = audit.checklist.filter(result=ChecklistItem.Result.OPEN).exists()
    return _("Questions of the checklist are not answered yet.") if left else None


def _rated(audit: Audit) -> Promise | None:
    return None if audit.rating else _("The audit is not rated.")


def _rationale(audit: Audit) -> Promise | None:
    return None if audit.rating_rationale.strip() else _("The rating is not explained.")


def _summary(audit: Audit) -> Promise | None:
    return None if audit.summary.strip() else _("The summary is empty.")


def _last_day(audit: Audit) -> Promise | None:
    if audit.ends_on is None:
        return _("The last day is not set.")
    # Figures and rankings count what was found from the last day on, so a report is not out before it.
    ahead = audit.ends_on > timezone.localdate()
    return _("The last day lies ahead. Enter in the plan when the audit ended.") if ahead else None


def _approved(audit: Audit) -> Promise | None:
    signed = is_signed(audit, Signature.Meaning.APPROVED, "report")
    return None if signed else _("The approver has not signed the report.")


def _answered(audit: Audit) -> Promise | None:
    draft = FindingResponse.State.DRAFT
    answers = FindingResponse.objects.filter(finding__audit=audit).exclude(state=draft)
    return None if answers.exists() else _("The site has not answered any finding.")


def _no_findings(audit: Audit) -> Promise | None:
    return _("Findings wait for the answers of the site.") if audit.findings.exists() else None


def _accepted(audit: Audit) -> Promise | None:
    done = (Finding.State.ACCEPTED, Finding.State.CLOSED)
    waiting = audit.findings.filter(combined_into__isnull=True).exclude(state__in=done)
    return _("The answer to a finding is not accepted yet.") if waiting.exists() else None


def _in_force(audit: Audit) -> Promise | None:
    later = Audit.objects.filter(supersedes=audit).exists()
    return _("A later revision has taken the place of this one.") if later else None


def _no_amendment(audit: Audit) -> Promise | None:
    return _("An amendment is not cancelled but signed.") if audit.revision > 1 else None


TO_SIGN = (_last_day, _checked, _rated, _rationale, _summary)
STEPS: Mapping[tuple[Audit.State, Audit.State], Step] = {
    (S.PLANNED, S.IN_PROGRESS): Step(
        _("Begin the audit"), AuditPolicy.change, (_first_day, _lead, _scope, _checklist)
    ),
    (S.PLANNED, S.CANCELLED): Step(_("Cancel the audit"), AuditPolicy.change, asks_reason=True),
    (S.IN_PROGRESS, S.CANCELLED): Step(
        _("Cancel the audit"), AuditPolicy.change, (_in_force, _no_amendment), asks_reason=True
    ),
    (S.IN_PROGRESS, S.REPORTED): Step(
        _("Issue the report"), AuditPolicy.approve, (*TO_SIGN, _approved), signed=True
    ),
    (S.REPORTED, S.RESPONSES): Step(_("Review the answers"), AuditPolicy.change, (_in_force, _answered)),
    (S.REPORTED, S.CLOSED): Step(_("Close the audit"), AuditPolicy.change, (_in_force, _no_findings)),
    (S.RESPONSES, S.CLOSED): Step(_("Close the audit"), AuditPolicy.change, (_in_force, _accepted)),
}


def step_between(before: str, after: str) -> Step | None:
    """The step from one state to another; none where there is no way."""
    return STEPS.get((Audit.State(before), Audit.State(after)))


def missing_for(audit: Audit, after: str) -> list[Promise]:
    """What has to be done before the step, in sentences. One query for each condition that asks for rows."""
    step = step_between(audit.state, after)
    if step is None:
        return []
    return [told for condition in step.conditions if (told := condition(audit)) is not None]


def missing_to_sign(audit: Audit) -> list[Promise]:
    """What has to be written before somebody can sign the report."""
    return [told for condition in TO_SIGN if (told := condition(audit)) is not None]
