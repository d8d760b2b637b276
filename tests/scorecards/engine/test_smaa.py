"""SMAA: known answers, exact merging of split work, true ties, and a lossless screen."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorecards.engine import CandidateInput, CriterionNode, EngineError, GateStatus, evaluate, smaa_run
from scorecards.engine.chunks import CHUNK, split_samples
from scorecards.engine.exact import WEIGHT_UNITS
from scorecards.engine.questions import smaa_problem
from scorecards.engine.regimes import (
    dirichlet_per_group,
    one_dirichlet,
    ordinal,
    uniform_over_leaves,
    uniform_per_level,
)
from scorecards.engine.smaa import Cells, SmaaPartial, SmaaProblem, merge
from scorecards.engine.smaa_run import SmaaResult, confidence_partial, finish, smaa, smaa_partial

ROOT = Path(__file__).parents[3]


def problem(
    values: object, *, high: object = None, ranks: int | None = None, seed: int = 1, pairwise: bool = True
) -> SmaaProblem:
    low = np.array(values, dtype=np.float64)
    top = low if high is None else np.array(high, dtype=np.float64)
    m, n = low.shape
    criteria = tuple(f"c{j:02d}" for j in range(n))
    return SmaaProblem(
        candidates=tuple(f"a{i}" for i in range(m)),
        criteria=criteria,
        panel=(Cells(low, top),),
        regime=uniform_over_leaves(criteria),
        seed=seed,
        ranks=m if ranks is None else ranks,
        pairwise=pairwise,
    )


tables = st.integers(1, 5).flatmap(
    lambda n: st.lists(st.lists(st.integers(0, 100), min_size=n, max_size=n), min_size=1, max_size=6)
)


def same(a: SmaaResult, b: SmaaResult) -> bool:
    return (
        np.array_equal(a.acceptability, b.acceptability)
        and np.array_equal(a.central_weights, b.central_weights, equal_nan=True)
        and np.array_equal(a.confidence, b.confidence, equal_nan=True)
        and a.weights_digest == b.weights_digest
    )


@settings(max_examples=40)
@given(tables, st.integers(0, 3))
def test_acceptabilities_of_each_candidate_sum_to_one(values: list[list[int]], seed: int) -> None:
    found = smaa(problem(values, seed=seed), 600)
    assert found.acceptability.sum(axis=1) == pytest.approx(np.ones(len(values)), abs=1e-12)
    assert (found.acceptability[:, 0].sum()) >= 1 - 1e-12
    ever = ~np.isnan(found.central_weights[:, 0])
    assert found.central_weights[ever].sum(axis=1) == pytest.approx(np.ones(ever.sum()))
    assert found.never_first == {f"a{i}" for i in np.flatnonzero(found.acceptability[:, 0] == 0)}


def test_three_corners_have_a_quarter_each() -> None:
    """w_j > ½ for each of three criteria cuts off a quarter of the simplex; the middle keeps the rest."""
    found = smaa(problem([[100, 0, 0], [0, 100, 0], [0, 0, 100], [50, 50, 50]]), 60_000)
    assert found.acceptability[:, 0] == pytest.approx([0.25] * 4, abs=0.008)
    assert found.central_weights[0] == pytest.approx([2 / 3, 1 / 6, 1 / 6], abs=0.01)


def test_dominated_candidate_has_no_central_weights_and_twins_share_the_first_rank() -> None:
    found = smaa(problem([[9, 9], [0, 0], [9, 9]]), 2_000)
    assert found.acceptability.tolist() == [[1, 0, 0], [0, 0, 1], [1, 0, 0]]
    assert np.isnan(found.central_weights[1]).all()
    assert np.isnan(found.confidence[1])
    assert found.never_first == {"a1"}


@settings(max_examples=30)
@given(tables, st.integers(0, 5))
def test_identical_candidates_tie_in_every_sample(values: list[list[int]], row: int) -> None:
    twin = values[row % len(values)]
    found = smaa(problem([*values, twin]), 600)
    assert np.array_equal(found.acceptability[row % len(values)], found.acceptability[-1])


@settings(max_examples=25)
@given(tables, st.integers(1, 4))
def test_split_work_merges_to_the_same_bits(values: list[list[int]], parts: int) -> None:
    whole = problem(values, high=np.array(values) + 5)
    ranges = split_samples(4 * CHUNK + 77, parts)
    pieces = [smaa_partial(whole, part.first, part.count) for part in reversed(ranges)]
    travelled = [SmaaPartial.from_json(json.loads(json.dumps(piece.to_json()))) for piece in pieces]
    total = merge(travelled)
    confidence = np.sum([confidence_partial(whole, total, r.first, r.count) for r in ranges], axis=0)
    assert same(finish(whole, total, confidence), smaa(whole, 4 * CHUNK + 77))


SMALL_BLOCKS = {
    "DRAW_SAMPLES": CHUNK,
    "SCREEN_SAMPLES": 300,
    "BLOCK_CELLS": 700,
    "OPEN_DRAW_SAMPLES": CHUNK,
    "OPEN_BLOCK_CELLS": 700,
    "LANES": 3,
}


def test_block_size_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(2)
    low = rng.integers(0, 10_000, (7, 9))
    open_ = problem(low, high=np.minimum(10_000, low + rng.integers(0, 900, (7, 9))))
    cases = (open_, problem(low), problem(low, ranks=3, pairwise=False))
    before = [smaa(whole, 3_000) for whole in cases]
    for name, value in SMALL_BLOCKS.items():
        monkeypatch.setattr(smaa_run, name, value)
    assert all(same(a, smaa(whole, 3_000)) for a, whole in zip(before, cases, strict=True))


def test_number_of_threads_does_not_matter() -> None:
    code = (
        "import numpy as np;from tests.scorecards.engine.test_smaa import problem;"
        "from scorecards.engine.smaa_run import smaa_partial;import hashlib;"
        "v=np.random.default_rng(3).integers(0,10000,(300,40));"
        "r=smaa_partial(problem(v,ranks=10,pairwise=False),0,2048);"
        "print(hashlib.sha256(r.rank_counts.tobytes()+r.first_units.tobytes()).hexdigest())"
    )
    outputs = {
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT,
            env=os.environ | {"OPENBLAS_NUM_THREADS": threads},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for threads in ("1", "2")
    }
    assert len(outputs) == 1


def test_drawn_weights_are_the_ones_recorded_on_another_machine() -> None:
    """Raw PCG64 bits through our own inverse functions: the same integers, whatever NumPy changes."""
    whole = problem([[1, 2, 3], [3, 2, 1]])
    assert whole.weight_units(0, 3).T.astype(int).tolist() == RECORDED_WEIGHTS
    assert (whole.weight_units(0, 1000).sum(axis=0) == WEIGHT_UNITS).all()
    assert np.array_equal(whole.weight_units(700, 5), whole.weight_units(0, 1000)[:, 700:705])


RECORDED_WEIGHTS = [
    [571099354, 292950998, 209691472],
    [657907766, 195678858, 220155200],
    [508846210, 490880917, 74014697],
]


@settings(max_examples=20)
@given(tables.filter(lambda v: len(v) > 1), st.randoms(use_true_random=False))
def test_permuting_inputs_permutes_outputs(values: list[list[int]], random: object) -> None:
    one = problem(values, high=np.array(values) + 4)
    rows = list(range(len(values)))
    columns = list(range(len(values[0])))
    random.shuffle(rows)  # type: ignore[attr-defined]
    random.shuffle(columns)  # type: ignore[attr-defined]
    cells = one.panel[0]
    other = replace(
        one,
        candidates=tuple(one.candidates[i] for i in rows),
        criteria=tuple(one.criteria[j] for j in columns),
        panel=(Cells(cells.low[np.ix_(rows, columns)], cells.high[np.ix_(rows, columns)]),),
    )
    a, b = smaa(one, 600), smaa(other, 600)
    assert np.array_equal(a.acceptability[rows], b.acceptability)
    assert np.array_equal(a.central_weights[np.ix_(rows, columns)], b.central_weights, equal_nan=True)
    assert np.array_equal(a.confidence[rows], b.confidence, equal_nan=True)


@settings(max_examples=15)
@given(st.integers(0, 100), st.integers(1, 12), st.sampled_from([3, 10_000]))
def test_screen_counts_what_float64_counts(seed: int, ranks: int, grain: int) -> None:
    """Coarse values make many exact ties at the counted ranks, fine ones make near ties."""
    values = np.random.default_rng(seed).integers(0, grain, (600, 5))
    screened = smaa_partial(problem(values, ranks=ranks, pairwise=False), 0, 700)
    full = smaa_partial(problem(values, pairwise=False), 0, 700)
    assert np.array_equal(screened.rank_counts, full.rank_counts[:, :ranks])
    assert np.array_equal(screened.first_units, full.first_units)


@pytest.mark.parametrize(
    ("candidates", "grain"), [(2, 1), (9, 3), (50, 10_000), (128, 2_000), (130, 10_000), (40, 1 << 22)]
)
def test_every_rank_is_that_of_whole_numbers(candidates: int, grain: int) -> None:
    """Beside plain integers: exact ties, scores that differ by one unit, and both sizes of packed keys."""
    values = np.random.default_rng(candidates).integers(0, grain + 1, (candidates, 4))
    values[-1] = values[0]
    # One unit of value on a criterion of little weight is the nearest that two scores can come.
    values[candidates // 2] = values[0]
    values[candidates // 2, 3] = max(0, values[0, 3] - 1)
    whole, samples = problem(values, seed=candidates), CHUNK + 60
    units = whole.weight_units(0, samples).T.astype(np.int64)
    ranks = np.zeros((candidates, candidates), dtype=np.int64)
    first = np.zeros(values.shape, dtype=np.int64)
    for drawn in units:
        scores = values @ drawn
        rank = (scores[None, :] > scores[:, None]).sum(axis=1)
        ranks[np.arange(candidates), rank] += 1
        first[rank == 0] += drawn
    found = smaa_partial(whole, 0, samples)
    assert np.array_equal(found.rank_counts, ranks)
    assert np.array_equal(found.first_units, first)


def test_screen_survives_candidates_that_are_all_the_same() -> None:
    found = smaa_partial(problem(np.full((2_000, 4), 5_000), ranks=10, pairwise=False), 0, CHUNK)
    assert (found.rank_counts[:, 0] == CHUNK).all()
    assert (found.rank_counts[:, 1:] == 0).all()


@settings(max_examples=20)
@given(tables)
def test_exact_and_sampled_pairwise_indices_agree(values: list[list[int]]) -> None:
    whole = problem(values)
    partial = smaa_partial(whole, 0, 4_096)
    assert partial.wins is not None
    found = finish(whole, partial)
    assert found.exact_wins
    assert found.wins == pytest.approx(partial.wins / 4_096, abs=0.04)
    assert found.expected_rank == pytest.approx(
        partial.rank_counts @ np.arange(1, len(values) + 1) / 4_096, abs=0.15
    )


def test_sampled_ranks_obey_the_identity_with_winning_indices() -> None:
    values = np.random.default_rng(4).integers(0, 9, (6, 3))
    partial = smaa_partial(problem(values), 0, 1_000)
    assert partial.wins is not None
    expected = partial.rank_counts @ np.arange(1, 7)
    assert (expected == 1_000 + partial.wins.sum(axis=0)).all()


def test_index_is_labelled_sampled_where_it_is_not_exact() -> None:
    with_interval = problem([[1, 2], [2, 1]], high=[[1, 3], [2, 1]])
    assert not smaa(with_interval, 600).exact_wins
    ordered = replace(problem([[1, 2], [2, 1]]), regime=ordinal(["c00", "c01"]))
    assert not smaa(ordered, 600).exact_wins


def test_confidence_is_the_share_of_values_at_the_central_weights() -> None:
    """One criterion: a is 50, b anywhere on 0 … 99, so that a is first, or tied, in 51 of 100 draws."""
    found = smaa(problem([[50], [0]], high=[[50], [99]]), 40_000)
    assert found.confidence == pytest.approx([0.51, 0.50], abs=0.012)
    assert found.acceptability[:, 0] == pytest.approx([0.51, 0.50], abs=0.012)


def test_confidence_is_computed_for_those_most_often_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(smaa_run, "CONFIDENT_CANDIDATES", 2)
    low = np.array([[90, 10], [10, 90], [60, 60], [0, 0]])
    found = smaa(problem(low, high=low + 5, ranks=2, pairwise=False), 2_000)
    seen = ~np.isnan(found.confidence)
    assert seen.sum() == 2
    assert found.acceptability[seen, 0].min() >= found.acceptability[~seen, 0].max()


def test_panel_draws_one_whole_assessor_per_sample() -> None:
    """Two assessors who see the opposite: each is believed in half of the samples, cells are never mixed."""
    one = problem([[10, 10], [0, 0]])
    two = Cells(one.panel[0].low[::-1].copy(), one.panel[0].high[::-1].copy())
    found = smaa(replace(one, panel=(one.panel[0], two)), 20_000)
    assert found.acceptability == pytest.approx(np.full((2, 2), 0.5), abs=0.015)
    assert found.acceptability[:, 0].sum() == 1
    assert found.confidence == pytest.approx([0.5, 0.5], abs=0.015)


NODES = (
    CriterionNode("g", None, 0.5),
    CriterionNode("x", "g", 0.5),
    CriterionNode("y", "g", 0.5),
    CriterionNode("z", None, 0.5),
)


def test_official_run_becomes_a_problem_without_the_excluded() -> None:
    point = {"x": 50.0, "y": 50.0, "z": 50.0}
    candidates = [
        CandidateInput("out", point, point, {"gmp": GateStatus.FAIL}),
        CandidateInput("in", point, point),
        CandidateInput("open", {"x": 10}, {"x": 60}),
    ]
    run = evaluate(NODES, candidates)
    whole = smaa_problem([run], uniform_per_level(run.tree), seed=3)
    assert whole.candidates == ("in", "open")
    assert smaa(whole, 600).acceptability.sum() == pytest.approx(2)
    lower = smaa(smaa_problem([run], uniform_per_level(run.tree), seed=3, at_low=True), 600)
    assert lower.acceptability[:, 0].tolist() == [1, 0]


def test_one_dirichlet_over_a_tree_is_exact_and_others_are_not() -> None:
    run = evaluate(NODES, [])
    assert one_dirichlet(run.tree, 40.0).leaf_alpha() == pytest.approx([10, 10, 20])
    assert dirichlet_per_group(run.tree, 40.0).leaf_alpha() is None


def test_memory_does_not_grow_with_samples() -> None:
    """Peak memory of ten times the samples, measured in processes of their own."""

    def peak(samples: int) -> int:
        code = (
            "import resource,numpy as np;from tests.scorecards.engine.test_smaa import problem;"
            "from scorecards.engine.smaa_run import smaa_partial;"
            "v=np.random.default_rng(3).integers(0,10000,(600,30));"
            f"smaa_partial(problem(v,ranks=10,pairwise=False),0,{samples});"
            "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)"
        )
        run = subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        )
        return int(run.stdout)

    assert peak(20 * 16 * CHUNK) < peak(2 * 16 * CHUNK) * 1.25


BAD = [
    ({"panel": ()}, "panel"),
    ({"candidates": ("a", "a")}, "candidates"),
    ({"criteria": ("c00", "other")}, "regime"),
    ({"ranks": 3}, "ranks"),
    ({"panel": (Cells(np.full((2, 2), 0.5), np.ones((2, 2))),)}, "low"),
    ({"panel": (Cells(np.full((2, 2), 2.0), np.ones((2, 2))),)}, "cells[0][0]"),
    ({"panel": (Cells(np.full((2, 2), -1.0), np.ones((2, 2))),)}, "low"),
    ({"panel": (Cells(np.ones((2, 3)), np.ones((2, 3))),)}, "low"),
]


@pytest.mark.parametrize(("change", "entry"), BAD)
def test_nonsense_is_refused_by_name(change: dict[str, object], entry: str) -> None:
    good = problem([[1, 2], [2, 1]])
    with pytest.raises(EngineError) as raised:
        replace(good, **change)  # type: ignore[arg-type]
    assert raised.value.entry == entry


def test_parts_that_do_not_fit_are_refused() -> None:
    one, other = problem([[1, 2], [2, 1]]), problem([[1, 2], [2, 2]])
    first, second = smaa_partial(one, 0, CHUNK), smaa_partial(one, CHUNK, CHUNK)
    with pytest.raises(EngineError, match="different problems"):
        merge([first, smaa_partial(other, CHUNK, CHUNK)])
    with pytest.raises(EngineError, match="count sample 0 twice"):
        merge([first, first])
    with pytest.raises(EngineError, match="does not cover"):
        finish(one, second)
    with pytest.raises(EngineError, match="another problem"):
        finish(other, first)
    with pytest.raises(EngineError, match="multiple of"):
        smaa_partial(one, 5, CHUNK)
    with pytest.raises(EngineError, match="not a partial"):
        SmaaPartial.from_json({"problem": "x"})
