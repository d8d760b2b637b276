"""Planning an audit: the audit itself, its team, agenda and checklist."""

from collections.abc import Iterable, Sequence
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits.auditing.checklists import Question, questions_for
from audits.models import AgendaItem, Audit, AuditMember, ChecklistItem
from audits.policies import AuditPolicy
from common.versions import apply_changes, locked_at_version
from partners.models import Site
from records.context import recorded
from records.refusals import refusals_raised

type Part = AuditMember | AgendaItem | ChecklistItem

AUDIT_FIELDS = (
    "type",
    "mode",
    "mode_rationale",
    "lead_auditor",
    "starts_on",
    "ends_on",
    "systems",
    "purpose",
    "standards",
)


def audit_plan(*, site: Site, fields: dict[str, Any], actor: User | None) -> Audit:
    """Plan an audit of a site; its checklist begins with the library's questions for its scope.

    Raises:
        PermissionDenied: when the person's role does not plan audits.
        ValidationError: when a value breaks a rule of the model.
    """
    AuditPolicy.change.require(actor)
    audit = Audit(site=site, number="A", **fields)
    audit.full_clean(exclude=["number"])
    with recorded(actor=actor, reason="audit planned"):
        audit.number = _next_number(audit.starts_on.year if audit.starts_on else timezone.localdate().year)
        audit.save()
        _questions_add(audit, questions_for(audit.systems))
    return audit


def audit_change(
    *, audit: Audit, version: int, changes: dict[str, Any], actor: User | None, reason: str = ""
) -> bool:
    """Change the plan. A system that comes into scope brings its questions. False when nothing changed.

    Raises:
        StaleRecord: when someone saved the audit in the meantime.
        ValidationError: when a value breaks a rule, the report was signed, or a reason is missing.
    """
    AuditPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        row = locked_at_version(Audit.objects.all(), pk=audit.pk, version=version)
        added = set(changes.get("systems", row.systems)) - set(row.systems)
        changed = apply_changes(row, changes)
        if added:
            present = set(row.checklist.values_list("system", flat=True))
            _questions_add(row, questions_for(added - present))
    return changed


def audit_parts_change(
    *,
    audit: Audit,
    version: int,
    saved: Sequence[Part],
    removed: Sequence[Part],
    actor: User | None,
    reason: str = "",
) -> None:
    """Save and remove rows of the team, the agenda or the checklist, all of them or none.

    Raises:
        StaleRecord: when someone saved the audit or another list of it in the meantime.
        ValidationError: when the report was signed, or a reason is missing.
    """
    AuditPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        row = locked_at_version(Audit.objects.all(), pk=audit.pk, version=version)
        row.version += 1
        row.save(update_fields=["version", "updated_at"])
        for gone in removed:
            gone.delete()
        position = row.checklist.aggregate(last=Max("position"))["last"] or 0
        for part in saved:
            part.audit = row
            if isinstance(part, ChecklistItem) and part._state.adding:
                position += 1
                part.position = position
            part.full_clean()
            part.save()


def checklist_fill(*, audit: Audit, actor: User | None) -> int:
    """Add the library's questions that the checklist does not have yet, for the scope. Gives how many."""
    AuditPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason="questions of the library"):
        row = Audit.objects.select_for_update().get(pk=audit.pk)
        if not row.is_draft:
            raise ValidationError(_("The report is out: its checklist stays as it is."))
        present = set(row.checklist.values_list("question", flat=True))
        missing = [each for each in questions_for(row.systems) if each.text not in present]
        _questions_add(row, missing)
    return len(missing)


def _questions_add(audit: Audit, questions: Iterable[Question]) -> None:
    last = audit.checklist.aggregate(last=Max("position"))["last"] or 0
    ChecklistItem.objects.bulk_create(
        ChecklistItem(
            audit=audit,
            position=position,
            system=each.system,
            question=str(each.text),
            reference=each.reference,
        )
        for position, each in enumerate(questions, start=last + 1)
    )


def _next_number(year: int) -> str:
    """The next free number of a year: A-2026-004. One planner at a time."""
    with transaction.get_connection().cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('cmo_eval audit number'))")
    prefix = f"A-{year}-"
    taken = Audit.objects.filter(number__regex=rf"^{prefix}\d+$").values_list("number", flat=True)
    last = max((int(number.removeprefix(prefix)) for number in taken), default=0)
    return f"{prefix}{last + 1:03d}"
