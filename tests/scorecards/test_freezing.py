"""An evaluation that an older release froze is still computed again, to the same result."""

import json
from pathlib import Path
from typing import Any

import pytest

from scorecards.derivation.rules import RULES
from scorecards.freezing import FrozenContent, recompute, result_data
from scorecards.ranking import rule_versions

# Frozen by the first release: its own format, the first default template, version 1 of every rule.
STORED: dict[str, Any] = json.loads((Path(__file__).parent / "frozen_format_1.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def content() -> FrozenContent:
    return FrozenContent(**{key: STORED[key] for key in ("as_of", "inputs", "result", "rule_versions")})


def test_it_still_has_its_hash(content: FrozenContent) -> None:
    assert content.inputs["format"] == 1
    assert content.sha256 == STORED["sha256"]


def test_every_rule_that_kept_its_formula_gives_the_same_again(content: FrozenContent) -> None:
    again = recompute(content)
    kept = {key for key, version in rule_versions(again).items() if version == content.rule_versions[key]}
    assert {"stated-limits", "proven-batch"} <= kept, "their first versions are kept beside the second"
    assert RULES["stated-limits"].version == RULES["proven-batch"].version == 2
    rules = {row["key"]: row["rule"] for row in content.inputs["plan"]["criteria"]}
    for now, then in zip(result_data(again)["candidates"], STORED["result"]["candidates"], strict=True):
        assert now["site_id"] == then["site_id"]
        assert now["gates"] == then["gates"]
        for cell, was in zip(now["criteria"], then["criteria"], strict=True):
            assert rules[was["key"]] not in kept or cell == was
