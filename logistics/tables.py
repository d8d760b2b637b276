"""The tables of a distribution plan: what is not ready, and the rows of every kind."""

from datetime import date, time
from functools import cache
from typing import Any

import django_tables2 as tables
from django.db import models
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.functional import lazystr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from common.tables import ActionsColumn, DataTable, DayColumn
from common.templatetags import figures
from common.templatetags.components import status_badge
from logistics.due import DueLine
from logistics.kinds.kind import Kind
from logistics.kinds.registry import KINDS
from logistics.selectors import GapLine
from partners.profile.columns import choice_words, plain_column
from programs.models import Program

WIDE = {"td": {"class": "wide"}}


class HourColumn(tables.Column):  # type: ignore[misc]
    """An hour of the clock."""

    def render(self, value: time) -> str:
        return str(time_format(value, "H:i"))


class ValidityColumn(DayColumn):
    """A last day; one that is over says so in words."""

    def render(self, value: Any) -> SafeString | str:
        if value < timezone.localdate():
            return format_html("{} {}", figures.day(value), status_badge(gettext_now("expired"), "bad"))
        return figures.day(value)


class GapTable(DataTable):
    """What is not ready, with the reason, whom it concerns and who closes it."""

    table_name = "distribution-gaps"
    caption = _("What is not ready")
    text = tables.Column(_("What is not ready"), attrs=WIDE, orderable=False)
    aspect = tables.Column(_("Part"))
    blocking = tables.Column(_("Weight"))
    sites = tables.Column(
        _("Concerns"), orderable=False, empty_values=(None, ""), attrs={"td": {"class": "middling"}}
    )
    owner = tables.Column(_("Owner"), empty_values=())
    due_on = DayColumn(_("Due on"), initial_sort_descending=False)

    def __init__(self, *args: Any, may_change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_change = may_change

    def render_text(self, value: str, record: GapLine) -> SafeString | str:
        if not self.may_change:
            return value
        return format_html('<a href="{}">{}</a>', record.url, value)

    def value_text(self, value: str) -> str:
        return value

    def render_blocking(self, value: bool) -> SafeString:
        if value:
            return status_badge(gettext_now("blocks a dose"), "bad")
        return status_badge(gettext_now("to settle"), "caution")

    def value_blocking(self, value: bool) -> str:
        return gettext_now("blocks a dose") if value else gettext_now("to settle")

    def render_due_on(self, value: date, record: GapLine) -> SafeString | str:
        """What is late says so in words."""
        if record.is_late:
            return format_html("{} {}", figures.day(value), status_badge(gettext_now("late"), "bad"))
        return figures.day(value)

    def render_owner(self, value: str) -> SafeString | str:
        return value or status_badge(gettext_now("nobody yet"), "unknown")

    def value_owner(self, value: str) -> str:
        return value


class LateTable(DataTable):
    """Rows of all plans whose day has passed."""

    table_name = "distribution-late"
    caption = _("Late points of distribution plans")
    text = tables.Column(_("What is late"), attrs=WIDE)
    program = tables.Column(_("Program"))
    kind = tables.Column(_("Part"))
    owner = tables.Column(_("Owner"), empty_values=())
    due_on = DayColumn(_("Due on"), initial_sort_descending=False)

    def __init__(self, *args: Any, may_change: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.may_change = may_change

    def render_text(self, value: str, record: DueLine) -> SafeString | str:
        if not self.may_change:
            return value
        address = reverse("logistics:row-edit", args=[record.address, record.key, record.pk])
        return format_html('<a href="{}">{}</a>', address, value)

    def value_text(self, value: str) -> str:
        return value

    def render_program(self, value: str, record: DueLine) -> SafeString:
        return format_html('<a href="{}">{}</a>', reverse("logistics:plan", args=[record.address]), value)

    def value_program(self, value: str) -> str:
        return value

    def render_owner(self, value: str) -> SafeString | str:
        return value or status_badge(gettext_now("nobody yet"), "unknown")

    def value_owner(self, value: str) -> str:
        return value


class OwnTable(LateTable):
    """Rows that are a person's own to finish."""

    table_name = "distribution-own"
    caption = _("My open points of distribution plans")
    text = tables.Column(_("What is open"), attrs=WIDE)

    class Meta:
        exclude = ("owner",)
        sequence = ("text", "...")

    def render_due_on(self, value: date, record: DueLine) -> SafeString | str:
        shown = figures.day(value)
        return (
            format_html("{} {}", shown, status_badge(gettext_now("late"), "bad")) if record.is_late else shown
        )

    def value_due_on(self, value: date) -> date:
        return value


class KindTable(DataTable):
    """Rows of one kind."""

    row_kind: Kind

    def __init__(self, *args: Any, program: Program, may_change: bool = False, **kwargs: Any) -> None:
        if not may_change:
            kwargs["exclude"] = (*kwargs.get("exclude", ()), "actions")
        super().__init__(*args, **kwargs)
        self.program, self.may_change = program, may_change

    def named(self, shown: Any, row: Any) -> SafeString | str:
        """The first cell: a link to the page of the row, or to its form."""
        if self.row_kind.page:
            address = reverse(self.row_kind.page, args=[self.program.address, row.pk])
        elif self.may_change:
            address = reverse("logistics:row-edit", args=[self.program.address, self.row_kind.key, row.pk])
        else:
            return str(shown)
        return format_html('<a href="{}">{}</a>', address, shown)


class _Label:
    """A heading that is put into words when it is shown."""

    def __init__(self, kind: Kind, name: str) -> None:
        self.kind, self.name = kind, name

    def __str__(self) -> str:
        unit = self.kind.units.get(self.name)
        label = self.kind.label(self.name)
        return f"{label} ({unit})" if unit else label


def _column(kind: Kind, name: str) -> tables.Column:
    column = kind.column(name)
    given: dict[str, Any] = {"verbose_name": lazystr(_Label(kind, name))}
    if isinstance(column, models.TimeField):
        return HourColumn(**given)
    return plain_column(column, **given)


@cache
def kind_table(key: str) -> type[KindTable]:
    """The table class of one kind: what it shows, then what can be chosen."""
    kind = KINDS[key]
    hidden = tuple(name for name in kind.fields if name not in kind.shown)
    first = kind.shown[0]
    field = kind.column(first)
    columns: dict[str, Any] = {name: _column(kind, name) for name in (*kind.shown, *hidden)}
    columns |= {name: ValidityColumn(heading, orderable=False) for name, heading in kind.computed.items()}
    columns["actions"] = ActionsColumn("logistics/_row_actions.html")

    def render_first(self: KindTable, value: Any, record: Any) -> SafeString | str:
        if isinstance(value, date):
            return self.named(figures.day(value), record)
        return self.named(choice_words(field, value) if field.choices else value, record)

    def value_first(self: KindTable, value: Any) -> Any:
        if isinstance(value, date):
            return value
        return choice_words(field, value) if field.choices else str(value)

    metaclass: Any = type(KindTable)
    found: type[KindTable] = metaclass(
        f"{kind.model.__name__}Table",
        (KindTable,),
        {
            "row_kind": kind,
            "table_name": f"distribution-{kind.key}",
            "caption": kind.title,
            "optional": hidden,
            f"render_{first}": render_first,
            f"value_{first}": value_first,
            "__module__": __name__,
            **columns,
        },
    )
    return found
