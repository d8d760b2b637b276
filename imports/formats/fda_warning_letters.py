"""Warning letters as listed on fda.gov: no FEI, but subject, date posted and closeout letter.

Key: company, date of issue and date posted. Identical rows (545 of 3 277 in January 2026) collapse; letters
of one day to one company that were posted on different days are different pages. Only letters whose subject
is current good manufacturing practice (CGMP) of drugs or biologics concern manufacturing.
"""

import polars as pl

from imports.formats.base import Cell, Check, Column, Format, Target
from imports.formats.values import ACTION_VALUES, blank_values

# Good manufacturing practice of other things: food, supplements, feed, devices.
OTHER_PRODUCTS = r"food|dietary|seafood|juice|feed|animal|infant|produce|qsr|device|quality system"
MANUFACTURING = r"cgmp|compounding pharmacy/adulterated|^drug product/adulterated|^drug/prepared, packed"
TISSUES = r"human cells, tissues"
# Adulterated drugs without a word about why: it may be manufacturing.
PERHAPS = r"(finished pharmaceutical|drug|api|active pharmaceutical).*adulterated"


def subject_gmp(subject: pl.Expr) -> pl.Expr:
    """Whether a letter with this subject concerns GMP of drugs or biologics: yes, no or unknown."""
    text = subject.str.to_lowercase()
    drug = text.str.contains(r"qsr/drug|pharmaceutical|\bdrugs?\b")
    other = text.str.contains(OTHER_PRODUCTS) & ~(text.str.contains("qsr/drug"))
    yes = (text.str.contains(MANUFACTURING) & ~other) | text.str.contains(TISSUES)
    perhaps = text.str.contains(PERHAPS) & drug & ~text.str.contains(OTHER_PRODUCTS)
    return (
        pl.when(subject.is_null())
        .then(pl.lit("unknown"))
        .when(yes)
        .then(pl.lit("yes"))
        .when(perhaps)
        .then(pl.lit("unknown"))
        .otherwise(pl.lit("no"))
    )


def build(frame: pl.DataFrame) -> pl.DataFrame:
    return frame.with_columns(
        source_key=pl.concat_str(
            pl.col("firm_key").str.slice(0, 170),
            pl.col("issued_on").cast(pl.String),
            pl.col("posted_on").cast(pl.String),
            separator="/",
        ),
        happened_on=pl.col("issued_on"),
        published_on=pl.col("posted_on"),
        kind=pl.lit("warning_letter"),
        gmp=subject_gmp(pl.col("subject")),
        issued_by=pl.col("office").fill_null(""),
        title=pl.col("subject").fill_null(""),
        closed_on=pl.col("closeout_on"),
        covered_type=pl.lit(""),
        covered_kind=pl.lit("warning_letter"),
        covered_on=pl.col("posted_on"),
        **blank_values("product_type", "recall_class", "status", "reference", "event_key", "text", "url"),
    )


FDA_WARNING_LETTERS = Format(
    source="fda-warning-letters",
    target=Target.ACTION,
    columns=(
        Column("posted_on", ("Posted Date",), Cell.DATE, filled=True),
        Column("issued_on", ("Letter Issue Date", "Issue Date"), Cell.DATE, filled=True),
        Column("company", ("Company Name", "Company"), filled=True),
        Column("office", ("Issuing Office",), max_length=200),
        Column("subject", ("Subject",), max_length=1_000),
        Column("response_on", ("Response Letter",), Cell.DATE, required=False),
        Column("closeout_on", ("Closeout Letter", "Close-out Letter"), Cell.DATE),
    ),
    build=build,
    values=ACTION_VALUES,
    name_column="company",
    checks=(Check("posted_before", "posted_on", pl.col("posted_on") < pl.col("issued_on"), rejects=False),),
)
