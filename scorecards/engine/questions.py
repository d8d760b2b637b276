"""Questions that an official run answers through the rest of the engine."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np

from scorecards.engine.counterfactual import Counterfactuals, Inverse, break_evens
from scorecards.engine.errors import PanelError, UnknownKeyError, ValueInputError
from scorecards.engine.evaluation import Evaluation
from scorecards.engine.exact import HUNDREDTHS, SCORE_UNITS, VALUE_UNITS, FloatArray
from scorecards.engine.explain import BennetSplit, bennet_split
from scorecards.engine.regimes import WeightRegime
from scorecards.engine.smaa import FULL_RANKS_LIMIT, TOP_RANKS, Cells, SmaaProblem


def smaa_problem(
    panel: Sequence[Evaluation],
    regime: WeightRegime,
    *,
    seed: int,
    ranks: int | None = None,
    pairwise: bool = False,
    at_low: bool = False,
) -> SmaaProblem:
    """SMAA over the candidates that the run does not exclude.

    `panel`: one run, or one per assessor with the same candidates and criteria; whoever is excluded in the
    first is left out. `ranks`: all up to 512 candidates, the first ten beyond, unless given. `at_low`: take
    every cell at its lower end, as the official score does, so that only weights are uncertain.
    Raises PanelError for an empty panel, UnknownKeyError when assessors differ in candidates or criteria.
    """
    if not panel:
        raise PanelError("panel", "is empty")
    head = panel[0]
    kept = np.flatnonzero(head.included)
    keys = tuple(head.candidates[i] for i in kept)
    default = len(keys) if len(keys) <= FULL_RANKS_LIMIT else TOP_RANKS
    return SmaaProblem(
        candidates=keys,
        criteria=head.leaves,
        panel=tuple(_cells(run, head, keys, at_low) for run in panel),
        regime=regime,
        seed=seed,
        ranks=default if ranks is None else ranks,
        pairwise=pairwise,
    )


type AssessedCells = tuple[tuple[int, int, int], ...]
"""What one assessor said: row of the candidate, column of the leaf, value in hundredths."""


def as_assessed(run: Evaluation, panel: Sequence[AssessedCells]) -> tuple[Evaluation, ...]:
    """The run as each assessor alone would have it, for `smaa_problem`; the run itself without a panel.

    What an assessor did not score stays as in the run, so that whatever the panel agreed on holds there.
    Raises ValueInputError for a cell that the run does not have or a value off the scale.
    """
    if not panel:
        return (run,)
    seen = []
    for cells in panel:
        low, high = run.low.copy(), run.high.copy()
        for row, column, value in cells:
            if not (0 <= row < low.shape[0] and 0 <= column < low.shape[1] and 0 <= value <= VALUE_UNITS):
                raise ValueInputError("panel", f"has no cell ({row}, {column}) for the value {value}")
            low[row, column] = high[row, column] = value
        seen.append(replace(run, low=low, high=high))
    return tuple(seen)


def _cells(run: Evaluation, head: Evaluation, keys: Sequence[str], at_low: bool) -> Cells:
    if set(run.leaves) != set(head.leaves):
        raise UnknownKeyError("panel", "has assessors with different criteria")
    rows = [run.row_of(key) for key in keys]
    columns = [run.tree.leaf_index[leaf] for leaf in head.leaves]
    low = run.low[np.ix_(rows, columns)]
    return Cells(low, low if at_low else run.high[np.ix_(rows, columns)])


def revision_split(before: Evaluation, after: Evaluation, candidate: str) -> BennetSplit:
    """Why a candidate's score V⁻ changed between two runs: values and weights apart, adding up exactly.

    A criterion that only one run has weighs nothing in the other and keeps its value there.
    """
    old, new = _leaf_values(before, candidate), _leaf_values(after, candidate)
    leaves = [*old, *(leaf for leaf in new if leaf not in old)]
    return bennet_split(
        np.array([old.get(leaf, new.get(leaf, 0.0)) for leaf in leaves]),
        np.array([new.get(leaf, old.get(leaf, 0.0)) for leaf in leaves]),
        np.array([float(before.weight_units.get(leaf, 0)) for leaf in leaves]),
        np.array([float(after.weight_units.get(leaf, 0)) for leaf in leaves]),
        leaves,
        scale=SCORE_UNITS,
    )


def _leaf_values(run: Evaluation, candidate: str) -> dict[str, float]:
    return dict(zip(run.leaves, run.low[run.row_of(candidate)].tolist(), strict=True))


def counterfactuals(
    run: Evaluation, a: str, b: str, inverses: Mapping[str, Inverse] | None = None
) -> Counterfactuals:
    """What b would need on each criterion alone to draw level with a, on V⁻; `inverses` by leaf."""
    return break_evens(
        _points(run, a),
        _points(run, b),
        run.tree.leaf_weights,
        run.leaves,
        inverses=[(inverses or {}).get(leaf) for leaf in run.leaves],
    )


def _points(run: Evaluation, candidate: str) -> FloatArray:
    return np.asarray(run.low[run.row_of(candidate)] / HUNDREDTHS)
