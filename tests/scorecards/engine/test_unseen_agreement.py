"""Agreement of raters on tables that no one has seen: other ways to the same figures."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import stats

from tests.scorecards.engine.calculator import computed, few


@few
@given(st.lists(st.lists(st.integers(0, 5), min_size=2, max_size=6), min_size=2, max_size=4))
def test_kendall_w_follows_from_friedman(table: list[list[int]]) -> None:
    """W = χ² / (k (n − 1)), with ties as well."""
    n = min(map(len, table))
    assume(n >= 3)
    rows = [row[:n] for row in table]
    assume(any(len(set(row)) > 1 for row in rows))
    columns = list(zip(*rows, strict=True))
    chi = stats.friedmanchisquare(*columns).statistic
    found = computed("kendall", "W", ratings_judges_by_objects=rows)
    assert found == pytest.approx(chi / (len(rows) * (n - 1)), abs=1e-9)


def pairable(table: list[list[int | None]]) -> list[list[int]]:
    units = [[x for x in unit if x is not None] for unit in zip(*table, strict=True)]
    return [unit for unit in units if len(unit) > 1]


@few
@given(
    st.integers(2, 5).flatmap(
        lambda n: st.lists(
            st.lists(st.none() | st.integers(1, 4), min_size=n, max_size=n), min_size=2, max_size=4
        )
    ),
    st.sampled_from(["nominal", "interval", "ratio", "ordinal"]),
)
def test_krippendorff_is_one_minus_observed_by_expected(table: list[list[int | None]], level: str) -> None:
    """From pairs of ratings, without a coincidence matrix."""
    units = pairable(table)
    pooled = [x for unit in units for x in unit]
    assume(len(set(pooled)) > 1)

    def distance(a: int, b: int) -> float:
        if level == "nominal":
            return float(a != b)
        if level == "ratio":
            return ((a - b) / (a + b)) ** 2
        if level == "ordinal":
            low, high = sorted((a, b))
            between = sum(pooled.count(g) for g in range(low, high + 1))
            return (between - (pooled.count(a) + pooled.count(b)) / 2) ** 2
        return float((a - b) ** 2)

    observed = sum(
        sum(distance(a, b) for a, b in itertools.permutations(unit, 2)) / (len(unit) - 1) for unit in units
    )
    by_chance = sum(distance(a, b) for a, b in itertools.permutations(pooled, 2)) / (len(pooled) - 1)
    found = computed("kripp", level, coders_by_units=table)
    assert found == pytest.approx(1 - observed / by_chance, abs=1e-9)


@few
@given(st.lists(st.lists(st.integers(1, 9), min_size=3, max_size=3), min_size=2, max_size=6))
def test_icc_is_that_of_an_analysis_of_variance(table: list[list[int]]) -> None:
    x = np.array(table, dtype=float)
    n, k = x.shape
    total = ((x - x.mean()) ** 2).sum()
    between = k * ((x.mean(axis=1) - x.mean()) ** 2).sum()
    judges = n * ((x.mean(axis=0) - x.mean()) ** 2).sum()
    assume(between > 1e-9)
    bms, jms = between / (n - 1), judges / (k - 1)
    ems = (total - between - judges) / ((n - 1) * (k - 1))
    wms = (total - between) / (n * (k - 1))
    below = [
        bms + (k - 1) * wms,
        bms + (k - 1) * ems + k * (jms - ems) / n,
        bms + (k - 1) * ems,
        bms + (jms - ems) / n,
    ]
    assume(all(abs(b) > 1e-6 for b in below))
    found = computed("icc", "ICC11", "ICC21", "ICC31", "ICC2k", "ICC3k", ratings_targets_by_judges=table)
    assert found["ICC11"] == pytest.approx((bms - wms) / below[0], abs=1e-7)
    assert found["ICC21"] == pytest.approx((bms - ems) / below[1], abs=1e-7)
    assert found["ICC31"] == pytest.approx((bms - ems) / below[2], abs=1e-7)
    assert found["ICC2k"] == pytest.approx((bms - ems) / below[3], abs=1e-7)
    assert found["ICC3k"] == pytest.approx(1 - ems / bms, abs=1e-7)


@few
@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 2)), min_size=2, max_size=12))
def test_kappas_agree_for_two_raters(pairs: list[tuple[int, int]]) -> None:
    """Cohen's from its definition; quadratic weights give 1 − mean squared distance over that by chance."""
    a, b = [p[0] for p in pairs], [p[1] for p in pairs]
    table = [[sum(1 for p in pairs if p == (i, j)) for j in range(3)] for i in range(3)]
    by_chance = np.mean([x != y for x in a for y in b])
    assume(by_chance > 0)
    found = computed("cohen", "kappa", "kappa_quadratic", table=table)
    assert found["kappa"] == pytest.approx(1 - np.mean([x != y for x, y in pairs]) / by_chance)
    squared = np.mean([(x - y) ** 2 for x, y in pairs]) / np.mean([(x - y) ** 2 for x in a for y in b])
    assert found["kappa_quadratic"] == pytest.approx(1 - squared)
