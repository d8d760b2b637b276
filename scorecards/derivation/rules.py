"""All rules in one place: keys, versions, coverage ids, and the single way to apply them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from scorecards.derivation import fit, regulatory, scale, standing
from scorecards.derivation.batch import GateBatch, ScoreBatch, open_scores
from scorecards.derivation.facts import Authority, Facts, Need
from scorecards.derivation.letters import letters
from scorecards.derivation.score import RuleRef


class RuleKind(StrEnum):
    """A score on a criterion, or a must-have that never gives points."""

    CRITERION = "criterion"
    MUST_HAVE = "must_have"


@dataclass(frozen=True, slots=True)
class Rule:
    """One derivation rule; docs/criteria.md has a heading with its key."""

    key: str
    version: int
    kind: RuleKind
    coverage: tuple[str, ...]

    @property
    def ref(self) -> RuleRef:
        """Key and version, as carried by every result."""
        return RuleRef(self.key, self.version)


def _criterion(key: str, *coverage: str, version: int = 1) -> Rule:
    return Rule(key, version, RuleKind.CRITERION, coverage)


def _must_have(key: str, *coverage: str) -> Rule:
    return Rule(key, 1, RuleKind.MUST_HAVE, coverage)


INSPECTION_OUTCOMES = _criterion("inspection-outcomes", "S1-REG-1")
PUBLIC_SIGNALS = _criterion("public-signals", "S1-REG-4", version=2)
DOCUMENTATION = _criterion("documentation-practice", "S1-REG-5")
MODALITY_FIT = _criterion("modality-fit", "S1-FIT-2")
FORM_ROUTE_FIT = _criterion("form-route-fit", "S1-FIT-1")
STAGE_FIT = _criterion("stage-fit", "S1-FIT-3")
DEPTH = _criterion("depth-of-experience", "S1-FIT-4")
LIMITS = _criterion("stated-limits", "S1-FIT-5")
PROVEN_BATCH = _criterion("proven-batch", "S1-CAP-1")
UNRECORDED = _criterion(
    "unrecorded",
    *("S1-REG-2", "S1-REG-3", "S1-CAP-2", "S1-CAP-3", "S1-CAP-4"),
    *("S1-TT-1", "S1-TT-2", "S1-TT-3", "S1-TT-4", "S1-TT-5", "S1-COM-1", "S1-COM-2", "S1-COM-3"),
    *("S1-SUP-1", "S1-SUP-2", "S1-SUP-3", "S1-SUP-4", "S1-LIF-1", "S1-LIF-2", "S1-LIF-3"),
    *("S1-FIN-1", "S1-FIN-2", "S1-SEL-1", "S1-SEL-2"),
)
OPEN_ACTIONS = _must_have("no-open-gmp-action", "S1-REG-1", "S1-REG-4")
CRITICAL_OUTCOMES = _must_have("no-critical-outcome", "S1-REG-1")
MODALITY = _must_have("modality", "S1-FIT-2")
FORM_ROUTE = _must_have("form-and-route", "S1-FIT-1")
STAGE = _must_have("stage", "S1-FIT-3")
BATCH = _must_have("batch-scale", "S1-CAP-1")

RULES: Mapping[str, Rule] = {
    rule.key: rule
    for rule in (
        INSPECTION_OUTCOMES,
        PUBLIC_SIGNALS,
        DOCUMENTATION,
        MODALITY_FIT,
        FORM_ROUTE_FIT,
        STAGE_FIT,
        DEPTH,
        LIMITS,
        PROVEN_BATCH,
        UNRECORDED,
        OPEN_ACTIONS,
        CRITICAL_OUTCOMES,
        MODALITY,
        FORM_ROUTE,
        STAGE,
        BATCH,
    )
}


@dataclass(frozen=True, slots=True)
class Derivation:
    """Everything derived for a set of sites: batches by rule key."""

    scores: Mapping[str, ScoreBatch]
    gates: Mapping[str, GateBatch]


def derive(
    facts: Facts, need: Need, as_of: int, anchors: Mapping[str, Mapping[str, object]] | None = None
) -> Derivation:
    """Apply every rule to what was known on ``as_of`` (days since 1970).

    The single entry: one site or thousands take the same path, and no rule can see a later fact.
    """
    known = facts.known_by(as_of)
    stringent = known.inspections.where(known.inspections.authority != Authority.OTHER)
    visits = regulatory.one_per_visit(stringent)
    found = letters(known.actions)
    profile = fit.Profile.of(known, need)
    scores = (
        regulatory.inspection_outcomes(INSPECTION_OUTCOMES.ref, known, visits, found, as_of),
        regulatory.public_signals(PUBLIC_SIGNALS.ref, known, visits, found, as_of),
        regulatory.documentation(DOCUMENTATION.ref, known, as_of),
        fit.modality_fit(MODALITY_FIT.ref, profile),
        fit.form_route_fit(FORM_ROUTE_FIT.ref, profile),
        fit.stage_fit(STAGE_FIT.ref, profile),
        fit.depth(DEPTH.ref, profile),
        fit.limits(LIMITS.ref, profile),
        scale.proven_batch(PROVEN_BATCH.ref, profile),
        open_scores(UNRECORDED.ref, known),
    )
    gates = (
        standing.open_actions(OPEN_ACTIONS.ref, known, found, as_of),
        standing.critical_outcomes(CRITICAL_OUTCOMES.ref, known, visits, found, as_of),
        fit.modality_gate(MODALITY.ref, profile),
        fit.form_route_gate(FORM_ROUTE.ref, profile),
        fit.stage_gate(STAGE.ref, profile),
        scale.batch_gate(BATCH.ref, profile),
    )
    return Derivation({s.rule.key: s for s in scores}, {g.rule.key: g for g in gates})
