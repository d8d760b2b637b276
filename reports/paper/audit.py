"""The report of an audit on paper: what was planned, found and concluded, and who signed it."""

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import timezone, translation

from audits.auditing.selectors import (
    FindingRow,
    SystemChecklist,
    checklist_by_system,
    findings_of,
    severity_counts,
)
from audits.auditing.severity import SeverityChoice, severity_choices
from audits.models import AgendaItem, Audit, AuditMember, QualitySystem
from common.numbers import moment_text
from records.declarations import signable_of
from records.exporting import head_text
from records.signing.content import canonical, content_of
from records.signing.state import SignatureState, signatures_of
from reports.figures.canonical import sha256_of
from reports.paper.document import Document
from reports.paper.order import Attached

DATA_FILE = "audit.json"


@dataclass(frozen=True)
class AuditPages:
    """The report as its template reads it."""

    audit: Audit
    systems: tuple[str, ...]
    members: tuple[AuditMember, ...]
    agenda: tuple[AgendaItem, ...]
    checklist: tuple[SystemChecklist, ...]
    findings: tuple[FindingRow, ...]
    counts: dict[str, int]
    severities: tuple[SeverityChoice, ...]
    signatures: tuple[SignatureState, ...]
    head: str
    issued_at: datetime
    data_sha256: str
    version: str

    @property
    def is_draft(self) -> bool:
        """Whether a signature that approves is missing or void."""
        return not any(each.stands and each.meaning == "approved" for each in self.signatures)

    @property
    def issued_text(self) -> str:
        """The moment of printing, with its zone."""
        return moment_text(self.issued_at)

    @property
    def issued_stamp(self) -> str:
        """For the metadata of the PDF."""
        return self.issued_at.strftime("%Y-%m-%dT%H:%M:%SZ")


def audit_document(audit: Audit, *, language: str, paper: str = "a4") -> Document:
    """The report ready for the press, with the signed content attached as canonical JSON; times are UTC."""
    declared = signable_of(Audit._meta.label, "report")
    assert declared is not None
    content = content_of(declared, audit.pk) or {}
    data = canonical(content)
    digest = sha256_of(data)
    issued_at = timezone.now().replace(second=0, microsecond=0)
    with translation.override(language), timezone.override("UTC"):
        pages = AuditPages(
            audit=audit,
            systems=tuple(str(QualitySystem(key).label) for key in audit.systems),
            members=tuple(audit.members.select_related("user")),
            agenda=tuple(audit.agenda.all()),
            checklist=tuple(checklist_by_system(audit)),
            findings=tuple(findings_of(audit)),
            counts=dict(severity_counts(audit)),
            severities=tuple(severity_choices()),
            signatures=tuple(signatures_of(audit, "report")),
            head=head_text(),
            issued_at=issued_at,
            data_sha256=digest,
            version=settings.VERSION,
        )
        html = render_to_string(
            "reports/audit.html",
            {"report": pages, "language": language, "paper": paper, "data_file": DATA_FILE},
        )
    return Document(
        html=html,
        inputs_sha256=digest,
        issued_epoch=int(issued_at.timestamp()),
        attached=(Attached(DATA_FILE, "The content that is signed, as canonical JSON", data),),
    )
