"""The ranking of a work package's candidates: facts, derivation and official run in one object.

One place for the command, the page, the export and the report. Everything heavy is done in arrays; a
candidate's criteria, reasons and evidence are unpacked when somebody looks at that candidate.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property

from programs.requirements import AskedColumn
from scorecards.agreed import STRENGTH, Agreed
from scorecards.assessors import assessed_cells
from scorecards.derivation.batch import OUTCOMES, GateBatch, ScoreBatch
from scorecards.derivation.facts import Facts, Need
from scorecards.derivation.rules import Derivation
from scorecards.derivation.score import DerivedGate, DerivedScore, Outcome, Rationale
from scorecards.engine import CandidateResult, Evaluation, OpenCell, Status
from scorecards.engine.questions import AssessedCells, as_assessed
from scorecards.floors import Excepted, floor_columns
from scorecards.heads import CandidateHead
from scorecards.official import official_run
from scorecards.overrides import Overridden
from scorecards.plans import Plan, PlannedCriterion
from scorecards.requirements import GateColumn, gate_columns


@dataclass(frozen=True, slots=True)
class CriterionResult:
    """One leaf of one candidate; values in points, ``weight`` global and between 0 and 1."""

    criterion: PlannedCriterion
    low: float
    high: float
    weight: float
    contribution: float
    contribution_upper: float
    batch: ScoreBatch
    position: int
    override: Overridden | None = None
    agreed: Agreed | None = None

    @property
    def derived(self) -> DerivedScore:
        """What the rule gave, with all its evidence."""
        return self.batch.score(self.position)

    @property
    def rationale(self) -> Rationale:
        """Why, without collecting the evidence."""
        return self.batch.why.of(self.position)

    @property
    def strength(self) -> str:
        """What the value that counts rests on: "panel" where a panel agreed on it, else the evidence."""
        return STRENGTH if self.agreed_counts and not self.override else self.derived.strength.value

    @property
    def agreed_counts(self) -> bool:
        """Whether what a panel agreed on narrows the derived value, or stands in its place."""
        if self.agreed is None:
            return False
        return self.agreed.counts(float(self.batch.low[self.position]), float(self.batch.high[self.position]))

    @property
    def value(self) -> float | None:
        """The value where it is settled."""
        return self.low if self.low == self.high else None


@dataclass(frozen=True, slots=True)
class GateResult:
    """One must-have of one candidate."""

    criterion: PlannedCriterion
    batch: GateBatch
    position: int

    @property
    def status(self) -> Outcome:
        return OUTCOMES[int(self.batch.status[self.position])]

    @property
    def reason(self) -> Rationale:
        """Why, without collecting the evidence."""
        return self.batch.why.of(self.position)

    @property
    def derived(self) -> DerivedGate:
        """What the rule gave, with all its evidence."""
        return self.batch.gate(self.position)


@dataclass(frozen=True, slots=True)
class RankedCandidate:
    """One candidate with its official result; criteria, gates and open cells on demand."""

    ranking: Ranking
    head: CandidateHead
    result: CandidateResult

    @property
    def status(self) -> Status:
        return self.result.status

    @property
    def gates(self) -> tuple[GateResult, ...]:
        """Every must-have with its reason: the template's, then the package's own."""
        return tuple(
            GateResult(row.criterion, row.batch, self.head.position) for row in self.ranking.must_haves
        )

    @property
    def criteria(self) -> tuple[CriterionResult, ...]:
        """Every leaf with its interval, weight and rationale."""
        low, high = self.result.low, self.result.high
        added, added_upper = self.result.contributions_low, self.result.contributions_high
        weights = self.ranking.evaluation.weights
        return tuple(
            CriterionResult(
                criterion=leaf,
                low=low[leaf.key],
                high=high[leaf.key],
                weight=weights[leaf.key],
                contribution=added[leaf.key],
                contribution_upper=added_upper[leaf.key],
                batch=self.ranking.derivation.scores[leaf.rule],
                position=self.head.position,
                override=self.ranking.override_by_cell.get((self.head.site_id, leaf.key)),
                agreed=self.ranking.agreed_by_cell.get((self.head.site_id, leaf.key)),
            )
            for leaf in self.ranking.plan.leaves
        )

    def next_evidence(self, limit: int = 3) -> tuple[OpenCell, ...]:
        """The open cells that could add most to the score."""
        return self.ranking.evaluation.open_cells(limit=limit, candidate=self.head.key)


@dataclass(frozen=True)
class Ranking:
    """All candidates of a work package as of a day."""

    program_code: str
    program_name: str
    package_id: int
    as_of: date
    need: Need
    plan: Plan
    heads: tuple[CandidateHead, ...]
    facts: Facts
    derivation: Derivation
    must_haves: tuple[GateColumn, ...]
    evaluation: Evaluation
    overrides: tuple[Overridden, ...] = ()
    agreed: tuple[Agreed, ...] = ()
    requirements: tuple[AskedColumn, ...] = ()
    # Signed for floors of criteria; whether each holds, the evaluation says.
    exceptions: tuple[Excepted, ...] = ()
    # What each assessor of the panels said on their own.
    assessors: tuple[AssessedCells, ...] = ()
    # By site: how we stand to the candidates today, for pages; no part of the evaluation.
    standings: Mapping[int, str] = field(default_factory=dict)

    @cached_property
    def override_by_cell(self) -> Mapping[tuple[int, str], Overridden]:
        """Overrides by site and criterion."""
        return {(row.site_id, row.criterion): row for row in self.overrides}

    @cached_property
    def agreed_by_cell(self) -> Mapping[tuple[int, str], Agreed]:
        """What panels agreed on, by site and criterion."""
        return {(row.site_id, row.criterion): row for row in self.agreed}

    @cached_property
    def as_assessed(self) -> tuple[Evaluation, ...]:
        """The evaluation as each assessor alone would have it; itself where no panel counts."""
        return as_assessed(self.evaluation, self.assessors)

    @cached_property
    def candidates(self) -> tuple[RankedCandidate, ...]:
        """By rank; the excluded follow by score; equal ones by name."""
        results = self.evaluation.results
        rows = [RankedCandidate(self, head, results[at]) for at, head in enumerate(self.heads)]
        rows.sort(
            key=lambda row: (
                row.result.rank is None,
                -row.result.exact_score,
                row.head.name_key,
                row.head.site_id,
            )
        )
        return tuple(rows)

    def candidate(self, site_id: int) -> RankedCandidate | None:
        """One candidate, None when the site is not among them."""
        return next((row for row in self.candidates if row.head.site_id == site_id), None)

    def reweighted(self, plan: Plan) -> Ranking:
        """The same evidence under other weights; no query."""
        return rank(
            program_code=self.program_code,
            program_name=self.program_name,
            package_id=self.package_id,
            as_of=self.as_of,
            need=self.need,
            plan=plan,
            heads=self.heads,
            facts=self.facts,
            derivation=self.derivation,
            overrides=self.overrides,
            agreed=self.agreed,
            requirements=self.requirements,
            exceptions=self.exceptions,
            standings=self.standings,
        )


def rank(
    *,
    program_code: str,
    program_name: str,
    package_id: int,
    as_of: date,
    need: Need,
    plan: Plan,
    heads: Sequence[CandidateHead],
    facts: Facts,
    derivation: Derivation,
    overrides: Sequence[Overridden] = (),
    agreed: Sequence[Agreed] = (),
    requirements: Sequence[AskedColumn] = (),
    exceptions: Sequence[Excepted] = (),
    standings: Mapping[int, str] | None = None,
) -> Ranking:
    """Run the official method over derived scores, in place of some what a panel agreed on or a person put.

    A person's value counts before a panel's, a panel's before the derived one.

    The must-haves are those of the template, those among the requirements, and the floors of criteria.

    Raises the engine's errors for weights that do not fit.
    """
    gates = _gates(plan, derivation, requirements, facts)
    exceptions = tuple(one for one in exceptions if plan.allows_exception(one.criterion))
    evaluation = official_run(plan, heads, derivation, overrides, gates, agreed, exceptions)
    return Ranking(
        program_code=program_code,
        program_name=program_name,
        package_id=package_id,
        as_of=as_of,
        need=need,
        plan=plan,
        heads=tuple(heads),
        facts=facts,
        derivation=derivation,
        must_haves=(*gates, *floor_columns(plan, evaluation, heads, derivation, exceptions)),
        evaluation=evaluation,
        assessors=assessed_cells(
            agreed,
            {head.site_id: (row, head.position) for row, head in enumerate(heads)},
            {leaf: (column, plan.by_key[leaf]) for column, leaf in enumerate(evaluation.leaves)},
            derivation,
            frozenset((value.site_id, value.criterion) for value in overrides),
        ),
        overrides=tuple(overrides),
        agreed=tuple(agreed),
        requirements=tuple(requirements),
        exceptions=exceptions,
        standings=standings or {},
    )


def _gates(
    plan: Plan, derivation: Derivation, requirements: Sequence[AskedColumn], facts: Facts
) -> tuple[GateColumn, ...]:
    own = (GateColumn(row, derivation.gates[row.rule]) for row in plan.must_haves)
    return (*own, *gate_columns(requirements, facts.sites))


def rule_versions(ranking: Ranking) -> Mapping[str, int]:
    """Versions of the rules that the plan uses, and of the reading of requirements where there are any."""
    scores = ranking.derivation.scores
    used = {row.rule for row in ranking.plan.criteria}
    refs = [batch.rule for key, batch in scores.items() if key in used]
    refs += [row.batch.rule for row in ranking.must_haves]
    return {ref.key: ref.version for ref in refs}
