"""A comparison as a workbook: real numbers and dates, a sheet for each table, ready to print."""

import io
import math
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Any

import xlsxwriter
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from common.exports import BOOK_OPTIONS, sheet_name, xlsx_text
from common.numbers import day_text, moment_text
from reports.compared import answer, tables
from reports.compared.items import Item, Table
from reports.compared.view import Compared, compared
from reports.office.carrying import inputs_sheet

PAPERS = {"a4": 9, "letter": 1}
# Cells that hold two figures take two columns.
# Of a figure in a cell: weights are exact fractions, and 17.9999999702 % is no figure that anybody entered.
DIGITS = 6
PAIRS = frozenset({"range", "ranks"})
NUMBER_FORMATS = {
    "score": "0.0",
    "signed": "+0.0;\N{MINUS SIGN}0.0;0.0",
    "percent": "0.0%",
    "count": "#,##0",
    "range": "0.0",
    "ranks": "0",
    # The short date of whoever opens the file.
    "day": 14,
}
CURRENCY = re.compile(r"[A-Z]{3}")
INK, ACCENT, SOFT, LINE = "#17202A", "#0B5674", "#EAF2F6", "#BCC5CE"
GATE_COLORS = {"pass": "#1C6B3C", "fail": "#A61B1B", "unknown": "#4A5563", "excepted": "#7D4B00"}
WIDEST, NARROWEST = 60, 9
LABEL_WIDTH, SUMMARY_WIDTH = 30, 96
# Points of a line of letters, and characters of a width that broken words leave free.
LINE_POINTS, SPARE = 13.5, 1


def comparison_workbook(*, inputs: str, language: str, paper: str) -> bytes:
    """The workbook made from canonical JSON and nothing else. The same figures give the same cells."""
    with translation.override(language), timezone.override("UTC"):
        return _Writer(compared(inputs), paper).content(inputs, language)


class _Writer:
    """Writes one workbook; formats are made once and shared."""

    def __init__(self, view: Compared, paper: str) -> None:
        self.view, self.paper = view, paper
        self.buffer = io.BytesIO()
        self.book = xlsxwriter.Workbook(self.buffer, BOOK_OPTIONS)
        self.formats: dict[tuple[Any, ...], Any] = {}

    def content(self, inputs: str, language: str) -> bytes:
        """The bytes of the workbook, which carries the figures on a hidden sheet."""
        view = self.view
        self.book.set_properties(
            {
                "title": view.title,
                "subject": view.project,
                "author": "CMO Eval",
                "comments": f"{_('Content hash')} {view.sha256}",
                "created": view.figures.issued_at.replace(tzinfo=None),
            }
        )
        self._summary()
        self._table(tables.ranking_table(view), chart=True)
        self._table(tables.must_have_table(view))
        self._table(tables.unmet_table(view))
        self._table(tables.group_table(view), total=True)
        self._table(tables.criteria_table(view), frozen=2)
        self._table(tables.duel_table(view), total=True)
        self._table(tables.shares_table(view))
        self._table(tables.weight_table(view), frozen=2)
        self._table(tables.record_table(view))
        self._table(tables.offer_table(view))
        self._table(tables.gap_table(view), frozen=2)
        self._table(tables.reason_table(view), frozen=2)
        self._table(tables.override_table(view), frozen=2)
        self._table(tables.source_table(view))
        inputs_sheet(self.book, inputs, language=language, paper=self.paper)
        self.book.close()
        return self.buffer.getvalue()

    def format(self, **properties: Any) -> Any:
        """A cell format, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self.formats:
            self.formats[key] = self.book.add_format(
                {"font_name": "Calibri", "font_size": 10, "font_color": INK, "valign": "top", **properties}
            )
        return self.formats[key]

    # The first sheet ----------------------------------------------------------------------------

    def _summary(self) -> None:
        view, figures = self.view, self.view.figures
        page = self._page(_("Summary"))
        page.set_column(0, 0, LABEL_WIDTH)
        page.set_column(1, 1, SUMMARY_WIDTH)
        page.write_string(
            0, 0, xlsx_text(view.title), self.format(bold=True, font_size=16, font_color=ACCENT)
        )
        page.write_string(1, 0, xlsx_text(view.project), self.format(font_size=11))
        page.merge_range(3, 0, 3, 1, "", self.format())
        headline = self.format(bold=True, font_size=12, font_color=ACCENT, text_wrap=True)
        page.write_string(3, 0, xlsx_text(answer.headline(view)), headline)
        page.set_row(3, 34)
        row = 5
        for question, sentences in answer.answers(view):
            for at, sentence in enumerate(sentences):
                if not at:
                    page.write_string(row, 0, xlsx_text(question), self.format(bold=True, text_wrap=True))
                page.write_string(row, 1, xlsx_text(sentence), self.format(text_wrap=True))
                page.set_row(
                    row, _height([(sentence, SUMMARY_WIDTH), (question if not at else "", LABEL_WIDTH)])
                )
                row += 1
        row += 1
        frozen = figures.frozen
        for label, value in (
            (_("As of"), day_text(figures.as_of)),
            (_("Issued"), moment_text(figures.issued_at)),
            (_("Requested by"), figures.requested_by),
            (_("Template"), view.template),
            (_("Content hash"), view.sha256),
            (_("Evaluation"), figures.outcome.digest),
            (_("Frozen evaluation"), frozen.sha256 if frozen else ""),
            (_("Made by"), f"CMO Eval {figures.product_version}"),
        ):
            if value:
                page.write_string(row, 0, label, self.format(font_color="#4A5563"))
                page.write_string(row, 1, xlsx_text(value), self.format(text_wrap=True))
                row += 1

    # Tables -------------------------------------------------------------------------------------

    def _table(self, table: Table, *, total: bool = False, frozen: int = 1, chart: bool = False) -> None:
        """A sheet with a frozen, filtered heading; nothing for a table without rows."""
        if not table.rows:
            return
        page = self._page(table.name)
        pairs = [any(row[at].kind in PAIRS for row in table.rows) for at in range(len(table.columns))]
        headings = [
            heading for at, one in enumerate(table.columns) for heading in _headings(one, table, at, pairs)
        ]
        figures = [f for f, pair in zip(table.figures, pairs, strict=True) for _each in range(1 + pair)]
        widths = [min(24, max(NARROWEST, len(heading) + 2)) for heading in headings]
        for column, heading in enumerate(headings):
            page.write_string(0, column, xlsx_text(heading), self._heading(right=figures[column]))
        for at, row in enumerate(table.rows, start=1):
            last = total and at == len(table.rows)
            self._row(page, at, row, pairs, widths, last=last)
        for column, width in enumerate(widths):
            page.set_column(column, column, width)
        page.set_row(0, _height([(heading, width) for heading, width in zip(headings, widths, strict=True)]))
        for at, heights in enumerate(self._texts(table, pairs, widths), start=1):
            page.set_row(at, _height(heights))
        page.print_area(0, 0, len(table.rows) + 24 * chart, len(headings) - 1)
        page.freeze_panes(1, frozen)
        page.autofilter(0, 0, len(table.rows) - total, len(headings) - 1)
        page.repeat_rows(0)
        if chart:
            self._rank_chart(page, table.name, len(table.rows))

    def _heading(self, *, right: bool) -> Any:
        return self.format(
            bold=True,
            text_wrap=True,
            bottom=1,
            bottom_color=INK,
            bg_color=SOFT,
            valign="bottom",
            align="right" if right else "left",
        )

    def _row(
        self, page: Any, at: int, row: Sequence[Item], pairs: list[bool], widths: list[int], *, last: bool
    ) -> None:
        column = 0
        for item, pair in zip(row, pairs, strict=True):
            values = item.value if item.kind in PAIRS and item.value is not None else (_plain(item),)
            for value in values:
                style = self._style(item, last=last)
                if value is None or value == "":
                    page.write_blank(at, column, None, style)
                elif isinstance(value, str):
                    page.write_string(at, column, xlsx_text(value), style)
                    longest = max(len(line) for line in value.splitlines() or [""])
                    widths[column] = min(WIDEST, max(widths[column], longest + 2))
                elif isinstance(value, date):
                    page.write_datetime(at, column, value, style)
                else:
                    page.write_number(at, column, round(float(value), DIGITS), style)
                column += 1
            column += (2 if pair else 1) - len(values)

    def _texts(self, table: Table, pairs: list[bool], widths: list[int]) -> Iterator[list[tuple[str, int]]]:
        """The words of each row beside the widths of their columns: not every program fits rows."""
        for row in table.rows:
            found, column = [], 0
            for item, pair in zip(row, pairs, strict=True):
                if item.kind == "words":
                    found.append((item.text, widths[column]))
                column += 2 if pair else 1
            yield found

    def _style(self, item: Item, *, last: bool) -> Any:
        own: dict[str, Any] = {"text_wrap": item.kind == "words", "bottom": 4, "bottom_color": LINE}
        if item.kind in NUMBER_FORMATS:
            own["num_format"] = NUMBER_FORMATS[item.kind]
        if item.kind == "amount" and item.value and CURRENCY.fullmatch(item.value[1]):
            own["num_format"] = f"#,##0.## [${item.value[1]}]"
        if item.kind == "gate":
            own |= {"font_color": GATE_COLORS.get(item.value, INK), "bold": item.value == "fail"}
        if last:
            own |= {"bold": True, "top": 1}
        return self.format(**own)

    def _page(self, name: str) -> Any:
        """A sheet that prints on the paper asked for, a page wide, with the hash at its foot."""
        page = self.book.add_worksheet(sheet_name(name))
        page.set_landscape()
        page.set_paper(PAPERS[self.paper])
        page.fit_to_pages(1, 0)
        page.set_margins(left=0.5, right=0.5, top=0.75, bottom=0.75)
        project = self.view.project.replace("&", "&&")[:80]
        page.set_header(f"&L&9{project}&R&9{_('Confidential')} · {self.view.version}")
        page.set_footer(f"&L&7{_('Content hash')} {self.view.sha256}&R&8&P / &N")
        page.hide_gridlines(2)
        return page

    def _rank_chart(self, page: Any, name: str, rows: int) -> None:
        """Score and what open evidence could add, as a chart of the sheet's own cells."""
        sheet = sheet_name(name)
        # A column of differences beside the table, since a stacked bar needs them.
        helper = 12
        page.write_string(0, helper, _("Open, points"), self.format(bold=True, font_color="#4A5563"))
        for at, row in enumerate(self.view.chosen, start=1):
            page.write_number(
                at, helper, round(row.score_upper - row.score, DIGITS), self.format(num_format="0.0")
            )
        chart = self.book.add_chart({"type": "bar", "subtype": "stacked"})
        for column, color, title in ((5, ACCENT, _("Score")), (helper, "#5C95AD", _("Open, points"))):
            chart.add_series(
                {
                    "name": title,
                    "categories": [sheet, 1, 0, rows, 0],
                    "values": [sheet, 1, column, rows, column],
                    "fill": {"color": color},
                    "gap": 60,
                }
            )
        chart.set_title({"name": _("Official score, and what it could become"), "name_font": {"size": 11}})
        chart.set_x_axis(
            {
                "min": 0,
                "max": 100,
                "num_format": "0",
                "major_gridlines": {"visible": True, "line": {"color": LINE}},
            }
        )
        chart.set_y_axis({"reverse": True})
        chart.set_legend({"position": "bottom"})
        chart.set_size({"width": 760, "height": 120 + 44 * rows})
        page.insert_chart(rows + 2, 0, chart, {"description": _("Official score, and what it could become")})


def _headings(heading: str, table: Table, at: int, pairs: list[bool]) -> list[str]:
    if not pairs[at]:
        return [heading]
    if any(row[at].kind == "ranks" for row in table.rows):
        return [_("Best rank"), _("Worst rank")]
    return [heading, _("%(name)s, up to") % {"name": heading}]


def _height(texts: Iterable[tuple[str, int]]) -> float:
    """Points for the tallest of the texts, each broken at the width of its column in characters."""
    lines = (
        sum(max(1, math.ceil(len(line) / max(1.0, width - SPARE))) for line in text.splitlines() or [""])
        for text, width in texts
    )
    return LINE_POINTS * max(lines, default=1) + 2


def _plain(item: Item) -> Any:
    """The plain value of a cell; words where the value is a code."""
    if item.value is None:
        return None
    if item.kind == "amount":
        return item.value[0]
    return item.text if item.kind in {"gate", "status", "yes", "words"} and item.value != "" else item.value
