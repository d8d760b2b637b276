"""What a source format is: columns with their accepted headers, a target table, and how rows are built."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import polars as pl


class Cell(StrEnum):
    """How a cell is read. See `imports.formats.cells`."""

    TEXT = "text"
    LONG_TEXT = "long_text"
    FEI = "fei"
    DATE = "date"
    COUNTRY = "country"
    PRODUCT_TYPE = "product_type"


class Target(StrEnum):
    """The table that the rows of a source become."""

    ACTION = "action"
    INSPECTION = "inspection"
    CITATION = "citation"


@dataclass(frozen=True)
class Column:
    """A column of a source.

    `headers` are the accepted spellings; case, spaces and punctuation do not count. A `required` column must
    be in the file, a `filled` one must hold something in every row. A `volatile` column is kept word for word
    but does not make a row different when it alone changes.
    """

    name: str
    headers: tuple[str, ...]
    cell: Cell = Cell.TEXT
    required: bool = True
    filled: bool = False
    volatile: bool = False
    max_length: int = 300


@dataclass(frozen=True)
class Format:
    """A source. `build` adds to the cleaned columns those of the target, the key and the coverage.

    Columns that `build` returns beside the values of the target: `source_key`, `happened_on`, `published_on`
    (the source's own date, or null), `covered_type`, `covered_kind`, `covered_on`. `lag_days` is how long
    after `happened_on` the source usually publishes, used where it does not say.
    """

    source: str
    target: Target
    columns: tuple[Column, ...]
    build: Callable[["pl.DataFrame"], "pl.DataFrame"]
    values: tuple[str, ...]
    name_column: str
    fei_column: str | None = None
    place_columns: tuple[str, ...] = ()
    lag_days: int = 0
    # Several rows may share a key and still be different records when their FEI differs.
    clashes_split_by_fei: bool = False
    # Several rows may share a key and still be different records: they are numbered in the order of text.
    clashes_numbered: bool = False
    checks: tuple["Check", ...] = ()
    required: tuple[str, ...] = field(init=False, default=())

    def column(self, name: str) -> Column:
        return next(column for column in self.columns if column.name == name)


@dataclass(frozen=True)
class Check:
    """A rule over the built rows: where `fails` holds, there is a problem `key` at `column`."""

    key: str
    column: str
    fails: "pl.Expr"
    rejects: bool = True


@dataclass(frozen=True)
class HeaderMatch:
    """Where a format's header stands: `line` as a spreadsheet numbers it, `positions` by column name.

    `headers` are the file's own words by position; `missing` the required columns that are not there.
    """

    format: Format
    line: int
    width: int
    headers: tuple[str, ...]
    positions: dict[str, int]
    missing: tuple[Column, ...]
    # Columns of the format that stand in the header more than once: which one is meant is not told.
    repeated: tuple[str, ...] = ()
