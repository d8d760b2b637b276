"""Contrast of every pair of colors that meet, and agreement of the palette on paper with the tokens."""

import re

import pytest

from common.charts import palette
from tests.common.tokens import CSS, blocks, contrast, theme

GROUNDS = ("--paper", "--paper-2", "--paper-3")
TEXT_PAIRS = [
    *((ink, ground) for ink in ("--ink", "--ink-2", "--accent", "--accent-2") for ground in GROUNDS),
    *(("--ink-3", ground) for ground in GROUNDS[:2]),
    *((tone, f"{tone}-soft") for tone in ("--good", "--caution", "--bad", "--neutral")),
    *((tone, "--paper") for tone in ("--good", "--caution", "--bad", "--neutral")),
    *(("--ink", soft) for soft in ("--good-soft", "--caution-soft", "--bad-soft", "--accent-soft")),
    ("--accent-2", "--accent-soft"),
    ("--accent", "--accent-soft"),
    ("--on-accent", "--accent"),
    ("--on-accent", "--accent-2"),
    *(("--cat-ink", f"--cat-{number}") for number in range(1, 9)),
]
SHAPE_PAIRS = [
    *((part, "--paper") for part in ("--bar", "--bar-soft", "--mark", "--focus", "--line-3")),
    *((f"--cat-{number}", "--paper") for number in range(1, 9)),
]


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("ink", "ground"), TEXT_PAIRS)
def test_text_has_a_contrast_of_four_and_a_half(name: str, ink: str, ground: str) -> None:
    tokens = theme(name)
    assert contrast(tokens[ink], tokens[ground]) >= 4.5


@pytest.mark.parametrize("name", ["light", "dark"])
@pytest.mark.parametrize(("part", "ground"), SHAPE_PAIRS)
def test_shapes_that_carry_meaning_have_a_contrast_of_three(name: str, part: str, ground: str) -> None:
    tokens = theme(name)
    assert contrast(tokens[part], tokens[ground]) >= 3


def test_the_number_in_a_cell_of_the_value_scale_can_be_read_on_every_step() -> None:
    inks = {"c-on-dark": palette.VALUE_INK_LIGHT, "c-on-light": palette.VALUE_INK_DARK}
    for step, ground in enumerate(palette.VALUES):
        assert contrast(inks[palette.value_ink(step)], ground) >= 4.5


def test_the_value_scale_grows_evenly_lighter() -> None:
    steps = [contrast(color, "#000000") for color in palette.VALUES]
    assert steps == sorted(steps)
    assert len(set(steps)) == len(steps)


@pytest.mark.parametrize(
    ("prop", "paper"), [("fill", palette._FILLS), ("stroke", palette._STROKES)], ids=["fills", "strokes"]
)
def test_paper_and_screen_paint_every_class_of_a_chart_alike(prop: str, paper: dict[str, str]) -> None:
    tokens = theme("light")
    rules = re.findall(
        rf"^\.(c-[\w-]+) {{ {prop}: var\((--[\w-]+)\)", (CSS / "chart-colors.css").read_text(), re.M
    )
    assert {name: tokens[token] for name, token in rules} == paper


def test_dark_redefines_every_color_of_light() -> None:
    found = blocks((CSS / "tokens.css").read_text())
    light = next(v for k, v in found.items() if "light" in k)
    dark = next(v for k, v in found.items() if "dark" in k)
    assert set(light) == set(dark)


def test_every_token_that_a_style_sheet_uses_exists() -> None:
    defined = set(theme("light"))
    for sheet in CSS.glob("*.css"):
        used = set(re.findall(r"var\((--(?!bs-)[\w-]+)\)", sheet.read_text()))
        assert used <= defined, sheet.name
