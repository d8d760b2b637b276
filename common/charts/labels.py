"""Names beside the rows of a chart: on one line where they fit, on two where they do not."""

from django.utils.safestring import SafeString

from common.charts.svg import joined, text
from common.charts.widths import wrapped_words

ONE, TWO = 13.0, 12.0
PITCH = 13.0


def label(
    x: float, middle: float, content: str, width: float, *, bold: bool = False, ink: str = "c-text"
) -> SafeString:
    """A name about the height `middle` of a row of 28 user units or more; cut where two lines are too few."""
    lines = wrapped_words(content, width, ONE, lines=1, bold=bold)
    if lines[0] == content:
        return text(x, middle + 5, lines[0], bold=bold, ink=ink)
    lines = wrapped_words(content, width, TWO, lines=2, bold=bold)
    first = middle + 4 - PITCH * (len(lines) - 1) / 2
    return joined(
        text(x, first + PITCH * number, line, size=TWO, bold=bold, ink=ink)
        for number, line in enumerate(lines)
    )
