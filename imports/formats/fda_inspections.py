"""FDA data dashboard, inspection classifications: final outcomes, one row per project area and product type.

Key: inspection id, project area and product type. The agency aims to classify within 90 days of the last
day and publishes final classifications only, hence a lag of 90 days where nothing shows it was out earlier.
"""

import polars as pl

from imports.formats.base import Cell, Check, Column, Format, Target
from imports.formats.values import INSPECTION_VALUES

LAG_DAYS = 90
CLASSIFICATION = r"(?i)\b(NAI|VAI|OAI)\b"
PHRASES = {
    "no action indicated": "nai",
    "voluntary action indicated": "vai",
    "official action indicated": "oai",
    "pending": "pending",
}
# Project areas in which the agency inspects the manufacture of drugs and biologics for people.
GMP_AREAS = (
    "drug quality assurance",
    "blood and blood products",
    "human cellular, tissue, and gene therapies",
    "human cellular, tissue and gene therapies",
    "vaccines and allergenic products",
)
GMP_TYPES = ("Drugs", "Biologics")


def build(frame: pl.DataFrame) -> pl.DataFrame:
    told = pl.coalesce("classification_code", "classification").str.to_lowercase()
    classification = pl.coalesce(
        told.str.extract(CLASSIFICATION, 1).str.to_lowercase(),
        told.replace_strict(PHRASES, default=None, return_dtype=pl.String),
        pl.when(told.is_null()).then(pl.lit("pending")),
    )
    area = pl.col("project_area").fill_null("")
    posted = pl.col("posted_citations").str.to_lowercase()
    return frame.with_columns(
        source_key=pl.concat_str("inspection_id", area, "product_type", separator="/"),
        happened_on=pl.col("ended_on"),
        published_on=pl.lit(None, pl.Date),
        inspection_number=pl.col("inspection_id"),
        classification=classification,
        project_area=area,
        fiscal_year=pl.col("fiscal_year").cast(pl.Int16, strict=False),
        citations_posted=pl.when(posted.is_in(["yes", "y", "true"]))
        .then(pl.lit(True))
        .when(posted.is_in(["no", "n", "false"]))
        .then(pl.lit(False)),
        is_drug_gmp=area.str.to_lowercase().is_in(GMP_AREAS)
        & pl.col("product_type").is_in(GMP_TYPES).fill_null(False),
        covered_type=pl.col("product_type"),
        covered_kind=pl.lit(""),
        covered_on=pl.col("ended_on"),
    )


FDA_INSPECTIONS = Format(
    source="fda-inspections",
    target=Target.INSPECTION,
    columns=(
        Column("fei", ("FEI Number", "FEI"), Cell.FEI),
        Column("legal_name", ("Legal Name", "Firm Name"), filled=True),
        Column("street", ("Address Line 1",), required=False, volatile=True, max_length=200),
        Column("city", ("City",), required=False, max_length=100),
        Column("state", ("State",), required=False, max_length=100),
        Column("postal_code", ("Zip", "Zip Code", "Postal Code"), required=False, max_length=20),
        Column(
            "country",
            ("Country/Area", "Country Name", "Country", "Country Code"),
            Cell.COUNTRY,
            required=False,
        ),
        Column("fiscal_year", ("Fiscal Year",), required=False),
        Column("inspection_id", ("Inspection ID",), filled=True, max_length=40),
        Column("posted_citations", ("Posted Citations",), required=False),
        Column("ended_on", ("Inspection End Date",), Cell.DATE, filled=True),
        Column("classification", ("Classification",)),
        Column("classification_code", ("Classification Code",), required=False, volatile=True),
        Column("project_area", ("Project Area",), max_length=100),
        Column("product_type", ("Product Type",), Cell.PRODUCT_TYPE, filled=True, max_length=50),
        Column("details", ("Additional Details",), required=False, volatile=True, max_length=2_000),
        Column("fmd_145_on", ("FMD-145 Date",), Cell.DATE, required=False, volatile=True),
    ),
    build=build,
    values=INSPECTION_VALUES,
    name_column="legal_name",
    fei_column="fei",
    place_columns=("street", "city", "state", "postal_code", "country"),
    lag_days=LAG_DAYS,
    checks=(
        Check("classification_unknown", "classification", pl.col("classification").is_null()),
        Check(
            "fiscal_year_unknown",
            "fiscal_year",
            pl.col("fiscal_year").is_null() & pl.col("fiscal_year_text").is_not_null(),
            rejects=False,
        ),
    ),
)
