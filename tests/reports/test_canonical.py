"""Figures survive the trip through their canonical JSON, and one content has one text."""

import json
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reports.figures.canonical import canonical_json, from_json, sha256_of
from reports.figures.due_diligence import DueDiligence, Message
from tests.reports import sample

TEXT = st.text(st.characters(exclude_categories=["Cs"]))
SCALAR = st.one_of(TEXT, st.integers(-(2**60), 2**60), st.floats(allow_nan=False, allow_infinity=False))


@dataclass(frozen=True)
class Leaf:
    text: str
    amount: Decimal | None
    on: date | None
    at: datetime | None
    share: float
    flag: bool | None


@dataclass(frozen=True)
class Tree:
    leaves: tuple[Leaf, ...]
    messages: tuple[Message, ...]


DATES = st.dates(date(1, 1, 1), date(9999, 12, 31))
LEAVES = st.builds(
    Leaf,
    text=TEXT,
    amount=st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=3),
    on=st.none() | DATES,
    at=st.none() | st.datetimes(timezones=st.just(UTC)),
    share=st.floats(allow_nan=False, allow_infinity=False),
    flag=st.none() | st.booleans(),
)
TREES = st.builds(
    Tree,
    leaves=st.lists(LEAVES, max_size=4).map(tuple),
    messages=st.lists(st.builds(Message, TEXT, st.dictionaries(TEXT, SCALAR, max_size=4)), max_size=3).map(
        tuple
    ),
)


@given(TREES)
def test_figures_are_the_same_after_the_trip(tree: Tree) -> None:
    text = canonical_json(tree)
    assert from_json(Tree, text) == tree
    assert canonical_json(from_json(Tree, text)) == text


def test_a_whole_report_is_the_same_after_the_trip() -> None:
    figures = sample.figures()
    again = from_json(DueDiligence, canonical_json(figures))
    assert again == figures
    assert again.life.recall_events == figures.life.recall_events


def test_the_order_of_keys_makes_no_difference() -> None:
    one = canonical_json(Message("k", {"a": 1, "b": 2}))
    other = canonical_json(Message("k", {"b": 2, "a": 1}))
    assert one == other
    assert sha256_of(one) == sha256_of(other)


def test_a_number_that_json_does_not_know_is_refused() -> None:
    with pytest.raises(ValueError, match="JSON"):
        canonical_json(Message("k", {"a": float("nan")}))


def test_the_text_is_plain_json() -> None:
    data = json.loads(canonical_json(sample.figures()))
    assert data["program"]["batch_size"] == "120000.000"
    assert data["as_of"] == "2026-11-01"
    assert data["life"]["actions"][0]["mark"]["source"] == "fda-recalls"
