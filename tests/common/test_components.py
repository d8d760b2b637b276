"""The small parts of a page: each has a shape and a word, and none lets markup through."""

import pytest
from django import forms
from django.contrib.messages import constants
from django.contrib.messages.storage.base import Message
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import translation

from common.charts.marks import TONES
from common.forms import FigureInput
from common.templatetags import components, figures

PAYLOAD = "<script>alert(1)</script>"


def rendered(source: str, **context: object) -> str:
    return Template("{% load components figures listing %}" + source).render(Context(context))


@pytest.mark.parametrize("tone", TONES)
def test_a_status_is_a_shape_and_a_word(tone: str) -> None:
    badge = components.status_badge("Qualified", tone)
    assert "<svg" in badge
    assert "Qualified" in badge
    assert f"is-{tone}" in badge


def test_no_two_tones_share_a_shape() -> None:
    assert len({components.shape(tone) for tone in TONES}) == len(TONES)


@pytest.mark.parametrize(
    "source",
    [
        "{% status_badge word 'good' %}",
        "{% status_badge 'x' word %}",
        "{% gate_mark 'pass' word %}",
        "{% icon word %}",
        "{% empty_state 'inbox' word word word word %}",
        "{{ word|or_missing }}",
        "{{ word|initials }}",
    ],
)
def test_words_from_outside_stay_text(source: str) -> None:
    assert "<script" not in rendered(source, word=PAYLOAD)


def test_an_outcome_that_is_not_known_is_unknown_and_never_a_pass() -> None:
    with translation.override("en"):
        for outcome in (None, "", "odd"):
            assert "Unknown" in components.gate_mark(outcome)
            assert "is-good" not in components.gate_mark(outcome)


def test_an_interval_bar_tells_its_figures_to_those_who_cannot_see_it() -> None:
    with translation.override("en"):
        bar = components.interval_bar(62, 81)
        assert 'aria-label="62.0 (up to 81.0)"' in bar
        assert "up to 81.0" in bar
        assert "no score" in components.interval_bar(None)


def test_an_interval_bar_is_drawn_alike_in_french() -> None:
    with translation.override("fr"):
        bar = components.interval_bar(62.5, 81.25, text=False)
    assert 'x="87"' in bar
    assert 'width="25.5"' in bar


def test_the_theme_of_a_cookie_is_one_of_three_words() -> None:
    request = RequestFactory().get("/")
    for cookie, theme in (("dark", "dark"), ("light", "light"), ('"><script>', "auto"), ("", "auto")):
        request.COOKIES["cmo_theme"] = cookie
        assert components.theme({"request": request}) == theme


@pytest.mark.parametrize(
    ("tags", "address"),
    [
        ("undo=/programs/1/undo/", "/programs/1/undo/"),
        ("undo=https://evil.example/", ""),
        ("undo=//evil.example/", ""),
        ("undo=javascript:alert(1)", ""),
        ("", ""),
    ],
)
def test_undo_goes_to_an_address_of_our_own_or_nowhere(tags: str, address: str) -> None:
    assert components.undo_url(Message(constants.SUCCESS, "Done", extra_tags=tags)) == address


@pytest.mark.parametrize(
    ("person", "letters"),
    [
        ("Dana Reyes", "DR"),
        ("dana.reyes@example.com", "DR"),
        ("Cher", "C"),
        ("Ana Maria da Silva", "AS"),
        ("", ""),
    ],
)
def test_initials_come_from_the_name_or_the_address(person: str, letters: str) -> None:
    assert components.initials(person) == letters


class Program(forms.Form):
    code = forms.CharField()
    size = forms.DecimalField(widget=FigureInput, localize=True)

    def clean(self) -> None:
        self.add_error(None, "The program is closed.")


def test_the_summary_of_errors_names_every_problem_with_a_link_to_its_field_and_only_once() -> None:
    form = Program({"size": "about 200"})
    shown = rendered("{% error_summary form %}|{% error_summary form %}", form=form)
    first, second = shown.split("|")
    assert "The program is closed." in first
    assert 'href="#id_code"' in first
    assert 'href="#id_size"' in first
    assert "3 problems" in first
    assert not second.strip()


def test_a_form_without_errors_or_no_form_at_all_has_no_summary() -> None:
    assert not rendered("{% error_summary form %}", form=Program()).strip()
    assert not rendered("{% error_summary form %}").strip()


def test_a_figure_that_was_mistyped_is_kept_in_its_field() -> None:
    form = Program({"code": "X", "size": "about 200"})
    assert 'value="about 200"' in str(form["size"])
    assert 'type="text"' in str(form["size"])


def test_ranks_are_spelled_out_for_ears() -> None:
    with translation.override("en"):
        assert "rank 2, at best 1, at worst 4" in figures.rank(2, 1, 4)
        assert figures.rank(2, 2, 2) == "2"
        assert "not ranked" in figures.rank(None)


@pytest.mark.parametrize("name", ["score", "number", "signed", "percent", "day", "moment"])
def test_a_figure_of_a_record_that_is_not_there_is_missing(name: str) -> None:
    shown = rendered("{% load figures %}{{ offer.proposal.figure|" + name + " }}", offer=None)
    assert 'aria-hidden="true">—' in shown


def test_a_temperature_has_a_true_minus_and_none_is_nothing() -> None:
    assert rendered("{{ a|degrees }} {{ b|degrees }}|{{ c|degrees }}", a=-196, b=8, c=None) == "−196 8|"
