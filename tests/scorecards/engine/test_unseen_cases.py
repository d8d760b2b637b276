"""Cases that nobody gave us: methods of scores, weights and panels beside a plain calculation or print."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from tests.scorecards.engine.calculator import Row, computed, few, tables


def signed(data: st.DataObject, n: int) -> tuple[Row, list[int]]:
    """Weights, some of them maybe zero, that do not sum to one, and senses."""
    weights = data.draw(st.lists(st.integers(0, 9).map(float), min_size=n, max_size=n).filter(any))
    return weights, data.draw(st.lists(st.sampled_from([1, -1]), min_size=n, max_size=n))


def scaled(column: Row, sense: int, how: str) -> Row:
    """A column on the scale of a normalization, larger is better."""
    span = max(column) - min(column)
    if how == "none":
        return [sense * x for x in column]
    if how == "max":
        return [x / max(column) if sense > 0 else min(column) / x for x in column]
    if how == "sum":
        upward = [x if sense > 0 else 1 / x for x in column]
        return [x / sum(upward) for x in upward]
    if how == "minmax":
        if span == 0:
            return [1.0] * len(column)
        return [(x - min(column) if sense > 0 else max(column) - x) / span for x in column]
    length = sum(x * x for x in column) ** 0.5
    return [x / length if sense > 0 else 1 - x / length for x in column]


def columns_of(table: list[Row]) -> list[Row]:
    return [list(column) for column in zip(*table, strict=True)]


@few
@given(tables(), st.sampled_from(["none", "max", "sum", "minmax", "vector"]), st.data())
def test_weighted_sum(table: list[Row], how: str, data: st.DataObject) -> None:
    weights, senses = signed(data, len(table[0]))
    ready = [scaled(c, s, how) for c, s in zip(columns_of(table), senses, strict=True)]
    by_hand = [
        sum(w * c[i] for w, c in zip(weights, ready, strict=True)) / sum(weights) for i in range(len(table))
    ]
    found = computed("wsm", "scores", "ranks", matrix=table, weights=weights, sense=senses, normalization=how)
    assert found["scores"] == pytest.approx(by_hand, abs=1e-9)
    raw = computed(
        "wsm",
        "scores",
        matrix=table,
        weights=weights,
        sense=senses,
        normalization=how,
        normalize_weights=False,
    )
    assert raw == pytest.approx([score * sum(weights) for score in by_hand], abs=1e-7)
    for a, b in itertools.combinations(range(len(table)), 2):
        if abs(by_hand[a] - by_hand[b]) > 1e-6:
            assert (found["ranks"][a] < found["ranks"][b]) == (by_hand[a] > by_hand[b])


@few
@given(tables(), st.data())
def test_weighted_product(table: list[Row], data: st.DataObject) -> None:
    weights, senses = signed(data, len(table[0]))
    ready = [scaled(c, s, "sum") for c, s in zip(columns_of(table), senses, strict=True)]
    share = [w / sum(weights) for w in weights]
    by_hand = [
        float(np.prod([c[i] ** w for w, c in zip(share, ready, strict=True)])) for i in range(len(table))
    ]
    found = computed("wpm", "scores", "log10_scores", matrix=table, weights=weights, sense=senses)
    assert found["scores"] == pytest.approx(by_hand)
    assert found["log10_scores"] == pytest.approx(np.log10(by_hand))


def test_weighted_products_in_print() -> None:
    """The libraries pymcdm (column sums, raw weights), JMcDM (column maxima), scikit-criteria (no scale)."""
    table = [[96, 83, 75, 7], [63, 5, 56, 9], [72, 30, 32, 48], [11, 4, 27, 9], [77, 21, 17, 11]]
    found = computed(
        "wpm",
        "scores",
        matrix=table,
        weights=[8 / 13, 5 / 13, 6 / 13, 7 / 13],
        sense=[1, 1, -1, -1],
        normalize_weights=False,
    )
    assert found == pytest.approx([0.065, 0.017, 0.019, 0.007, 0.052], abs=0.0005)
    suppliers = [
        [3, 12.5, 2, 120, 14, 3],
        [5, 15, 3, 110, 38, 4],
        [3, 13, 2, 120, 19, 3],
        [4, 14, 2, 100, 31, 4],
        [3, 15, 1.5, 125, 40, 4],
    ]
    found = computed(
        "wpm",
        "scores",
        matrix=suppliers,
        weights=[0.221, 0.159, 0.175, 0.127, 0.117, 0.201],
        sense=[1, -1, -1, 1, -1, 1],
        normalization="max",
    )
    assert found == pytest.approx([0.7975224, 0.7532541, 0.7647463, 0.7873957, 0.7674279], abs=1e-6)
    plain = {"matrix": [[1, 2, 3], [4, 5, 6]], "weights": [1, 1, 1], "normalize_weights": False}
    found = computed("wpm", "log10_scores", normalization="none", **plain)
    assert found == pytest.approx([0.77815125, 2.07918125])


@few
@given(tables(), st.sampled_from(["vector", "minmax", "sum", "none"]), st.data())
def test_topsis(table: list[Row], how: str, data: st.DataObject) -> None:
    weights, senses = signed(data, len(table[0]))
    ready = np.array([scaled(c, s, how) for c, s in zip(columns_of(table), senses, strict=True)])
    ready = ready * np.array(weights)[:, None] / sum(weights)
    up = [float(np.linalg.norm(ready[:, i] - ready.max(axis=1))) for i in range(len(table))]
    down = [float(np.linalg.norm(ready[:, i] - ready.min(axis=1))) for i in range(len(table))]
    assume(all(a + b > 1e-9 or a + b == 0 for a, b in zip(up, down, strict=True)))
    by_hand = [b / (a + b) if a + b > 0 else 0.5 for a, b in zip(up, down, strict=True)]
    found = computed("topsis", "scores", matrix=table, weights=weights, sense=senses, normalization=how)
    assert found == pytest.approx(by_hand, abs=1e-8)


@few
@given(tables(), st.sampled_from([0.0, 0.3, 0.5, 1.0]), st.data())
def test_vikor(table: list[Row], v: float, data: st.DataObject) -> None:
    weights, senses = signed(data, len(table[0]))
    ready = [scaled(c, s, "minmax") for c, s in zip(columns_of(table), senses, strict=True)]
    regrets = [
        [w * (1 - c[i]) / sum(weights) for w, c in zip(weights, ready, strict=True)]
        for i in range(len(table))
    ]
    s, r = [sum(row) for row in regrets], [max(row) for row in regrets]
    assume(all(span == 0 or span > 1e-9 for span in (max(s) - min(s), max(r) - min(r))))
    q = [
        v * (scaled(s, 1, "minmax")[i] if max(s) > min(s) else 0)
        + (1 - v) * (scaled(r, 1, "minmax")[i] if max(r) > min(r) else 0)
        for i in range(len(table))
    ]
    found = computed("vikor", "S", "R", "Q", matrix=table, weights=weights, sense=senses, v=v)
    assert found["S"] == pytest.approx(s, abs=1e-12)
    assert found["R"] == pytest.approx(r, abs=1e-12)
    assert found["Q"] == pytest.approx(q, abs=1e-9)


def test_vikor_compromises_in_print() -> None:
    """Opricovic & Tzeng (2004, 2007, social weights), Yang & Wu (2020)."""
    mountain = {"matrix": [[1, 3000], [2, 3750], [5, 4500]], "weights": [0.5, 0.5], "sense": [-1, 1]}
    assert computed("vikor", "Q", "compromise", **mountain) == {"Q": [1, 0, 1], "compromise": [1]}
    dams = [
        [4184.3, 2914.0, 407.2, 251.0, 195, 244, 15, 2.41],
        [5211.9, 3630.0, 501.7, 308.3, 282, 346, 21, 1.41],
        [5021.3, 3920.5, 504.0, 278.6, 12, 56, 3, 4.42],
        [5566.1, 3957.9, 559.5, 335.3, 167, 268, 16, 3.36],
        [5060.5, 3293.5, 514.1, 284.2, 69, 90, 7, 4.04],
        [4317.9, 2925.9, 432.8, 239.3, 12, 55, 3, 4.36],
    ]
    senses = [1, -1, 1, 1, -1, -1, -1, 1]
    social = computed(
        "vikor", "Q", "ranks", "compromise", matrix=dams, weights=[1, 1, 1, 1, 2, 2, 2, 2], sense=senses
    )
    assert social["Q"] == pytest.approx([0.684, 1, 0.147, 0.554, 0.041, 0.191], abs=0.001)
    assert social["ranks"] == [5, 6, 2, 4, 1, 3]
    assert sorted(social["compromise"]) == [2, 4, 5]
    yang = [[78, 56, 34, 6], [4, 45, 3, 97], [18, 2, 50, 63], [9, 14, 11, 92], [85, 9, 100, 29]]
    found = computed("vikor", "Q", matrix=yang, weights=[1, 1, 1, 1], sense=[1, 1, 1, 1])
    assert found == pytest.approx([0.5679, 0.7667, 1, 0.7493, 0], abs=5e-5)


def test_spotis_in_print() -> None:
    """The cars of Dezert et al. (2020), to the ideal and to an expected solution."""
    cars = {
        "matrix": [
            [15000, 4.3, 99, 42, 737],
            [15290, 5.0, 116, 42, 892],
            [15350, 5.0, 114, 45, 952],
            [15490, 5.3, 123, 45, 1120],
        ],
        "bounds": [[14000, 16000], [3, 8], [80, 140], [35, 60], [650, 1300]],
        "weights": [5, 4, 4, 1, 3],
        "sense": [-1, -1, -1, 1, 1],
    }
    found = computed("spotis", "scores", "ranks", **cars)
    assert found["scores"] == pytest.approx([0.4779, 0.5781, 0.5558, 0.5801], abs=1e-4)
    assert found["ranks"] == [1, 3, 2, 4]
    near = computed("spotis", "scores", esp=[15300, 4, 115, 50, 900], **cars)
    assert near == pytest.approx([0.1841, 0.0734, 0.0842, 0.1920], abs=1e-4)


def test_promethee_in_print() -> None:
    """Zhao, Peng & Li (2013), usual criteria."""
    table = [[4, 3, 2], [3, 2, 4], [5, 1, 3]]
    found = computed("promethee", "phi_net", "ranks", matrix=table, weights=[0.5, 0.3, 0.2])
    assert found["phi_net"] == pytest.approx([0.1, -0.3, 0.2])
    assert found["ranks"] == [2, 3, 1]


@few
@given(tables(least=2), st.data())
def test_reversal_keeps_the_order_of_the_rest_on_anchors(table: list[Row], data: st.DataObject) -> None:
    weights, senses = signed(data, len(table[0]))
    gone = data.draw(st.integers(0, len(table) - 1))
    found = computed(
        "reversal",
        "mavt_anchored",
        "saw_minmax",
        matrix=table,
        weights=weights,
        sense=senses,
        remove=gone,
        anchors=[[0, 50]] * len(weights),
    )
    anchored = found["mavt_anchored"]
    assert anchored["order_without"] == [i for i in anchored["order_all"] if i != gone]
    assert sorted(found["saw_minmax"]["order_without"]) == [i for i in range(len(table)) if i != gone]


@few
@given(tables(least=2))
def test_entropy_weights(table: list[Row]) -> None:
    divergence = []
    for column in columns_of(table):
        shares = [x / sum(column) for x in column]
        divergence.append(1 - stats.entropy(shares) / np.log(len(shares)))
    assume(sum(divergence) > 1e-6)
    by_hand = [d / sum(divergence) for d in divergence]
    assert computed("entropy", "weights", matrix=table) == pytest.approx(by_hand, abs=1e-7)


@few
@given(tables(least=2), st.data())
def test_merec_weights(table: list[Row], data: st.DataObject) -> None:
    _, senses = signed(data, len(table[0]))
    columns = columns_of(table)
    logs = [
        [abs(np.log(min(c) / x if s > 0 else x / max(c))) for x in c]
        for c, s in zip(columns, senses, strict=True)
    ]
    n, effects = len(columns), []
    for j in range(n):
        effect = 0.0
        for i in range(len(table)):
            all_ = np.log(1 + sum(log[i] for log in logs) / n)
            without = np.log(1 + sum(log[i] for k, log in enumerate(logs) if k != j) / n)
            effect += abs(without - all_)
        effects.append(effect)
    assume(sum(effects) > 1e-9)
    found = computed("merec", "weights", matrix=table, sense=senses)
    assert found == pytest.approx([e / sum(effects) for e in effects], abs=1e-9)


def test_critic_weights_in_print() -> None:
    """Tuş & Adalı (2019)."""
    table = [
        [5000, 3, 3, 4, 3, 2],
        [680, 5, 3, 2, 2, 1],
        [2000, 3, 2, 3, 4, 3],
        [600, 4, 3, 1, 2, 2],
        [800, 2, 4, 3, 3, 4],
    ]
    found = computed("critic", "weights", matrix=table)
    assert found == pytest.approx([0.157, 0.249, 0.168, 0.121, 0.154, 0.151], abs=0.0005)


@few
@given(st.integers(1, 12))
def test_surrogate_weights_are_the_means_of_their_simplex(n: int) -> None:
    """ROC: the centroid of w1 ≥ w2 ≥ … is the mean of its corners (1/k, …, 1/k, 0, …)."""
    corners = [[1 / k] * k + [0.0] * (n - k) for k in range(1, n + 1)]
    found = computed("surrogate", "roc", "rank_sum", "rank_reciprocal", n=n)
    assert found["roc"] == pytest.approx(np.mean(corners, axis=0))
    assert found["rank_sum"] == pytest.approx([(n - i) / (n * (n + 1) / 2) for i in range(n)])
    reciprocal = [1 / (i + 1) for i in range(n)]
    assert found["rank_reciprocal"] == pytest.approx([r / sum(reciprocal) for r in reciprocal])


def test_hierarchy_in_print() -> None:
    """Saaty (2005), cities; and the eight criteria of the library JMcDM with its consistency."""

    def filled(*upper: float) -> list[Row]:
        n = int((1 + (1 + 8 * len(upper)) ** 0.5) / 2)
        full = np.ones((n, n))
        full[np.triu_indices(n, 1)] = upper
        both: list[Row] = (np.triu(full) + np.triu(1 / full, 1).T).tolist()
        return both

    # Culture, family, housing, jobs, transport; Bethesda, Boston, Pittsburgh, Santa Fe.
    found = computed(
        "ahp_hier",
        "scores",
        "ranks",
        criteria=filled(1 / 5, 3, 1 / 2, 5, 7, 1, 7, 1 / 4, 3, 7),
        alternatives=[
            filled(1 / 2, 1, 1 / 2, 2.5, 1, 1 / 2.5),
            filled(2, 1 / 3, 4, 1 / 8, 2, 9),
            filled(5, 1 / 2, 2.5, 1 / 9, 1 / 4, 7),
            filled(1 / 2, 3, 4, 6, 8, 1),
            filled(1.5, 1 / 2, 4, 1 / 3.5, 2.5, 9),
        ],
    )
    assert found["scores"] == pytest.approx([0.229, 0.275, 0.385, 0.111], abs=0.0006)
    assert found["ranks"] == [3, 2, 1, 4]
    shopping = [
        *(7, 1 / 5, 1 / 8, 1 / 2, 1 / 3, 1 / 5, 1, 1 / 8, 1 / 9, 1 / 4, 1 / 5, 1 / 9, 1 / 8),
        *(1 / 3, 4, 2, 1, 1, 7, 5, 3, 3, 1 / 2, 1 / 5, 1 / 5, 1 / 3, 1 / 3, 1),
    ]
    criteria = computed("ahp", "lambda_max", "CI", "CR", pairwise=filled(*shopping), RI=1.41)
    values, _ = np.linalg.eig(np.array(filled(*shopping)))
    assert criteria["lambda_max"] == pytest.approx(max(values.real))
    assert criteria["CR"] == pytest.approx((max(values.real) - 8) / 7 / 1.41)
    assert computed("ahp", "weights", "CR", pairwise=[[1, 4], [0.25, 1]]) == {
        "weights": pytest.approx([0.8, 0.2]),
        "CR": 0,
    }
