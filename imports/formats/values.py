"""The columns of each target table that an import fills, in a fixed order."""

import polars as pl

ACTION_VALUES = (
    "firm_name",
    "firm_key",
    "kind",
    "product_type",
    "recall_class",
    "gmp",
    "status",
    "reference",
    "event_key",
    "issued_by",
    "title",
    "text",
    "closed_on",
    "url",
)
INSPECTION_VALUES = (
    "inspection_number",
    "classification",
    "project_area",
    "product_type",
    "fiscal_year",
    "citations_posted",
    "is_drug_gmp",
)
CITATION_VALUES = (
    "inspection_number",
    "program_area",
    "regulation",
    "short_text",
    "long_text",
    "is_data_integrity",
    "is_drug_gmp",
)


def blank_values(*names: str) -> dict[str, pl.Expr]:
    """Columns that this source does not fill: empty text."""
    return {name: pl.lit("") for name in names}
