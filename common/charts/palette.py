"""The light colors of static/css/tokens.css for paper, where WeasyPrint's SVG does not see the style sheet.

Every drawn element carries both: a class, which a screen colors by theme, and the presentation attribute made
here, which paper uses. tests/common checks that the two files agree.
"""

from functools import cache

from django.utils.html import format_html
from django.utils.safestring import SafeString

PAPER = "#ffffff"
PAPER_2 = "#f6f7f8"
PAPER_3 = "#eceff2"
INK = "#17202a"
INK_2 = "#4a5563"
LINE = "#dfe3e8"
LINE_2 = "#bcc5ce"
LINE_3 = "#7d8996"
HATCH = "#9aa5b1"
BAR = "#0b5674"
BAR_SOFT = "#5c95ad"
BAND = "#dbe8ee"
MARK = "#17202a"
GOOD = "#1c6b3c"
CAUTION = "#7d4b00"
BAD = "#a61b1b"
NEUTRAL = "#4a5563"

CATEGORIES = ("#0b5674", "#9a5b00", "#4f7324", "#8c4a7a", "#2f7ba1", "#a8502f", "#6367a0", "#6f6a5e")
CATEGORY_INK = "#ffffff"
VALUES = (
    "#00224e",
    "#123570",
    "#3b496c",
    "#575d6d",
    "#707173",
    "#8a8678",
    "#a59c74",
    "#c3b369",
    "#e1cc55",
    "#fee838",
)
VALUE_INK_DARK = "#10161d"
VALUE_INK_LIGHT = "#ffffff"
# Up to this step the ground is dark enough for light ink; from the next one on dark ink has the contrast.
LAST_DARK_STEP = 4

FONT = "Source Sans 3"

_FILLS = {
    "c-text": INK,
    "c-text-2": INK_2,
    "c-paper": PAPER,
    "c-track": PAPER_3,
    "c-bar": BAR,
    "c-bar-soft": BAR_SOFT,
    "c-mark": MARK,
    "c-hatch-ground": PAPER_2,
    "c-good": GOOD,
    "c-caution": CAUTION,
    "c-bad": BAD,
    "c-neutral": NEUTRAL,
    "c-info": BAR,
    "c-band": BAND,
    **{f"c-cat-{index}": color for index, color in enumerate(CATEGORIES, start=1)},
    **{f"c-value-{index}": color for index, color in enumerate(VALUES)},
    "c-on-cat": CATEGORY_INK,
    "c-on-dark": VALUE_INK_LIGHT,
    "c-on-light": VALUE_INK_DARK,
}
_STROKES = {
    "c-line": LINE,
    "c-line-2": LINE_2,
    "c-axis": LINE_3,
    "c-edge": LINE_3,
    "c-hatch": HATCH,
    "c-gap": PAPER,
    "c-mark-line": MARK,
    "c-bar-line": BAR,
    "c-bar-soft-line": BAR_SOFT,
    "c-unknown-line": NEUTRAL,
    "c-good-line": GOOD,
    "c-caution-line": CAUTION,
    "c-bad-line": BAD,
    "c-neutral-line": NEUTRAL,
}


@cache
def fill(name: str) -> SafeString:
    """Class and color of a filled element, such as `class="c-bar" fill="#0b5674"`."""
    return format_html('class="{}" fill="{}"', name, _FILLS[name])


@cache
def stroke(name: str) -> SafeString:
    """Class and color of a line without a fill."""
    return format_html('class="{}" stroke="{}" fill="none"', name, _STROKES[name])


@cache
def edged(fill_name: str, stroke_name: str) -> SafeString:
    """Classes and colors of a filled element with an edge."""
    return format_html(
        'class="{} {}" fill="{}" stroke="{}"',
        fill_name,
        stroke_name,
        _FILLS[fill_name],
        _STROKES[stroke_name],
    )


def tone_paint(tone: str, *, filled: bool) -> SafeString:
    """The paint of a status shape: filled, or drawn as an outline."""
    return fill(f"c-{tone}") if filled else stroke(f"c-{tone}-line")


def category(index: int) -> str:
    """The class of the category at `index` (0-based); the eight colors repeat."""
    return f"c-cat-{index % len(CATEGORIES) + 1}"


def value_step(value: float) -> int:
    """The step of the value scale, 0 to 9, for a value from 0 to 100; values outside are clipped."""
    return max(0, min(len(VALUES) - 1, int(value // 10)))


def value_ink(step: int) -> str:
    """The class of the ink that has the contrast on a step of the value scale."""
    return "c-on-dark" if step <= LAST_DARK_STEP else "c-on-light"
