"""FDA data dashboard, compliance actions: warning letters, injunctions, seizures.

Key: case and FEI. One case may name several firms (a firm's sites, or all parties of an injunction), and
case numbers of injunctions are small and of another series. The file does not say when a letter was
published: nine of ten CGMP letters in the warning letter export of January 2026 were posted within 43 days
of issue, hence the lag.
"""

import polars as pl

from imports.formats.base import Cell, Check, Column, Format, Target
from imports.formats.values import ACTION_VALUES, blank_values

KINDS = {"warning letter": "warning_letter", "injunction": "injunction", "seizure": "seizure"}
LAG_DAYS = 45

# Whom a drug letter is addressed to can rule manufacturing out: a physician or a review board is written to
# about clinical research, a web address about selling.
PHYSICIAN = r"(?i)\b(m\.? ?d|ph\.? ?d|d\.? ?o|d\.? ?p\.? ?m)\b\.?,?\s*$|, ?(m\.? ?d|d\.? ?o|ph\.? ?d)\b"
COMPANY = r"(?i)\b(dba|llc|inc|ltd|corp|company)\b"
REVIEW_BOARD = r"(?i)\birb\b|\birc\b|review (board|committee)|ethics committee"
WEB_ADDRESS = r"(?i)\.(com|net|org|biz|info|ru|eu|shop|store|online)\b|\bwww\b|@|https?:"


def build(frame: pl.DataFrame) -> pl.DataFrame:
    kind = (
        pl.col("action_type").str.to_lowercase().replace_strict(KINDS, default=None, return_dtype=pl.String)
    )
    return frame.with_columns(
        source_key=pl.concat_str(
            "case_id", pl.coalesce("fei", pl.col("firm_key").str.slice(0, 130)), separator="/"
        ),
        happened_on=pl.col("action_date"),
        published_on=pl.lit(None, pl.Date),
        kind=kind,
        gmp=addressee_gmp(pl.col("product_type"), pl.col("legal_name")),
        reference=pl.col("case_id"),
        title=pl.col("action_type"),
        covered_type=pl.col("product_type"),
        covered_kind=kind,
        covered_on=pl.col("action_date"),
        **blank_values("recall_class", "status", "event_key", "issued_by", "text", "url"),
        closed_on=pl.lit(None, pl.Date),
    )


def addressee_gmp(product_type: pl.Expr, addressee: pl.Expr) -> pl.Expr:
    """Whether an action concerns GMP of drugs or biologics: no or unknown.

    A device letter is about another quality system. The file does not tell what a drug letter is about;
    its addressee may.
    """
    of_drugs = product_type.is_in(["Drugs", "Biologics"])
    physician = addressee.str.contains(PHYSICIAN) & ~addressee.str.contains(COMPANY)
    other = physician | addressee.str.contains(f"{REVIEW_BOARD}|{WEB_ADDRESS}")
    return pl.when(of_drugs & ~other.fill_null(False)).then(pl.lit("unknown")).otherwise(pl.lit("no"))


FDA_COMPLIANCE_ACTIONS = Format(
    source="fda-compliance-actions",
    target=Target.ACTION,
    columns=(
        Column("fei", ("FEI Number", "FEI"), Cell.FEI),
        Column("legal_name", ("Legal Name", "Firm Name"), filled=True),
        Column("state", ("State",), required=False, max_length=100),
        Column("country", ("Country/Area", "Country", "Country Name"), Cell.COUNTRY, required=False),
        Column("product_type", ("Product Type",), Cell.PRODUCT_TYPE, filled=True, max_length=100),
        Column("action_date", ("Action Taken Date", "Action Date"), Cell.DATE, filled=True),
        Column("action_type", ("Action Type",), filled=True),
        Column(
            "case_id", ("Case/Injunction ID", "Case Injunction ID", "Case ID"), filled=True, max_length=60
        ),
    ),
    build=build,
    values=ACTION_VALUES,
    name_column="legal_name",
    fei_column="fei",
    place_columns=("state", "country"),
    lag_days=LAG_DAYS,
    checks=(Check("action_type_unknown", "action_type", pl.col("kind").is_null()),),
)
