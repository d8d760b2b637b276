"""docs/coverage.md says of every point of the source documents what stands today, and says it truly."""

import re
from pathlib import Path

import pytest

from scorecards import logistics_template
from scorecards.default_template import GROUPS
from scorecards.derivation.rules import RULES

ROOT = Path(__file__).parents[1]
ROW = re.compile(r"^\| (S\d-[A-Z0-9a-z-]+) \| (.+?) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
ROWS = {row[0]: row for row in ROW.findall((ROOT / "docs" / "coverage.md").read_text(encoding="utf-8"))}
LEAVES = [leaf for group in GROUPS for leaf in group.leaves]
OF_PARTNERS = [leaf for group in logistics_template.GROUPS for leaf in group.leaves]
# S1-SEL-2: regulatory strength first, then fit, scale and integration, communication; money last.
ORDER = [
    "regulatory",
    "fit",
    "scale",
    "transfer",
    "communication",
    "supply",
    "lifecycle",
    "finance",
    "commercial",
]


def test_every_criterion_has_its_point() -> None:
    assert {coverage for _key, _title, _weight, coverage, _rule in LEAVES} <= set(ROWS)


@pytest.mark.parametrize("leaf", LEAVES, ids=lambda leaf: leaf[0])
def test_a_point_is_called_derived_only_where_a_rule_derives_it(
    leaf: tuple[str, str, float, str, str],
) -> None:
    _key, title, _weight, coverage, rule = leaf
    _id, _point, today, where, _test = ROWS[coverage]
    assert f"*{title}*, rule `{rule}`" in where
    assert today == "derived"


@pytest.mark.parametrize("leaf", OF_PARTNERS, ids=lambda leaf: leaf[0])
def test_a_criterion_of_logistics_partners_stands_at_its_point(
    leaf: tuple[str, str, float, str, str],
) -> None:
    _key, title, _weight, coverage, rule = leaf
    assert f"riterion *{title}*, rule `{rule}`" in ROWS[coverage][3]


def test_every_point_of_the_guide_stands() -> None:
    guide = {point: row[2] for point, row in ROWS.items() if point.startswith("S1-")}
    assert len(guide) == 34
    assert set(guide.values()) <= {"derived", "page"}


def test_derived_points_name_rules_that_exist() -> None:
    named = {name for row in ROWS.values() for name in re.findall(r"rule `([\w-]+)`", row[3])}
    assert named
    assert named <= set(RULES)


@pytest.mark.parametrize("row", ROWS.values(), ids=lambda row: row[0])
def test_the_tests_named_exist(row: tuple[str, str, str, str, str]) -> None:
    assert row[2] == "not built" or all((ROOT / name).exists() for name in row[4].split(", "))


def test_default_weights_follow_the_order_of_the_guide() -> None:
    assert [group.key for group in GROUPS] == ORDER
    weights = [group.weight for group in GROUPS]
    assert weights == sorted(weights, reverse=True)
    assert sum(weights) == 100
