"""The engine beside pymcdm, scikit-criteria and pysensmcda, in one run: `python -m bench.engine`.

Prints a Markdown table. Where the libraries are not installed
beside the application, `.venv-bench` is used (requirements/bench.txt). Each time is the least of several
rounds in which the rivals take turns, so that whatever else runs on the machine hits all of them.
"""

import importlib.util
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
TURN_SECONDS = 0.02
LIBRARIES = ("pymcdm", "skcriteria", "pysensmcda")
type Work = Callable[[], object]


@dataclass(frozen=True)
class Row:
    """One line of the table."""

    work: str
    engine: str
    compared: str
    target: str
    met: bool | None


def least(rounds: int, **works: Work) -> dict[str, float]:
    """Least seconds of one call of each, in turns; short works are called several times a turn."""
    best = {name: once(work) for name, work in works.items()}
    for _ in range(rounds):
        for name, work in works.items():
            for _ in range(max(1, min(50, int(TURN_SECONDS / best[name])))):
                best[name] = min(best[name], once(work))
    return best


def once(work: Work) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def milliseconds(seconds: float) -> str:
    return f"{seconds * 1e3:.3g} ms" if seconds < 1 else f"{seconds:.3g} s"


def values_and_keys(m: int, n: int) -> tuple[np.ndarray, tuple[str, ...], tuple[str, ...]]:
    """Values in hundredths (m, n), candidate and criterion keys."""
    values = np.rint(np.random.default_rng(1).uniform(1, 10_000, (m, n)))
    return values, tuple(f"a{i}" for i in range(m)), tuple(f"c{j:02d}" for j in range(n))


def scores() -> list[Row]:
    """The bare product beside what the libraries do by default, then like with like."""
    from scorecards.engine.additive import additive_scores
    from scorecards.engine.opinions import weighted_sum

    values, _, _ = values_and_keys(10_000, 40)
    points, weights = values / 100, np.full(40, 1 / 40)
    works: dict[str, Work] = {
        "engine": lambda: additive_scores(points, weights),
        "checked": lambda: weighted_sum(points, weights),
    }
    if importlib.util.find_spec("pymcdm"):
        from pymcdm.methods import WSM

        body, plain, types = WSM(), WSM(lambda column, cost=False: column), np.ones(40)
        works["pymcdm"] = lambda: body(points, weights, types)
        works["pymcdm plain"] = lambda: plain(points, weights, types)
    if importlib.util.find_spec("skcriteria"):
        from skcriteria import mkdm
        from skcriteria.agg.simple import WeightedSumModel

        decision, model = mkdm(points, [max] * 40, weights=weights), WeightedSumModel()
        works["scikit-criteria"] = lambda: model.evaluate(decision)
    best = least(15, **works)
    wanted = [
        ("scores", "engine", "pymcdm", "pymcdm, which normalizes", 500),
        ("scores", "engine", "pymcdm plain", "pymcdm with a normalization that does nothing", None),
        ("scores", "engine", "scikit-criteria", "scikit-criteria, which ranks", 40),
        ("scores and ranks, inputs checked", "checked", "scikit-criteria", "scikit-criteria", None),
    ]
    rows = []
    for work, ours, theirs, name, target in wanted:
        if theirs not in best:
            continue
        ratio = best[theirs] / best[ours]
        compared = f"{name} {milliseconds(best[theirs])}: {ratio:.3g} ×"
        aim, met = (f"≥ {target} ×", ratio >= target) if target else ("", None)
        rows.append(Row(f"{work}, 10 000 × 40", milliseconds(best[ours]), compared, aim, met))
    return rows


def official() -> list[Row]:
    nodes, candidates = official_inputs(10_000, 60)
    from scorecards.engine import evaluate

    def whole_run() -> None:
        run = evaluate(nodes, candidates)
        len(run.results)

    best = least(3, engine=whole_run)
    return [
        Row("official run from mappings, 10 000 × 60", milliseconds(best["engine"]), "none", "", None),
    ]


def official_inputs(m: int, n: int) -> tuple[list, list]:
    """Nodes (groups of ten leaves) and candidates with some open cells."""
    from scorecards.engine import CandidateInput, CriterionNode

    values, keys, criteria = values_and_keys(m, n)
    groups = [f"g{g}" for g in range(n // 10)]
    nodes = [CriterionNode(group, None, 1 / len(groups)) for group in groups]
    nodes += [CriterionNode(key, groups[j // 10], 0.1) for j, key in enumerate(criteria)]
    low = values / 100
    open_ = np.random.default_rng(2).random((m, n)) < 0.1
    high = np.where(open_, np.minimum(100, low + 20), low)
    return nodes, [
        CandidateInput(
            key,
            dict(zip(criteria, low[i].tolist(), strict=True)),
            dict(zip(criteria, high[i].tolist(), strict=True)),
        )
        for i, key in enumerate(keys)
    ]


def promethee_child() -> None:
    """Run in a child, whose memory is measured."""
    from scorecards.engine.promethee import Preference, PreferenceKind, promethee

    values, _, _ = values_and_keys(10_000, 40)
    start = time.perf_counter()
    promethee(values, np.ones(40), [Preference(PreferenceKind.LINEAR, q=500, p=2_000)] * 40)
    print(time.perf_counter() - start, peak_megabytes())


def smaa_large_child() -> None:
    """The largest size, with a tenth of the samples' chunks at a time, memory measured."""
    from scorecards.engine.regimes import uniform_over_leaves
    from scorecards.engine.smaa import Cells, SmaaProblem
    from scorecards.engine.smaa_run import smaa_partial

    values, keys, criteria = values_and_keys(10_000, 60)
    cells = Cells(values, values)
    problem = SmaaProblem(keys, criteria, (cells,), uniform_over_leaves(criteria), seed=1, ranks=10)
    start = time.perf_counter()
    smaa_partial(problem, 0, 10_000)
    print(time.perf_counter() - start, peak_megabytes())


def peak_megabytes() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def in_child(name: str) -> tuple[float, float]:
    """Seconds and peak megabytes of one of the functions above in a process of its own."""
    command = [sys.executable, "-W", "ignore", "-c", f"from bench.engine import {name}; {name}()"]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    seconds, megabytes = map(float, run.stdout.split())
    return seconds, megabytes


def promethee_rows() -> list[Row]:
    seconds, megabytes = in_child("promethee_child")
    rows = [
        Row(
            "PROMETHEE II, 10 000 × 40",
            f"{milliseconds(seconds)}, {megabytes:.0f} MB",
            "pymcdm would hold 10 000 × 10 000 × 40 numbers, 32 GB",
            "< 1 GB",
            megabytes < 1024,
        )
    ]
    if importlib.util.find_spec("pymcdm"):
        from pymcdm.methods import PROMETHEE_II

        from scorecards.engine.promethee import promethee

        values, _, _ = values_and_keys(500, 40)
        body, weights, types = PROMETHEE_II("usual"), np.full(40, 1 / 40), np.ones(40)
        best = least(
            3, engine=lambda: promethee(values, weights), pymcdm=lambda: body(values, weights, types)
        )
        ratio = best["pymcdm"] / best["engine"]
        compared = f"pymcdm {milliseconds(best['pymcdm'])}: {ratio:.0f} ×"
        rows.append(Row("PROMETHEE II, 500 × 40", milliseconds(best["engine"]), compared, "", None))
    return rows


def bare_plain(values: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """A blocked matrix product, a sort and counting, with nothing around it: weights (n, b) are given."""
    m = len(values)
    counts = np.zeros(m * m, dtype=np.int64)
    for low in range(0, weights.shape[1], 4096):
        order = np.argsort(values @ weights[:, low : low + 4096], axis=0)
        counts += np.bincount((order * m + np.arange(m)[:, None]).ravel(), minlength=m * m)
    return counts


def bare_tuned(values: np.ndarray, weights: np.ndarray, buffer: np.ndarray) -> np.ndarray:
    """The same as fast as it gets: a row of `buffer` (block, m) for each sample, sorted where it lies.

    Blocks small enough for a product on one thread: products on two wait for each other on a busy machine.
    """
    m = len(values)
    counts = np.zeros(m * m, dtype=np.int64)
    for low in range(0, weights.shape[1], len(buffer)):
        block = weights[:, low : low + len(buffer)].T
        order = np.argsort(np.matmul(block, values.T, out=buffer[: len(block)]), axis=1)
        order *= m
        order += np.arange(m)
        counts += np.bincount(order.reshape(-1), minlength=m * m)
    return counts


def smaa_rows() -> list[Row]:
    from scorecards.engine.regimes import uniform_over_leaves
    from scorecards.engine.smaa import Cells, SmaaProblem
    from scorecards.engine.smaa_run import smaa_partial

    values, keys, criteria = values_and_keys(50, 40)
    problem = SmaaProblem(
        keys, criteria, (Cells(values, values),), uniform_over_leaves(criteria), seed=1, ranks=50
    )
    weights = problem.weight_units(0, 10_000) / 2**30
    buffer = np.empty((500, 50))
    works: dict[str, Work] = {
        "engine": lambda: smaa_partial(problem, 0, 10_000),
        "plain": lambda: bare_plain(values, weights),
        "tuned": lambda: bare_tuned(values, weights, buffer),
    }
    if importlib.util.find_spec("pysensmcda"):
        from pymcdm.methods import WSM
        from pysensmcda.smaa import simulate, smaa2

        types = np.ones(40)
        works["pysensmcda"] = lambda: smaa2(WSM(), values, types, num_samples=10_000, seed=1)
        works["bare function"] = lambda: simulate(
            lambda table, w, _: table @ w, values, types, num_samples=10_000, store="accumulate", seed=1
        )
    best = least(5, **works)
    name, took = "SMAA, 50 × 40 × 10 000, all ranks, central weights", milliseconds(best["engine"])
    rows = []
    for floor, how in (("plain", ""), ("tuned", ", tuned to rows")):
        ratio = best["engine"] / best[floor]
        compared = f"bare product, sort and counting{how} {milliseconds(best[floor])}: {ratio:.2f} ×"
        rows.append(Row(name, took, compared, "≤ 2 ×", ratio <= 2))
    if "pysensmcda" in best:
        ratio = best["pysensmcda"] / best["engine"]
        compared = f"pysensmcda with pymcdm's weighted sum {milliseconds(best['pysensmcda'])}: {ratio:.0f} ×"
        rows.append(Row(name, took, compared, "≥ 10 ×", ratio >= 10))
        ratio = best["bare function"] / best["engine"]
        compared = (
            f"pysensmcda, rank counts only, `table @ w` {milliseconds(best['bare function'])}: {ratio:.1f} ×"
        )
        rows.append(Row(name, took, compared, "", None))
    return rows


def bare_product(values: np.ndarray, weights: np.ndarray, buffer: np.ndarray) -> None:
    """The float32 product in the blocks that suit this machine best, into one buffer."""
    for low in range(0, weights.shape[1], buffer.shape[1]):
        block = np.ascontiguousarray(weights[:, low : low + buffer.shape[1]])
        for row in range(0, len(values), len(buffer)):
            part = values[row : row + len(buffer)]
            np.matmul(part, block, out=buffer[: len(part), : block.shape[1]])


def smaa_top_rows() -> list[Row]:
    from scorecards.engine.regimes import uniform_over_leaves
    from scorecards.engine.smaa import Cells, SmaaProblem
    from scorecards.engine.smaa_run import smaa_partial

    values, keys, criteria = values_and_keys(10_000, 60)
    problem = SmaaProblem(
        keys, criteria, (Cells(values, values),), uniform_over_leaves(criteria), seed=1, ranks=10
    )
    weights = (problem.weight_units(0, 10_000) / 2**30).astype(np.float32)
    rough, buffer = values.astype(np.float32), np.empty((1024, 512), dtype=np.float32)
    best = least(
        5,
        engine=lambda: smaa_partial(problem, 0, 10_000),
        bare=lambda: bare_product(rough, weights, buffer),
    )
    ratio = best["engine"] / best["bare"]
    seconds, megabytes = in_child("smaa_large_child")
    return [
        Row(
            "SMAA top 10, 10 000 × 60 × 10 000",
            milliseconds(best["engine"]),
            f"blocked float32 product {milliseconds(best['bare'])}: {ratio:.2f} ×",
            "≤ 2.5 ×",
            ratio <= 2.5,
        ),
        Row(
            "the same in a process of its own",
            f"{milliseconds(seconds)}, {megabytes:.0f} MB",
            "none",
            "bounded memory",
            megabytes < 1024,
        ),
    ]


def stability_rows() -> list[Row]:
    from scorecards.engine import evaluate

    nodes, candidates = official_inputs(10_000, 60)
    run = evaluate(nodes, candidates)
    run.rank_table  # noqa: B018  (ranks are made before the clock starts)
    keys = [node.key for node in run.tree.nodes]
    best = least(30, engine=lambda: run.stability_of(keys))
    took = best["engine"]
    return [Row("all stability intervals, 10 000 × 60", milliseconds(took), "none", "< 50 ms", took < 0.05)]


def slider_rows() -> list[Row]:
    from scorecards.engine import evaluate
    from scorecards.engine.questions import smaa_problem
    from scorecards.engine.regimes import dirichlet_per_group
    from scorecards.engine.smaa_run import smaa_partial

    nodes, candidates = official_inputs(50, 40)

    def moved() -> None:
        """Ranking, all stability intervals, and robustness at Dirichlet(κ) over the moved weights."""
        run = evaluate(nodes, candidates)
        len(run.results)
        len(run.stabilities)
        problem = smaa_problem([run], dirichlet_per_group(run.tree, 50.0), seed=1, at_low=True)
        smaa_partial(problem, 0, 2_048)

    took = least(40, engine=moved)["engine"]
    return [
        Row(
            "a weight slider, 50 × 40: ranking, stability, SMAA of 2 048 samples",
            milliseconds(took),
            "none",
            "< 50 ms",
            took < 0.05,
        )
    ]


def table(rows: list[Row]) -> str:
    """Rows as Markdown."""
    lines = ["| work | engine | compared with | target | met |", "|---|---|---|---|---|"]
    marks = {True: "yes", False: "**no**", None: ""}
    lines += [f"| {r.work} | {r.engine} | {r.compared} | {r.target} | {marks[r.met]} |" for r in rows]
    return "\n".join(lines) + "\n"


def continue_where_libraries_are() -> None:
    """Replace this process by one of `.venv-bench`, when only that has the libraries."""
    other = ROOT / ".venv-bench" / "bin" / "python"
    missing = [name for name in LIBRARIES if importlib.util.find_spec(name) is None]
    if missing and other.exists() and Path(sys.prefix) != other.parents[1]:
        os.execv(other, [str(other), "-W", "ignore", "-m", "bench.engine", *sys.argv[1:]])
    if missing:
        print(f"Not installed, so not compared: {', '.join(missing)}", file=sys.stderr)


def main() -> int:
    continue_where_libraries_are()
    parts = (*(scores, official, promethee_rows, smaa_rows, smaa_top_rows, stability_rows, slider_rows),)
    rows = [row for part in parts for row in part()]
    print(table(rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
