"""The default template: groups in the order of S1-SEL-2, their criteria, and the must-haves.

Weights are out of 100 among siblings. Titles are the English source; `scorecards.wording` translates by key.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scorecards.derivation.rules import RULES

TEMPLATE_KEY = "drug-cdmo"
TEMPLATE_VERSION = 1
TEMPLATE_TITLE = "Contract manufacturer of drugs and biologics"


@dataclass(frozen=True, slots=True)
class CriterionPlan:
    """One node: a group has no rule; a must-have has no weight."""

    key: str
    parent: str | None
    title: str
    weight: float
    rule: str = ""
    coverage: tuple[str, ...] = ()
    is_must_have: bool = False
    anchors: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group with its leaves: key, title, weight, coverage ids and rule."""

    key: str
    title: str
    weight: float
    leaves: tuple[tuple[str, str, float, str, str], ...]


OPEN = "unrecorded"

GROUPS = (
    GroupPlan(
        "regulatory",
        "Regulatory record and quality culture",
        28,
        (
            ("inspection-outcomes", "Inspection outcomes", 30, "S1-REG-1", "inspection-outcomes"),
            ("public-signals", "Published observations and recalls", 30, "S1-REG-4", "public-signals"),
            ("documentation", "Documentation and data integrity", 15, "S1-REG-5", "documentation-practice"),
            ("quality-authority", "Authority of the quality unit", 15, "S1-REG-2", OPEN),
            ("deviations-capa", "Deviations and CAPA", 10, "S1-REG-3", OPEN),
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
            ("proven-batch", "Proven batch size", 40, "S1-CAP-1", "proven-batch"),
            ("reserved-capacity", "Reserved capacity", 20, "S1-CAP-2", OPEN),
            ("doubled-demand", "Doubled demand", 20, "S1-CAP-3", OPEN),
            ("scale-up", "Scale-up without a break", 20, "S1-CAP-4", OPEN),
        ),
    ),
    GroupPlan(
        "transfer",
        "Technology transfer and integration",
        11,
        (
            ("development-support", "Development and analytical support", 20, "S1-TT-1", OPEN),
            ("transfer-protocols", "Transfer protocols", 20, "S1-TT-2", OPEN),
            ("transfer-communication", "Development to production", 20, "S1-TT-3", OPEN),
            ("transfer-record", "Record of transfers", 20, "S1-TT-4", OPEN),
            ("integration", "Operations under one roof", 20, "S1-TT-5", OPEN),
        ),
    ),
    GroupPlan(
        "communication",
        "Communication",
        9,
        (
            ("project-managers", "Project managers with authority", 40, "S1-COM-1", OPEN),
            ("reviews", "Regular reviews", 25, "S1-COM-2", OPEN),
            ("early-warning", "Early warning", 35, "S1-COM-3", OPEN),
        ),
    ),
    GroupPlan(
        "supply",
        "Supply",
        8,
        (
            ("dual-sourcing", "Qualified suppliers", 30, "S1-SUP-1", OPEN),
            ("strategic-stocks", "Strategic stocks", 20, "S1-SUP-2", OPEN),
            ("exposure", "Exposure to countries and lanes", 20, "S1-SUP-3", OPEN),
            ("disruptions", "Disruptions as handled", 30, "S1-SUP-4", OPEN),
        ),
    ),
    GroupPlan(
        "lifecycle",
        "Lifecycle",
        6,
        (
            ("validation", "Process validation and PPQ", 40, "S1-LIF-1", OPEN),
            ("improvement", "Continuous improvement", 25, "S1-LIF-2", OPEN),
            ("post-approval", "Post-approval changes", 35, "S1-LIF-3", OPEN),
        ),
    ),
    GroupPlan(
        "finance",
        "Finance",
        4,
        (
            ("stability", "Financial stability", 60, "S1-FIN-1", OPEN),
            ("people", "Investment in people", 40, "S1-FIN-2", OPEN),
        ),
    ),
    GroupPlan(
        "commercial",
        "Commercial terms",
        2,
        (
            ("cost", "Cost", 50, "S1-SEL-2", OPEN),
            ("timeline", "Timeline", 50, "S1-SEL-1", OPEN),
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
)


def criteria() -> Iterator[CriterionPlan]:
    """All nodes in order: each group before its leaves, the must-haves last."""
    for group in GROUPS:
        yield CriterionPlan(group.key, None, group.title, group.weight)
        for key, title, weight, coverage, rule in group.leaves:
            yield CriterionPlan(key, group.key, title, weight, rule, (coverage,))
    for key, title in MUST_HAVES:
        yield CriterionPlan(key, None, title, 0, key, RULES[key].coverage, is_must_have=True)
