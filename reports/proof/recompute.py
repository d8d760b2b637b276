"""Every figure of a report computed again from the inputs it carries, and what came out otherwise."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from reports.figures.canonical import as_data
from reports.figures.comparison import Comparison, MustHaveFigures, ProfileFigures
from reports.figures.due_diligence import (
    COUNTS_REPLACED,
    CriterionFigures,
    DueDiligence,
    Evaluation,
    OpenEvidence,
    verified_share,
)
from reports.figures.gather import rivals_of
from reports.figures.outcome import groups_of, outcome_of, standing_of
from reports.figures.standing import Outcome
from scorecards.carried import EvaluationInputs, ranking_of_inputs
from scorecards.derivation.score import Strength
from scorecards.ranking import RankedCandidate, Ranking

CLOSE = 1e-9
# Drawn weights may differ in their last bit between machines, and with them who wins a draw that is close.
SHARES = ".shares."
MOST_OTHER_DRAWS = 2


class CannotCompute(Exception):
    """The inputs do not fit together; the message says why."""


@dataclass(frozen=True)
class Difference:
    """A figure that is not what follows from the inputs."""

    path: str
    said: str
    computed: str


def comparison_differences(said: Comparison) -> list[Difference]:
    """What a comparison says that does not follow from its inputs.

    Raises:
        CannotCompute: when the official method cannot be run on them.
    """
    ranking = carried_ranking(said.inputs, said.as_of)
    try:
        outcome = outcome_of(ranking, said.chosen)
    except KeyError as problem:
        raise CannotCompute(_("A compared site is not among the candidates of the inputs.")) from problem
    ranked = [row.head.site_id for row in ranking.candidates if row.head.site_id in said.chosen]
    computed = replace(
        said,
        outcome=outcome,
        chosen=tuple(ranked),
        must_haves=tuple(
            MustHaveFigures(gate.criterion.key, gate.criterion.title) for gate in ranking.must_haves
        ),
        profiles=tuple(_profile(ranking, each) for each in said.profiles),
    )
    return list(differences("", as_data(said), as_data(computed), margin_of(outcome)))


def due_diligence_differences(said: DueDiligence) -> list[Difference]:
    """The same for a due-diligence report that carries its inputs.

    Raises:
        CannotCompute: when the official method cannot be run on them, or it carries none.
    """
    evaluation = said.evaluation
    if evaluation.inputs is None:
        raise CannotCompute(_("This report was made before reports carried their inputs."))
    ranking = carried_ranking(evaluation.inputs, said.as_of)
    candidate = ranking.candidate(evaluation.standing.site_id)
    if candidate is None:
        raise CannotCompute(_("The site of the report is not among the candidates of the inputs."))
    outcome = outcome_of(ranking, [row.head.site_id for row in rivals_of(ranking, candidate)])
    computed = replace(
        said,
        evaluation=_evaluation(ranking, candidate, said),
        outcome=outcome if said.outcome else None,
    )
    return list(differences("", as_data(said), as_data(computed), margin_of(outcome)))


def margin_of(outcome: Outcome) -> float:
    """How far shares may be off between machines."""
    return MOST_OTHER_DRAWS / outcome.shares.samples if outcome.shares else CLOSE


def carried_ranking(inputs: EvaluationInputs, as_of: date) -> Ranking:
    """The ranking that follows from carried inputs.

    Raises:
        CannotCompute: when they do not fit together.
    """
    try:
        ranking = ranking_of_inputs(inputs, as_of)
        # Worked out when first asked for, and each refuses what does not fit.
        _digest, _assessed = ranking.evaluation.digest, ranking.as_assessed
    except (ValueError, KeyError, IndexError, ArithmeticError) as problem:
        raise CannotCompute(
            _("The inputs do not fit together: %(problem)s") % {"problem": problem}
        ) from problem
    return ranking


def _evaluation(ranking: Ranking, candidate: RankedCandidate, report: DueDiligence) -> Evaluation:
    said = report.evaluation
    cells = {cell.criterion.key: cell for cell in candidate.criteria}
    titles = {row.key: row.title for row in ranking.plan.criteria}
    gates = {gate.criterion.key: gate.status.value for gate in candidate.gates}
    if {row.key for row in said.criteria} != set(cells) or {gate.key for gate in said.gates} != set(gates):
        raise CannotCompute(_("The criteria or must-haves are not those of the inputs."))
    criteria = tuple(
        replace(row, weight=cells[row.key].weight, low=cells[row.key].low, high=cells[row.key].high)
        for row in said.criteria
    )
    return replace(
        said,
        template_key=ranking.plan.template_key,
        template_version=ranking.plan.template_version,
        digest=ranking.evaluation.digest,
        standing=standing_of(candidate),
        verified_share=_verified_share(criteria, report),
        gates=tuple(replace(gate, status=gates[gate.key]) for gate in said.gates),
        groups=tuple(groups_of(ranking, candidate)),
        criteria=criteria,
        open_evidence=tuple(
            OpenEvidence(
                cell.criterion, titles[cell.criterion], cell.low, cell.high, cell.gain, cell.decisive
            )
            for cell in candidate.result.open_cells
        ),
        field=tuple(standing_of(each) for each in ranking.candidates),
    )


def _verified_share(criteria: Sequence[CriterionFigures], report: DueDiligence) -> float:
    """As the report's schema counts it; while the rule changed both ways of counting had the same schema."""
    earlier = verified_share(criteria, and_replaced=True)
    if report.schema <= COUNTS_REPLACED and _same(report.evaluation.verified_share, earlier, CLOSE):
        return earlier
    return verified_share(criteria)


def _profile(ranking: Ranking, said: ProfileFigures) -> ProfileFigures:
    """Who it is, and on how much of the weight evidence of each strength stands."""
    row = ranking.candidate(said.site_id)
    if row is None:
        raise CannotCompute(_("A compared site is not among the candidates of the inputs."))
    weights = ranking.evaluation.weights

    def resting_on(strength: Strength) -> float:
        return sum(
            weights[reason.key]
            for reason in said.reasons
            if reason.strength == strength.value and reason.override is None
        )

    return replace(
        said,
        fei=row.head.fei,
        name=row.head.name,
        verified=resting_on(Strength.VERIFIED),
        documented=resting_on(Strength.DOCUMENTED),
    )


def differences(path: str, said: Any, computed: Any, share_margin: float) -> Iterator[Difference]:
    """What differs between two pieces of plain data; shares may be off by `share_margin`."""
    if isinstance(said, dict) and isinstance(computed, dict) and said.keys() == computed.keys():
        for key in said:
            yield from differences(f"{path}.{key}" if path else key, said[key], computed[key], share_margin)
    elif _is_list(said) and _is_list(computed) and len(said) == len(computed):
        for at, pair in enumerate(zip(said, computed, strict=True)):
            yield from differences(f"{path}[{at}]", *pair, share_margin)
    elif not _same(said, computed, share_margin if SHARES in path else CLOSE):
        yield Difference(path, _told(said), _told(computed))


def _is_list(value: Any) -> bool:
    return isinstance(value, Sequence) and not isinstance(value, str)


def _same(said: Any, computed: Any, margin: float) -> bool:
    if isinstance(said, float) or isinstance(computed, float):
        numbers = isinstance(said, int | float) and isinstance(computed, int | float)
        return numbers and math.isclose(said, computed, rel_tol=CLOSE, abs_tol=margin)
    return bool(said == computed) and type(said) is type(computed)


def _told(value: Any) -> str:
    text = str(value)
    return text if len(text) <= 80 else text[:79] + "…"
