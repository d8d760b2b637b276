"""Slides put together from few pieces: a title that says the finding, tables, a foot with the edition."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO, Any

from django.utils.translation import gettext as _
from lxml import etree
from pptx.enum.text import MSO_ANCHOR, PP_ALIGN
from pptx.util import Inches, Pt

from common.charts import palette
from common.exports import visible
from reports.compared.items import Item, Table
from reports.compared.view import Compared
from reports.office.fitting import fit
from reports.office.theme import (
    DRAWING,
    FULL,
    HEIGHT,
    LEFT,
    TITLE_ONLY,
    WIDTH,
    add_run,
    blank_presentation,
    color,
    write_text,
)

GATE_INK = {
    "pass": palette.GOOD,
    "fail": palette.BAD,
    "unknown": palette.NEUTRAL,
    "excepted": palette.CAUTION,
}
STATUS_INK = {"ranked": palette.GOOD, "conditional": palette.CAUTION, "excluded": palette.BAD}
GATE_SIGN = {"pass": "✓", "fail": "✗", "unknown": "?", "excepted": "!"}
TABLE_BOTTOM = 6.85
LARGEST_LETTER = 12.0
LONGEST_CELL = 220


class Deck:
    """One presentation in the making; places and sizes are in inches."""

    def __init__(self, view: Compared) -> None:
        self.view = view
        self.show = blank_presentation()
        facts = self.show.core_properties
        facts.title, facts.subject, facts.author = visible(view.title), visible(view.project), "CMO Eval"
        facts.comments = f"{_('Content hash')} {view.sha256}"
        facts.created = facts.modified = view.figures.issued_at.replace(tzinfo=None)
        facts.last_modified_by = "CMO Eval"

    def save(self, stream: IO[bytes]) -> None:
        self.show.save(stream)

    def cover(self, title: str, kicker: str, lines: Sequence[str]) -> None:
        """The first slide."""
        slide = self._bare(title, size=36, top=2.3, height=1.5)
        bar = slide.shapes.add_shape(1, 0, 0, Inches(0.28), HEIGHT)
        bar.fill.solid()
        bar.fill.fore_color.rgb = color(palette.BAR)
        bar.line.fill.background()
        _decorative(bar)
        write_text(self._box(slide, 1.75, 0.5), kicker, size=18, ink=palette.BAR)
        box = self._box(slide, 3.95, 1.9)
        for at, line in enumerate(lines):
            paragraph = box.paragraphs[0] if not at else box.add_paragraph()
            paragraph.space_after = Pt(6)
            add_run(paragraph, visible(line), size=18, ink=palette.INK_2)
        self._foot(slide)

    def slide(self, title: str, *, notes: str = "") -> Any:
        """A slide whose title says the finding; the notes are what whoever presents may add."""
        slide = self._bare(title, size=26 if len(title) < 70 else 21, top=0.4, height=0.9)
        if notes:
            slide.notes_slide.notes_text_frame.text = visible(notes)
        self._foot(slide, number=True)
        return slide

    def _bare(self, title: str, *, size: float, top: float, height: float) -> Any:
        slide = self.show.slides.add_slide(self.show.slide_layouts[TITLE_ONLY])
        shape = slide.shapes.title
        shape.left, shape.top, shape.width, shape.height = LEFT, Inches(top), FULL, Inches(height)
        frame = shape.text_frame
        frame.vertical_anchor = MSO_ANCHOR.MIDDLE
        frame.margin_left = 0
        frame.paragraphs[0].alignment = PP_ALIGN.LEFT
        write_text(frame, visible(title), size=size, bold=True, ink=palette.INK)
        return slide

    def _box(self, slide: Any, top: float, height: float, left: Any = LEFT, width: Any = FULL) -> Any:
        frame = slide.shapes.add_textbox(left, Inches(top), width, Inches(height)).text_frame
        frame.margin_left = frame.margin_right = 0
        frame.word_wrap = True
        return frame

    def _foot(self, slide: Any, *, number: bool = False) -> None:
        words = f"{_('Confidential')} · {self.view.version}"
        write_text(self._box(slide, 7.0, 0.3), words, size=10, ink=palette.INK_2)
        if number:
            frame = self._box(slide, 7.0, 0.3, WIDTH - Inches(1.6), Inches(1.0))
            frame.paragraphs[0].alignment = PP_ALIGN.RIGHT
            write_text(frame, str(len(self.show.slides)), size=10, ink=palette.INK_2)

    def paragraph(self, slide: Any, text: str, *, top: float) -> None:
        """A sentence across the slide."""
        write_text(self._box(slide, top, 0.5), visible(text), size=14, ink=palette.INK_2)

    def sections(self, slide: Any, parts: Sequence[tuple[str, Sequence[str]]]) -> None:
        """Questions with their sentences, below one another."""
        frame = self._box(slide, 1.4, 5.4)
        total = sum(len(sentence) for _question, sentences in parts for sentence in sentences)
        size = 16 if total < 900 else 14
        for at, (question, sentences) in enumerate(parts):
            head = frame.paragraphs[0] if not at else frame.add_paragraph()
            head.space_before, head.space_after = Pt(12 if at else 0), Pt(3)
            add_run(head, question, size=size + 1, bold=True, ink=palette.BAR)
            for sentence in sentences:
                paragraph = frame.add_paragraph()
                paragraph.space_after = Pt(3)
                add_run(paragraph, visible(sentence), size=size)

    def facts(self, slide: Any, pairs: Sequence[tuple[str, str]]) -> None:
        """Names and what they are, as a table without a heading."""
        rows = tuple((Item("words", name), Item("words", value)) for name, value in pairs)
        self.table(slide, Table("", ("", ""), rows), first=2.6, heading=False, size=13)

    def table(
        self,
        slide: Any,
        table: Table,
        *,
        top: float = 1.45,
        until: float = TABLE_BOTTOM,
        first: float,
        widths: Sequence[float] = (),
        total: bool = False,
        heat: bool = False,
        left: bool = False,
        heading: bool = True,
        size: float = 0,
    ) -> float:
        """A native table; returns where it ends. `first` and `widths` are those of the first columns."""
        columns = len(table.columns)
        fixed = list(widths) or [first]
        rest = (FULL.inches - sum(fixed)) / max(1, columns - len(fixed))
        across = [*fixed, *[rest] * (columns - len(fixed))]
        texts = [[_words(item) for item in row] for row in table.rows]
        whole = [list(table.columns), *texts] if heading else texts
        fitted = fit(whole, across, until - top, size or LARGEST_LETTER)
        shape = slide.shapes.add_table(len(whole), columns, LEFT, Inches(top), FULL, Inches(fitted.total))
        grid = shape.table
        grid.first_row, grid.horz_banding = heading, False
        for column, width in zip(grid.columns, across, strict=True):
            column.width = Inches(width)
        for line, height in zip(grid.rows, fitted.heights, strict=True):
            line.height = Inches(height)
        figures = [not left and figure for figure in table.figures]
        after = [False, *figures[:-1]]
        if heading:
            for at, words in enumerate(table.columns):
                look = Look(
                    fitted.letter, bold=True, ground=palette.PAPER_2, right=figures[at], after=after[at]
                )
                _fill(grid.cell(0, at), words, look)
        for row_at, row in enumerate(table.rows):
            last = total and row_at == len(table.rows) - 1
            for at, item in enumerate(row):
                ink, ground = _colors(item, heat=heat and not last and at > 1)
                bold = last or item.value == "fail"
                look = Look(fitted.letter, bold, ink, ground, figures[at], after[at])
                _fill(grid.cell(row_at + heading, at), texts[row_at][at], look)
        return top + fitted.total


@dataclass(frozen=True)
class Look:
    """How a cell is set; words `after` a column of figures stand a little apart from them."""

    size: float
    bold: bool = False
    ink: str = palette.INK
    ground: str = palette.PAPER
    right: bool = False
    after: bool = False


def _words(item: Item) -> str:
    text = visible(item.text)
    sign = GATE_SIGN.get(item.value, "") if item.kind == "gate" else ""
    text = f"{sign} {text}" if sign else text
    return text if len(text) <= LONGEST_CELL else text[: LONGEST_CELL - 1] + "…"


def _colors(item: Item, *, heat: bool) -> tuple[str, str]:
    """Ink and ground; a value is colored by its lower end, as in the heat map."""
    if item.kind == "gate":
        return GATE_INK.get(item.value, palette.INK), palette.PAPER
    if item.kind == "status":
        return STATUS_INK.get(item.value, palette.INK), palette.PAPER
    if heat and item.kind == "range" and (item.value[0] > 0 or item.value[1] < 100):
        step = palette.value_step(item.value[0])
        dark = step <= palette.LAST_DARK_STEP
        return (palette.VALUE_INK_LIGHT if dark else palette.VALUE_INK_DARK), palette.VALUES[step]
    return palette.INK, palette.PAPER


def _fill(cell: Any, text: str, look: Look) -> None:
    cell.fill.solid()
    cell.fill.fore_color.rgb = color(look.ground)
    cell.margin_top = cell.margin_bottom = Inches(0.02)
    apart = look.after and not look.right
    cell.margin_left, cell.margin_right = Inches(0.22 if apart else 0.07), Inches(0.07)
    cell.vertical_anchor = MSO_ANCHOR.MIDDLE
    _line_below(cell)
    frame = cell.text_frame
    frame.paragraphs[0].alignment = PP_ALIGN.RIGHT if look.right else PP_ALIGN.LEFT
    write_text(frame, text, size=look.size, bold=look.bold, ink=look.ink)


def _line_below(cell: Any) -> None:
    """A thin line under the cell; there is no call for it, and the schema wants it before the fill."""
    properties = cell._tc.get_or_add_tcPr()
    line = etree.fromstring(
        f'<a:lnB xmlns:a="{DRAWING.strip("{}")}" w="6350"><a:solidFill>'
        f'<a:srgbClr val="{palette.LINE_2.lstrip("#").upper()}"/></a:solidFill></a:lnB>'
    )
    properties.insert(0, line)


def _decorative(shape: Any) -> None:
    """Nothing to be read out."""
    shape._element.nvSpPr.cNvPr.set("descr", "")
