"""Exact pairwise winning indices agree with each other, with closed forms and with sampling."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scorecards.engine.errors import ValueInputError
from scorecards.engine.pwi import expected_ranks, pwi_dirichlet, pwi_matrix, pwi_uniform

gaps = st.lists(
    st.floats(-10, 10, allow_subnormal=False).filter(lambda d: d == 0 or abs(d) > 1e-3),
    min_size=2,
    max_size=12,
)


@given(gaps)
def test_recursion_and_quadrature_agree(d: list[float]) -> None:
    uniform = float(pwi_uniform([d])[0])
    assert 0 <= uniform <= 1
    assert float(pwi_dirichlet([d], np.ones(len(d)))[0]) == pytest.approx(uniform, abs=1e-10)


@given(gaps)
def test_losing_is_the_complement_of_winning(d: list[float]) -> None:
    wins, losses = pwi_uniform([d, [-x for x in d]])
    assert wins + losses == pytest.approx(1 if any(d) else 0, abs=1e-12)


@given(gaps, st.randoms())
def test_order_of_the_criteria_does_not_matter(d: list[float], random: object) -> None:
    shuffled = list(d)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert pwi_uniform([d])[0] == pytest.approx(pwi_uniform([shuffled])[0], abs=1e-13)


def test_closed_forms() -> None:
    assert pwi_uniform([[2, -1], [1, 1], [-1, -2], [0, 0], [0, 3]]).tolist() == pytest.approx(
        [2 / 3, 1, 0, 0, 1]
    )
    # Σ G over the one loss: P(d · w ≤ 0) = Π 1 / (1 + y_k / x)
    assert pwi_uniform([[1, 2, -3]])[0] == pytest.approx(1 - 1 / ((1 + 1 / 3) * (1 + 2 / 3)))


@pytest.mark.parametrize("alpha", [(0.1, 0.1), (0.5, 3.0), (40.0, 60.0), (1000.0, 900.0)])
@pytest.mark.parametrize("d", [(1.0, -1.0), (1.0, -0.3), (0.01, -1.0)])
def test_two_criteria_are_a_beta_distribution(alpha: tuple[float, float], d: tuple[float, float]) -> None:
    exact = stats.beta(*alpha).sf(-d[1] / (d[0] - d[1]))
    assert pwi_dirichlet([d], alpha)[0] == pytest.approx(exact, abs=1e-11)


def test_large_uniform_index_keeps_its_digits() -> None:
    """A tail of 60 criteria where the residue sum has lost everything: one gain among 59 equal losses."""
    d = np.full(60, -1.0)
    d[0] = 3.0
    assert pwi_uniform([d])[0] == pytest.approx((3 / 4) ** 59, rel=1e-12)


def test_index_agrees_with_sampling() -> None:
    rng = np.random.default_rng(5)
    d, alpha = rng.normal(size=(4, 6)), rng.uniform(0.3, 8, 6)
    sampled = (rng.dirichlet(alpha, 200_000) @ d.T > 0).mean(axis=0)
    assert pwi_dirichlet(d, alpha) == pytest.approx(sampled, abs=0.006)
    sampled = (rng.dirichlet(np.ones(6), 200_000) @ d.T > 0).mean(axis=0)
    assert pwi_uniform(d) == pytest.approx(sampled, abs=0.006)


def test_expected_ranks_sum_to_those_of_any_ranking() -> None:
    values = np.random.default_rng(6).random((7, 5))
    ranks = expected_ranks(pwi_matrix(values))
    assert math.fsum(ranks) == pytest.approx(7 * 8 / 2)


def test_identical_candidates_beat_each_other_never() -> None:
    wins = pwi_matrix([[1, 2], [1, 2], [0, 0]])
    assert wins.tolist() == [[0, 0, 1], [0, 0, 1], [0, 0, 0]]


def test_parameters_must_be_positive() -> None:
    with pytest.raises(ValueInputError) as raised:
        pwi_dirichlet([[1, -1]], [1, 0])
    assert raised.value.entry == "alpha[1]"
