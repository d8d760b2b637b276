"""What a frozen evaluation holds, its canonical form, and how it is computed again from itself.

Scores are kept as the exact integers of the official run, so that the text of the JSON is the same after any
number of trips through the database.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

import numpy as np

from scorecards.agreed import STRENGTH, agreed_from
from scorecards.derivation.facts import Facts, Need, day
from scorecards.derivation.rules import derive
from scorecards.derivation.score import EvidenceRef
from scorecards.floors import excepted_from
from scorecards.heads import CandidateHead
from scorecards.overrides import Overridden
from scorecards.plans import Plan, PlannedCriterion
from scorecards.ranking import CriterionResult, RankedCandidate, Ranking, rank, rule_versions
from scorecards.requirements import columns_data, columns_of_data

FORMAT = 2
# Named only where there is a floor, so that an evaluation without any keeps its hash.
FLOOR_FIELDS = ("floor", "floor_by_exception")


@dataclass(frozen=True, slots=True)
class FrozenContent:
    """Everything the hash covers."""

    as_of: str
    inputs: dict[str, Any]
    result: dict[str, Any]
    rule_versions: dict[str, int]

    @property
    def canonical(self) -> str:
        """The JSON that is hashed: sorted keys, no spaces, ASCII."""
        return json.dumps(asdict(self), sort_keys=True, separators=(",", ":"), allow_nan=False)

    @property
    def sha256(self) -> str:
        """SHA-256 of the canonical JSON."""
        return hashlib.sha256(self.canonical.encode()).hexdigest()


def freeze_content(ranking: Ranking) -> FrozenContent:
    """The facts, the plan and the result of a ranking as plain data."""
    return FrozenContent(
        as_of=ranking.as_of.isoformat(),
        inputs={
            "format": FORMAT,
            "program": {"code": ranking.program_code, "name": ranking.program_name},
            "package_id": ranking.package_id,
            "need": asdict(ranking.need),
            "plan": _plan_data(ranking.plan),
            "candidates": [asdict(head) for head in ranking.heads],
            "overrides": [{**asdict(row), "made_on": row.made_on.isoformat()} for row in ranking.overrides],
            "facts": _facts_data(ranking.facts.known_by(day(ranking.as_of))),
            **_requirements_data(ranking),
            **_agreed_data(ranking),
            **_exceptions_data(ranking),
        },
        result=result_data(ranking),
        rule_versions=dict(rule_versions(ranking)),
    )


def result_data(ranking: Ranking) -> dict[str, Any]:
    """The official result in exact integers, with rationales as keys and parameters."""
    return {
        "digest": ranking.evaluation.digest,
        "weights": dict(ranking.evaluation.weight_units),
        "candidates": [_candidate_data(row) for row in ranking.candidates],
    }


def without_criteria(result: Mapping[str, Any], keys: Collection[str]) -> dict[int, list[Any]]:
    """What a result says of each candidate's criteria and must-haves, those of the keys left out."""
    return {
        row["site_id"]: [cell for cell in (*row["gates"], *row["criteria"]) if cell["key"] not in keys]
        for row in result["candidates"]
    }


def recompute(content: FrozenContent) -> Ranking:
    """Derive and rank again from the frozen facts alone, with the versions of rules named then if kept."""
    inputs = content.inputs
    as_of = date.fromisoformat(content.as_of)
    facts = _facts_of(inputs["facts"])
    need = Need.from_data(inputs["need"])
    plan = _plan_of(inputs["plan"])
    return rank(
        program_code=inputs["program"]["code"],
        program_name=inputs["program"]["name"],
        package_id=inputs["package_id"],
        as_of=as_of,
        need=need,
        plan=plan,
        heads=[CandidateHead(**head) for head in inputs["candidates"]],
        facts=facts,
        derivation=derive(facts, need, day(as_of), plan.anchors, content.rule_versions, plan.margin),
        # Evaluations frozen before there were overrides do not name them.
        overrides=[
            Overridden(**{**row, "made_on": date.fromisoformat(row["made_on"])})
            for row in inputs.get("overrides", ())
        ],
        agreed=[agreed_from(row) for row in inputs.get("agreed", ())],
        requirements=columns_of_data(inputs.get("requirements", ())),
        exceptions=[excepted_from(row) for row in inputs.get("exceptions", ())],
    )


def _requirements_data(ranking: Ranking) -> dict[str, Any]:
    """Nothing where nothing was asked, so that an evaluation frozen before keeps its hash."""
    if not ranking.requirements:
        return {}
    sites = [head.site_id for head in ranking.heads]
    return {"requirements": columns_data(ranking.requirements, sites)}


def _agreed_data(ranking: Ranking) -> dict[str, Any]:
    """Nothing where no panel agreed, so that an evaluation frozen before keeps its hash."""
    rows = [row.as_data() for row in ranking.agreed]
    return {"agreed": rows} if rows else {}


def _exceptions_data(ranking: Ranking) -> dict[str, Any]:
    """Nothing where nothing was excepted, so that an evaluation frozen before keeps its hash."""
    rows = [row.as_data() for row in ranking.exceptions]
    return {"exceptions": rows} if rows else {}


def _panel_data(cell: CriterionResult) -> dict[str, Any]:
    """What a panel said of a criterion, beside what the rule said; nothing where none did."""
    if cell.agreed is None:
        return {}
    if not cell.agreed_counts:
        strength = cell.derived.strength.value
        return {"panel": {"strength": strength, "rationale": cell.agreed.settled_rationale.as_data()}}
    return {"panel": {"strength": STRENGTH, "rationale": cell.agreed.rationale.as_data()}}


def _candidate_data(row: RankedCandidate) -> dict[str, Any]:
    result = row.result
    return {
        "site_id": row.head.site_id,
        "status": result.status.value,
        "rank": result.rank,
        "best_rank": result.best_rank,
        "worst_rank": result.worst_rank,
        "exact_score": result.exact_score,
        "exact_score_upper": result.exact_score_upper,
        "gates": [
            {
                "key": gate.criterion.key,
                "status": gate.derived.status.value,
                "reason": gate.derived.reason.as_data(),
                "evidence": _references(gate.derived.evidence),
            }
            for gate in row.gates
        ],
        "criteria": [
            {
                "key": cell.criterion.key,
                "low": round(cell.low * 100),
                "high": round(cell.high * 100),
                "strength": cell.derived.strength.value,
                "rationale": cell.derived.rationale.as_data(),
                "evidence": _references(cell.derived.evidence),
                **_panel_data(cell),
            }
            for cell in row.criteria
        ],
    }


def _references(evidence: tuple[EvidenceRef, ...]) -> list[list[Any]]:
    return [[ref.kind, ref.id] for ref in evidence]


def _plan_data(plan: Plan) -> dict[str, Any]:
    return {
        "template_key": plan.template_key,
        "template_version": plan.template_version,
        "template_title": plan.template_title,
        "scorecard_id": plan.scorecard_id,
        **({"claimed_margin": str(plan.claimed_margin)} if plan.claimed_margin else {}),
        "criteria": [
            {
                **{name: value for name, value in asdict(row).items() if name not in FLOOR_FIELDS},
                "weight": str(row.weight),
                "default": str(row.default),
                "coverage": list(row.coverage),
                **_floor_data(row),
            }
            for row in plan.criteria
        ],
    }


def _floor_data(row: PlannedCriterion) -> dict[str, Any]:
    if row.floor is None:
        return {}
    return {"floor": str(row.floor), "floor_by_exception": row.floor_by_exception}


def _plan_of(data: Mapping[str, Any]) -> Plan:
    criteria = tuple(
        PlannedCriterion(
            **{
                **row,
                "weight": Decimal(row["weight"]),
                "default": Decimal(row["default"]),
                "coverage": tuple(row["coverage"]),
                "floor": Decimal(row["floor"]) if "floor" in row else None,
            }
        )
        for row in data["criteria"]
    )
    return Plan(
        template_key=data["template_key"],
        template_version=data["template_version"],
        template_title=data["template_title"],
        scorecard_id=data["scorecard_id"],
        version=0,
        criteria=criteria,
        claimed_margin=Decimal(data.get("claimed_margin", 0)),
    )


def _facts_data(facts: Facts) -> dict[str, Any]:
    """Every table that has rows; one that is missing is empty."""
    tables = {
        name: {f.name: _cells(getattr(table, f.name)) for f in fields(table)}
        for name, table in facts.tables().items()
        if len(table)
    }
    return {"sites": facts.sites.tolist(), **tables}


def _cells(column: np.ndarray[Any, Any]) -> list[Any]:
    if column.dtype.kind != "f":
        return list(column.tolist())
    return [None if np.isnan(value) else value for value in column.tolist()]


def _facts_of(data: Mapping[str, Any]) -> Facts:
    """Facts from what was frozen; tables and columns that did not exist then are empty."""
    empty = Facts(np.array(data["sites"], dtype=np.int64))
    tables: dict[str, Any] = {
        name: type(table).from_columns(
            {
                column: [np.nan if cell is None else cell for cell in cells]
                for column, cells in data[name].items()
            }
        )
        for name, table in empty.tables().items()
        if name in data
    }
    return Facts(empty.sites, **tables)
