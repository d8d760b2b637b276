"""Exports: what is shown, as typed values, and nothing that a spreadsheet program would run."""

import csv
import io
from datetime import UTC, date, datetime
from decimal import Decimal

import openpyxl
import pytest
from django.utils.html import format_html
from hypothesis import given, settings
from hypothesis import strategies as st

from common.exports import Sheet, csv_lines, export_response, safe_csv_text, xlsx_bytes

DANGEROUS = (
    "=1+1",
    "+1",
    "-1+2",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "\0=1",
    "  =1",
    "＝1",
    '=HYPERLINK("x")',
)


def sheet(*rows: tuple[object, ...], columns: tuple[str, ...] = ("a", "b")) -> Sheet:
    return Sheet(title="Sites", columns=columns, rows=rows)


def read_csv(of: Sheet) -> list[list[str]]:
    text = "".join(csv_lines(of))
    assert text.startswith("\N{BYTE ORDER MARK}")
    return list(csv.reader(io.StringIO(text[1:], newline="")))


def read_xlsx(of: Sheet) -> list[tuple[object, ...]]:
    page = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(of))).active
    assert page is not None
    return list(page.iter_rows(values_only=True))


@pytest.mark.parametrize("text", DANGEROUS)
def test_csv_puts_an_apostrophe_before_what_reads_as_a_formula(text: str) -> None:
    assert read_csv(sheet((text, "x")))[1][0].startswith("'")


@pytest.mark.parametrize("text", DANGEROUS)
def test_xlsx_never_holds_a_formula(text: str) -> None:
    book = openpyxl.load_workbook(io.BytesIO(xlsx_bytes(sheet((text, "x"), columns=("=a", "b")))))
    page = book.active
    assert page is not None
    assert [cell.data_type for row in page.iter_rows() for cell in row] == ["s"] * 4


@given(st.text())
def test_no_text_is_a_formula_in_csv(text: str) -> None:
    stripped = safe_csv_text(text).lstrip()
    assert not stripped or stripped[0] not in "=+-@＝＋－＠"


@settings(max_examples=50)
@given(
    st.text(alphabet=st.characters(exclude_categories=["Cc", "Cs"], exclude_characters="\ufeff"), max_size=40)
)
def test_harmless_text_comes_back_word_for_word(text: str) -> None:
    plain = f"x{text}"
    assert read_csv(sheet((plain, "y")))[1][0] == plain
    assert read_xlsx(sheet((plain, "y")))[1][0] == plain


def test_numbers_and_dates_stay_numbers_and_dates() -> None:
    moment = datetime(2026, 11, 22, 14, 5, tzinfo=UTC)
    row = (-1.5, Decimal("12.25"), date(2026, 11, 22), moment, None, True)
    columns = ("a", "b", "c", "d", "e", "f")
    assert read_csv(sheet(row, columns=columns))[1] == [
        "-1.5",
        "12.25",
        "2026-11-22",
        "2026-11-22 14:05:00",
        "",
        "yes",
    ]
    assert read_xlsx(sheet(row, columns=columns))[1] == (
        -1.5,
        12.25,
        datetime(2026, 11, 22),
        datetime(2026, 11, 22, 14, 5),
        None,
        True,
    )


def test_markup_made_for_the_screen_loses_its_tags_and_user_text_keeps_its_angle_brackets() -> None:
    shown = format_html("<b>{}</b>", "Alder & <Sons>")
    assert read_csv(sheet((shown, "a <b> c")))[1] == ["Alder & <Sons>", "a <b> c"]


def test_an_identifier_with_leading_zeros_stays_text() -> None:
    assert read_xlsx(sheet(("0012345", "http://example.com")))[1] == ("0012345", "http://example.com")


def test_a_text_too_long_for_a_cell_is_cut_with_a_mark() -> None:
    cell = read_xlsx(sheet(("x" * 40_000, "")))[1][0]
    assert isinstance(cell, str)
    assert len(cell) == 32_767
    assert cell.endswith("…")


def test_a_figure_that_is_no_number_does_not_break_the_workbook() -> None:
    assert read_xlsx(sheet((float("nan"), float("inf"))))[1] == ("nan", "inf")


def test_a_download_is_an_attachment_with_a_harmless_name() -> None:
    response = export_response(sheet(("a", "b")), "csv", '../x"\r\n.html')
    assert response["Content-Disposition"] == 'attachment; filename="x-.html.csv"'
    assert response["X-Content-Type-Options"] == "nosniff"
    with pytest.raises(ValueError, match="pdf"):
        export_response(sheet(("a", "b")), "pdf", "x")
