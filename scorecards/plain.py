"""A ranking as plain JSON data, for the command.

What is the same for every candidate is said once: titles are looked up and sentences made for what differs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Self

from scorecards.agreed import STRENGTH
from scorecards.derivation.batch import OUTCOMES, STRENGTHS, WIDENED, GateBatch, ScoreBatch
from scorecards.engine import OpenCell
from scorecards.heads import CandidateHead
from scorecards.plans import PlannedCriterion
from scorecards.ranking import RankedCandidate, Ranking, rule_versions
from scorecards.wording import criterion_title, sentence


def ranking_data(ranking: Ranking) -> dict[str, Any]:
    """Program, day, template, criteria and must-haves, and candidates with their values of each.

    Sentences are in the active language.
    """
    criteria, gates = Told.criteria(ranking), Told.gates(ranking)
    return {
        "program": ranking.program_code,
        "as_of": ranking.as_of.isoformat(),
        "template": {
            "key": ranking.plan.template_key,
            "version": ranking.plan.template_version,
            "claimed_margin": ranking.plan.margin,
        },
        "rules": dict(rule_versions(ranking)),
        "digest": ranking.evaluation.digest,
        "criteria": [row.about for row in criteria],
        "gates": [row.about for row in gates],
        "candidates": [_candidate(row, criteria, gates) for row in ranking.candidates],
    }


@dataclass(frozen=True, slots=True)
class Told[B: (ScoreBatch, GateBatch)]:
    """One criterion or must-have: what is said of it once, and a sentence for each position of the batch."""

    key: str
    title: str
    about: dict[str, Any]
    batch: B
    words: Sequence[str]
    word_of: Sequence[int]
    weight: float = 0.0

    def sentence(self, head: CandidateHead) -> str:
        """Why, of one candidate."""
        return self.words[self.word_of[head.position]]

    @classmethod
    def criteria(cls, ranking: Ranking) -> list[Told[ScoreBatch]]:
        """The leaves of the plan."""
        weights = ranking.evaluation.weights
        return [
            Told[ScoreBatch]._of(
                leaf,
                ranking.derivation.scores[leaf.rule],
                weights[leaf.key],
                group=leaf.parent,
                coverage=list(leaf.coverage),
                weight=weights[leaf.key],
            )
            for leaf in ranking.plan.leaves
        ]

    @classmethod
    def gates(cls, ranking: Ranking) -> list[Told[GateBatch]]:
        """The must-haves of the template and of the work package."""
        return [Told[GateBatch]._of(row.criterion, row.batch) for row in ranking.must_haves]

    @classmethod
    def _of(cls, criterion: PlannedCriterion, batch: B, own_weight: float = 0.0, **more: Any) -> Self:
        reasons, of_sites = batch.why.distinct()
        title = criterion_title(criterion.key, criterion.title)
        rule = {"key": batch.rule.key, "version": batch.rule.version}
        return cls(
            key=criterion.key,
            title=title,
            about={"key": criterion.key, "title": title, **more, "rule": rule},
            batch=batch,
            words=[sentence(reason) for reason in reasons],
            word_of=of_sites,
            weight=own_weight,
        )


def _candidate(
    row: RankedCandidate, criteria: Sequence[Told[ScoreBatch]], gates: Sequence[Told[GateBatch]]
) -> dict[str, Any]:
    """One candidate; ranks are null for an excluded one."""
    result, head = row.result, row.head
    low, high = result.low, result.high
    return {
        "fei": head.fei or None,
        "site_id": head.site_id,
        "name": head.name,
        "organization": head.organization,
        "status": result.status.value,
        "rank": result.rank,
        "best_rank": result.best_rank,
        "worst_rank": result.worst_rank,
        "score": result.score,
        "score_upper": result.score_upper,
        "completeness": result.completeness,
        "gates": [
            {
                "key": gate.key,
                "title": gate.title,
                "status": OUTCOMES[int(gate.batch.status[head.position])].value,
                "reason": gate.sentence(head),
            }
            for gate in gates
        ],
        "criteria": [
            {
                "key": cell.key,
                "title": cell.title,
                "low": low[cell.key],
                "high": high[cell.key],
                "value": low[cell.key] if low[cell.key] == high[cell.key] else None,
                "weight": cell.weight,
                "strength": STRENGTHS[int(cell.batch.strength[head.position])].value,
                "rationale": cell.sentence(head),
                **_widened(cell, head),
                **_in_place(row, cell),
            }
            for cell in criteria
        ],
        "next_evidence": [_open_cell(cell) for cell in row.next_evidence()],
    }


def _widened(told: Told[ScoreBatch], head: CandidateHead) -> dict[str, float]:
    """By how many points a value that is only claimed was widened downwards; nothing where it was not."""
    column = told.batch.why.params.get(WIDENED)
    points = 0.0 if column is None else float(column[head.position])
    return {"widened": round(points, 2)} if points > 0 else {}


def _in_place(row: RankedCandidate, told: Told[ScoreBatch]) -> dict[str, Any]:
    """Who put the value in place of the derived one, whose evidence then does not count."""
    cell, at = (row.head.site_id, told.key), row.head.position
    if said := row.ranking.override_by_cell.get(cell):
        by = {"kind": "person", "name": said.made_by, "reason": said.reason, "on": said.made_on.isoformat()}
        return {"strength": None, "in_place_of_derived": by}
    agreed = row.ranking.agreed_by_cell.get(cell)
    if agreed and agreed.counts(float(told.batch.low[at]), float(told.batch.high[at])):
        by = {
            "kind": "panel",
            "name": agreed.panel,
            "reason": agreed.reason,
            "on": agreed.agreed_on.isoformat(),
        }
        return {"strength": STRENGTH, "in_place_of_derived": by}
    return {}


def _open_cell(cell: OpenCell) -> dict[str, Any]:
    return {"criterion": cell.criterion, "gain": cell.gain, "decisive": cell.decisive}
