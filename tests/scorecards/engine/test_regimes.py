"""Drawn weights follow the regime they were drawn from."""

import numpy as np
import pytest

from scorecards.engine import CriterionNode, EngineError
from scorecards.engine.dominance import LinearRegion
from scorecards.engine.hitandrun import LinearWeights
from scorecards.engine.regimes import (
    DirichletRule,
    FixedWeights,
    GroupRule,
    OrderRule,
    TreeWeights,
    dirichlet_per_group,
    flat_tree,
    kappa_for_deviation,
    ordinal,
    uniform_over_leaves,
    uniform_per_level,
)
from scorecards.engine.tree import build_tree
from scorecards.engine.weights import rank_order_centroid

SAMPLES = 20_480
KEYS = ("a", "b", "c", "d")
TREE = build_tree(
    [
        CriterionNode("g", None, 0.6),
        CriterionNode("a", "g", 0.7),
        CriterionNode("b", "g", 0.3),
        CriterionNode("h", None, 0.4),
        CriterionNode("c", "h", 0.5),
        CriterionNode("d", "h", 0.5),
    ]
)


def test_uniform_weights_have_the_moments_of_the_simplex() -> None:
    drawn = uniform_over_leaves(KEYS).draw(1, 0, SAMPLES)
    assert drawn.sum(axis=0) == pytest.approx(np.ones(SAMPLES))
    assert drawn.mean(axis=1) == pytest.approx(np.full(4, 0.25), abs=0.006)
    assert drawn.var(axis=1) == pytest.approx(np.full(4, 3 / 80), abs=0.002)
    assert np.asarray(np.corrcoef(drawn))[0, 1] == pytest.approx(-1 / 3, abs=0.03)


def test_uniform_per_level_spreads_wider_than_over_the_leaves() -> None:
    per_level = uniform_per_level(TREE).draw(1, 0, SAMPLES)
    assert per_level.sum(axis=0) == pytest.approx(np.ones(SAMPLES))
    assert per_level.mean(axis=1) == pytest.approx(np.full(4, 0.25), abs=0.006)
    # E[w²] = E[U²]² = 1/9 for a product of two uniform weights
    assert per_level.var(axis=1) == pytest.approx(np.full(4, 1 / 9 - 1 / 16), abs=0.003)


@pytest.mark.parametrize("kappa", [0.8, 20.0, 3000.0])
def test_dirichlet_has_the_mean_and_deviation_it_was_set_for(kappa: float) -> None:
    w0 = np.array([0.55, 0.25, 0.15, 0.05])
    drawn = dirichlet_per_group(flat_tree(KEYS, w0), kappa).draw(2, 0, SAMPLES)
    deviation = np.sqrt(w0 * (1 - w0) / (kappa + 1))
    assert drawn.mean(axis=1) == pytest.approx(w0, abs=0.03 * deviation.max())
    assert drawn.std(axis=1) == pytest.approx(deviation, rel=0.04)


def test_kappa_is_set_by_how_far_one_could_be_off() -> None:
    kappa = kappa_for_deviation(0.6, 0.05)
    drawn = dirichlet_per_group(TREE, kappa).draw(3, 0, SAMPLES)
    assert drawn[:2].sum(axis=0).std() == pytest.approx(0.05, rel=0.03)
    with pytest.raises(EngineError):
        kappa_for_deviation(0.6, 0.7)


def test_weight_of_zero_stays_zero() -> None:
    regime = TreeWeights(flat_tree(KEYS), {None: DirichletRule(dict(zip(KEYS, (2, 0, 1, 1), strict=True)))})
    drawn = regime.draw(1, 0, 100)
    assert (drawn[1] == 0).all()
    assert drawn.sum(axis=0) == pytest.approx(np.ones(100))


def test_ordinal_weights_are_ordered_and_average_to_the_centroid() -> None:
    drawn = ordinal(KEYS).draw(1, 0, SAMPLES)
    assert (np.diff(drawn, axis=0) <= 0).all()
    assert drawn.mean(axis=1) == pytest.approx(rank_order_centroid(4), abs=0.005)


@pytest.mark.parametrize("alpha", [(1.0, 1.0, 1.0, 1.0), (1.0, 0.7, 4.0, 9.0)])
def test_draws_belong_to_keys_not_to_places(alpha: tuple[float, ...]) -> None:
    rule = DirichletRule(dict(zip(KEYS, alpha, strict=True)))
    drawn = TreeWeights(flat_tree(KEYS), {None: rule}).draw(1, 0, 600)
    turned = TreeWeights(flat_tree(KEYS[::-1]), {None: rule}).draw(1, 0, 600)
    assert turned[::-1] == pytest.approx(drawn, abs=1e-12)
    assert ordinal(KEYS).draw(1, 0, 5) == pytest.approx(ordinal(KEYS).draw(1, 0, 600)[:, :5], abs=1e-15)


def test_groups_may_have_rules_of_their_own() -> None:
    rules: dict[str | None, GroupRule] = {
        None: DirichletRule({"g": 6.0, "h": 4.0}),
        "g": OrderRule(("b", "a")),
        "h": DirichletRule({"c": 1.0, "d": 1.0}),
    }
    drawn = TreeWeights(TREE, rules).draw(1, 0, SAMPLES)
    assert (drawn[1] >= drawn[0]).all()
    assert drawn[1].mean() == pytest.approx(0.6 * 0.75, abs=0.01)


def order_region(n: int) -> LinearRegion:
    return LinearRegion.of(np.eye(n)[1:] - np.eye(n)[:-1], np.zeros(n - 1))


@pytest.mark.parametrize("n", [2, 5, 12])
def test_hit_and_run_agrees_with_exact_draws_of_an_order(n: int) -> None:
    keys = tuple(f"c{j:02d}" for j in range(n))
    walked = LinearWeights(keys, order_region(n)).draw(1, 0, SAMPLES)
    exact = ordinal(keys).draw(1, 0, SAMPLES)
    assert walked.mean(axis=1) == pytest.approx(exact.mean(axis=1), abs=0.02)
    assert walked.std(axis=1) == pytest.approx(exact.std(axis=1), rel=0.08)
    assert (np.diff(walked, axis=0) <= 1e-9).all()


def test_hit_and_run_agrees_with_rejection_in_a_box() -> None:
    n, low, high = 4, 0.1, 0.4
    region = LinearRegion.of(np.vstack([np.eye(n), -np.eye(n)]), [high] * n + [-low] * n)
    walked = LinearWeights(KEYS, region).draw(1, 0, SAMPLES)
    flat = np.random.default_rng(1).dirichlet(np.ones(n), 400_000)
    kept = flat[((flat >= low) & (flat <= high)).all(axis=1)].T
    assert walked.mean(axis=1) == pytest.approx(kept.mean(axis=1), abs=0.006)
    assert walked.std(axis=1) == pytest.approx(kept.std(axis=1), rel=0.05)
    for share in (0.1, 0.5, 0.9):
        assert np.quantile(walked[0], share) == pytest.approx(np.quantile(kept[0], share), abs=0.008)


def test_hit_and_run_stays_within_exact_ratios() -> None:
    """w_a = 2 w_b leaves a flat region, sampled within its own dimension."""
    region = LinearRegion.of([[1, -2, 0, 0], [-1, 2, 0, 0]], [0, 0])
    drawn = LinearWeights(KEYS, region).draw(1, 0, 2_000)
    assert drawn[0] == pytest.approx(2 * drawn[1], abs=1e-9)
    assert drawn.sum(axis=0) == pytest.approx(np.ones(2_000))
    assert drawn[2].std() > 0.1


def test_hit_and_run_of_a_single_point() -> None:
    region = LinearRegion.of([[1, 0], [-1, 0]], [0.3, -0.3])
    drawn = LinearWeights(("a", "b"), region).draw(1, 0, 600)
    assert drawn == pytest.approx(np.repeat([[0.3], [0.7]], 600, axis=1))


def test_any_range_of_samples_draws_the_same() -> None:
    for regime in (uniform_per_level(TREE), ordinal(KEYS), LinearWeights(KEYS, order_region(4))):
        whole = regime.draw(9, 0, 1_500)
        assert np.array_equal(regime.draw(9, 700, 300), whole[:, 700:1_000])
        assert not np.array_equal(regime.draw(8, 0, 1_500), whole)


def test_nonsense_is_refused_by_name() -> None:
    with pytest.raises(EngineError) as empty:
        LinearWeights(("a", "b"), LinearRegion.of([[1, 0], [0, 1]], [0.3, 0.3])).draw(1, 0, 1)
    assert empty.value.entry == "constraints"
    with pytest.raises(EngineError) as unsummed:
        FixedWeights(("a", "b"), (0.5, 0.4))
    assert unsummed.value.entry == "weights"
    with pytest.raises(EngineError) as unnamed:
        TreeWeights(TREE, {None: DirichletRule({"g": 1.0})})
    assert unnamed.value.entry == "the top level"
    with pytest.raises(EngineError) as unruled:
        dirichlet_per_group(TREE, {None: 5.0, "g": 5.0})
    assert unruled.value.entry == "h"
    with pytest.raises(EngineError) as flat:
        dirichlet_per_group(TREE, 0.0)
    assert flat.value.entry == "the top level"
