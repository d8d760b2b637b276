"""Own inverse distribution functions agree with SciPy's, which the engine itself does not use."""

import numpy as np
import pytest
from scipy import stats

from scorecards.engine import quantiles
from scorecards.engine.errors import EngineError
from scorecards.engine.streams import uniforms

U = np.concatenate([uniforms(1, ("test",), 0, 4_000), [1e-12, 1e-9, 1e-4, 0.5, 1 - 1e-4, 1 - 1e-9]])


@pytest.mark.parametrize("shape", [0.1, 0.4, 1.0, 3.7, 60.0, 2e4])
def test_gamma(shape: float) -> None:
    exact = stats.gamma.ppf(U, shape)
    seen = exact > 1e-300
    found = quantiles.log_gamma_quantile(shape)(U)[seen]
    spread = float(np.log(exact[seen]).std())
    assert found == pytest.approx(np.log(exact[seen]), abs=5e-5 * spread)


@pytest.mark.parametrize(("a", "b"), [(20, 116), (1, 135), (0.3, 0.2), (5000, 3)])
def test_beta(a: float, b: float) -> None:
    exact = stats.beta.ppf(U, a, b)
    assert quantiles.beta(a, b)(U) == pytest.approx(exact, abs=2e-6 * exact.std())


def test_normal_and_student() -> None:
    assert quantiles.normal(3, 2)(U) == pytest.approx(stats.norm.ppf(U, 3, 2), abs=1e-7)
    assert quantiles.lognormal(0, 1)(U) == pytest.approx(stats.lognorm.ppf(U, 1), rel=1e-6)
    assert quantiles.student_t(1, 2, 4)(U) == pytest.approx(stats.t.ppf(U, 4, 1, 2), rel=1e-5)


def test_simple_ones() -> None:
    assert quantiles.uniform(2, 4)(U) == pytest.approx(2 + 2 * U)
    assert quantiles.triangular(0, 1, 4)(U) == pytest.approx(stats.triang.ppf(U, 0.25, 0, 4))
    assert quantiles.gamma(2, 5)(U) == pytest.approx(stats.gamma.ppf(U, 2, scale=0.2), rel=1e-5)
    assert (quantiles.constant(7)(U) == 7).all()


def test_quantiles_never_fall() -> None:
    u = np.sort(U)
    for quantile in (quantiles.log_gamma_quantile(0.05), quantiles.beta(0.1, 30), quantiles.normal(0, 1)):
        assert (np.diff(quantile(u)) >= 0).all()


@pytest.mark.parametrize(
    "make",
    [
        lambda: quantiles.beta(0, 1),
        lambda: quantiles.gamma(1, -1),
        lambda: quantiles.log_gamma_quantile(float("nan")),
        lambda: quantiles.normal(0, -1),
        lambda: quantiles.uniform(2, 1),
        lambda: quantiles.triangular(0, 5, 4),
        lambda: quantiles.student_t(0, 0, 3),
        lambda: quantiles.constant(float("inf")),
    ],
)
def test_nonsense_is_refused(make: object) -> None:
    with pytest.raises(EngineError):
        make()  # type: ignore[operator]


def test_streams_are_found_by_name_and_position() -> None:
    assert np.array_equal(uniforms(1, ("x",), 10, 5), uniforms(1, ("x",), 0, 20)[10:15])
    assert not np.array_equal(uniforms(1, ("x", "y"), 0, 5), uniforms(1, ("xy",), 0, 5))
    assert uniforms(1, ("x",), 0, 2).tolist() == RECORDED_UNIFORMS


RECORDED_UNIFORMS = [0.7706072502153161, 0.8684553232050065]
