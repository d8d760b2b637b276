"""Dates as exports write them, in either order.

An order that a single cell leaves open ("03/04/2026") is decided by its column, then by the file as a whole:
one cell that can only be month first, or only day first, settles it for all. When nothing in the file
settles it, the agency's own order counts: month first.
"""

from dataclasses import dataclass
from enum import StrEnum

import polars as pl

ISO = r"^(\d{4}-\d{2}-\d{2})(?:[T ]\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?Z?)?$"
PARTED = r"^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})(?: \d{1,2}:\d{2}(?::\d{2})?(?: [AaPp][Mm])?)?$"
SPELLED = ("%d-%b-%Y", "%d %b %Y", "%d %B %Y", "%b %d, %Y", "%B %d, %Y")


class DateOrder(StrEnum):
    MONTH_FIRST = "month_first"
    DAY_FIRST = "day_first"


@dataclass(frozen=True)
class OrderEvidence:
    """How many cells can only be read one way, and how many either way."""

    only_month_first: int = 0
    only_day_first: int = 0
    either: int = 0

    def __add__(self, other: "OrderEvidence") -> "OrderEvidence":
        return OrderEvidence(
            self.only_month_first + other.only_month_first,
            self.only_day_first + other.only_day_first,
            self.either + other.either,
        )

    @property
    def order(self) -> DateOrder:
        """Day first only when more cells demand it than forbid it; the others are then unreadable."""
        if self.only_day_first > self.only_month_first:
            return DateOrder.DAY_FIRST
        return DateOrder.MONTH_FIRST

    @property
    def is_settled(self) -> bool:
        return bool(self.only_month_first or self.only_day_first)

    @property
    def is_assumed(self) -> bool:
        """No cell settles the order although some need it."""
        return bool(self.either) and not self.is_settled


def order_evidence(column: pl.Series) -> OrderEvidence:
    """What the cells of a text column say about the order of day and month. Equal parts say nothing."""
    parts = column.str.strip_chars().str.extract_groups(PARTED).struct.unnest()
    first = parts["1"].cast(pl.Int32, strict=False)
    second = parts["2"].cast(pl.Int32, strict=False)
    counts = pl.select(
        month=((first <= 12) & (second > 12)).sum(),
        day=((first > 12) & (second <= 12)).sum(),
        either=((first <= 12) & (second <= 12) & (first != second)).sum(),
    ).row(0)
    return OrderEvidence(*(int(count or 0) for count in counts))


def parse_dates(column: pl.Series, order: DateOrder) -> pl.Series:
    """Dates of a folded text column; a time of day is dropped. Null where a text is no date."""
    name = column.name
    iso = pl.col(name).str.extract(ISO).str.to_date("%Y-%m-%d", strict=False)
    parts = pl.col(name).str.extract_groups(PARTED)
    month, day = ("1", "2") if order is DateOrder.MONTH_FIRST else ("2", "1")
    parted = pl.concat_str(
        parts.struct.field("3"),
        parts.struct.field(month).str.zfill(2),
        parts.struct.field(day).str.zfill(2),
        separator="-",
    ).str.to_date("%Y-%m-%d", strict=False)
    dates = column.to_frame().select(pl.coalesce(iso, parted)).to_series()
    if dates.null_count() > column.null_count():
        spelled = [pl.col(name).str.to_date(pattern, strict=False) for pattern in SPELLED]
        frame = pl.DataFrame([column, dates.alias("read")])
        dates = frame.select(pl.coalesce(pl.col("read"), *spelled)).to_series()
    return dates.alias(name)
