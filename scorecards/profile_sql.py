"""Which columns of which tables become the facts of a profile, of our audits and of proposals.

Each entry of a mapping is a column of the facts and the SQL that gives it. Words and codes are constants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import IntEnum

from audits.models import Audit, Capa, Citation, Finding, FindingResponse, Inspection, RegulatoryAction
from logistics.models import DistributionPlan, DryRun, DryRunStep, Party
from partners.models import (
    Capability,
    Capacity,
    Contact,
    Disruption,
    EarlyWarning,
    FinancialYear,
    GovernanceMeeting,
    Material,
    MaterialSupplier,
    PostApprovalChange,
    PpqCampaign,
    PracticeRating,
    Service,
    Site,
    Staffing,
    TechTransfer,
)
from partners.vocabulary import EvidenceStrength
from programs.models import Candidate, Proposal, WorkPackage
from scorecards.derivation import profile as p
from scorecards.derivation.columns import ABSENT, EPOCH, Table

PUBLISHED = (Citation, Inspection, RegulatoryAction)
CLAIMS = (
    Capability,
    Capacity,
    Contact,
    Disruption,
    EarlyWarning,
    FinancialYear,
    GovernanceMeeting,
    Material,
    MaterialSupplier,
    PostApprovalChange,
    PpqCampaign,
    PracticeRating,
    Service,
    Staffing,
    TechTransfer,
)
# Their tables stand in braces: for a past day, what they said then is read instead.
# What a row hangs on is among them: a party or candidate that was removed since takes none of its rows along.
OURS = (Audit, Capa, Finding, FindingResponse, DistributionPlan, DryRun, DryRunStep, Party)
READ_AS_OF = (*PUBLISHED, *CLAIMS, *OURS, Candidate, Proposal, Site, WorkPackage)

ABSENT_DATE = f"'{date.fromordinal(EPOCH).isoformat()}'"
STRENGTHS: Mapping[str, int] = {
    EvidenceStrength.CLAIMED: 1,
    EvidenceStrength.DOCUMENTED: 2,
    EvidenceStrength.VERIFIED: 3,
}


def codes(column: str, words: Mapping[str, int], other: int) -> str:
    """SQL that turns a word into its code. Words and codes are constants of this module."""
    cases = " ".join(f"WHEN '{word}' THEN {int(code)}" for word, code in words.items())
    return f"(CASE {column} {cases} ELSE {other} END)::int2"


def days(expression: str) -> str:
    """SQL of a date as days since 1970, ``ABSENT`` for none."""
    return f"COALESCE({expression} - DATE {ABSENT_DATE}, {ABSENT})"


def hashed(column: str) -> str:
    """SQL of a code that is equal for equal words, 0 for a blank."""
    return f"CASE {column} WHEN '' THEN 0 ELSE hashtextextended({column}, 0) END"


def number(column: str) -> str:
    """SQL of a number, NaN for none."""
    return f"COALESCE({column}::float8, 'NaN'::float8)"


def _words(code: type[IntEnum], words: type) -> dict[str, int]:
    """Codes by the words of a model whose names are the same."""
    known = {word.name: str(word.value) for word in words}  # type: ignore[attr-defined]
    return {known[member.name]: int(member) for member in code if member.name in known}


RECORDED_ON = "(t.recorded_at AT TIME ZONE 'UTC')::date"
HAPPENED_ON = days("t.happened_on")

CLAIM = {
    "id": "t.id",
    "known_on": days(f"COALESCE(t.known_on, {RECORDED_ON})"),
    "expires_on": days("t.expires_on"),
    "replaced_on": days("t.replaced_on"),
    "strength": codes("t.strength", STRENGTHS, 0),
}
SITE_CLAIM = {"site": "t.site_id", **CLAIM}
BANDS = " + ".join(
    f"(CASE WHEN '{band}' = ANY(t.temperature_bands) THEN {1 << place} ELSE 0 END)"
    for place, band in enumerate(p.BANDS)
)


@dataclass(frozen=True, slots=True)
class Source:
    """Where a table of facts comes from: columns by name, FROM, the site's column, further conditions."""

    kind: type[Table]
    columns: Mapping[str, str]
    origin: str
    site: str = "t.site_id"
    where: str = "true"


PROFILE: Mapping[str, Source] = {
    "capabilities": Source(
        p.Capabilities,
        {
            **SITE_CLAIM,
            "modality": "t.modality",
            "dosage_form": "t.dosage_form",
            "route": "t.route",
            "operation": "t.operation",
            "stages": "array_to_string(t.stages, ',')",
            "batch_min": number("t.batch_min"),
            "batch_max": number("t.batch_max"),
            "batch_unit": "t.batch_unit",
            "batches_made": number("t.batches_made"),
            "years": number("t.years_experience"),
            "has_limits": "(t.stated_limits <> '')::int::int2",
            "containment": number("t.containment_oeb"),
            "bands": f"({BANDS})::int2",
        },
        "{partners_capability} t",
    ),
    "capacities": Source(
        p.Capacities,
        {
            **SITE_CLAIM,
            "line": hashed("lower(trim(t.line))"),
            "modality": "t.modality",
            "operation": "t.operation",
            "year": "t.year",
            "unit": "t.unit",
            "total": number("t.total"),
            "committed": number("t.committed"),
            "reservable": number("t.reservable"),
            "expandable_to": number("t.expandable_to"),
            "lead_months": number("t.added_capacity_lead_months"),
            "slot_on": days("t.next_slot_on"),
            "shifts": codes("t.shift_model", _words(p.ShiftModel, Capacity.ShiftModel), 0),
            "has_path": "(t.scale_up_path <> '')::int::int2",
        },
        "{partners_capacity} t",
    ),
    "services": Source(
        p.Services,
        {
            **SITE_CLAIM,
            "kind": codes("t.kind", _words(p.ServiceKind, Service.Kind), 0),
            "in_house": "t.in_house::int::int2",
        },
        "{partners_service} t",
    ),
    "contacts": Source(
        p.Contacts,
        {
            **SITE_CLAIM,
            "function": codes("t.function", _words(p.ContactFunction, Contact.Function), 0),
            "authority": codes(
                "t.decision_authority", _words(p.DecisionAuthority, Contact.DecisionAuthority), 0
            ),
        },
        "{partners_contact} t",
    ),
    "staffs": Source(
        p.Staffs,
        {
            **SITE_CLAIM,
            "year": "t.year",
            "headcount": number("t.headcount"),
            "quality": number("t.quality_headcount"),
            "leavers": number("t.leavers"),
            "training_hours": number("t.training_hours_per_person"),
        },
        "{partners_staffing} t",
    ),
    "materials": Source(
        p.Materials,
        {
            **SITE_CLAIM,
            "material": hashed("lower(trim(t.name))"),
            "is_critical": "t.is_critical::int::int2",
            "stock_days": number("t.stock_days"),
            "lead_days": number("t.lead_time_days"),
        },
        "{partners_material} t",
    ),
    "suppliers": Source(
        p.Suppliers,
        {
            **SITE_CLAIM,
            "material": hashed("lower(trim(t.material))"),
            "status": codes("t.status", _words(p.SupplierStatus, MaterialSupplier.Status), 0),
            "country": "t.country",
        },
        "{partners_materialsupplier} t",
    ),
    "disruptions": Source(
        p.Disruptions,
        {
            **SITE_CLAIM,
            "happened_on": HAPPENED_ON,
            "told_on": days("t.told_on"),
            "impact_days": number("t.impact_days"),
            "recovery_days": number("t.recovery_days"),
        },
        "{partners_disruption} t",
    ),
    "transfers": Source(
        p.Transfers,
        {
            **SITE_CLAIM,
            "ended_on": HAPPENED_ON,
            "planned_on": days("t.planned_end_on"),
            "outcome": codes("t.outcome", _words(p.TransferOutcome, TechTransfer.Outcome), 0),
            "gaps_found": number("t.gaps_found"),
            "gaps_late": number("t.gaps_late"),
        },
        "{partners_techtransfer} t",
    ),
    "ppqs": Source(
        p.Ppqs,
        {
            **SITE_CLAIM,
            "happened_on": HAPPENED_ON,
            "modality": "t.modality",
            "outcome": codes("t.outcome", _words(p.PpqOutcome, PpqCampaign.Outcome), 0),
        },
        "{partners_ppqcampaign} t",
    ),
    "changes": Source(
        p.Changes,
        {
            **SITE_CLAIM,
            "happened_on": HAPPENED_ON,
            "planned_on": days("t.planned_on"),
            "outcome": codes("t.outcome", _words(p.ChangeOutcome, PostApprovalChange.Outcome), 0),
        },
        "{partners_postapprovalchange} t",
    ),
    "meetings": Source(
        p.Meetings,
        {
            **SITE_CLAIM,
            "planned_on": days("t.planned_on"),
            "held_on": HAPPENED_ON,
            "has_minutes": "t.has_minutes::int::int2",
        },
        "{partners_governancemeeting} t",
    ),
    "warnings": Source(
        p.Warnings,
        {
            **SITE_CLAIM,
            "knew_on": HAPPENED_ON,
            "told_on": days("t.told_on"),
            "felt_on": days("t.impact_on"),
        },
        "{partners_earlywarning} t",
    ),
    "ratings": Source(
        p.Ratings,
        {
            **SITE_CLAIM,
            "seen_on": days(f"COALESCE(t.happened_on, t.known_on, {RECORDED_ON})"),
            "practice": codes("t.practice", _words(p.Practice, PracticeRating.Practice), 0),
            "level": "t.level",
        },
        "{partners_practicerating} t",
    ),
    "finances": Source(
        p.Finances,
        {
            "site": "s.id",
            **CLAIM,
            "year": "t.year",
            "revenue": number("t.revenue"),
            "ebit": number("t.ebit"),
            "current_assets": number("t.current_assets"),
            "current_liabilities": number("t.current_liabilities"),
            "total_assets": number("t.total_assets"),
            "total_liabilities": number("t.total_liabilities"),
            "retained_earnings": number("t.retained_earnings"),
            "equity": number("t.book_equity"),
            "capital_spending": number("t.capital_spending"),
            "largest_customer": number("t.largest_customer_percent"),
        },
        "{partners_financialyear} t JOIN {partners_site} s ON s.organization_id = t.organization_id",
        "s.id",
    ),
    "capas": Source(
        p.Capas,
        {
            "site": "t.site_id",
            "id": "t.id",
            "known_on": days("t.opened_on"),
            "opened_on": days("t.opened_on"),
            "due_on": days("t.due_on"),
            "done_on": days("t.implemented_on"),
            "closed_on": days("t.closed_on"),
            "end": codes(
                "t.state",
                {
                    Capa.State.CLOSED_EFFECTIVE: p.CapaEnd.EFFECTIVE,
                    Capa.State.CLOSED_INEFFECTIVE: p.CapaEnd.INEFFECTIVE,
                },
                p.CapaEnd.OPEN,
            ),
            # A CAPA that follows this one, or the day its clock was started again: the problem came back.
            "returned_on": days("LEAST(c.opened_on, CASE WHEN t.reopened_count > 0 THEN t.clock_from END)"),
        },
        "{audits_capa} t LEFT JOIN (SELECT parent_id, min(opened_on) AS opened_on FROM {audits_capa} f "
        "WHERE parent_id IS NOT NULL GROUP BY parent_id) c ON c.parent_id = t.id",
    ),
    "answers": Source(
        p.Answers,
        {
            "site": "a.site_id",
            "id": "t.id",
            "known_on": days("a.reported_on"),
            "due_on": days("COALESCE(t.response_due_on, a.responses_due_on)"),
            "answered_on": days("(r.submitted_at AT TIME ZONE 'UTC')::date"),
        },
        "{audits_finding} t JOIN {audits_audit} a ON a.id = t.audit_id "
        "LEFT JOIN (SELECT finding_id, min(submitted_at) AS submitted_at FROM {audits_findingresponse} f "
        "GROUP BY finding_id) r ON r.finding_id = t.id",
        "a.site_id",
        "a.state <> 'cancelled'",
    ),
    "proposals": Source(
        p.Proposals,
        {
            "site": "c.site_id",
            "id": "t.id",
            "known_on": days("t.received_on"),
            "received_on": days("t.received_on"),
            "valid_until_on": days("t.valid_until"),
            "cost": number("t.cost"),
            "currency": "t.currency",
            "first_batch_on": days("t.first_batch_on"),
        },
        "{programs_proposal} t JOIN {programs_candidate} c ON c.id = t.candidate_id",
        "c.site_id",
        "c.work_package_id = %(package)s",
    ),
    "dry_run_steps": Source(
        p.DryRunSteps,
        {
            "site": "s.site_id",
            "id": "t.id",
            "known_on": days("d.held_on"),
            "held_on": days("d.held_on"),
            "planned": number("t.planned_hours"),
            "taken": number("t.taken_hours"),
            "has_deviation": "(trim(t.deviation) <> '')::int::int2",
            "closed_on": days("t.closed_on"),
        },
        "{logistics_dryrunstep} t JOIN {logistics_dryrun} d ON d.id = t.dry_run_id "
        "JOIN {logistics_party} s ON s.id = t.party_id "
        "JOIN {logistics_distributionplan} o ON o.id = t.plan_id "
        "JOIN {programs_workpackage} w ON w.id = o.work_package_id",
        "s.site_id",
        # Plans are as confidential as their program, so only dry runs of the same program count.
        "d.held_on IS NOT NULL "
        "AND w.program_id = (SELECT a.program_id FROM programs_workpackage a WHERE a.id = %(package)s)",
    ),
}
