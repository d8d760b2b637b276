"""What an official run was computed from, small enough for a report to carry: weights, cells, must-haves.

Whoever has it can run the official method again and question the result like any other ranking: who leads,
how sure it is, what would change it. The evidence behind the cells is in a frozen evaluation, not here.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

import numpy as np

from scorecards.derivation.batch import OUTCOMES, GateBatch, ScoreBatch, Why
from scorecards.derivation.facts import Facts, Need
from scorecards.derivation.rules import Derivation
from scorecards.derivation.score import Outcome, RuleRef
from scorecards.engine import GateStatus
from scorecards.engine.exact import HUNDREDTHS
from scorecards.floors import ANY_STRENGTH, Excepted, floor_columns, is_floor
from scorecards.heads import CandidateHead
from scorecards.official import official_run
from scorecards.plans import Plan, PlannedCriterion
from scorecards.ranking import Ranking
from scorecards.requirements import GateColumn

NO_RULE = RuleRef("carried", 1)
NO_WORDS = ("carried",)


@dataclass(frozen=True)
class CarriedCriterion:
    """A group, leaf or must-have; `weight` is out of 100 among siblings, as text so that it stays exact."""

    key: str
    parent: str | None
    title: str
    weight: str
    is_must_have: bool
    # In points, as text; None where the criterion has none.
    floor: str | None = None


@dataclass(frozen=True)
class CarriedCandidate:
    """A candidate with both ends of every leaf in whole hundredths of a point, and its must-haves."""

    site_id: int
    fei: str
    name: str
    name_key: str
    low: tuple[int, ...]
    high: tuple[int, ...]
    gates: Mapping[str, str]
    # Criteria whose floor a signed exception lets the candidate stand below.
    excepted: tuple[str, ...] = ()


@dataclass(frozen=True)
class EvaluationInputs:
    """Everything the result of a ranking follows from; the cells stand in the order of `leaves`."""

    template_key: str
    template_version: int
    template_title: str
    criteria: tuple[CarriedCriterion, ...]
    leaves: tuple[str, ...]
    candidates: tuple[CarriedCandidate, ...]
    # By assessor, who has no name here: place of the candidate, place of the leaf, hundredths of a point.
    assessors: tuple[tuple[tuple[int, ...], ...], ...] = ()


def inputs_of(ranking: Ranking) -> EvaluationInputs:
    """What a ranking was computed from, every candidate of it."""
    plan, evaluation = ranking.plan, ranking.evaluation
    # Floors follow from the cells: they are not carried as must-haves.
    gates = [row.criterion for row in ranking.must_haves if not is_floor(row)]
    rows = zip(
        ranking.heads,
        evaluation.low.tolist(),
        evaluation.high.tolist(),
        evaluation.gates,
        evaluation.floors,
        strict=True,
    )
    return EvaluationInputs(
        template_key=plan.template_key,
        template_version=plan.template_version,
        template_title=plan.template_title,
        criteria=tuple(
            CarriedCriterion(
                key=row.key,
                parent=row.parent,
                title=row.title,
                weight=str(row.weight),
                is_must_have=row.is_must_have,
                floor=None if row.floor is None else str(row.floor),
            )
            for row in (*plan.weighted, *gates)
        ),
        leaves=evaluation.leaves,
        candidates=tuple(
            CarriedCandidate(
                site_id=head.site_id,
                fei=head.fei,
                name=head.name,
                name_key=head.name_key,
                low=tuple(map(int, low)),
                high=tuple(map(int, high)),
                gates={key: status.value for key, status in states.items()},
                excepted=tuple(key for key, state in floors.items() if state is GateStatus.EXCEPTED),
            )
            for head, low, high, states, floors in rows
        ),
        assessors=ranking.assessors,
    )


def ranking_of_inputs(inputs: EvaluationInputs, as_of: date) -> Ranking:
    """The ranking that follows from them. Its reasons are blank, since they were derived elsewhere.

    Raises the engine's errors for weights and cells that do not fit together.
    """
    plan = _plan(inputs)
    heads = [
        CandidateHead(row.site_id, at, row.fei, row.name, row.name_key, "", "", "")
        for at, row in enumerate(inputs.candidates)
    ]
    blank = Why(NO_WORDS, np.zeros(len(heads), dtype=np.int64))
    derivation = Derivation(scores=_scores(inputs, plan, blank), gates={})
    gates = tuple(_gates(inputs, plan, blank))
    exceptions = tuple(_exceptions(inputs, as_of))
    evaluation = official_run(plan, heads, derivation, (), gates, exceptions=exceptions)
    return Ranking(
        program_code="",
        program_name="",
        package_id=0,
        as_of=as_of,
        need=Need.from_data({}),
        plan=plan,
        heads=tuple(heads),
        facts=Facts(np.array([head.site_id for head in heads], dtype=np.int64)),
        derivation=derivation,
        must_haves=(*gates, *floor_columns(plan, evaluation, heads, derivation)),
        evaluation=evaluation,
        exceptions=exceptions,
        assessors=tuple(
            tuple((row, column, value) for row, column, value in cells) for cells in inputs.assessors
        ),
    )


def _plan(inputs: EvaluationInputs) -> Plan:
    """Each leaf is its own rule, so that its column of cells is found by it."""
    return Plan(
        template_key=inputs.template_key,
        template_version=inputs.template_version,
        template_title=inputs.template_title,
        scorecard_id=None,
        version=0,
        criteria=tuple(
            PlannedCriterion(
                key=row.key,
                parent=row.parent,
                title=row.title,
                weight=Decimal(row.weight),
                default=Decimal(row.weight),
                rule=row.key,
                coverage=(),
                is_must_have=row.is_must_have,
                position=at,
                floor=None if row.floor is None else Decimal(row.floor),
            )
            for at, row in enumerate(inputs.criteria)
        ),
    )


def _exceptions(inputs: EvaluationInputs, as_of: date) -> Iterator[Excepted]:
    """The exceptions that hold, without what they were signed for."""
    for row in inputs.candidates:
        for key in row.excepted:
            yield Excepted(0, row.site_id, key, 100.0, 0.0, ANY_STRENGTH, "", "", "", as_of)


def _scores(inputs: EvaluationInputs, plan: Plan, blank: Why) -> dict[str, ScoreBatch]:
    column = {leaf: at for at, leaf in enumerate(inputs.leaves)}
    none = np.zeros(len(inputs.candidates), dtype=np.int64)
    return {
        leaf.key: ScoreBatch(
            rule=NO_RULE,
            low=np.array([row.low[column[leaf.key]] for row in inputs.candidates]) / HUNDREDTHS,
            high=np.array([row.high[column[leaf.key]] for row in inputs.candidates]) / HUNDREDTHS,
            strength=none,
            why=blank,
        )
        for leaf in plan.leaves
    }


def _gates(inputs: EvaluationInputs, plan: Plan, blank: Why) -> list[GateColumn]:
    return [
        GateColumn(
            gate,
            GateBatch(
                rule=NO_RULE,
                status=np.array(
                    [OUTCOMES.index(Outcome(row.gates[gate.key])) for row in inputs.candidates],
                    dtype=np.int64,
                ),
                why=blank,
            ),
        )
        for gate in plan.must_haves
    ]
