"""The list of every kind of record, made from its declaration."""

from datetime import date
from functools import cache
from typing import Any

import django_tables2 as tables
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import lazystr
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.timesince import timesince, timeuntil
from django.utils.translation import gettext as gettext_now
from django.utils.translation import gettext_lazy as _

from common.tables import ActionsColumn, DataTable, DayColumn, NumberColumn
from common.templatetags import figures
from common.templatetags.components import status_badge, strength_mark
from partners.models import Evidence, Site
from partners.practices import anchor
from partners.profile.columns import CountryColumn, choice_words, plain_column
from partners.profile.registry import SECTIONS
from partners.profile.section import Section

SOON_DAYS = 90


class YearColumn(tables.Column):  # type: ignore[misc]
    """A year: a number without thousands."""

    attrs = NumberColumn.attrs

    def render(self, value: int) -> str:
        return str(value)

    def value(self, value: int) -> int:
        return value


class LevelColumn(tables.Column):  # type: ignore[misc]
    """The level of a practice, with what is seen at it."""

    attrs = {"td": {"class": "wide"}, "th": {"class": "wide"}}

    def render(self, value: int, record: Any) -> SafeString:
        return format_html(
            '<strong>{}</strong> <span class="muted small">{}</span>', value, anchor(record.practice, value)
        )

    def value(self, value: int) -> int:
        return value


class KnownColumn(DayColumn):
    """Since when we know it, and how long ago that is."""

    def render(self, value: date) -> SafeString:
        ago = gettext_now("%(time)s ago") % {"time": timesince(value, timezone.localdate(), depth=1)}
        shown = ago if value < timezone.localdate() else gettext_now("today")
        return format_html('{} <span class="muted small">{}</span>', figures.day(value), shown)


class ExpiryColumn(DayColumn):
    """The end of the evidence; what has expired or soon will says so in words."""

    def render(self, value: date) -> SafeString | str:
        today = timezone.localdate()
        if value < today:
            return format_html("{} {}", figures.day(value), status_badge(gettext_now("expired"), "bad"))
        if (value - today).days <= SOON_DAYS:
            left = timeuntil(value, today, depth=1) if value > today else ""
            words = gettext_now("in %(time)s") % {"time": left} if left else gettext_now("today")
            return format_html("{} {}", figures.day(value), status_badge(words, "caution"))
        return figures.day(value)


class StrengthColumn(tables.Column):  # type: ignore[misc]
    attrs = {"td": {"class": "nowrap"}}

    def render(self, record: Any) -> SafeString:
        return strength_mark(record.strength)

    def value(self, value: str) -> str:
        return value


class FilesColumn(tables.Column):  # type: ignore[misc]
    """How many files are attached."""

    attrs = NumberColumn.attrs

    def render(self, value: int) -> str:
        return str(value) if value else ""


class RecordTable(DataTable):
    """Records of one kind; with `selectable` each row has a box of the form `selection`."""

    section: Section

    def __init__(self, *args: Any, site: Site, selectable: bool = False, **kwargs: Any) -> None:
        if not selectable:
            kwargs["exclude"] = (*kwargs.get("exclude", ()), "actions")
        super().__init__(*args, **kwargs)
        self.site, self.selectable = site, selectable
        self.may_change = selectable

    def named(self, shown: Any, record: Evidence) -> SafeString:
        """The first cell: a link to the record and, where rows can be chosen, its box."""
        address = reverse("workspace:record", args=[self.site.pk, self.section.key, record.pk])
        link = format_html('<a href="{}">{}</a>', address, shown)
        if not self.selectable:
            return link
        return format_html(
            '<span class="pick"><input class="form-check-input" type="checkbox" name="row" value="{}:{}" '
            'form="selection" aria-label="{}">{}</span>',
            record.pk,
            record.version,
            gettext_now("Select %(record)s") % {"record": str(record)},
            link,
        )


def _column(section: Section, name: str) -> tables.Column:
    """The column of one field, by its kind."""
    column = section.column(name)
    given: dict[str, Any] = {"verbose_name": lazystr(_Label(section, name))}
    special: dict[str, Any] = {
        "strength": StrengthColumn,
        "known_on": KnownColumn,
        "expires_on": ExpiryColumn,
        "level": LevelColumn,
        "country": CountryColumn,
        "year": YearColumn,
    }
    if name in special:
        return special[name](**given)
    return plain_column(column, **given)


class _Label:
    """A heading that is put into words when it is shown."""

    def __init__(self, section: Section, name: str) -> None:
        self.section, self.name = section, name

    def __str__(self) -> str:
        return self.section.label(self.name)


@cache
def record_table(section_key: str) -> type[RecordTable]:
    """The table class of one kind of record: what it shows, then its evidence, then what can be chosen."""
    section = SECTIONS[section_key]
    facts = section.shown[1:]
    evidence = [name for name in ("expires_on",) if name not in facts]
    shown = [section.shown[0], "strength", *facts, *evidence]
    hidden = [name for name in section.fields if name not in shown]
    first = shown[0]
    # Columns stand in the order in which they were made.
    columns: dict[str, Any] = {first: tables.Column(lazystr(_Label(section, first)))}
    columns |= {name: _column(section, name) for name in [*shown[1:], *hidden]}
    field = section.column(first)
    columns["file_count"] = FilesColumn(_("Files"))
    columns["id"] = tables.Column(_("Record"), attrs={"td": {"class": "mono-id"}})
    columns["actions"] = ActionsColumn("partners/profile/_row_actions.html")

    def render_first(self: RecordTable, value: Any, record: Evidence) -> SafeString:
        return self.named(choice_words(field, value), record)

    def value_first(self: RecordTable, value: Any) -> Any:
        return choice_words(field, value) if field.choices else value

    metaclass: Any = type(RecordTable)
    found: type[RecordTable] = metaclass(
        f"{section.model.__name__}Table",
        (RecordTable,),
        {
            "section": section,
            "table_name": f"profile-{section.key}",
            "caption": section.title,
            "optional": (*hidden, "id"),
            f"render_{first}": render_first,
            f"value_{first}": value_first,
            "__module__": __name__,
            **columns,
        },
    )
    return found
