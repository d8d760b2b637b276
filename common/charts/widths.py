"""How wide a text is: the advance widths of Source Sans 3, so that labels fit without a browser to ask."""

import unicodedata

# Advance widths of U+0020 to U+007E in thousandths of an em, from SourceSans3-Regular 3.52.
# fmt: off
_ASCII = (
    200, 289, 426, 497, 497, 824, 609, 249, 303, 303, 418, 497, 249, 311, 249, 350, 497, 497, 497,
    497, 497, 497, 497, 497, 497, 497, 249, 249, 497, 497, 497, 425, 847, 544, 588, 571, 615, 527,
    494, 617, 652, 263, 480, 579, 486, 727, 647, 664, 566, 664, 569, 534, 536, 645, 515, 786, 513,
    476, 539, 303, 350, 303, 497, 500, 542, 504, 553, 456, 555, 496, 292, 504, 544, 246, 247, 495,
    255, 829, 547, 542, 555, 555, 347, 419, 338, 544, 467, 719, 446, 467, 425, 303, 241, 303, 497,
)
# fmt: on
_OTHER = 560
_SEMIBOLD = 1.04


def text_width(content: str, size: float, *, bold: bool = False) -> float:
    """The width of one line in user units. Accented letters count as their base, other scripts as wide."""
    units = 0
    for character in content:
        base = unicodedata.normalize("NFD", character)[0]
        index = ord(base) - 32
        units += _ASCII[index] if 0 <= index < len(_ASCII) else _OTHER
    return units / 1000 * size * (_SEMIBOLD if bold else 1)


def clipped_words(content: str, width: float, size: float = 13, *, bold: bool = False) -> str:
    """`content`, cut with an ellipsis where it is wider than `width` user units.

    The whole text must stand elsewhere: in the title of the element and in the table of the chart.
    """
    if text_width(content, size, bold=bold) <= width:
        return content
    end = len(content)
    while end > 1 and text_width(content[:end] + "…", size, bold=bold) > width:
        end -= 1
    return content[:end].rstrip() + "…"


def wrapped_words(
    content: str, width: float, size: float = 13, lines: int = 2, *, bold: bool = False
) -> tuple[str, ...]:
    """`content` broken at spaces into at most so many lines no wider than `width`; the last one is cut.

    >>> wrapped_words("Greyhollow Vectors, Cedar Landing", 90, 12, 3)
    ('Greyhollow', 'Vectors, Cedar', 'Landing')
    """
    made: list[str] = []
    words = content.split()
    while words and len(made) < lines - 1:
        count = 1
        while count < len(words) and text_width(" ".join(words[: count + 1]), size, bold=bold) <= width:
            count += 1
        made.append(clipped_words(" ".join(words[:count]), width, size, bold=bold))
        words = words[count:]
    if words or not made:
        made.append(clipped_words(" ".join(words), width, size, bold=bold))
    return tuple(made)
