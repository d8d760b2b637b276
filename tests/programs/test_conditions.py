"""What a condition says of what is known: three values, never a guess."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from programs.conditions import NOTHING, Collected, Condition, Known, Outcome, settle

PASS, FAIL, UNKNOWN = Outcome.PASS, Outcome.FAIL, Outcome.UNKNOWN
WORDS = st.sampled_from(["tablet", "capsule", "syringe", "patch"])
FIGURES = st.floats(0, 1e6, allow_nan=False)

words_known = st.builds(Known, values=st.lists(WORDS, max_size=4).map(tuple), closed=st.booleans())
word_conditions = st.one_of(
    st.builds(Condition, operator=st.just("eq"), value=WORDS),
    st.builds(
        Condition, operator=st.sampled_from(["in", "includes"]), value=st.lists(WORDS, min_size=1, max_size=3)
    ),
    st.just(Condition("present")),
)
figures_known = st.lists(st.tuples(FIGURES, st.sampled_from(["kg", "g", "L"])), max_size=4).flatmap(
    lambda rows: st.builds(
        Known,
        values=st.just(tuple(value for value, _ in rows)),
        units=st.just(tuple(unit for _, unit in rows)),
        closed=st.booleans(),
    )
)
figure_conditions = st.builds(
    Condition,
    operator=st.sampled_from(["gte", "lte"]),
    value=FIGURES,
    unit=st.sampled_from(["kg", "g", "L"]),
)
cases = st.one_of(
    st.tuples(word_conditions, words_known, words_known),
    st.tuples(figure_conditions, figures_known, figures_known),
)


@given(cases)
def test_learning_more_never_turns_a_settled_answer_round(case: tuple[Condition, Known, Known]) -> None:
    condition, known, more = case
    before = settle(condition, Known(known.values, known.units, closed=False))
    after = settle(condition, Known(known.values + more.values, known.units + more.units, closed=more.closed))
    assert before in (after, UNKNOWN)


@given(cases)
def test_an_open_record_never_fails(case: tuple[Condition, Known, Known]) -> None:
    condition, known, _more = case
    assert settle(condition, Known(known.values, known.units, closed=False)) is not FAIL
    assert settle(condition, NOTHING) is UNKNOWN


@given(word_conditions, words_known)
def test_a_complete_record_of_words_settles_every_question(condition: Condition, known: Known) -> None:
    assert settle(condition, Known(known.values, closed=True)) is not UNKNOWN


@given(figure_conditions, figures_known)
def test_a_unit_that_does_not_convert_leaves_the_answer_open(condition: Condition, known: Known) -> None:
    foreign = Known(known.values, tuple("vials" for _ in known.values), closed=True)
    expected = UNKNOWN if foreign.values else FAIL
    assert settle(condition, foreign) is expected


@given(FIGURES, st.lists(FIGURES, min_size=1, max_size=4), FIGURES)
def test_a_lower_bar_is_never_harder(bar: float, values: list[float], less: float) -> None:
    known = Known(tuple(values), closed=True)
    strict, easy = (settle(Condition("gte", asked), known) for asked in (bar, min(bar, less)))
    assert not (strict is PASS and easy is FAIL)


@given(words_known)
def test_data_comes_back_as_it_was(known: Known) -> None:
    assert Known.from_data(known.as_data()) == known


@pytest.mark.parametrize(
    ("condition", "known", "expected"),
    [
        (Condition("gte", 2, "kg"), Known((2500.0,), ("g",), closed=True), PASS),
        (Condition("gte", 3, "kg"), Known((2500.0,), ("g",), closed=True), FAIL),
        (Condition("gte", 3, "kg"), Known((2500.0, 1.0), ("g", "L"), closed=True), UNKNOWN),
        (Condition("lte", "2027-01-01"), Known(("2026-12-01",), closed=True), PASS),
        (Condition("eq", True), Known((False,), closed=True), FAIL),
        (Condition("includes", ["a", "b"]), Known(("a",), closed=False), UNKNOWN),
        (Condition("includes", ["a", "b"]), Known(("a",), closed=True), FAIL),
        (Condition("in", ["a", "b"]), Known(("a",), closed=False), PASS),
    ],
)
def test_worked_examples(condition: Condition, known: Known, expected: Outcome) -> None:
    assert settle(condition, known) is expected


def test_a_row_that_leaves_the_field_blank_keeps_the_record_open() -> None:
    told = Collected()
    told.add("tablet")
    assert told.known() == Known(("tablet",), closed=True)
    told.add("")
    assert told.known() == Known(("tablet",), closed=False)
    assert Collected().known() == NOTHING
