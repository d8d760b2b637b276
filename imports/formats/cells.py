"""Cells to values, a whole column at a time. Every normalizer is idempotent.

White space of every kind is folded, so that two readers of one workbook agree: openpyxl leaves `_x000D_`
where calamine gives a line break. "-", "N/A" and an empty cell are missing.
"""

import polars as pl

from imports.formats.countries import COUNTRY_CODES
from imports.formats.dates import DateOrder, parse_dates

# Every way to write them, since lower-casing whole columns for the sake of a few cells takes long.
NOT_AVAILABLE = ("n/a", "N/A", "N/a", "n/A")
MISSING = ("", "-", "--", "–", "—", *NOT_AVAILABLE, *(f"#{text}" for text in NOT_AVAILABLE))
# The escape that Excel's file format uses for a carriage return inside a text.
ESCAPED_BREAK = r"_[xX]000[dDaA]_"
INVISIBLE = "[\u200b\u200c\u200d\u2060\ufeff\u00ad\x00-\x08\x0e-\x1f\x7f]"
SPACES = r"[\s\u00a0\x1c-\x1f\u0085]+"
# What any of the foldings below would change. Columns without it, most of them, are taken as they are.
UNFOLDED = r"_[xX]000|[^ -~]|  |^ | $"
FEI_PATTERN = r"^\d{4,11}$"

PRODUCT_TYPES = {
    "drugs": "Drugs",
    "drug": "Drugs",
    "human drugs": "Drugs",
    "biologics": "Biologics",
    "biologic": "Biologics",
    "devices": "Devices",
    "device": "Devices",
    "medical devices": "Devices",
    "food/cosmetics": "Food/Cosmetics",
    "food & cosmetics": "Food/Cosmetics",
    "foods": "Food/Cosmetics",
    "veterinary": "Veterinary",
    "animal drugs & feed": "Veterinary",
    "tobacco": "Tobacco",
    "tobacco products": "Tobacco",
}


def text_expr(column: pl.Expr) -> pl.Expr:
    """One line of text: breaks and runs of white space become one space; missing becomes null."""
    folded = (
        column.str.replace_all(ESCAPED_BREAK, " ")
        .str.replace_all(INVISIBLE, "")
        .str.replace_all(SPACES, " ")
        .str.strip_chars(" ")
    )
    return missing_to_null(folded)


def long_text_expr(column: pl.Expr) -> pl.Expr:
    """Text of several lines: each line folded, runs of empty lines reduced to one break; missing is null."""
    folded = (
        column.str.replace_all(ESCAPED_BREAK, "\n")
        .str.replace_all("\r\n?", "\n")
        .str.replace_all(INVISIBLE, "")
        .str.replace_all(r"[^\S\n]+", " ")
        .str.replace_all(r" *\n[ \n]*", "\n")
        .str.strip_chars(" \n")
    )
    return missing_to_null(folded)


def missing_to_null(column: pl.Expr) -> pl.Expr:
    return pl.when(column.is_in(MISSING)).then(None).otherwise(column)


def fei_expr(column: pl.Expr) -> pl.Expr:
    """The FEI as text. A spreadsheet that took it for a number may have added ".0". Leading zeros count."""
    return text_expr(column).str.replace(r"^(\d+)\.0+$", "$1")


def is_fei(column: pl.Expr) -> pl.Expr:
    return column.str.contains(FEI_PATTERN)


def date_series(column: pl.Series, order: DateOrder) -> pl.Series:
    """Dates of a column of text, null where there is none or it cannot be read."""
    return parse_dates(column.to_frame("d").select(text_expr(pl.col("d"))).to_series(), order)


def country_expr(column: pl.Expr) -> pl.Expr:
    """The ISO 3166 two-letter code of a country as agencies write it; null when it is not known."""
    key = text_expr(column).str.to_lowercase().str.replace(r" \(the\)$", "")
    return key.replace_strict(COUNTRY_CODES, default=None, return_dtype=pl.String)


def product_type_expr(column: pl.Expr) -> pl.Expr:
    """The agency's word for the kind of product, in one spelling; other words stay as they are."""
    folded = text_expr(column)
    return folded.str.to_lowercase().replace_strict(PRODUCT_TYPES, default=folded, return_dtype=pl.String)
