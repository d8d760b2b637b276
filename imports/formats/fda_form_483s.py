"""FDA data dashboard, published Form 483s.

Key: the media number in the Download address; a row without one (older exports link a file by name) by FEI,
record date and name. Record ID is no key: it is renumbered between snapshots. One media number is listed for
two firms in every snapshot since October 2024; such rows are told apart by their FEI. The date posted was
moved between snapshots for 78 rows and set anew for 1 081 on 2024-01-17: the earliest one seen counts.
"""

import polars as pl

from imports.formats.base import Cell, Check, Column, Format, Target
from imports.formats.values import ACTION_VALUES, blank_values

MEDIA = r"/media/(\d+)"
UNKNOWN_DATE = "-"


def build(frame: pl.DataFrame) -> pl.DataFrame:
    media = pl.col("download").str.extract(MEDIA)
    described = pl.concat_str(
        pl.coalesce("fei", pl.lit("-")),
        pl.col("record_date").cast(pl.String).fill_null(UNKNOWN_DATE),
        pl.col("firm_key").str.slice(0, 150),
        separator="/",
    )
    record_type = pl.col("record_type").fill_null("483")
    is_form = record_type.str.contains("483") & ~record_type.str.to_lowercase().str.contains("response|reply")
    kind = pl.when(is_form).then(pl.lit("form_483")).otherwise(pl.lit("other"))
    address = pl.col("download").str.replace(r"\?attachment$", "")
    return frame.with_columns(
        source_key=pl.coalesce(pl.concat_str(pl.lit("media/"), media), described),
        happened_on=pl.col("record_date"),
        published_on=pl.col("posted"),
        kind=kind,
        title=pl.when(record_type == "483").then(pl.lit("Form 483")).otherwise(record_type),
        reference=media.fill_null(""),
        url=pl.when(address.str.contains("^https?://")).then(address).otherwise(pl.lit("")),
        gmp=pl.lit("unknown"),
        covered_type=pl.lit(""),
        covered_kind=kind,
        covered_on=pl.col("posted"),
        **blank_values("product_type", "recall_class", "status", "event_key", "issued_by", "text"),
        closed_on=pl.lit(None, pl.Date),
    )


FDA_FORM_483S = Format(
    source="fda-483s",
    target=Target.ACTION,
    columns=(
        Column("record_date", ("Record Date",), Cell.DATE),
        Column("fei", ("FEI Number", "FEI"), Cell.FEI),
        Column("legal_name", ("Legal Name", "Firm Name"), filled=True),
        Column("record_type", ("Record Type",), required=False, max_length=60),
        Column(
            "posted", ("Date Posted", "Publish Date", "Posted Date"), Cell.DATE, filled=True, volatile=True
        ),
        # Whether the address asks for an attachment changed between exports and means nothing.
        Column("download", ("Download", "Download Link"), max_length=500, volatile=True),
        Column("record_id", ("Record ID",), required=False, volatile=True),
    ),
    build=build,
    values=ACTION_VALUES,
    name_column="legal_name",
    fei_column="fei",
    clashes_split_by_fei=True,
    checks=(Check("posted_before", "posted", pl.col("posted") < pl.col("record_date"), rejects=False),),
)
