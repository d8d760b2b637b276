"""The rows of a table as markup, without the template engine, which took half the time of a list page."""

from collections.abc import Callable, Iterator
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.formats import localize
from django.utils.html import conditional_escape, format_html, strip_tags
from django.utils.safestring import SafeString
from django_tables2.columns import ManyToManyColumn
from django_tables2.utils import signature

type Reader = Callable[[Any], Any]
type Renderer = Callable[[Any, Any], Any]


def body_rows(table: Any) -> Iterator[SafeString]:
    """The rows of the page that `table` (a `DataTable`) shows; the first cell of each is its heading.

    Everything that is not marked safe is escaped, numbers are localized, as in a template.
    """
    cells = [_cell(table, column, heads_row=place == 0) for place, column in enumerate(table.columns)]
    for row in table.paginated_rows:
        # Every cell is escaped by itself.
        inside = SafeString("".join([cell(row) for cell in cells]))
        yield format_html("<tr{}>{}</tr>", _row_attributes(table, row), inside)


def _cell(table: Any, column: Any, *, heads_row: bool) -> Callable[[Any], str]:
    """How a row's cell of this column is written; what is the same for all rows is worked out here, once."""
    tag, scope = ("th", ' scope="row"') if heads_row else ("td", "")
    label = _label(table, column, heads_row=heads_row)
    read = _reader(table, column)
    is_localized = column.localize is not False
    varies = _varies(table, column)
    opening = "" if varies else f"<{tag}{scope}{_attributes(column)}{label}>"
    closing = f"</{tag}>"

    def write(row: Any) -> str:
        shown = read(row)
        start = opening
        if varies:
            column.current_value, column.current_record = shown, row.record
            start = f"<{tag}{scope}{_attributes(column)}{label}>"
        if is_localized and not isinstance(shown, str):
            shown = localize(shown)
        return f"{start}{conditional_escape(shown)}{closing}"

    return write


def _reader(table: Any, column: Any) -> Reader:
    """How a row's cell of this column is made: as `BoundRow.get_cell`, with one look at everything."""
    render = _renderer(table, column)
    accessor, empty, default = str(column.accessor), column.column.empty_values, column.default
    is_plain = not isinstance(column.column, ManyToManyColumn)
    is_field = is_plain and "__" not in accessor and "." not in accessor
    # By class of record: all of a page are of one.
    stands: dict[type, bool] = {}

    def read(row: Any) -> Any:
        record = row.record
        kind = type(record)
        if is_plain and kind is dict and accessor in record:
            value = record[accessor]
        elif is_field and (
            stands[kind] if kind in stands else stands.setdefault(kind, _stands(kind, accessor))
        ):
            value = getattr(record, accessor)
        else:
            return row._get_and_render_with(
                column, render_func=lambda _column, value=None: render(row, value), default=default
            )
        return default if value in empty else render(row, value)

    return read


def _stands(kind: type, name: str) -> bool:
    """Whether `name` is a column of a model, and one without words for its values."""
    if not issubclass(kind, models.Model):
        return False
    try:
        field = kind._meta.get_field(name)
    except FieldDoesNotExist:
        return False
    return field.concrete and not field.is_relation and not field.choices


def _renderer(table: Any, column: Any) -> Renderer:
    """How a value becomes a cell, with one look at what the column's function takes."""
    wanted, takes_all = signature(column.render)
    if not takes_all and not column.link:
        if wanted == ("value",):
            return lambda row, value: column.render(value=value)
        if wanted == ("record",):
            return lambda row, value: column.render(record=row.record)

    def render(row: Any, value: Any) -> Any:
        given = {
            "value": value,
            "record": row.record,
            "column": column.column,
            "bound_column": column,
            "bound_row": row,
            "table": table,
        }
        chosen = given if takes_all else {name: given[name] for name in wanted if name in given}
        content = column.render(**chosen)
        return column.link(content, **given) if column.link else content

    return render


def _varies(table: Any, column: Any) -> bool:
    """Whether a cell's attributes depend on its row."""
    return any(
        callable(value)
        for attrs in (table.attrs, column.column.attrs)
        for key in ("td", "cell")
        for value in [attrs.get(key), *dict(attrs.get(key) or {}).values()]
    )


def _label(table: Any, column: Any, *, heads_row: bool) -> SafeString:
    """The heading that a card of a phone shows above the value, and whether it does without."""
    heading = strip_tags(str(column.header))
    # A name says what it is, a figure does not.
    is_name = heads_row and "num" not in str(column.attrs["td"].get("class", "")).split()
    if not table.stacked or not heading or is_name:
        return SafeString("")
    left_out = SafeString(" data-left-out") if column.name in table.left_out else ""
    return format_html(' data-label="{}"{}', heading, left_out)


def _attributes(column: Any) -> SafeString:
    words = column.attrs["td"].as_html()
    return format_html(" {}", words) if words else SafeString("")


def _row_attributes(table: Any, row: Any) -> SafeString:
    """Only what the table itself asks for: the stripes of django-tables2 are not used."""
    words = row.attrs.as_html() if table.row_attrs else ""
    return format_html(" {}", words) if words else SafeString("")
