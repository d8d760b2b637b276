"""Waterfall, Bennet split and counterfactuals add up and lead where they say."""

from dataclasses import replace
from fractions import Fraction

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scorecards.engine import CandidateInput, CriterionNode, UnknownKeyError, evaluate
from scorecards.engine.counterfactual import break_evens, cheapest_improvements
from scorecards.engine.exact import SCORE_UNITS
from scorecards.engine.explain import bennet_split
from scorecards.engine.questions import counterfactuals, revision_split
from scorecards.engine.values import PiecewiseLinear
from tests.scorecards.engine.models import Model, models, points, trees

CRITERIA = ("x", "y", "z")


def in_units(points_: float) -> Fraction:
    """Points back to the exact units they came from."""
    return Fraction(points_) * SCORE_UNITS


@given(models(), st.data())
def test_waterfall_adds_up_to_the_difference_exactly(model: Model, data: st.DataObject) -> None:
    run = model.run()
    a, b = (data.draw(st.sampled_from(run.candidates)) for _ in range(2))
    found = run.waterfall(a, b)
    total = sum((in_units(part.points) for part in found.contributions), Fraction(0))
    assert total == run.result(a).exact_score - run.result(b).exact_score
    assert total == in_units(found.difference)
    assert found.score_a == run.result(a).score


def test_waterfall_is_the_shapley_value() -> None:
    """The average over all orders of replacing b's values by a's, one criterion after another."""
    a, b, w = np.array([90.0, 40, 70]), np.array([60.0, 85, 75]), np.array([0.5, 0.3, 0.2])
    nodes = [CriterionNode(key, None, float(weight)) for key, weight in zip(CRITERIA, w, strict=True)]

    def candidate(key: str, values: np.ndarray) -> CandidateInput:
        point = dict(zip(CRITERIA, map(float, values), strict=True))
        return CandidateInput(key, point, point)

    found = evaluate(nodes, [candidate("a", a), candidate("b", b)]).waterfall("a", "b")
    assert [part.points for part in found.contributions] == pytest.approx(w * (a - b), abs=1e-5)


@given(models(most=2), st.data())
def test_bennet_split_between_revisions_leaves_no_residue(model: Model, data: st.DataObject) -> None:
    chosen = model.candidates[0]
    moved = {leaf: data.draw(points) for leaf in model.leaves}
    new_nodes = data.draw(trees())
    after = Model(new_nodes, (replace(chosen, low=known(new_nodes, moved), high={}),))
    before, now = model.run(), after.run()
    found = revision_split(before, now, chosen.key)
    total = sum(
        (in_units(effect.from_value) + in_units(effect.from_weight) for effect in found.effects), Fraction(0)
    )
    change = now.result(chosen.key).exact_score - before.result(chosen.key).exact_score
    assert total == change
    assert in_units(found.difference) == change


def known(nodes: tuple[CriterionNode, ...], values: dict[str, float]) -> dict[str, float]:
    leaves = {node.key for node in nodes if node.parent is not None}
    return {leaf: value for leaf, value in values.items() if leaf in leaves}


def test_bennet_split_tells_values_from_weights() -> None:
    one = np.array([1.0])
    only_value = bennet_split(50 * one, 70 * one, one, one, ["x"])
    assert (only_value.from_values, only_value.from_weights) == (20, 0)
    w0, w1 = np.array([0.5, 0.5]), np.array([0.8, 0.2])
    only_weight = bennet_split(np.array([100.0, 0]), np.array([100.0, 0]), w0, w1, ["x", "y"])
    assert only_weight.from_values == 0
    assert only_weight.from_weights == pytest.approx(30)


vectors = st.lists(points, min_size=3, max_size=3).map(np.array)
positive_weights = st.lists(st.integers(1, 20), min_size=3, max_size=3).map(lambda w: np.array(w) / sum(w))


@given(vectors, vectors, positive_weights)
def test_break_even_value_closes_the_gap(a: np.ndarray, b: np.ndarray, w: np.ndarray) -> None:
    found = break_evens(a, b, w, CRITERIA)
    for j, entry in enumerate(found.criteria):
        assert entry.value is not None
        improved = b.copy()
        improved[j] = entry.value
        assert float(w @ improved) == pytest.approx(float(w @ a), abs=1e-9)
        assert entry.attainable == (entry.value <= 100)


@given(vectors, vectors, positive_weights)
def test_swap_weight_makes_the_two_level(a: np.ndarray, b: np.ndarray, w: np.ndarray) -> None:
    for j, entry in enumerate(break_evens(a, b, w, CRITERIA).criteria):
        if entry.swap_weight is None:
            continue
        moved = w * (1 - entry.swap_weight) / (1 - w[j])
        moved[j] = entry.swap_weight
        assert float(moved @ a) == pytest.approx(float(moved @ b), abs=1e-8)


def test_counterfactual_speaks_in_native_units() -> None:
    lead_time = PiecewiseLinear.through([30, 180], [100, 0])
    nodes = [CriterionNode("lead_time", None, 0.5), CriterionNode("cost", None, 0.5)]
    a, b = ({"lead_time": 80.0, "cost": 50.0}, {"lead_time": 60.0, "cost": 50.0})
    run = evaluate(nodes, [CandidateInput("a", a, a), CandidateInput("b", b, b)])
    found = counterfactuals(run, "a", "b", {"lead_time": lead_time.inverse})
    assert found.gap == pytest.approx(10)
    assert found.criteria[0].value == pytest.approx(80)
    assert found.criteria[0].native == pytest.approx(60)
    assert found.criteria[1].native is None


@given(vectors, vectors, positive_weights, st.lists(st.integers(1, 9), min_size=3, max_size=3))
def test_cheapest_improvements_close_the_gap_at_least_cost(
    a: np.ndarray, b: np.ndarray, w: np.ndarray, costs: list[int]
) -> None:
    gap = float(w @ (a - b))
    assume(gap > 1e-6)
    chosen = cheapest_improvements(gap, b, w, CRITERIA, costs=costs)
    assert chosen is not None
    assert sum(step.points * w[CRITERIA.index(step.criterion)] for step in chosen) == pytest.approx(gap)
    assert all(step.points > 0 and step.to <= 100 + 1e-9 for step in chosen)
    cost = sum(step.points * costs[CRITERIA.index(step.criterion)] for step in chosen)
    rng = np.random.default_rng(0)
    for _ in range(50):
        other = rng.random(3) * (100 - b)
        if w @ other >= gap:
            assert cost <= other @ np.array(costs) + 1e-6


def test_gap_out_of_reach_has_no_cheapest_set() -> None:
    assert cheapest_improvements(50, [90, 90, 90], [1, 1, 1], CRITERIA) is None


def test_unknown_candidate_is_named() -> None:
    run = evaluate([CriterionNode("x", None, 1)], [CandidateInput("a", {}, {})])
    with pytest.raises(UnknownKeyError) as raised:
        run.waterfall("a", "nobody")
    assert raised.value.entry == "nobody"
