"""A ranking as plain JSON data: for the command, the export and frozen evaluations."""

from __future__ import annotations

from typing import Any

from scorecards.derivation.batch import STRENGTHS
from scorecards.engine import OpenCell
from scorecards.ranking import CriterionResult, GateResult, RankedCandidate, Ranking, rule_versions
from scorecards.wording import criterion_title, sentence


def ranking_data(ranking: Ranking) -> dict[str, Any]:
    """Program, day, template and candidates with gates and criteria; sentences in the active language."""
    return {
        "program": ranking.program_code,
        "as_of": ranking.as_of.isoformat(),
        "template": {"key": ranking.plan.template_key, "version": ranking.plan.template_version},
        "rules": dict(rule_versions(ranking)),
        "digest": ranking.evaluation.digest,
        "candidates": [candidate_data(row) for row in ranking.candidates],
    }


def candidate_data(row: RankedCandidate) -> dict[str, Any]:
    """One candidate; ranks are null for an excluded one."""
    result = row.result
    return {
        "fei": row.head.fei or None,
        "site_id": row.head.site_id,
        "name": row.head.name,
        "organization": row.head.organization,
        "status": result.status.value,
        "rank": result.rank,
        "best_rank": result.best_rank,
        "worst_rank": result.worst_rank,
        "score": result.score,
        "score_upper": result.score_upper,
        "completeness": result.completeness,
        "gates": [_gate(gate) for gate in row.gates],
        "criteria": [_criterion(cell) for cell in row.criteria],
        "next_evidence": [_open_cell(cell) for cell in row.next_evidence()],
    }


def _gate(gate: GateResult) -> dict[str, Any]:
    return {
        "key": gate.criterion.key,
        "title": criterion_title(gate.criterion.key, gate.criterion.title),
        "status": gate.status.value,
        "reason": sentence(gate.reason),
        "rule": {"key": gate.batch.rule.key, "version": gate.batch.rule.version},
    }


def _criterion(cell: CriterionResult) -> dict[str, Any]:
    return {
        "key": cell.criterion.key,
        "title": criterion_title(cell.criterion.key, cell.criterion.title),
        "group": cell.criterion.parent,
        "coverage": list(cell.criterion.coverage),
        "low": cell.low,
        "high": cell.high,
        "value": cell.value,
        "weight": cell.weight,
        "strength": STRENGTHS[int(cell.batch.strength[cell.position])].value,
        "rationale": sentence(cell.rationale),
        "rule": {"key": cell.batch.rule.key, "version": cell.batch.rule.version},
    }


def _open_cell(cell: OpenCell) -> dict[str, Any]:
    return {"criterion": cell.criterion, "gain": cell.gain, "decisive": cell.decisive}
