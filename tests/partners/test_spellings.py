"""People write the vocabulary's words in many ways; all that mean one thing are understood."""

import pytest
from django.db import models
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from partners.spellings import choice_from_text
from partners.vocabulary import BatchUnit, DosageForm, Modality, Region, Route, Stage, amount_unit

VOCABULARIES: tuple[type[models.TextChoices], ...] = (Modality, DosageForm, Route, Stage, BatchUnit, Region)
MEMBERS = [(choices, member) for choices in VOCABULARIES for member in choices]


@pytest.mark.parametrize(
    ("choices", "text", "value"),
    [
        (Stage, "Phase III", "phase_3"),
        (Stage, "phase-3", "phase_3"),
        (Stage, "PHASE 3", "phase_3"),
        (Stage, "Phase3", "phase_3"),
        (Modality, "Small Molecules", "small_molecule"),
        (Modality, "mAb", "monoclonal_antibody"),
        (Modality, "Antibody-Drug Conjugate", "adc"),
        (Modality, "viral vector (AAV)", "aav"),
        (DosageForm, "lyophilised powder for injection", "lyophilized_powder"),
        (DosageForm, "Tablets", "tablet"),
        (Route, "IV", "intravenous"),
        (BatchUnit, "l", "L"),
        (BatchUnit, "Litres", "L"),
        (BatchUnit, "KG", "kg"),
        (Region, "U.S.", "us"),
        (Region, "European Union", "eu"),
        (Region, "UK", "uk"),
    ],
)
def test_usual_spellings_are_understood(choices: type[models.TextChoices], text: str, value: str) -> None:
    assert choice_from_text(choices, text) == value


@given(
    entry=st.sampled_from(MEMBERS),
    change=st.sampled_from([str.upper, str.title, str.lower, str.capitalize]),
    gap=st.sampled_from(["_", "-", " ", "  ", " - "]),
)
def test_case_and_gaps_of_a_value_do_not_count(
    entry: tuple[type[models.TextChoices], models.TextChoices], change: object, gap: str
) -> None:
    choices, member = entry
    assert callable(change)
    assert choice_from_text(choices, change(member.value.replace("_", gap))) == member.value


@given(entry=st.sampled_from(MEMBERS))
def test_every_label_is_understood(entry: tuple[type[models.TextChoices], models.TextChoices]) -> None:
    choices, member = entry
    assert choice_from_text(choices, str(member.label)) == member.value


@pytest.mark.parametrize("text", ["", "phase 9", "antibiotic", "s", "<script>", "phase_3; drop"])
def test_what_means_nothing_is_refused(text: str) -> None:
    assert choice_from_text(Stage, text) is None


@pytest.mark.parametrize(
    ("language", "amounts", "expected"),
    [("en", (1,), "dose"), ("en", (1, 2), "doses"), ("en", (1.5,), "doses"), ("fr", (1.5,), "dose")],
)
def test_a_unit_follows_its_figures(language: str, amounts: tuple[float, ...], expected: str) -> None:
    with translation.override(language):
        assert amount_unit("doses", *amounts) == expected
