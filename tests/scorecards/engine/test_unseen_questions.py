"""Cases that nobody gave us: questions of robustness and reasons beside a plain calculation or print."""

from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats
from scipy.optimize import linprog

from tests.scorecards.engine.calculator import Row, computed, few, tables, vectors


@few
@given(vectors)
def test_waterfall_and_counterfactual(given_: tuple[Row, Row, Row]) -> None:
    a, b, raw = given_
    w = [x / sum(raw) for x in raw]
    parts = [wj * (x - y) for wj, x, y in zip(w, a, b, strict=True)]
    found = computed("waterfall", "contributions", "total", v_a=a, v_b=b, weights=w)
    assert found["contributions"] == pytest.approx(parts, abs=1e-9)
    assert found["total"] == pytest.approx(sum(parts), abs=1e-9)
    other = computed("counterfactual", "gap", "break_even_value", "attainable", v_a=a, v_b=b, weights=w)
    assert other["gap"] == pytest.approx(sum(parts), abs=1e-9)
    for j, value in enumerate(other["break_even_value"]):
        if w[j] == 0:
            assert (value, other["attainable"][j]) == (None, False)
        else:
            assert value == pytest.approx(b[j] + sum(parts) / w[j])


@few
@given(tables(most=5), st.data())
def test_stability_ends_are_found_by_walking(table: list[Row], data: st.DataObject) -> None:
    """Along the whole range of each weight: the winner leads inside the interval and nowhere else."""
    weights = data.draw(
        st.lists(st.integers(1, 9).map(float), min_size=len(table[0]), max_size=len(table[0]))
    )
    values, w = np.array(table), np.array(weights) / sum(weights)
    scores = values @ w
    assume(len(table) == 1 or np.diff(np.sort(scores))[-1] > 1e-6)
    found = computed("stability", "winner", "lower", "upper", values=table, weights=weights)
    assert found["winner"] == int(scores.argmax())
    for j in range(len(w)):
        for t in np.linspace(0, 1, 21):
            if len(w) == 1:
                assert (found["lower"][j], found["upper"][j]) == (0, 1)
                continue
            moved = w * (1 - t) / (1 - w[j])
            moved[j] = t
            lead = (values @ moved)[found["winner"]] - np.delete(values @ moved, found["winner"]).max(
                initial=-1
            )
            if found["lower"][j] + 1e-9 < t < found["upper"][j] - 1e-9:
                assert lead >= -1e-9
            elif t < found["lower"][j] - 1e-9 or t > found["upper"][j] + 1e-9:
                assert lead < 1e-9


@few
@given(vectors, st.data())
def test_regions_are_those_of_linear_programs(given_: tuple[Row, Row, Row], data: st.DataObject) -> None:
    d = [x - y for x, y in zip(given_[0], given_[1], strict=True)]
    n = len(d)
    low = [x / 100 for x in data.draw(st.lists(st.integers(0, 100 // n), min_size=n, max_size=n))]
    high = [max(x, 1 - sum(low) / 2) if n > 1 else 1.0 for x in low]
    found = computed("box", "min", "max", d=d, lower=low, upper=high)
    ordered = computed("ordinal", "min", "max", d=d)
    falling = np.eye(n)[1:] - np.eye(n)[:-1]
    for sign, key in ((1, "min"), (-1, "max")):
        cost, ones = sign * np.array(d), np.ones((1, n))
        box = linprog(cost, A_eq=ones, b_eq=[1], bounds=list(zip(low, high, strict=True)))
        assert found[key] == pytest.approx(sign * (cost @ box.x), abs=1e-7)
        fall = linprog(
            cost,
            A_ub=falling if n > 1 else None,
            b_ub=np.zeros(n - 1) if n > 1 else None,
            A_eq=ones,
            b_eq=[1],
        )
        assert ordered[key] == pytest.approx(sign * (cost @ fall.x), abs=1e-7)


SPACES: list[tuple[dict[str, object], Any]] = [
    ({"type": "simplex"}, lambda rng, n: rng.dirichlet(np.ones(3), n)),
    ({"type": "dirichlet", "alpha": [0.5, 2, 8]}, lambda rng, n: rng.dirichlet([0.5, 2, 8], n)),
    ({"type": "dirichlet", "w0": [5, 3, 2], "kappa": 12}, lambda rng, n: rng.dirichlet([6, 3.6, 2.4], n)),
    (
        {"type": "ordinal", "order": [1, 2, 0]},
        lambda rng, n: -np.sort(-rng.dirichlet(np.ones(3), n), axis=1)[:, [2, 0, 1]],
    ),
    ({"type": "linear", "A": [[1, 0, 0]], "b": [0.4]}, lambda rng, n: kept(rng, n, lambda w: w[:, 0] <= 0.4)),
    (
        {"type": "box", "lower": [0.1, 0.1, 0.1], "upper": [0.7, 0.5, 1]},
        lambda rng, n: kept(rng, n, lambda w: (w >= 0.1).all(axis=1) & (w[:, 0] <= 0.7) & (w[:, 1] <= 0.5)),
    ),
    (
        {"type": "ratio", "constraints": [[0, 1, 1, 2]]},
        lambda rng, n: kept(rng, n, lambda w: (w[:, 0] >= w[:, 1]) & (w[:, 0] <= 2 * w[:, 1])),
    ),
    ({"type": "fixed", "w": [0.5, 0.3, 0.2]}, lambda rng, n: np.tile([0.5, 0.3, 0.2], (n, 1))),
]


def kept(rng: np.random.Generator, n: int, inside: Any) -> np.ndarray:
    drawn = rng.dirichlet(np.ones(3), 12 * n)
    return np.asarray(drawn[inside(drawn)][:n])


@pytest.mark.parametrize(("space", "draw"), SPACES, ids=[str(space["type"]) for space, _ in SPACES])
def test_acceptability_is_that_of_plain_sampling(space: dict[str, object], draw: Any) -> None:
    """Interval cells and every weight space, beside NumPy's own generators; several keys at once."""
    low = np.array([[40, 60, 50], [70, 20, 45], [55, 55, 30.0]])
    high = low + np.array([[10, 0, 0], [0, 30, 0], [20, 0, 40]])
    found = computed(
        "smaa_det",
        *("rai", "central_weights", "confidence_factors", "pwi", "expected_rank"),
        lower=low.tolist(),
        upper=high.tolist(),
        weight_space=space,
        N=20_000,
    )
    rng = np.random.default_rng(7)
    w = draw(rng, 20_000)
    cells = rng.uniform(low, high, (len(w), *low.shape))
    scores = np.einsum("sij,sj->si", cells, w)
    ranks = 1 + (scores[:, :, None] < scores[:, None, :]).sum(axis=2)
    rai = np.array([[(ranks[:, i] == r).mean() for r in (1, 2, 3)] for i in range(3)])
    assert np.array(found["rai"]) == pytest.approx(rai, abs=0.017)
    assert found["expected_rank"] == pytest.approx(ranks.mean(axis=0), abs=0.03)
    wins = (scores[:, :, None] > scores[:, None, :]).mean(axis=0)
    assert np.array(found["pwi"]) == pytest.approx(wins, abs=0.017)
    for i in range(3):
        first = ranks[:, i] == 1
        if first.sum() > 500:
            central = w[first].mean(axis=0)
            assert found["central_weights"][i] == pytest.approx(central, abs=0.025)
            at_central = cells @ np.array(found["central_weights"][i])
            share = (at_central.argmax(axis=1) == i).mean()
            assert found["confidence_factors"][i] == pytest.approx(share, abs=0.017)


def test_measurements_with_an_ordinal_preference_in_print() -> None:
    """Thrombolytics (Lynd & O'Brien 2004) with proximal DVT before bleeding before distal DVT, by drugis."""
    found = computed(
        "smaa_mc",
        *("rai", "confidence_factors", "central_weights"),
        distributions=[
            [["beta", 20, 116], ["beta", 40, 96], ["beta", 1, 135]],
            [["beta", 8, 121], ["beta", 32, 97], ["beta", 5, 124]],
        ],
        ranges=[[0, 0.25], [0.15, 0.4], [0, 0.1]],
        sense=[-1, -1, -1],
        weight_space={"type": "ordinal", "order": [0, 2, 1]},
        N=20_000,
    )
    assert found["rai"][0] == pytest.approx([0.1369, 0.8631], abs=0.02)
    assert found["confidence_factors"] == pytest.approx([0.1914, 0.9174], abs=0.05)
    assert found["central_weights"][0] == pytest.approx([0.524, 0.121, 0.355], abs=0.03)
    assert found["central_weights"][1] == pytest.approx([0.623, 0.110, 0.267], abs=0.03)


@few
@given(vectors, st.sampled_from([None, 0.7, 30.0]))
def test_two_criteria_win_as_a_beta_variable_does(given_: tuple[Row, Row, Row], kappa: float | None) -> None:
    d = [x - y for x, y in zip(given_[0], given_[1], strict=True)][:2]
    assume(len(d) == 2 and d[0] != d[1])
    share = -d[1] / (d[0] - d[1])
    alpha = [1.0, 1.0] if kappa is None else [0.4 * kappa, 0.6 * kappa]
    above = stats.beta(*alpha).sf(share) if d[0] > d[1] else stats.beta(*alpha).cdf(share)
    inputs: dict[str, object] = {"d": d} if kappa is None else {"d": d, "alpha": alpha}
    assert computed("pwi_exact", "p", **inputs) == pytest.approx(above, abs=1e-9)


def test_missing_cells_rank_and_renormalize() -> None:
    """One criterion unknown, nothing known at all, and a tie."""
    found = computed(
        "missing_renorm",
        *("renormalised_scores", "V_lower", "V_upper", "completeness", "ranks", "best_rank", "worst_rank"),
        lower=[[80, 0], [0, 0], [80, 0]],
        upper=[[80, 100], [100, 100], [80, 100]],
        weights=[3, 1],
    )
    assert found["renormalised_scores"] == [80, None, 80]
    assert found["V_lower"] == [60, 0, 60]
    assert found["V_upper"] == [85, 100, 85]
    assert found["completeness"] == [0.75, 0, 0.75]
    assert (found["ranks"], found["best_rank"]) == ([1, 3, 1], [1, 1, 1])
    assert found["worst_rank"] == [3, 3, 3]


@few
@given(st.lists(st.integers(0, 30), min_size=2, max_size=5, unique=True), st.booleans(), st.data())
def test_value_functions_interpolate(xs: list[int], clip: bool, data: st.DataObject) -> None:
    vs = data.draw(st.lists(st.integers(0, 100), min_size=len(xs), max_size=len(xs)))
    x = data.draw(st.lists(st.integers(-5, 35), min_size=1, max_size=4))
    points = sorted(zip(map(float, xs), map(float, vs), strict=True))

    def by_hand(at: float) -> float:
        if clip:
            at = min(max(at, points[0][0]), points[-1][0])
        k = next((k for k in range(1, len(points)) if at <= points[k][0]), len(points) - 1)
        (x0, v0), (x1, v1) = points[k - 1], points[k]
        return v0 + (at - x0) / (x1 - x0) * (v1 - v0)

    mode = "clip" if clip else "extrapolate"
    found = computed("pvf", "values", "clipped", x=x, xs=xs, vs=vs, mode=mode)
    assert found["values"] == pytest.approx([by_hand(float(at)) for at in x])
    assert found["clipped"] == [not min(xs) <= at <= max(xs) for at in x]
    anchors = [[float(a), float(b)] for a, b in zip(xs, vs, strict=True)]
    column = computed("pvf_table", "values", matrix=[[at] for at in x], functions=[anchors], mode=mode)
    assert [row[0] for row in column] == found["values"]


@few
@given(st.lists(st.lists(st.sampled_from(["pass", "fail", "unknown"]), max_size=5), min_size=1, max_size=4))
def test_gates_are_the_least_of_fail_unknown_pass(states: list[list[str]]) -> None:
    order = ["fail", "unknown", "pass"]
    assert computed("gates", "status", states=states) == [
        order[min((order.index(state) for state in row), default=2)] for row in states
    ]


def test_moments_of_drawn_weights() -> None:
    found = computed("dirichlet_moments", "mean", "sd", w0=[0.7, 0.3], kappa=3, N=200_000)
    assert found["mean"] == pytest.approx([0.7, 0.3], abs=0.003)
    assert found["sd"] == pytest.approx([(0.21 / 4) ** 0.5] * 2, abs=0.003)
