"""The template of logistics partners (3PL) that bring a cell or gene therapy to the patient.

Criteria follow the guide to distribution (S2) where it says what a partner has to be able to do, and the
guide to manufacturers (S1) where the question is the same for both: quality, communication, finance. Cost is
no criterion: the budget of a program is that of making the medicine, and would flatter every 3PL.
"""

from __future__ import annotations

from scorecards.template_plan import GroupPlan, TemplatePlan

GROUPS = (
    GroupPlan(
        "regulatory",
        "Regulatory record and quality culture",
        26,
        (
            ("quality-authority", "Authority of the quality unit", 30, "S1-REG-2", "quality-authority"),
            ("deviations-capa", "Deviations and CAPA", 25, "S1-REG-3", "deviations-capa"),
            ("audit-responses", "Answers to audits", 25, "S1-REG-4", "audit-responses"),
            ("documentation-seen", "Documentation practice as seen", 20, "S1-REG-5", "documentation-seen"),
        ),
    ),
    GroupPlan(
        "fit",
        "Technical fit",
        26,
        (
            ("cold-chain-handling", "Cold chain as handled", 40, "S2-9c", "cold-chain-handling"),
            ("launch-experience", "Launches supported", 35, "S2-10", "launch-experience"),
            (
                "temperature-experience",
                "Years at this temperature",
                25,
                "S2-2a",
                "temperature-experience",
            ),
        ),
    ),
    GroupPlan(
        "flow",
        "Lanes, identity and dry runs",
        24,
        (
            ("dry-runs", "Dry runs with us", 30, "S2-8", "dry-run-record"),
            ("lane-control", "Control of lanes and handoffs", 25, "S2-6", "lane-control"),
            ("identity-custody", "Chain of identity and custody", 20, "S2-10", "identity-custody"),
            ("disruptions", "Disruptions as handled", 25, "S1-SUP-4", "disruption-record"),
        ),
    ),
    GroupPlan(
        "access",
        "Channel and access",
        10,
        (
            ("access-support", "Support of access", 50, "S2-4", "access-support"),
            ("title-terms", "Title, orders and terms", 50, "S2-9a", "title-terms"),
        ),
    ),
    GroupPlan(
        "communication",
        "Communication",
        8,
        (
            ("project-managers", "Project managers with authority", 40, "S1-COM-1", "project-managers"),
            ("reviews", "Regular reviews", 25, "S1-COM-2", "reviews"),
            ("early-warning", "Early warning", 35, "S1-COM-3", "early-warning"),
        ),
    ),
    GroupPlan(
        "finance",
        "Finance",
        6,
        (
            ("stability", "Financial stability", 50, "S1-FIN-1", "financial-stability"),
            ("customers", "Independence of one customer", 20, "S1-FIN-1", "customer-concentration"),
            ("people", "Investment in people", 30, "S1-FIN-2", "investment-in-people"),
        ),
    ),
)

MUST_HAVES = (
    ("no-open-gmp-action", "No open GMP action"),
    ("operations", "Operations"),
    ("temperature", "Temperature"),
)

PLAN = TemplatePlan("cgt-3pl", 1, "Logistics partner (3PL) of cell and gene therapies", GROUPS, MUST_HAVES)
