"""Published examples, reproduced to the digits that were printed, and laws the methods must obey."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from scorecards.engine.agreement import (
    KappaWeights,
    Level,
    cohen_kappa,
    contingency,
    fleiss_kappa,
    intraclass_correlation,
    kendall_w,
    krippendorff_alpha,
)
from scorecards.engine.ahp import Prioritization, hierarchy, pairwise_weights
from scorecards.engine.altman import Zone, altman_z
from scorecards.engine.concord import borda, kendall_tau, reversal
from scorecards.engine.errors import EngineError
from scorecards.engine.gates import GateStatus, conjunction
from scorecards.engine.normalize import Normalization
from scorecards.engine.opinions import spotis, topsis, vikor, weighted_product, weighted_sum
from scorecards.engine.promethee import Preference, PreferenceKind, promethee
from scorecards.engine.severity import Rating, rater_severity
from scorecards.engine.spread import critic_weights, entropy_weights, merec_weights
from scorecards.engine.values import Categorical, PiecewiseLinear, rubric
from scorecards.engine.weights import from_order, rank_order_centroid

states = st.lists(st.sampled_from(list(GateStatus)), max_size=6)


@given(states, states)
def test_kleene_conjunction_joins_in_any_grouping(a: list[GateStatus], b: list[GateStatus]) -> None:
    assert conjunction([conjunction(a), conjunction(b)]) == conjunction(b + a)


def test_rank_order_centroid_of_barron_and_barrett_1996() -> None:
    assert rank_order_centroid(4).round(4).tolist() == [0.5208, 0.2708, 0.1458, 0.0625]
    assert from_order([1, 2, 2]).tolist() == pytest.approx([11 / 18, 7 / 36, 7 / 36])


def test_saaty_1980_school_is_inconsistent() -> None:
    comparisons: list[list[float]] = [
        [1, 4, 3, 1, 3, 4],
        [1 / 4, 1, 7, 3, 1 / 5, 1],
        [1 / 3, 1 / 7, 1, 1 / 5, 1 / 5, 1 / 6],
        [1, 1 / 3, 5, 1, 1, 1 / 3],
        [1 / 3, 5, 5, 1, 1, 3],
        [1 / 4, 1, 6, 3, 1 / 3, 1],
    ]
    found = pairwise_weights(comparisons)
    assert found.weights.round(2).tolist() == [0.32, 0.14, 0.03, 0.13, 0.24, 0.14]
    assert found.consistency_ratio == pytest.approx(0.229, abs=0.0005)
    assert found.table == "saaty"
    other = pairwise_weights(comparisons, table="donegan_dodd").consistency_ratio
    assert other == pytest.approx(0.284 / 1.1797, abs=0.001)


@given(st.lists(st.integers(1, 9), min_size=2, max_size=6))
def test_consistent_comparisons_give_back_their_weights(weights: list[int]) -> None:
    w = np.array(weights, dtype=float)
    for method in Prioritization:
        found = pairwise_weights(w[:, None] / w, method=method)
        assert found.weights == pytest.approx(w / w.sum())
        assert found.consistency_ratio == pytest.approx(0, abs=1e-9)


def test_belton_and_gear_1983_a_copy_changes_the_winner() -> None:
    def on(column: list[float]) -> list[list[float]]:
        return [[a / b for b in column] for a in column]

    ones = [[1.0] * 3] * 3
    before = hierarchy(ones, [on([1, 9, 1]), on([9, 1, 1]), on([8, 9, 1])]).scores
    after = hierarchy(ones, [on([1, 9, 1, 9]), on([9, 1, 1, 1]), on([8, 9, 1, 9])]).scores
    assert before.round(2).tolist() == [0.45, 0.47, 0.08]
    assert after.round(2).tolist() == [0.37, 0.29, 0.06, 0.29]
    ideal = hierarchy(ones, [on([1, 9, 1, 9]), on([9, 1, 1, 1]), on([8, 9, 1, 9])], ideal=True).scores
    assert ideal[1] > ideal[0]


def test_topsis_of_tzeng_and_huang_2011() -> None:
    found = topsis([[5, 8, 4], [7, 6, 8], [8, 8, 6], [7, 4, 6]], [0.3, 0.4, 0.3])
    assert found.scores == pytest.approx([0.5037, 0.6581, 0.7482, 0.334], abs=1e-4)
    assert found.ranks.tolist() == [3, 2, 1, 4]
    assert topsis([[1, 2], [1, 2]], [1, 1]).scores.tolist() == [0.5, 0.5]


def test_vikor_ideal_has_zero_and_the_compromise_set_widens_without_advantage() -> None:
    found = vikor([[1.0, 1.0], [0.0, 0.0], [0.9, 0.95]], [1, 1])
    assert found.q[0] == 0
    assert found.compromise == (0, 2)
    assert vikor([[1.0, 1.0], [0.0, 0.0], [0.1, 0.1]], [1, 1]).compromise == (0,)
    assert vikor([[5, 5]], [1, 1]).compromise == (0,)


@given(st.lists(st.lists(st.integers(0, 10), min_size=2, max_size=2), min_size=1, max_size=6))
def test_spotis_is_one_minus_the_anchored_additive_value(rows: list[list[int]]) -> None:
    found = spotis(rows, [0.7, 0.3], [[0, 10], [0, 10]])
    assert found.scores == pytest.approx(1 - np.array(rows) @ [0.07, 0.03])
    assert found.ranks.tolist() == weighted_sum(rows, [0.7, 0.3]).ranks.tolist()


def test_weighted_product_ranks_whatever_the_unit() -> None:
    table = np.array([[25, 20, 15.0], [10, 30, 20], [30, 10, 30]])
    before = weighted_product(table, [1, 2, 1], [1, 1, -1])
    after = weighted_product(table * [1000, 1, 0.01], [1, 2, 1], [1, 1, -1])
    assert before.scores == pytest.approx(after.scores)


def test_max_normalization_divides_the_least_by_costs() -> None:
    found = weighted_sum([[10, 2], [5, 4]], [1, 1], [1, -1], Normalization.MAX)
    assert found.scores.tolist() == [1.0, 0.5]


preferences = st.one_of(
    st.just(Preference(PreferenceKind.USUAL)),
    st.integers(0, 5).map(lambda q: Preference(PreferenceKind.U_SHAPE, q=q)),
    st.integers(1, 9).map(lambda p: Preference(PreferenceKind.V_SHAPE, p=p)),
    st.integers(0, 5).map(lambda q: Preference(PreferenceKind.LEVEL, q=q, p=q + 2)),
    st.integers(0, 5).map(lambda q: Preference(PreferenceKind.LINEAR, q=q, p=q + 3)),
    st.integers(0, 5).map(lambda q: Preference(PreferenceKind.LINEAR, q=q, p=q)),
    st.integers(1, 5).map(lambda s: Preference(PreferenceKind.GAUSSIAN, s=s)),
)


def preferred(d: float, f: Preference) -> float:
    """The definition, one pair at a time."""
    if d <= 0:
        return 0.0
    match f.kind:
        case PreferenceKind.USUAL:
            return 1.0
        case PreferenceKind.U_SHAPE:
            return float(d > f.q)
        case PreferenceKind.V_SHAPE:
            return min(1.0, d / f.p)
        case PreferenceKind.LEVEL:
            return 0.5 * ((d > f.q) + (d > f.p))
        case PreferenceKind.LINEAR:
            return float(d > f.q) if f.p == f.q else min(1.0, max(0.0, (d - f.q) / (f.p - f.q)))
        case PreferenceKind.GAUSSIAN:
            return float(1 - np.exp(-(d**2) / (2 * f.s**2)))


@given(st.lists(st.integers(-12, 12), min_size=2, max_size=9), preferences, st.sampled_from([1, -1]))
def test_sorted_promethee_equals_the_definition(x: list[int], f: Preference, sense: int) -> None:
    found = promethee([[value] for value in x], [1], [f], [sense])
    m = len(x)
    plus = [sum(preferred(sense * (a - b), f) for b in x) / (m - 1) for a in x]
    minus = [sum(preferred(sense * (b - a), f) for b in x) / (m - 1) for a in x]
    assert found.phi_plus == pytest.approx(plus, abs=1e-12)
    assert found.phi_minus == pytest.approx(minus, abs=1e-12)
    assert found.phi_net.sum() == pytest.approx(0, abs=1e-12)


def test_removing_a_dominated_alternative_reverses_relative_methods_only() -> None:
    table, w = np.array([[30, 30, 10], [30, 60, 90], [90, 20, 60], [70, 10, 10.0]]), [0.4, 0.35, 0.25]
    assert not reversal(lambda rows: weighted_sum(rows, w).scores, table, 3).reversed
    assert reversal(lambda rows: topsis(rows, w).scores, table, 3).reversed
    assert reversal(lambda rows: promethee(rows, w).phi_net, table, 3).reversed


rankings = st.lists(st.integers(0, 6), min_size=3, max_size=9).filter(lambda x: len(set(x)) > 1)


@given(rankings, st.randoms(use_true_random=False))
def test_kendall_tau_is_scipys(x: list[int], random: object) -> None:
    y = list(x)
    random.shuffle(y)  # type: ignore[attr-defined]
    assert kendall_tau(x, y) == pytest.approx(stats.kendalltau(x, y).statistic)


def test_borda_counts_those_beaten() -> None:
    found = borda([[1, 2, 3, 4], [2, 1, 3, 3]])
    assert found.points.tolist() == [5, 5, 1.5, 0.5]
    assert found.ranks.tolist() == [1, 1, 3, 4]


def test_entropy_critic_and_merec_weigh_spread() -> None:
    flat = [[1.0, 10], [1.0, 20], [1.0, 90]]
    assert entropy_weights(flat).tolist() == pytest.approx([0, 1])
    table = [[450, 8000, 54, 145], [10, 9100, 2, 160], [100, 8200, 31, 153], [220, 9300, 1, 162]]
    merec = merec_weights([*table, [5, 8400, 23, 158]], [1, 1, -1, -1])
    assert merec.round(4).tolist() == [0.5752, 0.0141, 0.4016, 0.0091]
    # Two criteria of equal spread that say the opposite carry all of the conflict, each half.
    assert critic_weights([[1, 9], [5, 5], [9, 1]]).tolist() == pytest.approx([0.5, 0.5])


SHROUT_FLEISS = [[9, 2, 5, 8], [6, 1, 3, 2], [8, 4, 6, 8], [7, 1, 2, 6], [10, 5, 6, 9], [6, 2, 4, 7]]


def test_icc_of_shrout_and_fleiss_1979() -> None:
    found = intraclass_correlation(SHROUT_FLEISS)
    printed = (found.icc11, found.icc21, found.icc31, found.icc1k, found.icc2k, found.icc3k)
    assert [round(value, 2) for value in printed] == [0.17, 0.29, 0.71, 0.44, 0.62, 0.91]


@given(st.lists(st.lists(st.integers(0, 4), min_size=4, max_size=4), min_size=2, max_size=5))
def test_kendall_w_follows_from_the_mean_rank_correlation(table: list[list[int]]) -> None:
    """With k judges, the mean Spearman correlation of all pairs is (k W − 1) / (k − 1)."""
    if any(len(set(row)) == 1 for row in table):
        return
    k = len(table)
    rho = [stats.spearmanr(table[i], table[j]).statistic for i in range(k) for j in range(i)]
    untied = all(len(set(row)) == 4 for row in table)
    if untied:
        assert kendall_w(table).mean_spearman == pytest.approx(np.mean(rho))
    assert 0 <= kendall_w(table).w <= 1 + 1e-12


def test_krippendorff_of_the_encyclopedia() -> None:
    n = None
    coders: list[list[int | None]] = [
        [n, n, n, n, n, 3, 4, 1, 2, 1, 1, 3, 3, n, 3],
        [1, n, 2, 1, 3, 3, 4, 3, n, n, n, n, n, n, n],
        [n, n, 2, 1, 3, 4, 4, n, 2, 1, 1, 3, 3, n, 4],
    ]
    assert krippendorff_alpha(coders, Level.NOMINAL) == pytest.approx(0.691, abs=0.0005)
    assert krippendorff_alpha(coders, Level.INTERVAL) == pytest.approx(0.811, abs=0.0005)
    assert krippendorff_alpha(coders, Level.ORDINAL) == pytest.approx(0.807, abs=0.0005)
    twins: list[list[int | None]] = [[1, 2, 3, n], [1, 2, 3, 4]]
    for level in Level:
        assert krippendorff_alpha(twins, level) == 1


def test_weighted_kappa_depends_on_unused_levels() -> None:
    a, b = [1, 1, 2, 4], [1, 2, 2, 4]
    used = cohen_kappa(contingency(a, b), KappaWeights.LINEAR)
    all_levels = cohen_kappa(contingency(a, b, [1, 2, 3, 4]), KappaWeights.LINEAR)
    assert used != pytest.approx(all_levels)
    assert cohen_kappa(contingency(a, b)) == pytest.approx(cohen_kappa(contingency(a, b, [1, 2, 3, 4])))


def test_fleiss_kappa_is_one_for_agreement_and_below_zero_for_discord() -> None:
    assert fleiss_kappa([[3, 0], [0, 3]]) == 1
    assert fleiss_kappa([[1, 1], [1, 1]]) == -1


def test_severity_finds_the_harsh_rater_in_an_unbalanced_panel() -> None:
    truth, leniency = {"a": 60.0, "b": 70.0, "c": 50.0}, {"mild": 8.0, "fair": 0.0, "harsh": -8.0}
    seen = {"mild": "ab", "fair": "bc", "harsh": "ac"}
    ratings = [
        Rating(cell, rater, truth[cell] + leniency[rater]) for rater, cells in seen.items() for cell in cells
    ]
    found = rater_severity(ratings)
    assert {rater.rater: rater.leniency for rater in found.raters} == pytest.approx(leniency)
    assert found.adjusted == pytest.approx(truth)
    assert found.connected


def test_severity_flags_a_design_that_falls_apart() -> None:
    found = rater_severity([Rating("a", "x", 5), Rating("a", "y", 7), Rating("b", "z", 1)])
    assert not found.connected
    components = {rater.rater: rater.component for rater in found.raters}
    assert components["x"] == components["y"] != components["z"]
    with pytest.raises(EngineError):
        rater_severity([Rating("a", "x", 5), Rating("a", "x", 5)])


@pytest.mark.parametrize(
    ("ratios", "with_constant", "score", "zone"),
    [
        ((0.0, 0.0, 0.0, 1.0), False, 1.05, Zone.DISTRESS),
        ((0.1, 0.1, 0.1, 0.1), False, 1.759, Zone.GREY),
        ((0.2, 0.2, 0.2, 0.2), False, 3.518, Zone.SAFE),
        ((0.0, 0.0, 0.0, 1.0), True, 4.30, Zone.DISTRESS),
        ((0.2, 0.2, 0.2, 0.2), True, 6.768, Zone.SAFE),
    ],
)
def test_altman_zones(ratios: tuple[float, ...], with_constant: bool, score: float, zone: Zone) -> None:
    found = altman_z(*ratios, with_constant=with_constant)
    assert found.score == pytest.approx(score)
    assert found.zone is zone


def test_altman_with_a_missing_ratio_is_unknown_not_zero() -> None:
    found = altman_z(0.5, None, 0.5, 0.5)
    assert (found.score, found.zone, found.missing) == (None, Zone.UNKNOWN, ("retained_earnings_to_assets",))


anchors = st.lists(st.integers(0, 100), min_size=2, max_size=6, unique=True).map(sorted)


@given(anchors, st.data())
def test_inverse_undoes_a_strictly_monotone_value_function(xs: list[int], data: st.DataObject) -> None:
    vs = data.draw(st.lists(st.integers(0, 100), min_size=len(xs), max_size=len(xs), unique=True).map(sorted))
    for values in (vs, vs[::-1]):
        function = PiecewiseLinear.through(xs, values)
        x = data.draw(st.floats(xs[0], xs[-1]))
        v = float(function([x]).values[0])
        back = function.inverse(v)
        assert back is not None
        assert function([back]).values[0] == pytest.approx(v, abs=1e-9)


def test_inverse_on_a_plateau_is_where_it_is_first_reached() -> None:
    rising = PiecewiseLinear.through([0, 10, 20], [0, 50, 50])
    assert rising.inverse(50) == 10
    falling = PiecewiseLinear.through([0, 10, 20], [50, 50, 0])
    assert falling.inverse(50) == 10
    assert rising.inverse(51) is None
    with pytest.raises(EngineError):
        PiecewiseLinear.through([0, 1, 2], [0, 5, 0]).inverse(3)


def test_values_outside_the_anchors_are_clipped_and_flagged() -> None:
    found = PiecewiseLinear.through([0, 10], [0, 100])([-1, 5, 11])
    assert found.values.tolist() == [0, 50, 100]
    assert found.outside.tolist() == [True, False, True]
    assert PiecewiseLinear.through([0, 10], [0, 100])([11], extrapolate=True).values[0] == pytest.approx(110)


def test_categories_and_rubrics() -> None:
    scale = Categorical({"none": 0, "planned": 40, "validated": 100})
    assert scale.inverse(30) == "planned"
    assert scale.inverse(101) is None
    assert [rubric(["1", "2", "3", "4", "5"])(level) for level in "135"] == [0, 50, 100]
    with pytest.raises(EngineError) as raised:
        scale("perhaps")
    assert raised.value.entry == "perhaps"
    with pytest.raises(EngineError):
        rubric(["one"])
