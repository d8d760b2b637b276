"""The rows behind a value, as a reader wants them: what, when, how strong, and where to find it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.apps import apps
from django.db.models import Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from scorecards.derivation.score import EvidenceRef


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """A kind of evidence: its model, what several are called, and the page of a site that shows them."""

    model: str
    label: str | Promise
    page: str


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row. Dates are None where the source has none; an authority's own record is verified."""

    kind: str
    label: str
    words: str
    happened_on: date | None
    known_on: date | None
    expires_on: date | None
    strength: str
    source: str
    page: str


PUBLIC = frozenset({"inspection", "citation", "action"})
OURS = frozenset({"capa", "finding"})
CAPABILITIES = "workspace:site-capabilities"
REGULATORY = "workspace:site-regulatory"
PROFILE = "workspace:site"

KINDS: Mapping[str, EvidenceKind] = {
    "inspection": EvidenceKind("audits.Inspection", _("Inspections"), REGULATORY),
    "citation": EvidenceKind("audits.Citation", _("Citations"), REGULATORY),
    "action": EvidenceKind("audits.RegulatoryAction", _("Regulatory actions"), REGULATORY),
    "capability": EvidenceKind("partners.Capability", _("Capabilities"), CAPABILITIES),
    "capacity": EvidenceKind("partners.Capacity", _("Capacity"), PROFILE),
    "service": EvidenceKind("partners.Service", _("Services"), PROFILE),
    "contact": EvidenceKind("partners.Contact", _("Contacts"), PROFILE),
    "staffing": EvidenceKind("partners.Staffing", _("Staffing"), PROFILE),
    "material": EvidenceKind("partners.Material", _("Materials"), PROFILE),
    "supplier": EvidenceKind("partners.MaterialSupplier", _("Suppliers"), PROFILE),
    "disruption": EvidenceKind("partners.Disruption", _("Disruptions"), PROFILE),
    "transfer": EvidenceKind("partners.TechTransfer", _("Technology transfers"), PROFILE),
    "ppq": EvidenceKind("partners.PpqCampaign", _("PPQ campaigns"), PROFILE),
    "change": EvidenceKind("partners.PostApprovalChange", _("Post-approval changes"), PROFILE),
    "meeting": EvidenceKind("partners.GovernanceMeeting", _("Governance meetings"), PROFILE),
    "warning": EvidenceKind("partners.EarlyWarning", _("Early warnings"), PROFILE),
    "rating": EvidenceKind("partners.PracticeRating", _("Practices"), PROFILE),
    "financial_year": EvidenceKind("partners.FinancialYear", _("Financial years"), PROFILE),
    "capa": EvidenceKind("audits.Capa", _("CAPAs"), PROFILE),
    "finding": EvidenceKind("audits.Finding", _("Audit findings"), PROFILE),
    "proposal": EvidenceKind("programs.Proposal", _("Proposals"), PROFILE),
}


def evidence_rows(references: Sequence[EvidenceRef]) -> list[EvidenceRow]:
    """Every row behind a value, newest first within its kind. One query for each kind."""
    wanted: dict[str, list[int]] = defaultdict(list)
    for reference in references:
        wanted[reference.kind].append(reference.id)
    rows: list[EvidenceRow] = []
    for kind, spec in KINDS.items():
        if kind not in wanted:
            continue
        model: type[Model] = apps.get_model(spec.model)
        found = [_row(kind, spec, record) for record in model._default_manager.filter(pk__in=wanted[kind])]
        rows += sorted(found, key=lambda row: row.happened_on or date.min, reverse=True)
    return rows


def _row(kind: str, spec: EvidenceKind, record: Model) -> EvidenceRow:
    details = getattr(record, "get_classification_display", None)
    words = str(record) if details is None else f"{record} · {details()}"
    short = getattr(record, "short_text", "") or getattr(record, "title", "") if kind in PUBLIC else ""
    return EvidenceRow(
        kind=kind,
        label=str(spec.label),
        words=f"{words} · {short}" if short else words,
        happened_on=getattr(record, "happened_on", None),
        known_on=getattr(record, "known_on", None),
        expires_on=getattr(record, "expires_on", None),
        strength="verified" if kind in PUBLIC | OURS else getattr(record, "strength", ""),
        source=getattr(record, "document", "") or getattr(record, "source", ""),
        page=spec.page,
    )
