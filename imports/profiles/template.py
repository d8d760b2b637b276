"""The file to start from: headings, an example that is not imported, and the words each column may hold."""

import io

import xlsxwriter
from django.http import HttpResponse
from django.utils.text import slugify

from common.exports import XLSX_TYPE, Sheet, export_response
from partners.profile.section import Section
from partners.profile.sheets import columns, example_row, heading, words_sheet

WIDEST = 60


def template_response(section: Section, kind: str) -> HttpResponse:
    """The template as CSV, or as XLSX with the allowed words on a second sheet."""
    headings = tuple(heading(section, name) for name in columns(section))
    sheet = Sheet(title=str(section.title), columns=headings, rows=[example_row(section)])
    name = f"template-{slugify(section.key)}"
    if kind == "csv":
        return export_response(sheet, "csv", name)
    response = HttpResponse(_workbook(sheet, words_sheet(section)), content_type=XLSX_TYPE)
    response["Content-Disposition"] = f'attachment; filename="{name}.xlsx"'
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _workbook(*sheets: Sheet) -> bytes:
    """Several sheets of text; nothing in them is a formula."""
    buffer = io.BytesIO()
    book = xlsxwriter.Workbook(buffer, {"in_memory": True})
    bold = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    wrapped = book.add_format({"text_wrap": True, "valign": "top"})
    for sheet in sheets:
        page = book.add_worksheet(sheet.title[:31].strip("' "))
        widths = [len(text) for text in sheet.columns]
        for place, text in enumerate(sheet.columns):
            page.write_string(0, place, text, bold)
        for line, row in enumerate(sheet.rows, start=1):
            for place, value in enumerate(row):
                page.write_string(line, place, str(value), wrapped)
                widths[place] = max(widths[place], len(str(value)))
        for place, width in enumerate(widths):
            page.set_column(place, place, min(WIDEST, width + 2))
        page.freeze_panes(1, 0)
    book.close()
    return buffer.getvalue()
