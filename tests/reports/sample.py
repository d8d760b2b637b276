"""Made-up figures of a due-diligence report, of any size, without a database."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from audits.regulatory_life import ActionFact, CitationFact, Fact, InspectionFact, RegulatoryLife, SourceMark
from reports.figures.due_diligence import (
    CapabilityFigures,
    ChainHead,
    CriterionFigures,
    DueDiligence,
    Evaluation,
    EvidenceMark,
    GateFigures,
    Message,
    OpenEvidence,
    ProgramFigures,
    SiteFigures,
)
from reports.figures.standing import GroupFigures, StandingFigures
from scorecards.default_template import GROUPS

AS_OF = date(2026, 11, 1)
REASONS = (
    "CGMP Deviations",
    "Lack of Assurance of Sterility",
    "Failed Dissolution Specifications: results below specification at the nine-month stability point.",
    "Presence of Particulate Matter",
)
REGULATIONS = (
    "21 CFR 211.22(d)",
    "21 CFR 211.192",
    "21 CFR 211.68(b)",
    "21 CFR 211.113(b)",
    "21 CFR 211.160(b)",
)


def mark(source: str, key: str) -> SourceMark:
    """A source mark whose file hash depends on the source only."""
    return SourceMark(
        source, key, (source.encode().hex() * 8)[:64], datetime(2026, 10, 1, tzinfo=UTC), "ab" * 32
    )


def inspection(
    number: int, on: date, classification: str = "vai", text: str = "Drug Quality Assurance"
) -> InspectionFact:
    """One FDA inspection of three days."""
    return InspectionFact(
        id=number,
        happened_on=on,
        known_on=on + timedelta(days=90),
        known_on_basis="lag",
        mark=mark("fda-inspections", str(number)),
        authority="fda",
        inspection_number=str(1_000_000 + number),
        started_on=on - timedelta(days=3),
        classification=classification,
        project_area=text,
        product_type="Drugs",
        fiscal_year=on.year,
        citations_posted=True,
        is_drug_gmp=True,
    )


def citation(number: int, on: date, text: str = "Procedures not in writing, fully followed") -> CitationFact:
    """One citation."""
    return CitationFact(
        id=number,
        happened_on=on,
        known_on=on + timedelta(days=90),
        known_on_basis="lag",
        mark=mark("fda-citations", str(number)),
        authority="fda",
        inspection_number=str(1_000_000 + number),
        program_area="Drugs",
        regulation=REGULATIONS[number % len(REGULATIONS)],
        short_text=text,
        long_text=text * 3,
        is_data_integrity=number % len(REGULATIONS) == 2,
        is_drug_gmp=True,
    )


def action(number: int, on: date, kind: str = "recall", text: str | None = None) -> ActionFact:
    """One action; of recalls every third belongs to the event before it."""
    source = {"recall": "fda-recalls", "form_483": "fda-483s"}.get(kind, "fda-compliance-actions")
    return ActionFact(
        id=number,
        happened_on=on,
        known_on=on + timedelta(days=7),
        known_on_basis="lag",
        mark=mark(source, str(number)),
        authority="fda",
        kind=kind,
        firm_name="Example Pharma",
        product_type="Drugs",
        recall_class=str(number % 3 + 1) if kind == "recall" else "",
        gmp="yes",
        status="Terminated" if number % 4 else "Ongoing",
        reference=str(600_000 + number),
        event_key=str(90_000 + number - number % 3) if kind == "recall" else "",
        issued_by="CDER",
        title=text or ("Form 483" if kind == "form_483" else "CGMP/Finished Pharmaceuticals/Adulterated"),
        text=text or REASONS[number % len(REASONS)],
        closed_on=on + timedelta(days=400) if kind == "warning_letter" else None,
        url="",
    )


def life(*, recalls: int = 14, text: str | None = None) -> RegulatoryLife:
    """A life with every kind of record."""
    start = date(2012, 3, 1)
    step = (AS_OF - timedelta(days=60) - start) / max(recalls, 1)
    recalled = [action(i, start + step * i, text=text) for i in range(recalls)]
    others = [
        action(5001, date(2015, 6, 4), "form_483", text),
        action(5002, date(2019, 2, 12), "form_483", text),
        action(5003, date(2023, 9, 8), "form_483", text),
        action(5004, date(2016, 1, 20), "warning_letter", text),
        action(5005, date(2016, 3, 2), "import_alert", text),
    ]
    words = {"text": text} if text else {}
    inspections = [
        inspection(1, date(2012, 5, 3), "nai", **words),
        inspection(2, date(2015, 6, 4), "oai", **words),
        inspection(3, date(2019, 2, 12), "vai", **words),
        inspection(4, date(2023, 9, 8), "vai", **words),
        inspection(5, date(2026, 2, 1), "pending", **words),
    ]
    citations = [citation(i, date(2015 + 4 * (i % 3), 6, 4), **words) for i in range(18)]
    return RegulatoryLife(
        site_id=7,
        as_of=AS_OF,
        inspections=tuple(sorted(inspections, key=newest, reverse=True)),
        citations=tuple(sorted(citations, key=newest, reverse=True)),
        actions=tuple(sorted([*recalled, *others], key=newest, reverse=True)),
        undated=1,
    )


def newest(fact: Fact) -> tuple[date, int]:
    """The order of a life's lists."""
    return fact.happened_on or date.min, fact.id


def empty_life() -> RegulatoryLife:
    """A site that no authority has published anything about."""
    return RegulatoryLife(site_id=7, as_of=AS_OF, inspections=(), citations=(), actions=(), undated=0)


RATIONALES = {
    "inspection-outcomes": Message(
        "inspections.scored",
        {
            "inspections": 5, "clean": 1, "voluntary": 2, "official": 1, "pending": 1, "letters": 1,
            "latest_on": "2023-09-08", "half_life_years": 3,
        },
    ),
    "public-signals": Message(
        "signals.scored", {"forms": 3, "recalls": 5, "latest_on": "2026-08-01", "signal": 2.41}
    ),
    "documentation-practice": Message(
        "citations.scored",
        {
            "citations": 18, "visits": 3, "repeat_months": 36, "repeated": 4, "integrity": 3,
            "latest_on": "2023-06-04",
        },
    ),
    "modality-fit": Message("modality.yes", {"modality_code": "monoclonal_antibody"}),
    "form-route-fit": Message(
        "form_route.near", {"dosage_form_code": "solution_for_injection", "route_code": "subcutaneous"}
    ),
    "stage-fit": Message("stage.yes", {"stage_code": "phase_3"}),
    "depth-of-experience": Message("depth.batches", {"modality_code": "monoclonal_antibody", "batches": 24}),
    "stated-limits": Message("limits.none"),
    "proven-batch": Message(
        "batch.scored", {"proven": 90000.0, "needed": 120000.0, "ratio": 0.75, "unit_code": "vial"}
    ),
}  # fmt: skip
VALUES = {
    "inspection-outcomes": (41.2, 67.5, "verified"),
    "public-signals": (38.0, 38.0, "verified"),
    "documentation-practice": (22.5, 54.1, "verified"),
    "modality-fit": (100.0, 100.0, "documented"),
    "form-route-fit": (50.0, 50.0, "documented"),
    "stage-fit": (100.0, 100.0, "claimed"),
    "depth-of-experience": (70.0, 100.0, "claimed"),
    "proven-batch": (61.0, 61.0, "documented"),
}


def criteria() -> tuple[CriterionFigures, ...]:
    """The default template with some evidence."""
    found = []
    for group in GROUPS:
        for key, title, weight, _coverage, rule in group.leaves:
            low, high, strength = VALUES.get(rule, (0.0, 100.0, "none"))
            found.append(
                CriterionFigures(
                    key=key,
                    label=title,
                    group=group.key,
                    group_label=group.title,
                    weight=group.weight * weight / 10_000,
                    low=low,
                    high=high,
                    strength=strength,
                    rationale=RATIONALES.get(rule, Message("unrecorded.none")),
                    evidence=(EvidenceMark("inspection", 1),) if rule in VALUES else (),
                    rule=f"{rule}@1",
                )
            )
    return tuple(found)


def standing(
    site_id: int, name: str, rank: int | None, score: float, upper: float, status: str = "ranked"
) -> StandingFigures:
    """One candidate of the field."""
    return StandingFigures(
        site_id=site_id,
        fei=f"30{site_id:08d}",
        name=name,
        status=status,
        rank=rank,
        best_rank=1 if rank else None,
        worst_rank=4 if rank else None,
        score=score,
        score_upper=upper,
        completeness=1 - (upper - score) / 100,
    )


def evaluation(name: str = "Corran Bridge Biologics, Unit 2") -> Evaluation:
    """Second of four that are not excluded."""
    rows = criteria()
    groups = []
    for group in GROUPS:
        inside = [row for row in rows if row.group == group.key]
        weight = sum(row.weight for row in inside)
        low, high = (sum(r.weight * getattr(r, end) for r in inside) / weight for end in ("low", "high"))
        groups.append(GroupFigures(group.key, group.title, weight, low, high))
    score = sum(group.weight * group.low for group in groups)
    upper = sum(group.weight * group.high for group in groups)
    own = standing(7, name, 2, score, upper, "conditional")
    open_rows = sorted((r for r in rows if r.high > r.low), key=lambda r: -r.weight * (r.high - r.low))
    return Evaluation(
        template_key="drug-cdmo",
        template="Contract manufacturer of drugs and biologics",
        template_version=1,
        digest="5c" * 32,
        standing=own,
        verified_share=0.21,
        gates=(
            GateFigures(
                "no-open-gmp-action",
                "No open GMP action",
                "pass",
                Message(
                    "standing.closed",
                    {"kind_code": "warning_letter", "issued_on": "2016-01-20", "closed_on": "2017-02-23"},
                ),
                (EvidenceMark("action", 5004),),
                "no-open-gmp-action@1",
            ),
            GateFigures(
                "no-critical-outcome",
                "No critical inspection outcome",
                "unknown",
                Message("critical.unsettled", {"decided_on": "2026-02-01"}),
                (EvidenceMark("inspection", 5),),
                "no-critical-outcome@1",
            ),
            GateFigures(
                "modality",
                "Modality",
                "pass",
                Message("modality.yes", {"modality_code": "monoclonal_antibody"}),
                (EvidenceMark("capability", 1),),
                "modality@1",
            ),
        ),
        groups=tuple(groups),
        criteria=rows,
        open_evidence=tuple(
            OpenEvidence(r.key, r.label, r.low, r.high, r.weight * (r.high - r.low), i < 2)
            for i, r in enumerate(open_rows)
        ),
        field=(
            standing(3, "Valdaro Sterile Works", 1, score + 4.2, upper - 20),
            own,
            standing(4, "Ashcombe", 3, score - 6.0, upper + 3),
            standing(5, "Monteloup", 4, 20.4, 88.0, "conditional"),
            standing(6, "Coldwater Flats", None, 33.1, 71.7, "excluded"),
        ),
    )


def figures(**changes: Any) -> DueDiligence:
    """A full report; fields can be replaced."""
    name = "Corran Bridge Biologics, Unit 2"
    made = DueDiligence(
        schema=2,
        product_version="0.1.0",
        as_of=AS_OF,
        issued_at=datetime(2026, 11, 22, 9, 30, tzinfo=UTC),
        requested_by="Irène Dufour",
        program=ProgramFigures(
            code="AURELIA",
            name="Subcutaneous antibody for severe asthma",
            product="CME-101",
            modality="monoclonal_antibody",
            dosage_form="solution_for_injection",
            route="subcutaneous",
            stage="phase_3",
            batch_size=Decimal("120000.000"),
            batch_unit="vial",
            regions=("us", "eu"),
            version=3,
        ),
        site=SiteFigures(
            fei="3000000007",
            name=name,
            aliases=("CORRAN BRIDGE BIOLOGICS LTD.", "Corran Bridge Biologics  (Unit II)"),
            organization="Corran Bridge Biologics Ltd.",
            organization_kind="cdmo",
            street="14 Harbour Road",
            city="Corran",
            state="",
            postal_code="C0 4RB",
            country="GB",
            duns="",
            standing="active",
            standing_valid_until=None,
            is_demo=True,
            capabilities=(
                CapabilityFigures(
                    modality="monoclonal_antibody",
                    dosage_form="solution_for_injection",
                    route="intravenous",
                    operation="fill_finish",
                    stages=("phase_2", "phase_3", "commercial"),
                    batch_min=Decimal("2000"),
                    batch_max=Decimal("90000.5"),
                    batch_unit="vial",
                    batches_made=24,
                    years_experience=None,
                    stated_limits="No cytotoxics; no prefilled syringes above 2.25 mL.",
                    strength="documented",
                    stated_on=date(2026, 4, 2),
                    expires_on=date(2028, 4, 2),
                ),
            ),
        ),
        evaluation=evaluation(name),
        life=life(),
        history=ChainHead(48_211, "9e" * 32),
    )
    return replace(made, **changes)
