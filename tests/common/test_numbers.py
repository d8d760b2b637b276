"""Figures in English and French, with the separators and no-break spaces each expects."""

from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from common import numbers

NBSP, NARROW = "\N{NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}"


def test_english_figures() -> None:
    with translation.override("en"):
        assert numbers.number_text(1234567) == "1,234,567"
        assert numbers.score_text(62.04) == "62.0"
        assert numbers.score_range_text(62, 81.25) == "62.0 (up to 81.3)"
        assert numbers.percent_text(0.625) == "63%"
        assert numbers.day_text(date(2026, 11, 22)) == f"Nov{NBSP}22,{NBSP}2026"


def test_french_figures() -> None:
    with translation.override("fr"):
        assert numbers.number_text(1234567.5, 1) == f"1{NARROW}234{NARROW}567,5"
        assert numbers.percent_text(0.625) == f"63{NARROW}%"
        assert numbers.day_text(date(2026, 11, 22)) == f"22{NBSP}nov.{NBSP}2026"
        assert numbers.day_text(date(2026, 8, 1)) == f"1er{NBSP}août{NBSP}2026"
        assert numbers.day_text(date(2026, 8, 21)) == f"21{NBSP}août{NBSP}2026"


def test_a_half_is_rounded_away_from_zero_as_people_do_it() -> None:
    with translation.override("en"):
        assert [numbers.number_text(v, 1) for v in (62.25, 62.35, -62.25)] == ["62.3", "62.4", "−62.3"]


def test_only_a_whole_share_reads_100_percent_and_only_none_reads_0() -> None:
    with translation.override("en"):
        assert numbers.percent_text(0.9999) == "99%"
        assert numbers.percent_text(1) == "100%"
        assert numbers.percent_text(0.0001) == "1%"
        assert numbers.percent_text(0) == "0%"


def test_a_settled_interval_is_one_figure() -> None:
    with translation.override("en"):
        assert numbers.score_range_text(62.04, 62.01) == "62.0"
        assert numbers.score_range_text(None, 81) == "—"


@pytest.mark.parametrize(
    ("rank", "best", "worst", "shown"),
    [(2, 1, 4, f"2{NBSP}(1–4)"), (2, 2, 2, "2"), (3, None, None, "3"), (None, 1, 4, "—")],
)
def test_a_rank_shows_its_best_and_worst(
    rank: int | None, best: int | None, worst: int | None, shown: str
) -> None:
    assert numbers.rank_text(rank, best, worst) == shown


def test_a_moment_names_its_zone() -> None:
    with translation.override("en"):
        moment = numbers.moment_text(datetime(2026, 11, 22, 14, 5, tzinfo=UTC))
    assert moment.endswith(f"14:05{NBSP}UTC")


def test_a_missing_value_has_a_word_for_screen_readers() -> None:
    template = Template("{% load figures %}{{ nothing|score }}|{{ nothing|day }}|{{ zero|or_missing }}")
    shown = template.render(Context({"nothing": None, "zero": 0}))
    assert "no score" in shown
    assert "no date" in shown
    assert shown.endswith("|0")


@given(st.floats(-1e9, 1e9), st.sampled_from(["en", "fr"]), st.integers(0, 3))
def test_no_figure_can_break_over_a_line_end(value: float, language: str, digits: int) -> None:
    with translation.override(language):
        assert " " not in numbers.number_text(value, digits)
        assert " " not in numbers.percent_text(abs(value), digits)
