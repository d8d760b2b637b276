"""From the text of a batch to staged rows and the list of what is wrong with them, a column at a time."""

import datetime as dt
import functools
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field

import polars as pl

from common.text import name_key
from imports.formats.base import Cell, Column, HeaderMatch
from imports.formats.cells import (
    UNFOLDED,
    country_expr,
    date_series,
    fei_expr,
    is_fei,
    long_text_expr,
    missing_to_null,
    product_type_expr,
    text_expr,
)
from imports.formats.dates import DateOrder, OrderEvidence, order_evidence

# A day as a spreadsheet counts it; those of this century, with or without a time of day.
SERIAL_DAY = r"^[1-9]\d{4}(?:\.\d+)?$"
EARLIEST = dt.date(1906, 6, 30)  # The Pure Food and Drug Act: nothing here can be older.
PROBLEM_SCHEMA = {
    "line": pl.Int32,
    "column": pl.String,
    "value": pl.String,
    "key": pl.String,
    "rejects": pl.Boolean,
}
PLACES = ("street", "city", "state", "postal_code", "country")


@dataclass(frozen=True)
class DateOrders:
    """The order of day and month by column name. `is_assumed`: no cell of the file settles it."""

    by_column: dict[str, DateOrder]
    is_assumed: bool


@dataclass(frozen=True)
class Context:
    """What cleaning must know of the file as a whole. `seen_on` is the day the file was retrieved."""

    orders: DateOrders
    seen_on: dt.date


@dataclass(frozen=True)
class Cleaned:
    """`rows` can be saved: columns `COMPARED`, `PLACES` and `said_columns`. `problems` name the others."""

    rows: pl.DataFrame
    problems: pl.DataFrame
    rejected: int


# What rows are compared by, and, apart from it because it is wide and never changes, what they say.
COMPARED = (
    *("line", "source_key", "row_sha256", "fei", "name", "name_key", "happened_on", "known_on"),
    *("known_on_basis", "covered_type", "covered_kind", "covered_on"),
)


def said_columns(match: HeaderMatch) -> tuple[str, ...]:
    """The columns that are only written: the line, and values of the target."""
    return ("line", *match.format.values)


def date_orders(batches: Iterator[pl.DataFrame], match: HeaderMatch) -> DateOrders:
    """The order of day and month in each date column: by its own cells, else by the file as a whole."""
    evidence = DateEvidence()
    for batch in batches:
        evidence += date_evidence(batch, match)
    return evidence.orders


@dataclass(frozen=True)
class DateEvidence:
    """What the cells that were read so far say about the order of day and month, by column name."""

    by_column: dict[str, OrderEvidence] = field(default_factory=dict)

    def __add__(self, other: "DateEvidence") -> "DateEvidence":
        names = {**self.by_column, **other.by_column}
        none = OrderEvidence()
        return DateEvidence(
            {name: self.by_column.get(name, none) + other.by_column.get(name, none) for name in names}
        )

    @property
    def orders(self) -> DateOrders:
        """What it comes to, when nothing more is to be read."""
        whole = sum(self.by_column.values(), OrderEvidence())
        return DateOrders(
            by_column={
                name: (own if own.is_settled else whole).order for name, own in self.by_column.items()
            },
            is_assumed=whole.is_assumed,
        )


def date_evidence(batch: pl.DataFrame, match: HeaderMatch) -> DateEvidence:
    """What the date columns of one batch of raw rows say."""
    rows = batch.filter(pl.col("line") > match.line)
    return DateEvidence(
        {
            column.name: order_evidence(rows[f"c{match.positions[column.name]}"])
            for column in match.format.columns
            if column.cell is Cell.DATE and column.name in match.positions
        }
    )


def clean_batch(batch: pl.DataFrame, match: HeaderMatch, context: Context) -> Cleaned:
    """Clean one batch of raw rows (`line`, `cells`, `c0` …); rows above the header are left out."""
    raw = batch.filter(pl.col("line") > match.line)
    texts = _texts(raw, match)
    values = _values(texts, match, context)
    built = match.format.build(_named(values, match))
    problems = pl.concat(
        [
            _cell_count(raw, match),
            *(_column_problems(texts, values, column, match, context) for column in _present(match)),
            *(_check_problems(texts, built, match)),
        ]
    )
    bad = problems.filter("rejects")["line"].unique()
    staged = _staged(built, match, context).filter(~pl.col("line").is_in(bad.implode()))
    return Cleaned(rows=staged, problems=problems, rejected=bad.len())


def _present(match: HeaderMatch) -> list[Column]:
    return [column for column in match.format.columns if column.name in match.positions]


def _texts(raw: pl.DataFrame, match: HeaderMatch) -> pl.DataFrame:
    """Each column of the format as folded text, missing as null; absent columns are all missing."""
    cells = [f"c{position}" for position in match.positions.values()]
    unfolded = raw.select(pl.col(cells).str.contains(UNFOLDED).any()).row(0, named=True) if cells else {}
    expressions: list[pl.Expr] = [pl.col("line")]
    for column in match.format.columns:
        if column.name not in match.positions:
            expressions.append(pl.lit(None, pl.String).alias(column.name))
            continue
        name = f"c{match.positions[column.name]}"
        expressions.append(_folded(pl.col(name), column, is_folded=not unfolded[name]).alias(column.name))
    return raw.select(expressions)


def _folded(cell: pl.Expr, column: Column, *, is_folded: bool) -> pl.Expr:
    if column.cell is Cell.FEI:
        return fei_expr(cell)
    if is_folded:
        return missing_to_null(cell)
    return long_text_expr(cell) if column.cell is Cell.LONG_TEXT else text_expr(cell)


def _values(texts: pl.DataFrame, match: HeaderMatch, context: Context) -> pl.DataFrame:
    """The typed values: dates, codes of countries, words for product types, valid FEIs."""
    replaced: list[pl.Expr | pl.Series] = []
    for column in match.format.columns:
        cell = pl.col(column.name)
        if column.cell is Cell.DATE:
            order = context.orders.by_column.get(column.name, DateOrder.MONTH_FIRST)
            replaced.append(date_series(texts[column.name], order).alias(column.name))
        elif column.cell is Cell.COUNTRY:
            replaced.append(country_expr(cell).alias(column.name))
        elif column.cell is Cell.PRODUCT_TYPE:
            replaced.append(product_type_expr(cell).alias(column.name))
        elif column.cell is Cell.FEI:
            replaced.append(pl.when(is_fei(cell)).then(cell).alias(column.name))
    return texts.with_columns(replaced)


@functools.lru_cache(maxsize=200_000)
def _name_key(text: str) -> str:
    return name_key(text)


def _named(values: pl.DataFrame, match: HeaderMatch) -> pl.DataFrame:
    """Add the firm's name with its key, and the hash of what the row says."""
    name = match.format.name_column
    keys = {text: _name_key(text) for text in values[name].unique().drop_nulls()}
    stable = [column.name for column in match.format.columns if not column.volatile]
    said = values.select(
        pl.concat_str([pl.col(c).cast(pl.String).fill_null("\x00") for c in stable], separator="\x1f")
    ).to_series()
    digests = [hashlib.sha256(text.encode()).hexdigest() for text in said]
    named = values.with_columns(
        firm_name=pl.col(name),
        firm_key=pl.col(name).replace_strict(keys, default=None, return_dtype=pl.String),
        row_sha256=pl.Series(digests, dtype=pl.String),
    )
    if "fiscal_year" in values.columns:
        named = named.with_columns(fiscal_year_text=pl.col("fiscal_year"))
    return named


def _staged(built: pl.DataFrame, match: HeaderMatch, context: Context) -> pl.DataFrame:
    format_ = match.format
    estimated = pl.min_horizontal(
        pl.col("happened_on") + pl.duration(days=format_.lag_days),
        # The source had it out when the file was fetched, so it was known by then at the latest.
        pl.max_horizontal(pl.lit(context.seen_on), pl.col("happened_on")),
    )
    published = pl.col("published_on")
    places = [
        pl.col(place) if place in format_.place_columns else pl.lit(None, pl.String).alias(place)
        for place in PLACES
    ]
    return built.with_columns(
        *places,
        fei=pl.col(format_.fei_column) if format_.fei_column else pl.lit(None, pl.String),
        name=pl.col("firm_name"),
        name_key=pl.col("firm_key"),
        known_on=pl.when(published.is_not_null())
        .then(pl.max_horizontal(published, "happened_on"))
        .otherwise(estimated),
        known_on_basis=pl.when(published.is_not_null())
        .then(pl.lit("source"))
        .when(pl.col("happened_on").is_not_null())
        .then(pl.lit("lag"))
        .otherwise(pl.lit("unknown")),
    ).select(*COMPARED, *PLACES, *said_columns(match)[1:])


def _cell_count(raw: pl.DataFrame, match: HeaderMatch) -> pl.DataFrame:
    wrong = raw.filter(pl.col("cells") != match.width)
    return _problems(wrong, "", pl.col("cells").cast(pl.String), "cell_count", rejects=True)


def _column_problems(
    texts: pl.DataFrame, values: pl.DataFrame, column: Column, match: HeaderMatch, context: Context
) -> pl.DataFrame:
    header = match.headers[match.positions[column.name]]
    pair = texts.select("line", text=column.name).with_columns(value=values[column.name])
    text, value = pl.col("text"), pl.col("value")
    found = [_problems(pair.filter(text.str.len_chars() > column.max_length), header, text, "too_long")]
    if column.filled:
        found.append(_problems(pair.filter(text.is_null()), header, text, "missing_value"))
    unread = pair.filter(text.is_not_null() & value.is_null())
    if column.cell is Cell.DATE:
        serial = text.str.contains(SERIAL_DAY)
        found.append(_problems(unread.filter(serial), header, text, "date_serial"))
        found.append(_problems(unread.filter(~serial), header, text, "date_unreadable"))
        outside = (value < EARLIEST) | (value > context.seen_on)
        found.append(_problems(pair.filter(outside), header, text, "date_impossible"))
    elif column.cell is Cell.FEI:
        found.append(_problems(unread, header, text, "fei_unreadable", rejects=False))
    elif column.cell is Cell.COUNTRY:
        found.append(_problems(unread, header, text, "country_unknown", rejects=False))
    return pl.concat(found)


def _check_problems(texts: pl.DataFrame, built: pl.DataFrame, match: HeaderMatch) -> Iterator[pl.DataFrame]:
    for check in match.format.checks:
        if check.column not in match.positions:
            continue
        failing = built.filter(check.fails.fill_null(False))["line"]
        rows = texts.filter(pl.col("line").is_in(failing.implode()) & pl.col(check.column).is_not_null())
        header = match.headers[match.positions[check.column]]
        yield _problems(rows, header, pl.col(check.column), check.key, rejects=check.rejects)


def _problems(
    rows: pl.DataFrame, column: str, value: pl.Expr, key: str, *, rejects: bool = True
) -> pl.DataFrame:
    return rows.select(
        line="line",
        column=pl.lit(column),
        value=value.fill_null("").str.slice(0, 300),
        key=pl.lit(key),
        rejects=pl.lit(rejects),
    ).cast(PROBLEM_SCHEMA)  # type: ignore[arg-type]
