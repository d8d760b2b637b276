"""The rows behind a value, as a reader wants them: what, when, how strong, and where to find it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.apps import apps
from django.db.models import Model
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from audits.sources import source_title
from programs.models.program import PACKAGE_MARK
from scorecards.derivation.score import EvidenceRef


@dataclass(frozen=True, slots=True)
class EvidenceKind:
    """A kind of evidence: its model, what several are called, and where a site shows them.

    ``section`` is the section of the profile. Records outside the profile have a page of the site instead,
    and maybe a page of their own, ``record_page``, addressed by their attribute ``record_key``. Those of one
    program stand on its ``program_page``. ``page_of`` gives the address of a record that has one of another
    form, and ``related`` is what it reads for that.
    """

    model: str
    label: str | Promise
    page: str = "workspace:section"
    section: str = ""
    record_page: str = ""
    record_key: str = "pk"
    program_page: str = ""
    page_of: Callable[[Any], str] | None = None
    related: tuple[str, ...] = ()

    def list_url(self, site_id: int) -> str:
        """The page of a site that lists them."""
        return reverse(self.page, args=[site_id, self.section] if self.section else [site_id])

    def record_url(self, site_id: int, record: Model, program_address: str = "") -> str:
        """The page of one of them, else the list it is in."""
        if self.page_of is not None:
            return self.page_of(record)
        if self.program_page and program_address:
            return reverse(self.program_page, args=[program_address])
        if self.section:
            return reverse("workspace:record", args=[site_id, self.section, record.pk])
        if self.record_page:
            return reverse(self.record_page, args=[getattr(record, self.record_key)])
        return self.list_url(site_id)


@dataclass(frozen=True, slots=True)
class EvidenceRow:
    """One row. Dates are None where the source has none; an authority's own record is verified.

    ``quote`` are the words of the record itself, beside ours, ``language`` theirs where it is known.
    """

    kind: str
    label: str
    words: str
    quote: str
    language: str
    happened_on: date | None
    known_on: date | None
    expires_on: date | None
    strength: str
    source: str
    url: str


def _dry_run_page(step: Any) -> str:
    """The dry run, in the plan of its own work package; the first one is named by the code alone."""
    package = step.plan.work_package
    code = package.program.code
    address = code if package.position == 1 else f"{code}{PACKAGE_MARK}{package.pk}"
    return reverse("logistics:dry-run", args=[address, step.dry_run_id])


PUBLIC = frozenset({"inspection", "citation", "action"})
STRENGTHS = dict.fromkeys((*PUBLIC, "capa", "finding", "dry_run_step"), "verified") | {
    "proposal": "documented"
}
REGULATORY = "workspace:site-regulatory"
SITE = "workspace:site"

KINDS: Mapping[str, EvidenceKind] = {
    "inspection": EvidenceKind("audits.Inspection", _("Inspections"), REGULATORY),
    "citation": EvidenceKind("audits.Citation", _("Citations"), REGULATORY),
    "action": EvidenceKind("audits.RegulatoryAction", _("Regulatory actions"), REGULATORY),
    "capability": EvidenceKind("partners.Capability", _("Capabilities"), section="capabilities"),
    "capacity": EvidenceKind("partners.Capacity", _("Capacity"), section="capacity"),
    "service": EvidenceKind("partners.Service", _("Services"), section="services"),
    "contact": EvidenceKind("partners.Contact", _("Contacts"), section="contacts"),
    "staffing": EvidenceKind("partners.Staffing", _("Staffing"), section="staffing"),
    "material": EvidenceKind("partners.Material", _("Materials"), section="materials"),
    "supplier": EvidenceKind("partners.MaterialSupplier", _("Suppliers"), section="suppliers"),
    "disruption": EvidenceKind("partners.Disruption", _("Disruptions"), section="disruptions"),
    "transfer": EvidenceKind("partners.TechTransfer", _("Technology transfers"), section="transfers"),
    "ppq": EvidenceKind("partners.PpqCampaign", _("PPQ campaigns"), section="ppq"),
    "change": EvidenceKind("partners.PostApprovalChange", _("Post-approval changes"), section="changes"),
    "meeting": EvidenceKind("partners.GovernanceMeeting", _("Governance meetings"), section="meetings"),
    "warning": EvidenceKind("partners.EarlyWarning", _("Early warnings"), section="warnings"),
    "rating": EvidenceKind("partners.PracticeRating", _("Practices"), section="practices"),
    "financial_year": EvidenceKind("partners.FinancialYear", _("Financial years"), section="finances"),
    "capa": EvidenceKind("audits.Capa", _("CAPAs"), SITE, record_page="capas:capa"),
    "finding": EvidenceKind(
        "audits.Finding", _("Audit findings"), SITE, record_page="audits:audit", record_key="audit_id"
    ),
    "proposal": EvidenceKind("programs.Proposal", _("Proposals"), SITE, program_page="programs:proposals"),
    "dry_run_step": EvidenceKind(
        "logistics.DryRunStep",
        _("Steps of dry runs"),
        SITE,
        page_of=_dry_run_page,
        related=("dry_run", "plan__work_package__program"),
    ),
}


def evidence_rows(
    references: Sequence[EvidenceRef], site_id: int, program_address: str = ""
) -> list[EvidenceRow]:
    """Every row behind a value of a site, newest first within its kind. One query for each kind.

    With the address of a program, what it alone was told, such as a proposal, is linked to its page there.
    """
    wanted: dict[str, list[int]] = defaultdict(list)
    for reference in references:
        wanted[reference.kind].append(reference.id)
    rows: list[EvidenceRow] = []
    for kind, spec in KINDS.items():
        if kind not in wanted:
            continue
        model: type[Model] = apps.get_model(spec.model)
        records = model._default_manager.filter(pk__in=wanted[kind])
        if spec.related:
            records = records.select_related(*spec.related)
        found = [
            _row(kind, spec, record, spec.record_url(site_id, record, program_address)) for record in records
        ]
        rows += sorted(found, key=lambda row: row.happened_on or date.min, reverse=True)
    return rows


def _row(kind: str, spec: EvidenceKind, record: Model, url: str) -> EvidenceRow:
    details = getattr(record, "get_classification_display", None)
    words = str(record) if details is None else f"{record} · {details()}"
    short = getattr(record, "short_text", "") or getattr(record, "title", "") if kind in PUBLIC else ""
    # The files of agencies are in English.
    imported = str(getattr(record, "source", "")) if kind in PUBLIC else ""
    return EvidenceRow(
        kind=kind,
        label=str(spec.label),
        words=words,
        quote=short,
        language="en" if imported else "",
        happened_on=getattr(record, "happened_on", None) or getattr(record, "received_on", None),
        known_on=getattr(record, "known_on", None) or getattr(record, "opened_on", None),
        expires_on=getattr(record, "expires_on", None),
        strength=STRENGTHS.get(kind, "") or getattr(record, "strength", ""),
        source=getattr(record, "document", "") or source_title(getattr(record, "source", "")),
        url=url,
    )
