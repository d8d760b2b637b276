"""Where the rows of each target go, and how a column of the staging table is typed."""

from dataclasses import dataclass

from imports.formats.base import Format, Target


@dataclass(frozen=True)
class TargetTable:
    """A table of evidence. `covered_type` and `covered_kind` are SQL over its columns."""

    name: str
    covered_type: str
    covered_kind: str
    # Rows without site stay in the table itself; the other tables ask for a site.
    keeps_unmatched: bool


TABLES = {
    Target.ACTION: TargetTable("audits_regulatoryaction", "product_type", "kind", keeps_unmatched=True),
    Target.INSPECTION: TargetTable("audits_inspection", "product_type", "''::text", keeps_unmatched=False),
    Target.CITATION: TargetTable("audits_citation", "program_area", "''::text", keeps_unmatched=False),
}

# Which date of a stored row says whether a file's range of dates covers it.
COVERED_ON_PUBLICATION = frozenset({"fda-483s", "fda-warning-letters"})

TYPES = {
    "line": "integer",
    "happened_on": "date",
    "known_on": "date",
    "covered_on": "date",
    "closed_on": "date",
    "fiscal_year": "smallint",
    "citations_posted": "boolean",
    "is_drug_gmp": "boolean",
    "is_data_integrity": "boolean",
}
NULLABLE = frozenset({"closed_on", "fiscal_year", "citations_posted"})


def staged_type(column: str) -> str:
    """The SQL type of a staged column; text unless said otherwise."""
    return TYPES.get(column, "text")


def is_never_null(column: str) -> bool:
    """Whether the target holds "" in this column where the source has nothing."""
    return column not in NULLABLE and staged_type(column) == "text"


def value_expression(column: str) -> str:
    """A staged value as the target wants it: text columns hold "" where the source has nothing."""
    return f"coalesce(v.{column}, '')" if is_never_null(column) else f"v.{column}"


def covered_on_column(format_: Format) -> str:
    return "known_on" if format_.source in COVERED_ON_PUBLICATION else "happened_on"
