"""The look of the slides: colors, sizes, and a blank presentation whose master carries them."""

from typing import Any

from lxml import etree
from pptx import Presentation
from pptx.dml.color import RGBColor
from pptx.opc.constants import RELATIONSHIP_TYPE
from pptx.util import Emu, Inches, Pt

from common.charts import palette

WIDTH, HEIGHT = Inches(13.333), Inches(7.5)
LEFT, TOP = Inches(0.6), Inches(1.5)
FULL = Inches(12.133)
BOTTOM = Inches(6.85)
TITLE_ONLY = 5
FONT = "Calibri"
DRAWING = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
# The theme's own slots, so that whoever edits the slides finds the same colors in the menus.
SLOTS = {
    "dk2": palette.INK_2,
    "lt2": palette.PAPER_2,
    "accent1": palette.BAR,
    "accent2": palette.BAR_SOFT,
    "accent3": palette.GOOD,
    "accent4": palette.BAD,
    "accent5": palette.CAUTION,
    "accent6": palette.LINE_3,
}


def color(name: str) -> RGBColor:
    """A color of the palette."""
    found: RGBColor = RGBColor.from_string(name.lstrip("#").upper())
    return found


def blank_presentation() -> Any:
    """A wide presentation without slides; master and layouts fit its width and carry our colors."""
    show: Any = Presentation()
    factor = WIDTH / show.slide_width
    show.slide_width, show.slide_height = WIDTH, HEIGHT
    master = show.slide_masters[0]
    for page in (master, *master.slide_layouts):
        for shape in page.placeholders:
            # What a layout inherits from its master has no place of its own.
            if shape._element.xpath("./p:spPr/a:xfrm"):
                shape.left, shape.width = Emu(int(shape.left * factor)), Emu(int(shape.width * factor))
    title = next(shape for shape in master.placeholders if shape.placeholder_format.idx == 0)
    title.left, title.top, title.width, title.height = LEFT, Inches(0.45), FULL, Inches(0.9)
    _set_theme(master.part.part_related_by(RELATIONSHIP_TYPE.THEME))
    return show


def _set_theme(part: Any) -> None:
    theme = etree.fromstring(part.blob)
    for slot, value in SLOTS.items():
        for found in theme.iter(f"{DRAWING}{slot}"):
            for old in list(found):
                found.remove(old)
            etree.SubElement(found, f"{DRAWING}srgbClr", val=value.lstrip("#").upper())
    part._blob = etree.tostring(theme, xml_declaration=True, encoding="UTF-8", standalone=True)


def write_text(frame: Any, text: str, *, size: float, bold: bool = False, ink: str = palette.INK) -> Any:
    """Set the first paragraph of a text frame."""
    frame.word_wrap = True
    paragraph = frame.paragraphs[0]
    return add_run(paragraph, text, size=size, bold=bold, ink=ink)


def add_run(paragraph: Any, text: str, *, size: float, bold: bool = False, ink: str = palette.INK) -> Any:
    """Append words to a paragraph."""
    run = paragraph.add_run()
    run.text = text
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, FONT
    run.font.color.rgb = color(ink)
    return run
