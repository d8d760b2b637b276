"""Closed forms of dominance agree with linear programmes and with corners."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from scorecards.engine.dominance import (
    LinearRegion,
    over_box,
    over_order,
    over_region,
    potentially_optimal,
    smallest_shift,
)
from scorecards.engine.errors import InfeasibleError

gaps = st.lists(st.integers(-50, 50), min_size=2, max_size=6).map(lambda d: np.array(d, dtype=float))
seeds = st.integers(0, 10_000)


@given(gaps, seeds)
def test_box_equals_the_linear_programme(d: np.ndarray, seed: int) -> None:
    rng = np.random.default_rng(seed)
    w = rng.dirichlet(np.ones(len(d)))
    lower, upper = w * rng.random(len(d)), np.minimum(1, w + rng.random(len(d)) * 0.3)
    found = over_box(d, lower, upper)
    region = LinearRegion.of(np.vstack([np.eye(len(d)), -np.eye(len(d))]), [*upper, *-lower])
    solved = over_region(d, region)
    assert found.minimum == pytest.approx(solved.minimum, abs=1e-7)
    assert found.maximum == pytest.approx(solved.maximum, abs=1e-7)
    for weights in (found.at_minimum, found.at_maximum):
        assert weights.sum() == pytest.approx(1)
        assert (weights >= lower - 1e-12).all()
        assert (weights <= upper + 1e-12).all()


@given(gaps)
def test_order_equals_the_linear_programme(d: np.ndarray) -> None:
    n = len(d)
    found = over_order(d)
    solved = over_region(d, LinearRegion.of(np.eye(n)[1:] - np.eye(n)[:-1], np.zeros(n - 1)))
    assert found.minimum == pytest.approx(solved.minimum, abs=1e-7)
    assert found.maximum == pytest.approx(solved.maximum, abs=1e-7)
    assert d @ found.at_minimum == pytest.approx(found.minimum)


@given(gaps, seeds)
def test_smallest_shift_equals_the_linear_programme(d: np.ndarray, seed: int) -> None:
    n = len(d)
    w = np.random.default_rng(seed).dirichlet(np.ones(n))
    found = smallest_shift(d, w)
    if found.amount is None or found.weights is None:
        assert d.max() < 0
        return
    assert found.weights.sum() == pytest.approx(1)
    assert (found.weights >= -1e-12).all()
    assert d @ found.weights >= -1e-9
    assert np.abs(found.weights - w).sum() / 2 == pytest.approx(found.amount, abs=1e-9)
    # w' = w + up − down, least Σ up with d · w' ≥ 0
    cost = np.concatenate([np.ones(n), np.zeros(n)])
    solved = linprog(
        cost,
        A_ub=[np.concatenate([-d, d])],
        b_ub=[float(d @ w)],
        A_eq=[np.concatenate([np.ones(n), -np.ones(n)])],
        b_eq=[0],
        bounds=[(0, None)] * n + [(0, float(x)) for x in w],
    )
    assert found.amount == pytest.approx(solved.fun, abs=1e-7)


def test_dominance_is_never_worse_and_somewhere_better() -> None:
    assert over_order([1, -0.5]).dominates
    assert not over_order([-1, 5]).dominates
    assert not over_order([0, 0]).dominates


def test_potential_optimality_finds_the_convex_dominated() -> None:
    """The third is best at no weights although nobody dominates it; the fourth is, at (½, ½)."""
    values = [[100, 0], [0, 100], [45, 45], [55, 55]]
    margins = [potentially_optimal(values, i) for i in range(4)]
    assert [found.optimal for found in margins] == [True, True, False, True]
    assert margins[3].margin == pytest.approx(5)
    only_second = LinearRegion.of([[1, 0]], [0.1])
    assert not potentially_optimal(values, 0, only_second).optimal


def test_empty_region_is_refused() -> None:
    with pytest.raises(InfeasibleError):
        over_region([1, 2], LinearRegion.of([[1, 0], [0, 1]], [0.3, 0.3]))
    with pytest.raises(InfeasibleError):
        potentially_optimal([[1, 2], [2, 1]], 0, LinearRegion.of([[1, 0], [0, 1]], [0.3, 0.3]))
