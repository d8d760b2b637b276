"""Anchors come from the template; what a template may not set is refused."""

from typing import Any

import numpy as np
import pytest

from scorecards.derivation.anchors import AnchorError, Anchors, check_anchors
from scorecards.derivation.finance import z_scores
from scorecards.derivation.rules import RULES
from scorecards.engine.altman import altman_z
from tests.scorecards.derivation.builders import derived, facts_of


def test_a_template_moves_the_anchors_of_a_rule() -> None:
    facts = facts_of(materials=[{"material": 1, "stock_days": 60, "lead_days": 60}])
    usual = derived("2026-01-01", facts).scores["strategic-stocks"]
    strict = derived("2026-01-01", facts, anchors={"strategic-stocks": {"cover": [[0, 0], [2, 100]]}}).scores[
        "strategic-stocks"
    ]
    assert (usual.low[0], strict.low[0]) == (80.0, 50.0)


def test_every_rule_accepts_its_own_anchors() -> None:
    for rule in RULES.values():
        check_anchors(rule.anchors, rule.anchors)
        for name in rule.anchors:
            assert Anchors(rule.anchors, {}).default[name] == rule.anchors[name]


@pytest.mark.parametrize(
    "given",
    [
        {"unknown": 1},
        {"cover": 3},
        {"cover": [[0, 0]]},
        {"cover": [[0, 0], [0, 50]]},
        {"cover": [[0, 0], [1, 120]]},
        {"cover": [[0, 100], [1, 0]]},
        {"cover": [["a", 0], [1, 2]]},
        {"share": "much"},
        {"share": -1},
        {"share": True},
    ],
)
def test_anchors_that_make_no_sense_are_refused(given: dict[str, Any]) -> None:
    with pytest.raises(AnchorError):
        check_anchors({"cover": ((0, 0), (1, 100)), "share": 30}, given)


def test_z_is_the_engines_own() -> None:
    facts = facts_of(
        finances=[
            {"year": 2025, "total_assets": 90, "current_assets": 40, "current_liabilities": 22, "ebit": 7,
             "retained_earnings": 11, "equity": 30, "total_liabilities": 60}
        ]
    )  # fmt: skip
    score = altman_z(18 / 90, 11 / 90, 7 / 90, 30 / 60).score
    assert score is not None
    assert np.isclose(z_scores(facts.finances)[0], score)
