"""The official run: scores, ranks, must-haves, missing evidence, and what holds for all inputs."""

import math
from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scorecards.engine import (
    CandidateInput,
    CriterionNode,
    EngineError,
    GateStatus,
    Status,
    TreeError,
    WeightError,
    evaluate,
)
from scorecards.engine.exact import SCORE_UNITS, WEIGHT_UNITS
from tests.scorecards.engine.models import Model, models, points

NODES = (
    CriterionNode("quality", None, 0.6),
    CriterionNode("audits", "quality", 0.5),
    CriterionNode("culture", "quality", 0.5),
    CriterionNode("cost", None, 0.4),
)


def candidate(key: str, *values: float, **gates: GateStatus) -> CandidateInput:
    point = dict(zip(("audits", "culture", "cost"), values, strict=True))
    return CandidateInput(key, point, point, gates)


def test_score_is_the_weighted_sum_down_the_tree() -> None:
    result = evaluate(NODES, [candidate("a", 80, 60, 50)]).result("a")
    assert result.score == pytest.approx(0.3 * 80 + 0.3 * 60 + 0.4 * 50, abs=1e-6)
    assert result.group_scores_low == {"quality": pytest.approx(70)}
    assert result.contributions_low["cost"] == pytest.approx(20, abs=1e-6)
    assert result.score == result.score_upper
    assert result.completeness == 1
    assert result.exact_weight_share == 1


def test_weights_are_integers_that_sum_exactly() -> None:
    run = evaluate([CriterionNode(str(i), None, 1 / 3) for i in range(3)], [])
    assert sum(run.weight_units.values()) == WEIGHT_UNITS
    assert math.fsum(run.weights.values()) == 1


def test_rounding_of_weights_goes_by_key_whatever_the_order() -> None:
    """Three thirds have equal remainders, so that one of them gets the last unit."""
    nodes = [CriterionNode(key, None, 1 / 3) for key in "abc"]
    units = evaluate(nodes, []).weight_units
    assert len(set(units.values())) == 2
    assert all(evaluate(order, []).weight_units == units for order in permutations(nodes))


def test_equal_scores_share_a_rank() -> None:
    run = evaluate(NODES, [candidate("a", 50, 50, 50), candidate("b", 50, 50, 50), candidate("c", 0, 0, 0)])
    assert [result.rank for result in run.results] == [1, 1, 3]
    assert run.leaders == ("a", "b")


def test_failed_must_have_excludes_but_keeps_the_score() -> None:
    run = evaluate(NODES, [candidate("a", 90, 90, 90, gmp=GateStatus.FAIL), candidate("b", 10, 10, 10)])
    a, b = run.results
    assert (a.status, a.rank, a.best_rank, a.worst_rank) == (Status.EXCLUDED, None, None, None)
    assert a.score == pytest.approx(90)
    assert b.rank == 1
    assert run.ranking == ("b",)


def test_unknown_must_have_is_conditional_and_ranked() -> None:
    run = evaluate(NODES, [candidate("a", 90, 90, 90, gmp=GateStatus.UNKNOWN), candidate("b", 10, 10, 10)])
    assert run.result("a").status is Status.CONDITIONAL
    assert run.result("a").rank == 1


def test_floor_fails_is_unknown_or_passes_by_the_interval() -> None:
    below = candidate("below", 20, 50, 50)
    around = CandidateInput("around", {"audits": 20}, {"audits": 60})
    above = candidate("above", 40, 50, 50)
    run = evaluate(NODES, [below, around, above], {"audits": 40})
    statuses = [result.status for result in run.results]
    assert statuses == [Status.EXCLUDED, Status.CONDITIONAL, Status.RANKED]
    assert run.result("around").floors == {"audits": GateStatus.UNKNOWN}


def test_an_exception_lets_pass_what_a_floor_would_not_and_is_part_of_the_digest() -> None:
    below = replace(candidate("below", 20, 50, 50), excepted=frozenset({"audits"}))
    around = CandidateInput("around", {"audits": 20}, {"audits": 60}, excepted=frozenset({"audits"}))
    above = replace(candidate("above", 40, 50, 50), excepted=frozenset({"audits"}))
    run = evaluate(NODES, [below, around, above], {"audits": 40})
    assert [result.status for result in run.results] == [Status.RANKED] * 3
    assert [result.floors["audits"].value for result in run.results] == ["excepted", "excepted", "pass"]
    assert all(not cell.decisive for cell in run.open_cells() if cell.candidate == "below")
    assert evaluate(NODES, [below], {"audits": 40}).digest != evaluate(NODES, [below], {"audits": 20}).digest
    bare = replace(above, excepted=frozenset())
    floor = {"audits": 40.0}
    assert evaluate(NODES, [above], floor).digest == evaluate(NODES, [bare], floor).digest, "not needed"


@given(models(), st.integers(1, 400), st.integers(0, 400), st.data())
def test_a_lower_floor_never_excludes_more(
    model: Model, quarters: int, less: int, data: st.DataObject
) -> None:
    leaf = data.draw(st.sampled_from(model.leaves))
    high = quarters / 4
    low = max(0.0, high - less / 4)
    worse = {Status.RANKED: 0, Status.CONDITIONAL: 1, Status.EXCLUDED: 2}
    strict, mild, none = (
        evaluate(model.nodes, model.candidates, floors) for floors in ({leaf: high}, {leaf: low}, {})
    )
    for key in strict.candidates:
        of = [worse[run.result(key).status] for run in (strict, mild, none)]
        assert of == sorted(of, reverse=True)
        assert strict.result(key).exact_score == none.result(key).exact_score
    excepted = [replace(row, excepted=frozenset({leaf})) for row in model.candidates]
    let_pass = evaluate(model.nodes, excepted, {leaf: high})
    assert let_pass.statuses == none.statuses, "an exception undoes its floor and nothing else"


def test_missing_criterion_is_the_whole_interval() -> None:
    result = evaluate(NODES, [CandidateInput("a", {"cost": 50}, {"cost": 50})]).result("a")
    assert result.score == pytest.approx(20, abs=1e-6)
    assert result.score_upper == pytest.approx(80, abs=1e-6)
    assert result.completeness == pytest.approx(0.4, abs=1e-6)
    assert result.exact_weight_share == pytest.approx(0.4, abs=1e-6)


def test_withholding_a_mediocre_result_never_helps() -> None:
    shown = candidate("shown", 90, 80, 60)
    withheld = CandidateInput("withheld", {"audits": 90, "culture": 80}, {"audits": 90, "culture": 80})
    run = evaluate(NODES, [shown, withheld])
    assert run.result("withheld").score < run.result("shown").score
    assert run.result("withheld").score_upper > run.result("shown").score


def test_values_outside_the_scale_are_clipped_and_flagged() -> None:
    result = evaluate(NODES, [candidate("a", 120, -5, 50)]).result("a")
    assert result.clipped == ("audits", "culture")
    assert (result.low["audits"], result.low["culture"]) == (100, 0)


def test_best_and_worst_rank_follow_from_the_intervals() -> None:
    open_ = CandidateInput(
        "open", {"audits": 0, "culture": 0, "cost": 40}, {"audits": 100, "culture": 100, "cost": 40}
    )
    run = evaluate(NODES, [candidate("a", 60, 60, 60), open_, candidate("c", 5, 5, 5)])
    result = run.result("open")
    assert (result.rank, result.best_rank, result.worst_rank) == (2, 1, 2)
    assert run.necessarily_better("a", "c")
    assert not run.necessarily_better("a", "open")
    assert set(run.necessary_pairs()) == {("a", "c"), ("open", "c")}


def test_open_cells_come_by_worth_and_say_whether_they_could_change_the_leader() -> None:
    nodes = [CriterionNode("x", None, 0.7), CriterionNode("y", None, 0.3)]
    leader = CandidateInput("leader", {"x": 60, "y": 60}, {"x": 90, "y": 60})
    close = CandidateInput("close", {"x": 50, "y": 60}, {"x": 70, "y": 100})
    far = CandidateInput("far", {"x": 0, "y": 0}, {"x": 10, "y": 0})
    cells = evaluate(nodes, [leader, close, far]).open_cells()
    assert [(cell.candidate, cell.criterion, cell.decisive) for cell in cells] == [
        ("leader", "x", False),
        ("close", "x", True),
        ("close", "y", True),
        ("far", "x", False),
    ]
    assert cells[0].gain == pytest.approx(21, abs=1e-6)


def test_open_cell_of_a_leader_is_decisive_when_a_floor_hangs_on_it() -> None:
    run = evaluate([CriterionNode("x", None, 1.0)], [CandidateInput("a", {"x": 30}, {"x": 90})], {"x": 50})
    assert [cell.decisive for cell in run.open_cells()] == [True]


def test_digest_is_the_one_recorded_on_another_machine() -> None:
    run = evaluate(
        NODES, [candidate("a", 80, 60, 50), CandidateInput("b", {"cost": 1 / 3}, {})], {"audits": 10}
    )
    assert run.digest == RECORDED_DIGEST


RECORDED_DIGEST = "2a8a664f96d178dde116c584d0e4cd3b445290a352d756250f9ec464d591a44e"


BAD = [
    ([], [], {}, "criteria"),
    ([CriterionNode("a", "b", 1), CriterionNode("b", "a", 1)], [], {}, "a"),
    ([CriterionNode("a", "zz", 1)], [], {}, "a"),
    ([CriterionNode("a", None, 0.5), CriterionNode("a", None, 0.5)], [], {}, "a"),
    ([CriterionNode("a", None, 0.5), CriterionNode("b", None, 0.4)], [], {}, "the top level"),
    ([CriterionNode("a", None, float("nan"))], [], {}, "a"),
    ([CriterionNode("a", None, 1.5), CriterionNode("b", None, -0.5)], [], {}, "b"),
    (NODES, [candidate("a", 1, 2, 3), candidate("a", 1, 2, 3)], {}, "a"),
    (NODES, [candidate("a", float("nan"), 2, 3)], {}, "a / audits"),
    (NODES, [candidate("a", float("inf"), 2, 3)], {}, "a / audits"),
    (NODES, [CandidateInput("a", {"cost": 5}, {"cost": 4})], {}, "a / cost"),
    (NODES, [CandidateInput("a", {"magic": 5}, {})], {}, "a / magic"),
    (NODES, [CandidateInput("a", {"cost": "five"}, {})], {}, "a / cost"),  # type: ignore[dict-item]
    (NODES, [CandidateInput("a", {}, {}, {"gmp": "maybe"})], {}, "a"),  # type: ignore[dict-item]
    (NODES, [], {"quality": 50}, "quality"),
    (NODES, [], {"cost": 101}, "cost"),
]


@pytest.mark.parametrize(("nodes", "candidates", "floors", "entry"), BAD)
def test_nonsense_is_refused_by_name(
    nodes: list[CriterionNode], candidates: list[CandidateInput], floors: dict[str, float], entry: str
) -> None:
    with pytest.raises(EngineError) as raised:
        evaluate(nodes, candidates, floors)
    assert raised.value.entry == entry


def test_errors_are_of_the_kind_of_the_entry() -> None:
    with pytest.raises(TreeError):
        evaluate([], [])
    with pytest.raises(WeightError):
        evaluate([CriterionNode("a", None, 0.5)], [])


@given(models())
def test_scores_stay_on_the_scale_and_in_order(model: Model) -> None:
    for result in model.run().results:
        assert 0 <= result.exact_score <= result.exact_score_upper <= 100 * SCORE_UNITS
        assert 0 <= result.completeness <= 1
        if result.rank is not None and result.best_rank is not None and result.worst_rank is not None:
            assert result.best_rank <= result.rank <= result.worst_rank


@given(models(most=5), st.data())
def test_removing_a_candidate_never_reorders_the_rest(model: Model, data: st.DataObject) -> None:
    gone = data.draw(st.sampled_from([c.key for c in model.candidates]))
    rest = replace(model, candidates=tuple(c for c in model.candidates if c.key != gone))
    before, after = model.run(), rest.run()
    assert [key for key in before.ranking if key != gone] == list(after.ranking)
    for result in after.results:
        assert result.exact_score == before.result(result.key).exact_score


@given(models(exact=True), st.data())
def test_raising_a_value_never_worsens_a_rank(model: Model, data: st.DataObject) -> None:
    chosen = data.draw(st.sampled_from(model.candidates))
    leaf = data.draw(st.sampled_from(model.leaves))
    raised = dict(chosen.low) | {leaf: max(chosen.low[leaf], data.draw(points))}
    better = replace(chosen, low=raised, high=raised)
    improved = replace(model, candidates=tuple(better if c is chosen else c for c in model.candidates))
    before, after = model.run().result(chosen.key).rank, improved.run().result(chosen.key).rank
    assume(before is not None and after is not None)
    assert after is not None
    assert before is not None
    assert after <= before


@given(models(), st.data())
def test_permuting_inputs_permutes_outputs(model: Model, data: st.DataObject) -> None:
    shuffled = Model(
        tuple(data.draw(st.permutations(model.nodes))), tuple(data.draw(st.permutations(model.candidates)))
    )
    before, after = model.run(), shuffled.run()
    assert before.digest == after.digest
    assert before.weight_units == after.weight_units
    assert before.ranking == after.ranking
    for result in before.results:
        other = after.result(result.key)
        assert (result.rank, result.exact_score) == (other.rank, other.exact_score)
        assert (result.best_rank, result.worst_rank) == (other.best_rank, other.worst_rank)
    cells = {(c.candidate, c.criterion, c.gain, c.decisive) for c in before.open_cells()}
    assert cells == {(c.candidate, c.criterion, c.gain, c.decisive) for c in after.open_cells()}


@given(models(exact=True))
def test_identical_candidates_always_tie(model: Model) -> None:
    twin = replace(model.candidates[0], key="twin")
    run = replace(model, candidates=(*model.candidates, twin)).run()
    assert run.result("twin").rank == run.result(model.candidates[0].key).rank


@given(models())
def test_decisive_cells_are_those_whose_settling_changes_the_leader(model: Model) -> None:
    run = model.run()
    for cell in run.open_cells():
        chosen = next(c for c in model.candidates if c.key == cell.candidate)
        settled = dict(chosen.low) | {cell.criterion: cell.high}
        other = replace(chosen, low=settled)
        changed = replace(model, candidates=tuple(other if c is chosen else c for c in model.candidates))
        assert cell.decisive == (changed.run().leaders != run.leaders)


@given(models())
def test_necessary_preference_is_what_the_intervals_say(model: Model) -> None:
    run = model.run()
    included = [result for result in run.results if result.rank is not None]
    pairs = {(a.key, b.key) for a in included for b in included if a.exact_score > b.exact_score_upper}
    assert set(run.necessary_pairs()) == pairs
