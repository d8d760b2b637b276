"""How large letters may be so that a table fits on a slide; programs stretch rows without being asked."""

from collections.abc import Sequence
from dataclasses import dataclass

from common.charts.widths import text_width

POINTS_IN_INCH = 72
LINE = 1.2
# What stands free around the words of a cell, in inches.
MARGINS, PADDING = 0.16, 0.05
AIRY = 0.36
SMALLEST, STEP = 7.0, 0.5


@dataclass(frozen=True)
class Fit:
    """Size of the letters in points and height of each row in inches."""

    letter: float
    heights: tuple[float, ...]

    @property
    def total(self) -> float:
        return sum(self.heights)


def fit(rows: Sequence[Sequence[str]], widths: Sequence[float], room: float, largest: float) -> Fit:
    """The largest letters with which rows of texts in columns of these widths stay within `room` inches.

    Rows are set wide where there is room for it. Letters are never smaller than seven points, so that a table
    of too many words runs over rather than be unreadable.
    """
    letter = largest
    while True:
        needed = [_height(row, widths, letter) for row in rows]
        if sum(needed) <= room or letter <= SMALLEST:
            break
        letter -= STEP
    airy = [max(AIRY, height) for height in needed]
    return Fit(letter, tuple(airy if sum(airy) <= room else needed))


def _height(row: Sequence[str], widths: Sequence[float], letter: float) -> float:
    lines = max(_lines(text, width, letter) for text, width in zip(row, widths, strict=True))
    return lines * letter * LINE / POINTS_IN_INCH + PADDING


def _lines(text: str, width: float, letter: float) -> int:
    """Lines of a text that is broken between words, and within one that is too long."""
    free = (width - MARGINS) * POINTS_IN_INCH
    lines, used = 1, 0.0
    for word in text.split():
        long = text_width(f"{word} ", letter)
        if used and used + long > free:
            lines, used = lines + 1, 0.0
        lines += int(long // free) if long > free else 0
        used += long % free if long > free else long
    return lines
