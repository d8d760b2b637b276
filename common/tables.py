"""Tables: sort, pages, columns that can be chosen and are remembered, export of exactly what is shown.

class SiteTable(DataTable):
    name = tables.Column(_("Site"), linkify=True)
    score = ScoreColumn(_("Score"))

    class Meta(DataTable.Meta):
        order_by = "name"

class SiteListView(TablePageMixin, FilterView):
    table_class, filterset_class, template_name = SiteTable, SiteFilter, "partners/site_list.html"
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar

import django_tables2 as tables
from django.http import HttpRequest, HttpResponse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.text import slugify
from django.utils.translation import gettext

from common.exports import FORMATS, Sheet, TooManyRows, export_response
from common.numbers import Number
from common.table_body import body_rows
from common.templatetags import figures

PER_PAGE = 50
MAX_PER_PAGE = 200
COOKIE_AGE_SECONDS = 31_536_000
NUMERIC = {"td": {"class": "num"}, "th": {"class": "num"}, "tf": {"class": "num"}}


class NumberColumn(tables.Column):  # type: ignore[misc]
    """Right-aligned figures with grouped thousands; the unit belongs in the heading."""

    attrs = NUMERIC

    def __init__(self, *args: Any, digits: int = 0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.digits = digits

    def render(self, value: Number) -> str:
        return figures.number(value, self.digits)

    def value(self, value: Number) -> Number:
        return value


class ScoreColumn(NumberColumn):
    """A score from 0 to 100 with one decimal; sorts the best first."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial_sort_descending", True)
        super().__init__(*args, digits=1, **kwargs)


class PercentColumn(NumberColumn):
    """A share from 0 to 1 shown as percent; exported as the share."""

    def render(self, value: Number) -> str:
        return figures.percent(value, self.digits)


class DayColumn(tables.Column):  # type: ignore[misc]
    """A calendar day; sorts the latest first and is exported as a date."""

    attrs = {"td": {"class": "nowrap"}, "th": {"class": "nowrap"}}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("initial_sort_descending", True)
        super().__init__(*args, **kwargs)

    def render(self, value: date | datetime) -> str:
        return figures.day(value)

    def value(self, value: date | datetime) -> date | datetime:
        return value


class MomentColumn(DayColumn):
    """A moment with its time zone; exported as local date and time."""

    def render(self, value: Any) -> str:
        return figures.moment(value)


class ActionsColumn(tables.TemplateColumn):  # type: ignore[misc]
    """Actions of a row, seen on hover and focus; neither sorted nor exported."""

    attrs = {"td": {"class": "num"}, "th": {"class": "num"}}

    def __init__(self, template_name: str, **kwargs: Any) -> None:
        super().__init__(
            template_name=template_name,
            verbose_name=kwargs.pop("verbose_name", ""),
            orderable=False,
            exclude_from_export=True,
            **kwargs,
        )


@dataclass(frozen=True)
class MoreExport:
    """A further way out of a table: its name, the address (empty: this page), and the format asked for.

    Without a format the address is a page, not a download.
    """

    label: str
    address: str
    file_format: str


class DataTable(tables.Table):  # type: ignore[misc]
    """The base of every table on screen. `docs/look.md` says how a page is built from it.

    Class attributes: `table_name` (ids, cookie and file name; default: from the class), `optional` (columns
    that are hidden until chosen), `exportable`, `choosable`, `sticky_first`, `tall` (has its own scroll bar),
    `caption` (for screen readers). On a phone each row stands as a card, every value under its heading;
    `left_out` names the columns that a card does without, `stacked = False` is for a matrix, which is read
    across and scrolls instead.
    """

    table_name: ClassVar[str] = ""
    optional: ClassVar[tuple[str, ...]] = ()
    exportable: ClassVar[bool] = True
    choosable: ClassVar[bool] = True
    sticky_first: ClassVar[bool] = True
    tall: ClassVar[bool] = False
    stacked: ClassVar[bool] = True
    left_out: ClassVar[tuple[str, ...]] = ()
    caption: Any = ""
    compact: bool = False
    more_exports: tuple[MoreExport, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        # In the constructor and not in Meta, which django-tables2 does not inherit.
        kwargs.setdefault("template_name", "common/table.html")
        kwargs.setdefault("default", figures.MISSING_CELL)
        super().__init__(*args, **kwargs)

    @property
    def body(self) -> Iterator[SafeString]:
        """The rows of this page as markup."""
        return body_rows(self)

    @property
    def key(self) -> str:
        """The name used in ids, in the cookie and in file names."""
        return self.table_name or slugify(type(self).__name__)

    @property
    def region_id(self) -> str:
        """The id of the element that sorting and paging replace."""
        return f"table-{self.prefix}{self.key}"

    @property
    def cookie(self) -> str:
        """The cookie that remembers the columns and the row height."""
        return f"cmo_table_{self.key}"

    def paginate(self, *args: Any, **kwargs: Any) -> Any:
        """As django-tables2 does it, with a ceiling, because the page size comes from the address."""
        wanted = kwargs.get("per_page") or PER_PAGE
        kwargs["per_page"] = max(1, min(MAX_PER_PAGE, wanted))
        return super().paginate(*args, **kwargs)

    @property
    def choosable_columns(self) -> list[tables.columns.BoundColumn]:
        """Columns that may be hidden: all with a heading but the first, which names the row."""
        return [column for column in self.columns.all()[1:] if str(column.header)]

    @property
    def sortable(self) -> list[tables.columns.BoundColumn]:
        """The columns shown by which rows can be sorted: a phone, which shows no headings, offers them."""
        return [column for column in self.columns if column.orderable and str(column.header)]

    def choose_columns(self, request: HttpRequest) -> None:
        """Show what the address asks for, else what the cookie remembers, else all but `optional`."""
        shown, self.compact = self._choice(request)
        for column in self.choosable_columns:
            visible = column.name not in self.optional if shown is None else column.name in shown
            (self.columns.show if visible else self.columns.hide)(column.name)

    def _choice(self, request: HttpRequest) -> tuple[set[str] | None, bool]:
        if "columns" in request.GET:
            names = {name for value in request.GET.getlist("columns") for name in value.split(",")}
            return names, request.GET.get("rows") == "compact"
        try:
            stored = json.loads(request.COOKIES.get(self.cookie, ""))
            return {str(name) for name in stored["columns"]}, stored.get("rows") == "compact"
        except (ValueError, TypeError, KeyError, AttributeError):
            return None, False

    def remembered(self) -> str:
        """What the cookie stores."""
        names = [column.name for column in self.choosable_columns if column.visible]
        return json.dumps({"columns": names, "rows": "compact" if self.compact else ""})

    def sheet(self, title: str) -> Sheet:
        """All rows of the table, not only this page, with the columns shown and in the order shown."""
        shown = [column for column in self.columns if not column.column.exclude_from_export]
        return Sheet(
            title=title,
            columns=tuple(str(column.header) for column in shown),
            rows=([row.get_cell_value(column.name) for column in shown] for row in self.rows),
        )


class TablePageMixin(tables.SingleTableMixin):  # type: ignore[misc]
    """For list views with a `DataTable`: adds the choice of columns and `?export=csv` or `xlsx`."""

    export_title: str | Promise = ""

    def get_table(self, **kwargs: Any) -> DataTable:
        """The table with the columns that were chosen."""
        table: DataTable = super().get_table(**kwargs)
        table.choose_columns(self.request)
        return table

    def export_refusal(self) -> str:
        """Why what was asked for is not given as a file; empty where it is."""
        return ""

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        """The page, or the download when the address asks for one."""
        table: DataTable = context[self.context_table_name]
        wanted = self.request.GET.get("export", "")
        refusal = self.export_refusal() if wanted in FORMATS else ""
        if refusal:
            context["export_refused"] = refusal
        elif wanted in FORMATS and table.exportable:
            try:
                return export_response(table.sheet(str(self.export_title) or table.key), wanted, table.key)
            except TooManyRows:
                context["export_refused"] = gettext(
                    "A spreadsheet holds 1,048,575 rows at most. Narrow the filters or export CSV."
                )
        response: HttpResponse = super().render_to_response(context, **kwargs)
        if "columns" in self.request.GET:
            response.set_cookie(
                table.cookie,
                table.remembered(),
                max_age=COOKIE_AGE_SECONDS,
                samesite="Lax",
                httponly=True,
                secure=self.request.is_secure(),
            )
        return response
