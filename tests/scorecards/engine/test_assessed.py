"""A run as each assessor alone would have it: hand-computed, and drawn one a sample."""

import numpy as np
import pytest

from scorecards.engine import CriterionNode, Status
from scorecards.engine.errors import ValueInputError
from scorecards.engine.evaluation import Evaluation
from scorecards.engine.official import NO_GATES
from scorecards.engine.questions import as_assessed, smaa_problem
from scorecards.engine.regimes import dirichlet_per_group, uniform_per_level
from scorecards.engine.smaa_run import smaa
from scorecards.engine.tree import build_tree

NODES = (CriterionNode("x", None, 0.5), CriterionNode("y", None, 0.5))


def run(values: list[list[float]]) -> Evaluation:
    """Candidates a, b, … with exact values in points on x and y."""
    cells = np.array(values) * 100.0
    keys = tuple("abcd"[: len(values)])
    return Evaluation(
        tree=build_tree(NODES),
        candidates=keys,
        low=cells,
        high=cells.copy(),
        clipped=np.zeros(cells.shape, dtype=np.bool_),
        gates=tuple(NO_GATES for _ in keys),
        floors=tuple(NO_GATES for _ in keys),
        floor_units={},
        statuses=tuple(Status.RANKED for _ in keys),
    )


def test_each_assessor_replaces_their_own_cells_and_leaves_the_rest() -> None:
    agreed = run([[50, 40], [40, 40]])
    first, second = as_assessed(agreed, [((0, 0, 8000), (1, 0, 2000)), ((0, 0, 1000),)])
    assert first.low.tolist() == [[8000, 4000], [2000, 4000]]
    assert second.low.tolist() == [[1000, 4000], [4000, 4000]]
    assert agreed.low.tolist() == [[5000, 4000], [4000, 4000]]
    # V = (x + y) / 2 by hand: 60 against 30, then 25 against 40.
    assert [result.score for result in first.results] == [60, 30]
    assert [result.score for result in second.results] == [25, 40]
    assert as_assessed(agreed, []) == (agreed,)
    with pytest.raises(ValueInputError):
        as_assessed(agreed, [((2, 0, 1000),)])
    with pytest.raises(ValueInputError):
        as_assessed(agreed, [((0, 0, 10_001),)])


@pytest.mark.parametrize("for_a", [1, 2, 3])
def test_the_share_of_a_candidate_is_the_share_of_the_assessors_who_put_it_first(for_a: int) -> None:
    """On y both have the same, so x decides under every weighting: a leads for ``for_a`` of three assessors.

    By what was agreed, 50 against 40, a leads always: the agreement hides what the scores leave in doubt.
    """
    agreed = run([[50, 40], [40, 40]])
    panel = [((0, 0, 8000 if number < for_a else 2000), (1, 0, 4000)) for number in range(3)]
    seen = as_assessed(agreed, panel)
    for regime in (uniform_per_level(agreed.tree), dirichlet_per_group(agreed.tree, 50)):
        alone = smaa(smaa_problem([agreed], regime, seed=3), 6_000)
        found = smaa(smaa_problem(seen, regime, seed=3), 6_000)
        assert alone.acceptability[0, 0] == 1
        # Three standard deviations of a share counted in 6 000 samples.
        deviation = 3 * (for_a / 3 * (1 - for_a / 3) / 6_000) ** 0.5
        assert found.acceptability[0, 0] == pytest.approx(for_a / 3, abs=deviation + 1e-12)
