"""The default template: groups in the order of S1-SEL-2, their criteria, and the must-haves."""

from __future__ import annotations

from collections.abc import Iterator

from scorecards.template_plan import CriterionPlan, GroupPlan, TemplatePlan

TEMPLATE_KEY = "drug-cdmo"
TEMPLATE_VERSION = 2
TEMPLATE_TITLE = "Contract manufacturer of drugs and biologics"

GROUPS = (
    GroupPlan(
        "regulatory",
        "Regulatory record and quality culture",
        28,
        (
            ("inspection-outcomes", "Inspection outcomes", 25, "S1-REG-1", "inspection-outcomes"),
            ("public-signals", "Published observations and recalls", 25, "S1-REG-4", "public-signals"),
            ("documentation", "Documentation and data integrity", 12, "S1-REG-5", "documentation-practice"),
            ("documentation-seen", "Documentation practice as seen", 6, "S1-REG-5", "documentation-seen"),
            ("quality-authority", "Authority of the quality unit", 14, "S1-REG-2", "quality-authority"),
            ("deviations-capa", "Deviations and CAPA", 10, "S1-REG-3", "deviations-capa"),
            ("audit-responses", "Answers to audits", 8, "S1-REG-4", "audit-responses"),
        ),
    ),
    GroupPlan(
        "fit",
        "Technical fit",
        18,
        (
            ("form-route-fit", "Dosage form and route", 25, "S1-FIT-1", "form-route-fit"),
            ("modality-fit", "Modality", 25, "S1-FIT-2", "modality-fit"),
            ("stage-fit", "Stage", 15, "S1-FIT-3", "stage-fit"),
            ("depth", "Depth of experience", 25, "S1-FIT-4", "depth-of-experience"),
            ("stated-limits", "Stated limits", 10, "S1-FIT-5", "stated-limits"),
        ),
    ),
    GroupPlan(
        "scale",
        "Scale and capacity",
        14,
        (
            ("proven-batch", "Proven batch size", 35, "S1-CAP-1", "proven-batch"),
            ("reserved-capacity", "Reserved capacity", 20, "S1-CAP-2", "reserved-capacity"),
            ("next-slot", "Next free slot", 10, "S1-CAP-2", "next-slot"),
            ("doubled-demand", "Doubled demand", 20, "S1-CAP-3", "doubled-demand"),
            ("scale-up", "Scale-up without a break", 15, "S1-CAP-4", "scale-up"),
        ),
    ),
    GroupPlan(
        "transfer",
        "Technology transfer and integration",
        11,
        (
            (
                "development-support",
                "Development and analytical support",
                20,
                "S1-TT-1",
                "development-support",
            ),
            ("transfer-protocols", "Transfer protocols", 20, "S1-TT-2", "transfer-protocols"),
            ("transfer-communication", "Development to production", 20, "S1-TT-3", "transfer-communication"),
            ("transfer-record", "Record of transfers", 20, "S1-TT-4", "transfer-record"),
            ("integration", "Operations under one roof", 20, "S1-TT-5", "integration"),
        ),
    ),
    GroupPlan(
        "communication",
        "Communication",
        9,
        (
            ("project-managers", "Project managers with authority", 40, "S1-COM-1", "project-managers"),
            ("reviews", "Regular reviews", 25, "S1-COM-2", "reviews"),
            ("early-warning", "Early warning", 35, "S1-COM-3", "early-warning"),
        ),
    ),
    GroupPlan(
        "supply",
        "Supply",
        8,
        (
            ("dual-sourcing", "Qualified suppliers", 30, "S1-SUP-1", "dual-sourcing"),
            ("strategic-stocks", "Strategic stocks", 20, "S1-SUP-2", "strategic-stocks"),
            ("exposure", "Exposure to countries and lanes", 20, "S1-SUP-3", "country-exposure"),
            ("disruptions", "Disruptions as handled", 30, "S1-SUP-4", "disruption-record"),
        ),
    ),
    GroupPlan(
        "lifecycle",
        "Lifecycle",
        6,
        (
            ("validation", "Process validation and PPQ", 40, "S1-LIF-1", "process-validation"),
            ("improvement", "Continuous improvement", 25, "S1-LIF-2", "continuous-improvement"),
            ("post-approval", "Post-approval changes", 35, "S1-LIF-3", "post-approval-changes"),
        ),
    ),
    GroupPlan(
        "finance",
        "Finance",
        4,
        (
            ("stability", "Financial stability", 40, "S1-FIN-1", "financial-stability"),
            ("capital-spending", "Capital spending", 15, "S1-FIN-1", "capital-spending"),
            ("customers", "Independence of one customer", 15, "S1-FIN-1", "customer-concentration"),
            ("people", "Investment in people", 30, "S1-FIN-2", "investment-in-people"),
        ),
    ),
    GroupPlan(
        "commercial",
        "Commercial terms",
        2,
        (
            ("cost", "Cost", 50, "S1-SEL-2", "proposal-cost"),
            ("timeline", "Timeline", 50, "S1-SEL-1", "proposal-timeline"),
        ),
    ),
)

MUST_HAVES = (
    ("no-open-gmp-action", "No open GMP action"),
    ("no-critical-outcome", "No critical inspection outcome"),
    ("modality", "Modality"),
    ("form-and-route", "Dosage form and route"),
    ("stage", "Stage"),
    ("batch-scale", "Batch scale"),
    ("operations", "Operations"),
    ("containment", "Containment"),
    ("temperature", "Temperature"),
)

PLAN = TemplatePlan(TEMPLATE_KEY, TEMPLATE_VERSION, TEMPLATE_TITLE, GROUPS, MUST_HAVES)


def criteria() -> Iterator[CriterionPlan]:
    """All nodes of the default template in order."""
    return PLAN.criteria()
