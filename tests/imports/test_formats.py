"""What a cell means, whichever way it is written."""

import datetime as dt
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from imports.formats import FORMATS, guess_format, match_header
from imports.formats.cells import (
    UNFOLDED,
    country_expr,
    fei_expr,
    is_fei,
    long_text_expr,
    missing_to_null,
    product_type_expr,
    text_expr,
)
from imports.formats.clean import Context, DateOrders, clean_batch, date_orders
from imports.formats.dates import DateOrder, OrderEvidence, order_evidence, parse_dates
from imports.formats.fda_citations import DATA_INTEGRITY
from imports.formats.fda_compliance_actions import addressee_gmp
from imports.formats.fda_warning_letters import subject_gmp
from imports.reading import read_table
from tests.imports import files

DIRT = st.text(
    alphabet=st.one_of(st.sampled_from("ab-_ \t\r\n\u00a0\u200b_x00D"), st.characters(codec="utf-8")),
    max_size=30,
)


def through(expression: pl.Expr, *values: str | None) -> list[object]:
    return pl.DataFrame({"x": pl.Series(values, dtype=pl.String)}).select(expression).to_series().to_list()


X = pl.col("x")


@given(DIRT)
def test_folding_text_twice_changes_nothing_more(text: str) -> None:
    once = through(text_expr(X), text)[0]
    assert once is None or through(text_expr(X), str(once)) == [once]


@given(DIRT)
def test_folding_long_text_twice_changes_nothing_more(text: str) -> None:
    once = through(long_text_expr(X), text)[0]
    assert once is None or through(long_text_expr(X), str(once)) == [once]


@given(DIRT)
def test_text_taken_as_it_is_would_not_have_changed(text: str) -> None:
    if through(X.str.contains(UNFOLDED), text) == [False]:
        assert through(text_expr(X), text) == through(missing_to_null(X), text)
        assert through(long_text_expr(X), text) == through(missing_to_null(X), text)


@pytest.mark.parametrize("text", ["", "-", " - ", "N/A", "n/a", "\u00a0", "--", "–"])
def test_missing_is_missing_in_every_spelling(text: str) -> None:
    assert through(text_expr(X), text) == [None]
    assert through(long_text_expr(X), text) == [None]


def test_two_readers_of_one_workbook_agree() -> None:
    openpyxl, calamine = "Tablets_x000D_\nRx only", "Tablets\r\nRx only"
    assert (
        through(long_text_expr(X), openpyxl) == through(long_text_expr(X), calamine) == ["Tablets\nRx only"]
    )
    assert through(text_expr(X), openpyxl) == ["Tablets Rx only"]


@given(st.text(alphabet="0123456789", min_size=4, max_size=11))
def test_an_fei_stays_text(fei: str) -> None:
    assert through(fei_expr(X), f" {fei} ") == [fei]
    assert through(fei_expr(X), f"{fei}.0") == [fei]
    assert through(is_fei(X), fei) == [True]


@pytest.mark.parametrize("text", ["123", "123456789012", "Unico Holdings, Inc.", "30A4034796", "3.0E9"])
def test_what_has_not_4_to_11_digits_is_no_fei(text: str) -> None:
    assert through(is_fei(fei_expr(X)), text) == [False]


DATES = st.dates(dt.date(1950, 1, 1), dt.date(2030, 12, 31))
WRITTEN = {
    "%Y-%m-%d": None,
    "%Y-%m-%d 00:00:00": None,
    "%Y-%m-%dT00:00:00.000Z": None,
    "%m/%d/%Y": DateOrder.MONTH_FIRST,
    "%d/%m/%Y": DateOrder.DAY_FIRST,
    "%d.%m.%Y": DateOrder.DAY_FIRST,
    "%m-%d-%Y": DateOrder.MONTH_FIRST,
    "%d-%b-%Y": None,
    "%B %d, %Y": None,
}


@given(DATES, st.sampled_from(sorted(WRITTEN)))
def test_a_date_reads_back_as_it_was_written(date: dt.date, pattern: str) -> None:
    for order in [WRITTEN[pattern]] if WRITTEN[pattern] else list(DateOrder):
        assert order is not None
        assert parse_dates(pl.Series("d", [date.strftime(pattern)]), order).to_list() == [date]


@given(st.lists(DATES, min_size=1, max_size=30), st.sampled_from(list(DateOrder)))
def test_one_settled_cell_settles_the_order_of_a_column(dates: list[dt.date], order: DateOrder) -> None:
    pattern = "%m/%d/%Y" if order is DateOrder.MONTH_FIRST else "%d/%m/%Y"
    column = pl.Series("d", [date.strftime(pattern) for date in dates])
    evidence = order_evidence(column)
    if evidence.is_settled:
        assert evidence.order is order
        assert parse_dates(column, evidence.order).to_list() == dates


def test_no_settled_cell_means_month_first_and_says_so() -> None:
    evidence = order_evidence(pl.Series("d", ["03/04/2026", "05/05/2026"]))
    assert evidence == OrderEvidence(either=1)
    assert evidence.is_assumed
    assert evidence.order is DateOrder.MONTH_FIRST


@pytest.mark.parametrize("text", ["2026-02-30", "13/13/2026", "yesterday", "20260319", "03/19/26"])
def test_what_is_no_date_is_not_guessed(text: str) -> None:
    assert parse_dates(pl.Series("d", [text]), DateOrder.MONTH_FIRST).to_list() == [None]


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United States", "US"),
        ("Korea (the Republic of)", "KR"),
        ("Dominican Republic (the)", "DO"),
        ("Türkiye", "TR"),
        ("Turkey", "TR"),
        ("Viet Nam", "VN"),
        ("Vietnam", "VN"),
        ("US", "US"),
        ("Guinea", "GN"),
        ("Atlantis", None),
        ("-", None),
    ],
)
def test_countries_become_codes(name: str, code: str | None) -> None:
    assert through(country_expr(X), name) == [code]


def test_product_types_have_one_spelling_and_unknown_ones_stay() -> None:
    assert through(product_type_expr(X), "drugs", "Human Drugs", "Novelties") == [
        "Drugs",
        "Drugs",
        "Novelties",
    ]


@pytest.mark.parametrize(
    ("subject", "gmp"),
    [
        ("CGMP/Finished Pharmaceuticals/Adulterated", "yes"),
        ("CGMP/Active Pharmaceutical Ingredient (API)/Adulterated/Misbranded", "yes"),
        ("Compounding Pharmacy/Adulterated Drug Products", "yes"),
        ("CGMP Deviations\u00a0", "yes"),
        ("CGMP/Blood & Blood Components/Adulterated", "yes"),
        ("CGMP/Food/Prepared, Packed or Held Under Insanitary Conditions/Adulterated", "no"),
        ("CGMP/QSR/Medical Devices/Adulterated", "no"),
        ("CGMP/QSR/Drug/Medical Devices/Adulterated", "yes"),
        ("CGMP/Dietary Supplement/Adulterated", "no"),
        ("Family Smoking Prevention and Tobacco Control Act/Adulterated/Misbranded", "no"),
        ("Unapproved New Drugs/Misbranded", "no"),
        ("Finished Pharmaceuticals/Unapproved New Drug/Misbranded/Adulterated", "unknown"),
        (None, "unknown"),
    ],
)
def test_only_manufacturing_subjects_concern_gmp(subject: str | None, gmp: str) -> None:
    assert through(subject_gmp(X), subject) == [gmp]


@pytest.mark.parametrize(
    ("addressee", "gmp"),
    [
        ("Ada M. Lovelace, M.D., Ph.D.", "no"),
        ("Lovelace, Ada, MD", "no"),
        ("Ada Lovelace M D", "no"),
        ("Ada Lovelace, PhD dba Elmstead Remedies, LLC", "unknown"),
        ("Elmstead Hospital IRB", "no"),
        ("Elmstead Institutional Review Board, Inc.", "no"),
        ("www.elmstead.example", "no"),
        ("Elmstead-Pills.com", "no"),
        ("Elmstead Pharma Co., Ltd.", "unknown"),
        ("MD Pharmaceuticals", "unknown"),
        ("Elmstead d.o.o.", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_addressee_can_rule_manufacturing_out(addressee: str | None, gmp: str) -> None:
    assert through(addressee_gmp(pl.lit("Drugs"), X), addressee) == [gmp]
    assert through(addressee_gmp(pl.lit("Devices"), X), addressee) == ["no"]


@pytest.mark.parametrize(
    ("regulation", "concerns"),
    [
        ("21 CFR 211.194(a)", True),
        ("21 CFR 211.68(b)", True),
        ("21 CFR 211.22(d)", False),
        ("21 CFR 211.68(a)", False),
    ],
)
def test_data_integrity_citations_are_known_by_paragraph(regulation: str, concerns: bool) -> None:
    assert through(X.str.contains(DATA_INTEGRITY), regulation) == [concerns]


HEADERS = {
    "fda-compliance-actions": files.COMPLIANCE_HEADER,
    "fda-483s": files.FORM_483_HEADER,
    "fda-recalls": files.RECALL_HEADER,
    "fda-warning-letters": files.WARNING_LETTER_HEADER,
    "fda-inspections": files.INSPECTION_HEADER,
    "fda-citations": files.CITATION_HEADER,
}


@pytest.mark.parametrize("source", FORMATS)
def test_a_source_is_known_by_its_header(source: str) -> None:
    match = guess_format([HEADERS[source]], [1])
    assert match is not None
    assert match.format.source == source
    assert set(match.positions) >= {column.name for column in FORMATS[source].columns if column.required}


@pytest.mark.parametrize("source", FORMATS)
def test_headers_count_without_spaces_case_and_punctuation(source: str) -> None:
    squeezed = [header.replace(" ", "").replace("/", "").upper() for header in HEADERS[source]]
    match = guess_format([squeezed], [1])
    assert match is not None
    assert match.format.source == source


def test_the_agencys_own_field_names_fit(fda: Path) -> None:
    import json

    schemas = json.loads((fda / "data_dashboard_api.openapi.json").read_text())["components"]["schemas"]
    for schema, source in (
        ("InspectionsClassificationsResponse", "fda-inspections"),
        ("InspectionsCitationsResponse", "fda-citations"),
    ):
        fields = list(schemas[schema]["properties"]["result"]["items"]["properties"])
        match = guess_format([fields], [1])
        assert match is not None
        assert match.format.source == source


def test_publish_date_is_date_posted() -> None:
    header = ["Publish Date" if name == "Date Posted" else name for name in files.FORM_483_HEADER]
    assert match_header(FORMATS["fda-483s"], [header], [1]).positions["posted"] == 4


def test_lines_above_the_header_are_no_rows() -> None:
    first = [["Exported on 2026-11-01", "", ""], list(files.COMPLIANCE_HEADER), list(files.compliance_row(1))]
    match = guess_format(first, [1, 3, 4])
    assert match is not None
    assert match.line == 3


def test_another_header_fits_nothing() -> None:
    assert guess_format([["Name", "Amount"], ["a", "1"]], [1, 2]) is None


def cleaned(tmp_path: Path, header: tuple[str, ...], rows: list[tuple[str, ...]]):  # type: ignore[no-untyped-def]
    path = files.write_csv(tmp_path / "a.csv", header, rows)
    with read_table(path, path.name) as table:
        match = guess_format(table.first, table.first_lines)
        assert match is not None
        context = Context(date_orders(table.batches(), match), dt.date(2026, 11, 1))
        return clean_batch(next(table.batches()), match, context)


def test_every_problem_is_named_at_once(tmp_path: Path) -> None:
    rows = [
        files.compliance_row(1, date="soon", fei="12"),
        files.compliance_row(2, action="Fine", name="-"),
        files.compliance_row(3, date="2031-01-01"),
        (*files.compliance_row(4), "one too many"),
        files.compliance_row(5),
    ]
    result = cleaned(tmp_path, files.COMPLIANCE_HEADER, rows)
    named = {(row[0], row[1], row[3], row[4]) for row in result.problems.rows()}
    assert named == {
        (2, "Action Taken Date", "date_unreadable", True),
        (2, "FEI Number", "fei_unreadable", False),
        (3, "Action Type", "action_type_unknown", True),
        (3, "Legal Name", "missing_value", True),
        (4, "Action Taken Date", "date_impossible", True),
        (5, "", "cell_count", True),
    }
    assert result.rejected == 4
    assert result.rows["line"].to_list() == [6]


def test_the_file_decides_the_order_of_a_column_that_does_not() -> None:
    batch = pl.DataFrame(
        {
            "line": [2, 3],
            "cells": [7, 7],
            **{f"c{i}": ["", ""] for i in range(7)},
            "c0": ["03/04/2024", "05/06/2024"],
            "c1": ["25/03/2024", "12/04/2024"],
        }
    )
    match = match_header(FORMATS["fda-warning-letters"], [files.WARNING_LETTER_HEADER], [1])
    orders = date_orders(iter([batch]), match)
    assert orders == DateOrders(
        dict.fromkeys(("posted_on", "issued_on", "response_on", "closeout_on"), DateOrder.DAY_FIRST),
        is_assumed=False,
    )


def test_the_agencys_lag_stands_in_for_a_date_of_publication(tmp_path: Path) -> None:
    rows = [files.compliance_row(1, date="2024-01-01"), files.compliance_row(2, date="2026-10-20")]
    known = cleaned(tmp_path, files.COMPLIANCE_HEADER, rows).rows.select("known_on", "known_on_basis").rows()
    # The second was out when the file was fetched on 2026-11-01, before the usual lag was over.
    assert known == [(dt.date(2024, 2, 15), "lag"), (dt.date(2026, 11, 1), "lag")]
