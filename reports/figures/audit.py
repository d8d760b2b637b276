"""Gathers the figures of the report of an audit, in a fixed number of queries."""

from datetime import date, datetime

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from audits.auditing.selectors import FindingRow, checklist_by_system, findings_of, severity_counts
from audits.models import Audit, QualitySystem
from records.declarations import signable_of
from records.models import Signature
from records.signing.content import canonical, content_of
from records.signing.state import signatures_of
from reports.figures.due_diligence import ChainHead
from reports.figures.worded import (
    AUDIT_KIND,
    AUDIT_SCHEMA,
    AgendaFigures,
    AuditFigures,
    AuditPaper,
    ChecklistFigures,
    FileFigures,
    FindingFigures,
    QuestionFigures,
    WordedSignature,
    worded,
)

PART = "report"


def audit_figures(
    audit: Audit,
    *,
    language: str,
    as_of: date,
    issued_at: datetime,
    requested_by: str,
    history: ChainHead,
) -> AuditPaper:
    """Everything that the report says, in words of the language; moments in UTC."""
    declared = signable_of(Audit._meta.label, PART)
    assert declared is not None
    with translation.override(language), timezone.override("UTC"):
        signatures = tuple(worded(each) for each in signatures_of(audit, PART))
        return AuditPaper(
            kind=AUDIT_KIND,
            schema=AUDIT_SCHEMA,
            product_version=settings.VERSION,
            language=language,
            as_of=as_of,
            issued_at=issued_at,
            requested_by=requested_by,
            audit=_audit(audit, signatures),
            agenda=tuple(
                AgendaFigures(
                    item.day,
                    f"{item.starts_at:%H:%M}" if item.starts_at else "",
                    item.topic,
                    item.with_whom,
                )
                for item in audit.agenda.all()
            ),
            findings=tuple(_finding(row) for row in findings_of(audit)),
            checklist=tuple(
                ChecklistFigures(
                    system.label,
                    tuple(
                        QuestionFigures(item.question, item.get_result_display(), item.note)
                        for item in system.items
                    ),
                )
                for system in checklist_by_system(audit)
            ),
            signatures=signatures,
            content=canonical(content_of(declared, audit.pk) or {}),
            history=history,
        )


def _audit(audit: Audit, signatures: tuple[WordedSignature, ...]) -> AuditFigures:
    counts = severity_counts(audit)
    approved = Signature.Meaning.APPROVED
    return AuditFigures(
        number=str(audit),
        site=audit.site.name,
        fei=audit.site.fei or "",
        is_approved=any(each.stands and each.meaning == approved for each in signatures),
        supersedes=str(audit.supersedes or ""),
        type=audit.get_type_display(),
        mode=audit.get_mode_display(),
        mode_rationale=audit.mode_rationale,
        starts_on=audit.starts_on,
        ends_on=audit.ends_on,
        systems=tuple(str(QualitySystem(key).label) for key in audit.systems),
        standards=audit.standards,
        purpose=audit.purpose,
        lead=str(audit.lead_auditor or ""),
        members=tuple(
            f"{member} ({member.get_part_display()})" for member in audit.members.select_related("user")
        ),
        reported_on=audit.reported_on,
        responses_due_on=audit.responses_due_on,
        summary=audit.summary,
        rating=audit.get_rating_display() if audit.rating else "",
        rating_rationale=audit.rating_rationale,
        critical=counts["critical"],
        major=counts["major"],
        other=counts["other"],
    )


def _finding(row: FindingRow) -> FindingFigures:
    finding = row.finding
    mark = _("data integrity") if finding.is_data_integrity else ""
    return FindingFigures(
        number=finding.number,
        severity=finding.get_severity_display(),
        mark=_("falsification") if finding.is_falsification else mark,
        description=finding.description,
        objective_evidence=finding.objective_evidence,
        regulation=finding.regulation,
        system=finding.get_system_display() if finding.system else "",
        combined_into=finding.combined_into.number if finding.combined_into else None,
        combination_rationale=finding.combination_rationale,
        parts=row.parts,
        repeats=tuple(str(each) for each in row.repeats),
        files=tuple(FileFigures(file.file_name, file.sha256) for file in row.files),
    )
