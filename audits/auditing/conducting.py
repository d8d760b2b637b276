"""While the audit goes on: answers to the checklist, and findings entered once however often sent."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits.models import Audit, ChecklistItem, Finding
from audits.policies import AuditPolicy
from common.versions import apply_changes, locked_at_version
from records.attaching import Upload, attachment_add
from records.context import recorded
from records.refusals import refusals_raised

FINDING_FIELDS = (
    "severity",
    "system",
    "regulation",
    "description",
    "objective_evidence",
    "is_falsification",
    "is_data_integrity",
)


@dataclass(frozen=True, slots=True)
class Entered:
    """A finding, and whether this entry made it; sent a second time it is only found."""

    finding: Finding
    is_new: bool


def finding_enter(
    *,
    audit: Audit,
    entry_key: UUID,
    fields: dict[str, Any],
    actor: User | None,
    photo: Upload | None = None,
) -> Entered:
    """Note a finding of an audit in progress. The same entry key gives the same finding.

    Falsification makes it critical. Numbers are never used twice, also after a finding was removed.

    Raises:
        PermissionDenied: when the person's role does not audit.
        ValidationError: when the audit is not in progress, its report was signed, or a value breaks a rule.
        Refused: for a photo that is not taken; the finding is not saved either.
    """
    AuditPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason="finding noted"):
        row = Audit.objects.select_for_update().get(pk=audit.pk)
        found = Finding.objects.filter(entry_key=entry_key).select_related("audit").first()
        if found is not None:
            if found.audit_id != row.pk:
                raise ValidationError(_("This entry belongs to another audit."))
            return Entered(found, is_new=False)
        _require_open(row)
        row.last_finding += 1
        finding = Finding(
            audit=row, entry_key=entry_key, number=row.last_finding, noted_by=actor, **_graded(fields)
        )
        finding.full_clean()
        row.save(update_fields=["last_finding", "updated_at"])
        finding.save()
        if photo is not None:
            attachment_add(record=finding, file=photo, actor=actor)
    return Entered(finding, is_new=True)


def finding_change(
    *, finding: Finding, version: int, changes: dict[str, Any], actor: User | None, reason: str = ""
) -> bool:
    """Change a finding; false when nothing changed.

    Raises:
        StaleRecord: when someone saved it in the meantime.
        ValidationError: when the report was signed, a value breaks a rule, or a reason is missing.
    """
    AuditPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        row = locked_at_version(Finding.objects.all(), pk=finding.pk, version=version)
        return apply_changes(row, _graded(changes))


def finding_remove(*, finding: Finding, actor: User | None, reason: str = "") -> None:
    """Remove a finding of an audit whose report is not out; what was combined into it stands alone again.

    Raises:
        ValidationError: when the report is out or signed, or the finding was combined into another.
    """
    AuditPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip() or "finding removed"):
        row = Audit.objects.select_for_update().get(pk=finding.audit_id)
        _require_open(row)
        if finding.combined_into_id:
            raise ValidationError(_("This finding is part of another. Remove that one first."))
        Finding.objects.filter(combined_into=finding).update(
            combined_into=None, combination_rationale="", updated_at=timezone.now()
        )
        finding.delete()


def findings_combine(
    *,
    audit: Audit,
    entry_key: UUID,
    parts: Sequence[Finding],
    rationale: str,
    fields: dict[str, Any],
    actor: User | None,
) -> Finding:
    """Make one major finding of several other ones, explained in writing. The parts stay, and name it.

    PIC/S PI 040-1 asks that such a major deficiency is explained and reported as one.

    Raises:
        ValidationError: for fewer than two parts, parts that are not "other" or already combined, without an
            explanation, or when the report is out.
    """
    AuditPolicy.change.require(actor)
    if len({part.pk for part in parts}) < 2:
        raise ValidationError({"parts": _("Choose at least two findings.")})
    if not rationale.strip():
        raise ValidationError({"rationale": _("Explain in writing why these findings together are major.")})
    if any(part.audit_id != audit.pk or part.severity != Finding.Severity.OTHER for part in parts):
        raise ValidationError({"parts": _("Only findings classed as other, of this audit, are combined.")})
    if any(part.combined_into_id for part in parts):
        raise ValidationError({"parts": _("One of them is part of another finding already.")})
    with recorded(actor=actor, reason=rationale.strip()[:500]):
        told = {**fields, "severity": Finding.Severity.MAJOR, "is_falsification": False}
        whole = finding_enter(audit=audit, entry_key=entry_key, fields=told, actor=actor).finding
        Finding.objects.filter(pk__in=[part.pk for part in parts]).update(
            combined_into=whole, combination_rationale=rationale.strip(), updated_at=timezone.now()
        )
    return whole


def checklist_answer(
    *, item: ChecklistItem, version: int, result: str, note: str, actor: User | None
) -> ChecklistItem:
    """Answer a question of the checklist.

    Raises:
        StaleRecord: when someone answered it in the meantime, and otherwise.
        ValidationError: when the audit is not in progress, or its report was signed.
    """
    AuditPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason="checklist"):
        _require_open(Audit.objects.get(pk=item.audit_id))
        rows = ChecklistItem.objects.all()
        row = rows.select_for_update().get(pk=item.pk)
        # The same answer sent twice is no conflict: the first one's acknowledgment was lost on the way.
        if (row.result, row.note) == (result, note):
            return row
        row = locked_at_version(rows, pk=item.pk, version=version)
        apply_changes(row, {"result": result, "note": note})
    return row


def _require_open(audit: Audit) -> None:
    if audit.state != Audit.State.IN_PROGRESS:
        raise ValidationError(
            _("The audit is %(state)s: this can only be noted while it is in progress.")
            % {"state": audit.get_state_display()}
        )


def _graded(fields: dict[str, Any]) -> dict[str, Any]:
    """Falsification of records is critical, whatever was chosen; and it concerns data integrity."""
    if not fields.get("is_falsification"):
        return fields
    return {**fields, "severity": Finding.Severity.CRITICAL, "is_data_integrity": True}
