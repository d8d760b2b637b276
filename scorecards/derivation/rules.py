"""All rules in one place: keys, versions, coverage ids, default anchors, and the single way to apply them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from scorecards.derivation import (
    capacity,
    commercial,
    communication,
    culture,
    distribution,
    finance,
    fit,
    lifecycle,
    operations,
    ratings,
    regulatory,
    retired,
    scale,
    standing,
    supply,
    transfer,
)
from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import GateBatch, ScoreBatch, open_scores
from scorecards.derivation.case import Case
from scorecards.derivation.facts import Facts, Need
from scorecards.derivation.profile import Practice
from scorecards.derivation.score import RuleRef

type ScoreFormula = Callable[[RuleRef, Case, Anchors], ScoreBatch]
type GateFormula = Callable[[RuleRef, Case], GateBatch]


class RuleKind(StrEnum):
    """A score on a criterion, or a must-have that never gives points."""

    CRITERION = "criterion"
    MUST_HAVE = "must_have"


@dataclass(frozen=True, slots=True)
class Rule:
    """One derivation rule; docs/criteria.md has a heading with its key.

    ``anchors`` are what a template may set, with the values that hold where it sets none.
    """

    key: str
    version: int
    kind: RuleKind
    coverage: tuple[str, ...]
    anchors: AnchorSet = field(default_factory=dict)

    @property
    def ref(self) -> RuleRef:
        """Key and version, as carried by every result."""
        return RuleRef(self.key, self.version)


RULES: dict[str, Rule] = {}
_SCORES: dict[str, ScoreFormula] = {}
_GATES: dict[str, GateFormula] = {}


def _criterion(
    key: str, formula: ScoreFormula, *coverage: str, version: int = 1, anchors: AnchorSet | None = None
) -> Rule:
    rule = Rule(key, version, RuleKind.CRITERION, coverage, anchors or {})
    RULES[key], _SCORES[key] = rule, formula
    return rule


def _must_have(key: str, formula: GateFormula, *coverage: str, version: int = 1) -> Rule:
    rule = Rule(key, version, RuleKind.MUST_HAVE, coverage)
    RULES[key], _GATES[key] = rule, formula
    return rule


def _rubric(key: str, practice: Practice, coverage: str) -> Rule:
    return _criterion(
        key,
        lambda ref, case, at: ratings.rubric(ref, case.facts, at, practice),
        coverage,
        anchors=ratings.RUBRIC,
    )


# Regulatory record and quality culture
INSPECTION_OUTCOMES = _criterion(
    "inspection-outcomes",
    lambda ref, case, at: regulatory.inspection_outcomes(
        ref, case.facts, case.visits, case.letters, case.as_of
    ),
    "S1-REG-1",
)
PUBLIC_SIGNALS = _criterion(
    "public-signals",
    lambda ref, case, at: regulatory.public_signals(ref, case.facts, case.visits, case.letters, case.as_of),
    "S1-REG-4",
    version=2,
)
DOCUMENTATION = _criterion(
    "documentation-practice",
    lambda ref, case, at: regulatory.documentation(ref, case.facts, case.as_of),
    "S1-REG-5",
)
_rubric("documentation-seen", Practice.DOCUMENTATION, "S1-REG-5")
_rubric("quality-authority", Practice.QUALITY_AUTHORITY, "S1-REG-2")
_criterion("deviations-capa", culture.deviations, "S1-REG-3", anchors=culture.CAPA)
_criterion("audit-responses", culture.responses, "S1-REG-4", anchors=culture.RESPONSES)

# Technical fit
_criterion("modality-fit", lambda ref, case, at: fit.modality_fit(ref, case.profile), "S1-FIT-2")
_criterion("form-route-fit", lambda ref, case, at: fit.form_route_fit(ref, case.profile), "S1-FIT-1")
_criterion("stage-fit", lambda ref, case, at: fit.stage_fit(ref, case.profile), "S1-FIT-3")
_criterion(
    "depth-of-experience",
    lambda ref, case, at: fit.depth(ref, case.profile, at),
    "S1-FIT-4",
    anchors=fit.DEPTH,
)
_criterion(
    "stated-limits",
    lambda ref, case, at: fit.limits(ref, case.profile, case.rated(Practice.LIMITS), at),
    "S1-FIT-5",
    version=2,
    anchors=fit.LIMITS,
)

# Scale and capacity
_criterion(
    "proven-batch",
    lambda ref, case, at: scale.proven_batch(ref, case.profile, at),
    "S1-CAP-1",
    version=2,
    anchors=scale.PROVEN,
)
_criterion("reserved-capacity", capacity.reserved, "S1-CAP-2", anchors=capacity.RESERVED)
_criterion("next-slot", capacity.slot, "S1-CAP-2", anchors=capacity.SLOT)
_criterion("doubled-demand", capacity.doubled, "S1-CAP-3", anchors=capacity.DOUBLED)
_criterion("scale-up", capacity.scale_up, "S1-CAP-4", anchors=capacity.SCALE_UP)

# Technology transfer and integration
_criterion("development-support", transfer.services, "S1-TT-1", anchors=transfer.SERVICES)
_rubric("transfer-protocols", Practice.TRANSFER_PROTOCOLS, "S1-TT-2")
_rubric("transfer-communication", Practice.DEVELOPMENT_TO_PRODUCTION, "S1-TT-3")
_criterion("transfer-record", transfer.record, "S1-TT-4", anchors=transfer.RECORD)
_criterion("integration", transfer.integration, "S1-TT-5", anchors=transfer.INTEGRATION)

# Communication
_criterion("project-managers", communication.managers, "S1-COM-1", anchors=communication.MANAGERS)
_criterion("reviews", communication.reviews, "S1-COM-2", anchors=communication.REVIEWS)
_criterion("early-warning", communication.early_warning, "S1-COM-3", anchors=communication.WARNINGS)

# Supply
_criterion("dual-sourcing", supply.dual_sourcing, "S1-SUP-1", anchors=supply.DUAL_SOURCING)
_criterion("strategic-stocks", supply.stocks, "S1-SUP-2", version=2, anchors=supply.STOCKS)
_criterion("country-exposure", supply.exposure, "S1-SUP-3", version=2, anchors=supply.EXPOSURE)
_criterion("disruption-record", supply.disruptions, "S1-SUP-4", anchors=supply.DISRUPTIONS)

# Lifecycle
_criterion("process-validation", lifecycle.validation, "S1-LIF-1", anchors=lifecycle.VALIDATION)
_rubric("continuous-improvement", Practice.IMPROVEMENT, "S1-LIF-2")
_criterion("post-approval-changes", lifecycle.changes, "S1-LIF-3", version=2, anchors=lifecycle.CHANGES)

# Finance
_criterion("financial-stability", finance.stability, "S1-FIN-1", anchors=finance.STABILITY)
_criterion("capital-spending", finance.investment, "S1-FIN-1", anchors=finance.INVESTMENT)
_criterion("customer-concentration", finance.customers, "S1-FIN-1", anchors=finance.CUSTOMERS)
_criterion("investment-in-people", finance.people, "S1-FIN-2", anchors=finance.PEOPLE)

# Commercial terms
_criterion("proposal-cost", commercial.cost, "S1-SEL-2", anchors=commercial.COST)
_criterion("proposal-timeline", commercial.timeline, "S1-SEL-1", anchors=commercial.TIMELINE)

# Logistics partners
_rubric("cold-chain-handling", Practice.COLD_CHAIN, "S2-9c")
_rubric("launch-experience", Practice.LAUNCHES, "S2-10")
_criterion(
    "temperature-experience",
    lambda ref, case, at: distribution.temperature_experience(ref, case.profile, at),
    "S2-2a",
    anchors=distribution.YEARS,
)
_criterion("dry-run-record", distribution.dry_runs, "S2-8", anchors=distribution.DRY_RUNS)
_rubric("lane-control", Practice.LANE_CONTROL, "S2-6")
_rubric("identity-custody", Practice.IDENTITY, "S2-10")
_rubric("access-support", Practice.ACCESS, "S2-4")
_rubric("title-terms", Practice.TITLE_TERMS, "S2-9a")

# Criteria of older templates for which no evidence could be recorded yet
UNRECORDED = _criterion(
    "unrecorded",
    lambda ref, case, at: open_scores(ref, case.facts),
    *("S1-REG-2", "S1-REG-3", "S1-CAP-2", "S1-CAP-3", "S1-CAP-4"),
    *("S1-TT-1", "S1-TT-2", "S1-TT-3", "S1-TT-4", "S1-TT-5", "S1-COM-1", "S1-COM-2", "S1-COM-3"),
    *("S1-SUP-1", "S1-SUP-2", "S1-SUP-3", "S1-SUP-4", "S1-LIF-1", "S1-LIF-2", "S1-LIF-3"),
    *("S1-FIN-1", "S1-FIN-2", "S1-SEL-1", "S1-SEL-2"),
)

# Must-haves
_must_have(
    "no-open-gmp-action",
    lambda ref, case: standing.open_actions(ref, case.facts, case.letters, case.as_of),
    *("S1-REG-1", "S1-REG-4"),
)
_must_have(
    "no-critical-outcome",
    lambda ref, case: standing.critical_outcomes(ref, case.facts, case.visits, case.letters, case.as_of),
    "S1-REG-1",
)
_must_have("modality", lambda ref, case: fit.modality_gate(ref, case.profile), "S1-FIT-2")
_must_have("form-and-route", lambda ref, case: fit.form_route_gate(ref, case.profile), "S1-FIT-1")
_must_have("stage", lambda ref, case: fit.stage_gate(ref, case.profile), "S1-FIT-3")
_must_have("batch-scale", lambda ref, case: scale.batch_gate(ref, case.profile), "S1-CAP-1")
_must_have("operations", lambda ref, case: operations.operations_gate(ref, case.profile), "S1-TT-5")
_must_have("containment", lambda ref, case: operations.containment_gate(ref, case.profile), "S1-FIT-2")
_must_have("temperature", lambda ref, case: operations.temperature_gate(ref, case.profile), "S1-FIT-1")


# Formulas of versions that frozen evaluations still name; a new version leaves the one before it here.
_RETIRED: Mapping[RuleRef, ScoreFormula] = {
    RuleRef("stated-limits", 1): lambda ref, case, at: retired.first_limits(ref, case),
    RuleRef("public-signals", 1): lambda ref, case, at: retired.first_signals(ref, case),
    RuleRef("proven-batch", 1): lambda ref, case, at: scale.proven_batch(
        ref, case.profile, at, with_peak=False
    ),
}
# Versions that cannot be computed again: before the first release these stood for more than one formula.
LOST: frozenset[RuleRef] = frozenset(
    RuleRef(key, 1) for key in ("strategic-stocks", "country-exposure", "post-approval-changes")
)


def kept_versions() -> list[RuleRef]:
    """Every rule in every version that can be computed."""
    return [*(rule.ref for rule in RULES.values()), *_RETIRED]


@dataclass(frozen=True, slots=True)
class Derivation:
    """Everything derived for a set of sites: batches by rule key."""

    scores: Mapping[str, ScoreBatch]
    gates: Mapping[str, GateBatch]


def derive(
    facts: Facts,
    need: Need,
    as_of: int,
    anchors: Mapping[str, Mapping[str, Any]] | None = None,
    versions: Mapping[str, int] | None = None,
    claimed_margin: float = 0.0,
) -> Derivation:
    """Apply every rule to what was known on ``as_of`` (days since 1970).

    The single entry: one site or thousands take the same path, and no rule can see a later fact.

    Args:
        anchors: by rule key, in place of the rule's defaults.
        versions: by rule key, for a frozen evaluation; an older formula is used where it is still kept.
        claimed_margin: by how many points values that are only claimed are widened downwards.
    """
    given, wanted = anchors or {}, versions or {}
    case = Case(facts.known_by(as_of), need, as_of)
    scores = {}
    for key, newest in _SCORES.items():
        rule = RULES[key]
        ref = RuleRef(key, wanted.get(key, rule.version))
        formula = _RETIRED.get(ref)
        found = (formula or newest)(
            ref if formula else rule.ref, case, Anchors(rule.anchors, given.get(key, {}))
        )
        scores[key] = found.widened(claimed_margin) if claimed_margin else found
    return Derivation(scores, {key: formula(RULES[key].ref, case) for key, formula in _GATES.items()})
