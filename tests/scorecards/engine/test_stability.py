"""Stability intervals end where the swap really happens, for every node of any tree."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scorecards.engine import CandidateInput, CriterionNode, EngineError, Evaluation, evaluate
from tests.scorecards.engine.models import Model, models

STEP = 1e-3
ROUNDING = 1e-4  # of weights to 2⁻³⁰, seen through groups that weigh little


def at_weight(run: Evaluation, node: str, t: float) -> dict[str, float]:
    """Scores V⁻ by candidate when the node's local weight is t and its siblings keep their proportions."""
    tree = run.tree
    siblings = tree.children[tree.by_key[node].parent]
    others = sum(float(tree.local[key]) for key in siblings if key != node)
    local = {key: float(tree.local[key]) for key in tree.local}
    for key in siblings:
        if key == node:
            local[key] = t
        else:
            local[key] = (1 - t) * (local[key] / others if others else 1 / (len(siblings) - 1))

    def share(key: str | None) -> float:
        return 1.0 if key is None else local[key] * share(tree.by_key[key].parent)

    weights = np.array([share(leaf) for leaf in run.leaves])
    rows = [i for i in range(len(run.candidates)) if run.included[i]]
    return {run.candidates[i]: float(run.low[i] @ weights) / 100 for i in rows}


@given(models(most=5), st.data())
def test_winner_holds_inside_and_swaps_outside(model: Model, data: st.DataObject) -> None:
    run = model.run()
    assume(run.included.any())
    found = run.stability(data.draw(st.sampled_from([node.key for node in run.tree.nodes])))
    if not found.adjustable:
        assert (found.lower, found.upper) == (0, 1)
        return
    for t in (found.lower, found.upper, (found.lower + found.upper) / 2):
        scores = at_weight(run, found.node, t)
        assert scores[found.winner] >= max(scores.values()) - ROUNDING
    for t, rival in ((found.lower, found.lower_rival), (found.upper, found.upper_rival)):
        if rival is None:
            continue
        level = at_weight(run, found.node, t)
        assert level[rival] == pytest.approx(level[found.winner], abs=ROUNDING)
        beyond = at_weight(run, found.node, t + (STEP if t == found.upper else -STEP))
        gained = (beyond[rival] - beyond[found.winner]) - (level[rival] - level[found.winner])
        assert gained > 0


@given(models(most=5), st.data())
def test_whole_ranking_holds_inside_its_interval(model: Model, data: st.DataObject) -> None:
    run = model.run()
    assume(run.included.any())
    found = run.stability(data.draw(st.sampled_from([node.key for node in run.tree.nodes])))
    assert found.lower <= found.ranking_lower + 1e-12
    assert found.ranking_upper <= found.upper + 1e-12
    now = at_weight(run, found.node, found.weight) if found.adjustable else {}
    for t in (found.ranking_lower, found.ranking_upper):
        then = at_weight(run, found.node, t) if found.adjustable else {}
        for a in now:
            for b in now:
                if now[a] > now[b] + ROUNDING:
                    assert then[a] >= then[b] - ROUNDING


def test_interval_of_a_node_deep_in_the_tree() -> None:
    """By hand: V_a − V_b = 0.5 (10 t − 30 (1 − t)) + 0.5 · 5 is zero at t = 0.625."""
    nodes = [
        CriterionNode("g", None, 0.5),
        CriterionNode("x", "g", 0.8),
        CriterionNode("y", "g", 0.2),
        CriterionNode("z", None, 0.5),
    ]
    a, b = {"x": 60.0, "y": 20.0, "z": 55.0}, {"x": 50.0, "y": 50.0, "z": 50.0}
    run = evaluate(nodes, [CandidateInput("a", a, a), CandidateInput("b", b, b)])
    found = run.stability("x")
    assert found.lower == pytest.approx(0.625)
    assert found.upper == 1
    assert (found.winner, found.lower_rival, found.upper_rival) == ("a", "b", None)
    assert found.parent_weight == 0.5


def test_node_without_siblings_cannot_move() -> None:
    run = evaluate([CriterionNode("x", None, 1)], [CandidateInput("a", {"x": 5}, {"x": 5})])
    found = run.stability("x")
    assert not found.adjustable


def test_stabilities_of_all_nodes_are_those_of_each() -> None:
    nodes = [CriterionNode(key, None, weight) for key, weight in (("x", 0.2), ("y", 0.3), ("z", 0.5))]
    rng = np.random.default_rng(3)
    candidates = []
    for i in range(5):
        point = dict(zip("xyz", map(float, rng.integers(0, 100, 3)), strict=True))
        candidates.append(CandidateInput(str(i), point, point))
    run = evaluate(nodes, candidates)
    assert list(run.stabilities) == [run.stability(node.key) for node in nodes]
    shuffled = evaluate(nodes, [replace(c) for c in reversed(candidates)])
    assert shuffled.stabilities == run.stabilities


def test_no_winner_no_stability() -> None:
    run = evaluate([CriterionNode("x", None, 1)], [])
    with pytest.raises(EngineError):
        run.stability("x")
