"""FDA data dashboard, recalls by FEI. The FEI is the recalling firm's, often not the maker's.

Key: Product ID. The rows of one Event ID are one event. The export dates a recall by its classification
only; the agency publishes classified recalls in its weekly enforcement report, hence a lag of seven days.
"""

import polars as pl

from imports.formats.base import Cell, Check, Column, Format, Target
from imports.formats.values import ACTION_VALUES

CLASSES = {"class i": "1", "class ii": "2", "class iii": "3", "i": "1", "ii": "2", "iii": "3"}
CLASSES |= {"not yet classified": "", "unclassified": ""}
LAG_DAYS = 7


def build(frame: pl.DataFrame) -> pl.DataFrame:
    recall_class = (
        pl.col("product_class")
        .str.to_lowercase()
        .replace_strict(CLASSES, default=None, return_dtype=pl.String)
    )
    return frame.with_columns(
        source_key=pl.col("product_id"),
        happened_on=pl.col("classified_on"),
        published_on=pl.lit(None, pl.Date),
        kind=pl.lit("recall"),
        recall_class=recall_class,
        # "CGMP Deviations" is the agency's own heading for a recall because of how the product was made.
        gmp=pl.when(pl.col("reason").str.contains(r"(?i)\bc?gmp\b"))
        .then(pl.lit("yes"))
        .otherwise(pl.lit("unknown")),
        status=pl.col("status").fill_null(""),
        reference=pl.col("product_id"),
        event_key=pl.col("event_id"),
        issued_by=pl.col("center").fill_null(""),
        title=pl.col("product").fill_null(""),
        text=pl.col("reason").fill_null(""),
        url=pl.when(pl.col("details").str.contains("^https?://"))
        .then(pl.col("details"))
        .otherwise(pl.lit("")),
        covered_type=pl.col("product_type"),
        covered_kind=pl.lit("recall"),
        covered_on=pl.col("classified_on"),
        closed_on=pl.lit(None, pl.Date),
    )


FDA_RECALLS = Format(
    source="fda-recalls",
    target=Target.ACTION,
    columns=(
        Column("fei", ("FEI Number", "FEI"), Cell.FEI),
        Column("firm", ("Recalling Firm Name", "Recalling Firm", "Firm Legal Name"), filled=True),
        Column("product_type", ("Product Type",), Cell.PRODUCT_TYPE, filled=True, max_length=100),
        Column("product_class", ("Product Classification", "Classification"), filled=True),
        Column("status", ("Status", "Recall Status"), max_length=60),
        Column("distribution", ("Distribution Pattern",), Cell.LONG_TEXT, required=False, max_length=20_000),
        Column("city", ("Recalling Firm City",), required=False, max_length=100),
        Column("state", ("Recalling Firm State",), required=False, max_length=100),
        Column("country", ("Recalling Firm Country",), Cell.COUNTRY, required=False),
        Column("classified_on", ("Center Classification Date",), Cell.DATE, filled=True),
        Column("reason", ("Reason for Recall",), Cell.LONG_TEXT, max_length=20_000),
        Column("product", ("Product Description",), Cell.LONG_TEXT, max_length=20_000),
        Column("event_id", ("Event ID",), filled=True, max_length=100),
        Column("event_class", ("Event Classification",), required=False),
        Column("product_id", ("Product ID",), filled=True, max_length=100),
        Column("center", ("Center",), required=False, max_length=200),
        Column("details", ("Recall Details",), required=False, max_length=500),
    ),
    build=build,
    values=ACTION_VALUES,
    name_column="firm",
    fei_column="fei",
    place_columns=("city", "state", "country"),
    lag_days=LAG_DAYS,
    checks=(Check("recall_class_unknown", "product_class", pl.col("recall_class").is_null()),),
)
