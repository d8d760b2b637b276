"""Every shared case file is reproduced within its tolerance, and nonsense is named."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from scorecards.engine.__main__ import main
from scorecards.engine.cases.inputs import METHODS
from scorecards.engine.cases.run import run_case, run_file
from scorecards.engine.errors import EngineError

ROOT = Path(__file__).parents[3]
SHARED = Path(os.environ.get("CMO_EVAL_SHARED_DIR", ROOT / "../shared"))
CASES = sorted((SHARED / "cases").glob("*.json"))


def differences(expected: Any, computed: Any, tolerance: float, place: str) -> list[str]:
    """Where computed is off; null in expected is not compared, "NULL" must be null."""
    if expected is None:
        return []
    if expected == "NULL":
        return [] if computed is None else [f"{place}: {computed} instead of null"]
    if isinstance(expected, dict):
        return [
            d for k, e in expected.items() for d in differences(e, computed[k], tolerance, f"{place}.{k}")
        ]
    if isinstance(expected, list):
        assert len(expected) == len(computed), place
        return [
            d
            for i, (e, c) in enumerate(zip(expected, computed, strict=True))
            for d in differences(e, c, tolerance, f"{place}[{i}]")
        ]
    if isinstance(expected, str | bool):
        return [] if expected == computed else [f"{place}: {computed} instead of {expected}"]
    off = computed is None or abs(expected - computed) > tolerance
    return [f"{place}: {computed} instead of {expected}"] if off else []


@pytest.mark.skipif(not CASES, reason=f"no case files in {SHARED / 'cases'} (set CMO_EVAL_SHARED_DIR)")
@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_shared_case_is_reproduced(path: Path) -> None:
    case = json.loads(path.read_text())
    result: Any = run_file(path)
    assert "error" not in result
    assert result["id"] == case["id"]
    assert set(result["computed"]) == set(case["expected"])
    for key, expected in case["expected"].items():
        assert not differences(expected, result["computed"][key], case["tolerance"][key], key)


def written(folder: Path, name: str, **case: object) -> Path:
    path = folder / f"{name}.json"
    path.write_text(json.dumps({"id": name} | case))
    return path


def test_command_prints_one_array_and_names_what_is_wrong(tmp_path: Path) -> None:
    good = written(tmp_path, "good", method="surrogate", inputs={"n": 2}, expected={"roc": []})
    bad = written(tmp_path, "bad", method="wsm", inputs={"matrix": [[1, 2]], "weights": [1, -1]})
    broken = tmp_path / "broken.json"
    broken.write_text("{")
    run = subprocess.run(
        [sys.executable, "-m", "scorecards.engine", str(good), str(bad), str(broken), str(tmp_path / "no")],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 1
    results = json.loads(run.stdout)
    assert results[0] == {"id": "good", "computed": {"roc": [0.75, 0.25]}}
    assert results[1]["error"]["entry"] == "weights[1]"
    assert "is not JSON" in results[2]["error"]["problem"]
    assert "cannot be read" in results[3]["error"]["problem"]
    lines = run.stderr.splitlines()
    assert len(lines) == 3
    assert lines[0] == "bad: weights[1]: is negative (-1)"


@pytest.mark.parametrize("identifier", ["NaN", "5", '["a"]', '"\\ud800"'])
def test_command_prints_whatever_the_case_is_called(
    identifier: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = tmp_path / "plain.json"
    case.write_text('{"id": ' + identifier + ', "method": "surrogate", "inputs": {"n": 1}}')
    assert main([str(case)]) == 0
    printed = json.loads(capsys.readouterr().out)[0]["id"]
    assert printed == ("\ud800" if "ud800" in identifier else "plain")


def test_command_succeeds_when_every_case_does(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    good = written(tmp_path, "good", method="surrogate", inputs={"n": 1})
    assert main([str(good)]) == 0
    computed = json.loads(capsys.readouterr().out)[0]["computed"]
    assert computed["roc"] == [1.0]
    assert computed["rank_sum"] == [1.0]


def test_unknown_expected_key_is_named_and_the_others_are_computed(tmp_path: Path) -> None:
    case = written(tmp_path, "x", method="surrogate", inputs={"n": 2}, expected={"roc": [], "magic": 0})
    result: Any = run_file(case)
    assert result["computed"] == {"roc": [0.75, 0.25]}
    assert result["error"]["entry"] == "expected.magic"


NONSENSE: list[tuple[str, dict[str, object], str]] = [
    ("no_such_method", {}, "method"),
    ("wsm", {"matrix": [[1, 2], [3]], "weights": [1, 1]}, "matrix"),
    ("wsm", {"matrix": [[1, float("nan")]], "weights": [1, 1]}, "matrix[0][1]"),
    ("wsm", {"matrix": [[1, "x"]], "weights": [1, 1]}, "matrix[0][1]"),
    ("wsm", {"matrix": [[1, "2"]], "weights": [1, 1]}, "matrix[0][1]"),
    ("wsm", {"matrix": [[1, True]], "weights": [1, 1]}, "matrix[0][1]"),
    ("wsm", {"matrix": [[1, None]], "weights": [1, 1]}, "matrix[0][1]"),
    ("wsm", {"matrix": [[1, 10**400]], "weights": [1, 1]}, "matrix"),
    ("wsm", {"matrix": [[1, 2]], "weights": [1, 1], "sense": [1, True]}, "inputs.sense[1]"),
    (
        "wpm",
        {"matrix": [[1, 2], [1, 3]], "weights": [1, 1], "normalization": "minmax"},
        "normalised matrix[0][1]",
    ),
    (
        "spotis",
        {"matrix": [[5]], "weights": [1], "bounds": [[0, 9]], "esp": [10]},
        "expected solution[0]",
    ),
    (
        "promethee",
        {"matrix": [[1], [2]], "weights": [1], "preference_functions": 3},
        "inputs.preference_functions",
    ),
    ("reversal", {"matrix": [[1], [2]], "weights": [1], "remove": [], "anchors": [[0, 1]]}, "inputs.remove"),
    ("reversal", {"matrix": [[1], [2]], "weights": [1], "remove": "", "anchors": [[0, 1]]}, "inputs.remove"),
    ("ahp", {"pairwise": [[1, 2, 1], [0.5, 1, 1], [1, 1, 1]], "RI": 0}, "random index"),
    ("ahp", {"pairwise": [[1, 2], [0.5, 1]], "RI": []}, "inputs.RI"),
    ("ahp_hier", {"criteria": [[1]], "alternatives": [[[1, 2], [2, 1]]]}, "alternatives[0][0][1]"),
    ("ahp_hier", {"criteria": [[1]], "alternatives": 5}, "inputs.alternatives"),
    ("kripp", {"coders_by_units": [[1, 2], [1]]}, "inputs.coders_by_units[1]"),
    ("kripp", {"coders_by_units": 5}, "inputs.coders_by_units"),
    ("severity", {"ratings": [["a", "x", "high"]]}, "ratings[0][0]"),
    ("gates", {"states": 5}, "inputs.states"),
    ("gates", {"states": []}, "inputs.states"),
    ("pvf_table", {"matrix": [[1]], "functions": 5}, "inputs.functions"),
    ("counterfactual", {"v_a": [1], "v_b": [2], "weights": [1], "functions": []}, "inputs.functions"),
    ("smaa_mc", {"distributions": [5], "ranges": [[0, 1]]}, "inputs.distributions[0]"),
    ("smaa_mc", {"distributions": [[10**400]], "ranges": [[0, 1]]}, "distributions[0][0]"),
    ("wsm", {"matrix": [[1, 2]], "weights": [0, 0]}, "weights"),
    ("wsm", {"matrix": [[1, 2]], "weights": [1]}, "weights"),
    ("wsm", {"matrix": [[1, 2]], "weights": [1, 1], "sense": [1, 2]}, "inputs.sense[1]"),
    ("wsm", {"matrix": [[1, 2]], "weights": [1, 1], "normalization": "magic"}, "inputs.normalization"),
    ("wsm", {"weights": [1, 1]}, "inputs.matrix"),
    ("topsis", {"matrix": [[0, 1], [0, 2]], "weights": [1, 1]}, "column lengths of matrix[0]"),
    ("vikor", {"matrix": [[1, 2]], "weights": [1, 1], "v": 2}, "v"),
    ("wpm", {"matrix": [[1, 0]], "weights": [1, 1]}, "matrix[0][1]"),
    ("spotis", {"matrix": [[5]], "weights": [1], "bounds": [[0, 1]]}, "matrix[0][0]"),
    ("spotis", {"matrix": [[5]], "weights": [1], "bounds": [[1, 0]]}, "bounds[0]"),
    ("promethee", {"matrix": [[1]], "weights": [1]}, "matrix"),
    (
        "promethee",
        {"matrix": [[1], [2]], "weights": [1], "preference_functions": [{"kind": "linear", "q": 3, "p": 1}]},
        "linear p",
    ),
    ("reversal", {"matrix": [[1], [2]], "weights": [1], "remove": 7, "anchors": [[0, 1]]}, "inputs.remove"),
    ("ahp", {"pairwise": [[1, 2], [2, 1]]}, "pairwise[0][1]"),
    ("ahp", {"pairwise": [[1, -2], [-0.5, 1]]}, "pairwise[0][1]"),
    ("ahp", {"pairwise": [[1, 2], [0.5, 1]], "RI": "magic"}, "magic"),
    ("entropy", {"matrix": [[1, 1], [1, 1]]}, "matrix"),
    ("critic", {"matrix": [[1, 2], [1, 3]]}, "matrix[:, 0]"),
    ("merec", {"matrix": [[1, 0], [1, 3]]}, "matrix[0][1]"),
    ("surrogate", {"n": 0}, "n"),
    ("direct", {"points": [50, 40]}, "points"),
    ("kendall", {"ratings_judges_by_objects": [[1, 2]]}, "ratings"),
    ("kendall", {"ratings_judges_by_objects": [[1, 1], [1, 1]]}, "ratings"),
    ("icc", {"ratings_targets_by_judges": [[1, 1], [1, 1]]}, "ratings"),
    ("fleiss", {"counts": [[1, 2], [2, 2]]}, "counts[1]"),
    ("fleiss", {"counts": [[2, 0], [2, 0]]}, "counts"),
    ("cohen", {"table": [[0, 0], [0, 0]]}, "table"),
    ("cohen", {"table": [[1, 0, 0], [0, 0, 0]]}, "table"),
    ("kripp", {"coders_by_units": [[1, None], [None, 1]]}, "ratings"),
    ("kripp", {"coders_by_units": [[1, 1], [1, 1]]}, "ratings"),
    ("severity", {"ratings": []}, "ratings"),
    ("waterfall", {"v_a": [1], "v_b": [1, 2], "weights": [1]}, "v_b"),
    ("gates", {"states": [["pass", "perhaps"]]}, "states[0]"),
    ("pvf", {"x": [1], "xs": [0, 0], "vs": [0, 1]}, "xs"),
    ("pvf", {"x": [1], "xs": [0, 1], "vs": [0, 1], "mode": "magic"}, "inputs.mode"),
    ("pvf_table", {"matrix": [[1, 2]], "functions": [[[0, 0], [1, 1]]]}, "functions"),
    ("missing_renorm", {"lower": [[5]], "upper": [[4]], "weights": [1]}, "lower, upper[0][0]"),
    ("box", {"d": [1, 2], "lower": [0.6, 0.6], "upper": [1, 1]}, "lower"),
    ("box", {"d": [1, 2], "lower": [0.1, 0.6], "upper": [0, 1]}, "weight bounds[0]"),
    ("box", {"d": [1, 2], "lower": [0, 0], "upper": [0.2, 0.2]}, "upper"),
    ("ordinal", {"d": []}, "d"),
    ("stability_group", {"values": [[1, 2]], "weights": [1, 1], "group": [5]}, "inputs.group"),
    ("stability_group", {"values": [[1, 2]], "weights": [1, 1], "group": 5}, "inputs.group"),
    ("pwi_exact", {"d": [1, -1], "alpha": [1, 0]}, "alpha[1]"),
    ("dirichlet_moments", {"w0": [0.5, 0.5]}, "inputs.kappa"),
    ("smaa_det", {"values": [[1, 2]], "N": 0}, "count"),
    ("smaa_det", {"lower": [[1, 5]], "upper": [[2, 4]], "N": 9}, "lower, upper[0][1]"),
    ("smaa_det", {"values": [[1, 2]], "weight_space": {"type": "magic"}}, "inputs.weight_space.type"),
    ("smaa_det", {"values": [[1, 2]], "weight_space": {"w": [1, 2]}}, "inputs.weight_space.type"),
    ("promethee", {"matrix": [[1], [2]], "weights": [1], "preference_functions": [{"q": 1}]}, "inputs.kind"),
    (
        "smaa_mc",
        {"distributions": [[["magic", 1, 2]]], "ranges": [[0, 1]], "sense": [1]},
        "distributions[0][0]",
    ),
    (
        "smaa_mc",
        {"distributions": [[["beta", 1, 2]]], "ranges": [[1, 0]], "sense": [1]},
        "widths of ranges[0]",
    ),
    (
        "smaa_det",
        {
            "values": [[1, 2], [2, 1]],
            "weight_space": {"type": "box", "lower": [0.7, 0.7], "upper": [1, 1]},
        },
        "constraints",
    ),
]


@pytest.mark.parametrize(("method", "inputs", "entry"), NONSENSE)
def test_nonsense_is_refused_by_name(method: str, inputs: dict[str, object], entry: str) -> None:
    assert first_problem({"method": method, "inputs": inputs, "expected": expected_of(method)}) == entry


def first_problem(case: dict[str, object]) -> str | None:
    """The entry of the first error."""
    try:
        problems = run_case(case)[1]
    except EngineError as error:
        return error.entry
    return problems[0].entry if problems else None


def expected_of(method: str) -> dict[str, object]:
    """A key of the method's output, so that lazy outputs are really computed."""
    keys = {
        "cohen": "kappa",
        "kripp": "interval",
        "reversal": "mavt_anchored",
        "pvf": "values",
        "pwi_exact": "p",
        "no_such_method": "anything",
    }
    return {keys[method]: 0} if method in keys else {}


def test_every_documented_method_exists_and_every_method_is_documented() -> None:
    line = next(
        line for line in (ROOT / "docs/method.md").read_text().splitlines() if line.startswith("| `method`")
    )
    documented = set(re.findall(r"`(\w+)`", line)) - {"method"}
    assert documented <= set(METHODS)
    assert {METHODS[name] for name in documented} == set(METHODS.values())
