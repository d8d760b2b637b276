"""FDA data dashboard, inspection citations: the regulations cited at an inspection.

Key: inspection id, program area and regulation; several wordings of one regulation at one inspection are
numbered in the order of their text. The agency's citation id names a wording and is not in every export.
Citations are published with the classification of the inspection, hence the same lag.
"""

import polars as pl

from imports.formats.base import Cell, Column, Format, Target
from imports.formats.fda_inspections import LAG_DAYS
from imports.formats.values import CITATION_VALUES

# The paragraphs that FDA's guidance "Data Integrity and Compliance With Drug CGMP" (December 2018) rests on,
# without the general duties of the quality unit, which nearly every inspection cites.
DATA_INTEGRITY = (
    r"(?i)^21 CFR (11\.|211\.68\(b\)|211\.100\(b\)|211\.160\(a\)|211\.180|211\.188|211\.194"
    r"|212\.60\(g\)|212\.110\(b\))"
)
DRUG_GMP = (
    r"(?i)^(21 CFR (210|211|212|606|610|640|680|1271)\b|21 USC 351\(a\)\(2\)\(B\)|FDCA 501\(a\)\(2\)\(B\))"
)


def build(frame: pl.DataFrame) -> pl.DataFrame:
    area = pl.col("program_area").fill_null("")
    return frame.with_columns(
        source_key=pl.concat_str("inspection_id", area, "regulation", separator="/"),
        happened_on=pl.col("ended_on"),
        published_on=pl.lit(None, pl.Date),
        inspection_number=pl.col("inspection_id"),
        program_area=area,
        short_text=pl.col("short_text").fill_null(""),
        long_text=pl.col("long_text").fill_null(""),
        is_data_integrity=pl.col("regulation").str.contains(DATA_INTEGRITY),
        is_drug_gmp=pl.col("regulation").str.contains(DRUG_GMP),
        covered_type=area,
        covered_kind=pl.lit(""),
        covered_on=pl.col("ended_on"),
    )


FDA_CITATIONS = Format(
    source="fda-citations",
    target=Target.CITATION,
    columns=(
        Column("inspection_id", ("Inspection ID",), filled=True, max_length=40),
        Column("fei", ("FEI Number", "FEI"), Cell.FEI),
        Column("legal_name", ("Legal Name", "Firm Name"), filled=True),
        Column("street", ("Address Line 1",), required=False, volatile=True, max_length=200),
        Column("city", ("City",), required=False, volatile=True, max_length=100),
        Column("state", ("State",), required=False, volatile=True, max_length=100),
        Column("postal_code", ("Zip", "Zip Code"), required=False, volatile=True, max_length=20),
        Column(
            "country",
            ("Country/Area", "Country Name", "Country", "Country Code"),
            Cell.COUNTRY,
            required=False,
            volatile=True,
        ),
        Column("ended_on", ("Inspection End Date",), Cell.DATE, filled=True),
        Column("program_area", ("Program Area",), max_length=60),
        Column("citation_id", ("Citation ID",), required=False, volatile=True),
        Column("regulation", ("Act/CFR Number", "Act CFR Number"), filled=True, max_length=80),
        Column("short_text", ("Short Description",), Cell.LONG_TEXT, max_length=2_000),
        Column("long_text", ("Long Description",), Cell.LONG_TEXT, max_length=20_000),
    ),
    build=build,
    values=CITATION_VALUES,
    name_column="legal_name",
    fei_column="fei",
    place_columns=("street", "city", "state", "postal_code", "country"),
    lag_days=LAG_DAYS,
    clashes_numbered=True,
)
