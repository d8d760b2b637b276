"""Words side by side are set as the reader's language sets them."""

from django.utils import translation

from common.punctuation import joined, labelled


def test_english_sets_colon_and_semicolon_without_space_before() -> None:
    assert labelled("Rank", 2) == "Rank: 2"
    assert joined(["one", "two, or three"]) == "one; two, or three"


def test_french_sets_a_no_break_space_before_them() -> None:
    with translation.override("fr"):
        assert labelled("Rang", 2) == "Rang\u00a0: 2"
        assert joined(["un", "deux, ou trois"]) == "un\u202f; deux, ou trois"
