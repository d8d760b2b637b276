"""docs/criteria.md is true: each rule has a heading, coverage ids and examples that come out as written."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from scorecards.derivation.rules import RULES, RuleKind
from tests.scorecards.derivation.builders import derived, facts_of

PAGE = Path(__file__).parents[3] / "docs" / "criteria.md"
SECTION = re.compile(r"^## `([a-z-]+)`\n(.*?)(?=^## |^# |\Z)", re.M | re.S)
BLOCK = re.compile(r"```json\n(.*?)```", re.S)
SECTIONS = dict(SECTION.findall(PAGE.read_text(encoding="utf-8")))
EXAMPLES = [
    pytest.param(key, json.loads(block), id=f"{key}-{number}")
    for key, text in SECTIONS.items()
    for number, block in enumerate(BLOCK.findall(text), 1)
]


def test_every_rule_has_a_heading_and_every_heading_a_rule() -> None:
    assert set(SECTIONS) == set(RULES)


@pytest.mark.parametrize("key", sorted(RULES))
def test_a_rule_is_documented_with_version_coverage_and_example(key: str) -> None:
    text = SECTIONS[key]
    coverage = re.search(r"^Coverage: ([^.]+)\.", text, re.M)
    assert coverage, f"{key} names no coverage id"
    assert tuple(coverage[1].split(", ")) == RULES[key].coverage
    assert f"Version {RULES[key].version}." in text
    assert BLOCK.search(text), f"{key} has no example"


@pytest.mark.parametrize(("key", "example"), EXAMPLES)
def test_an_example_comes_out_as_written(key: str, example: dict[str, Any]) -> None:
    words = {"as_of", "need", "anchors", "expect"}
    tables = {name: rows for name, rows in example.items() if name not in words}
    anchors = {key: example["anchors"]} if "anchors" in example else None
    result = derived(example["as_of"], facts_of(**tables), example.get("need"), anchors)
    expected = example["expect"]
    if RULES[key].kind is RuleKind.MUST_HAVE:
        gate = result.gates[key].gate(0)
        assert (gate.status, gate.reason.key) == (expected["status"], expected["reason"])
    else:
        score = result.scores[key].score(0)
        assert (score.low, score.high) == pytest.approx((expected["low"], expected["high"]), abs=0.03)
        if "reason" in expected:
            assert score.rationale.key == expected["reason"]
