"""What the derivation gathers for one candidate on one criterion: shown beside a score, without any rank."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils import timezone

from programs.models import Program
from scorecards.derivation.facts import day
from scorecards.derivation.rules import derive
from scorecards.derivation.score import DerivedScore
from scorecards.evidence import EvidenceRow, evidence_rows
from scorecards.gathering import gather_facts
from scorecards.panels.selectors import AskedCriterion
from scorecards.selectors import need_of, need_without_demand
from scorecards.wording import sentence


@dataclass(frozen=True, slots=True)
class Gathered:
    """The derived value today, its sentence, and every record behind it."""

    derived: DerivedScore
    known: str
    evidence: tuple[EvidenceRow, ...]

    @property
    def is_settled(self) -> bool:
        """Nothing is left open."""
        return self.derived.value is not None


def gathered(program: Program, criterion: AskedCriterion, site_id: int) -> Gathered:
    """The evidence on a criterion. Three queries at most."""
    package, today = program.package, timezone.localdate()
    facts = gather_facts([site_id], package.pk, today)
    need = need_of(program, package) if criterion.within else need_without_demand(program, package)
    anchors = {criterion.rule: criterion.rule_anchors}
    found = (
        derive(facts, need, day(today), anchors, claimed_margin=criterion.claimed_margin)
        .scores[criterion.rule]
        .score(0)
    )
    return Gathered(
        found,
        sentence(found.rationale),
        tuple(evidence_rows(found.evidence, site_id, program.address)),
    )
