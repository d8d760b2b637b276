"""Records as rows of a file that can be imported again, and the words such a file may use."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import pgettext
from django_countries import countries

from common.exports import Sheet
from common.text import name_key
from partners.models import Site
from partners.profile.section import Section

# Columns that say which site and which record a row is about.
SITE, RECORD = "fei", "id"
SEPARATOR = "; "
COMMENT = "#"


def heading(section: Section, name: str) -> str:
    """The heading of a column in the reader's language."""
    if name == SITE:
        return _("FEI")
    return pgettext("evidence", "Record") if name == RECORD else section.label(name)


def columns(section: Section) -> tuple[str, ...]:
    """Every column of the file, by stable key."""
    return (SITE, *((RECORD,) if section.named else ()), *section.fields)


@cache
def headings_known(section: Section) -> Mapping[str, str]:
    """What a heading may be called, in every language and by its stable key: folded text to key."""
    known: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            known |= {name_key(heading(section, name)): name for name in columns(section)}
    return known | {name: name for name in columns(section)}


@cache
def headings_ignored() -> frozenset[str]:
    """Headings of the list that an import passes over."""
    found = {"file_count", "files"}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found.add(name_key(_("Files")))
    return frozenset(found)


def choices_of(column: "models.Field[Any, Any]") -> list[tuple[str, Any]]:
    """The stored words of a column with their labels; none where it takes any text."""
    if isinstance(column, ArrayField):
        return [(str(key), label) for key, label in column.base_field.flatchoices]
    if column.name == "country":
        return [(code, name) for code, name in countries]
    return [(str(key), label) for key, label in column.flatchoices if key not in ("", None)]


@cache
def words_known(section: Section, name: str) -> Mapping[str, str]:
    """What a choice may be called in a file: folded text, in every language, to the stored word."""
    found: dict[str, str] = {}
    for code, _name in settings.LANGUAGES:
        with translation.override(code):
            found |= {name_key(str(word)): key for key, word in choices_of(section.column(name))}
    return found | {key.casefold(): key for key, _word in choices_of(section.column(name))}


def records_sheet(section: Section, sites: Sequence[Site]) -> Sheet:
    """Every current record of some sites with all of its fields, choices in words. One query."""
    return Sheet(
        title=str(section.title),
        columns=tuple(heading(section, name) for name in columns(section)),
        rows=_rows(section, sites),
    )


def _rows(section: Section, sites: Iterable[Site]) -> Iterator[list[object]]:
    for site in sites:
        for row in section.current(site):
            yield [site.fei or "", row.pk, *(cell_of(section, row, name) for name in section.fields)]


def cell_of(section: Section, row: Any, name: str) -> object:
    """A value as the file has it."""
    column, value = section.column(name), getattr(row, name)
    if isinstance(column, ArrayField):
        labels = dict(column.base_field.flatchoices)
        return SEPARATOR.join(str(labels.get(word, word)) for word in value)
    if name == "country":
        return str(value.name) if value else ""
    if column.choices and value not in ("", None):
        return str(dict(column.flatchoices).get(value, value))
    return value


def example_row(section: Section) -> list[str]:
    """The row of the template file that shows how one is written; imports skip it."""
    cells = [f"{COMMENT} {_('example, this row is not imported')}", *([""] if section.named else [])]
    for name in section.fields:
        text = section.example.get(name, "")
        labels = dict(choices_of(section.column(name)))
        cells.append(SEPARATOR.join(str(labels.get(part, part)) for part in text.split(SEPARATOR)))
    return cells


def words_sheet(section: Section) -> Sheet:
    """What each column may hold: its key, whether it must be there, and the words allowed."""
    return Sheet(
        title=_("Allowed words"),
        columns=(_("Column"), _("Stable key"), _("Must be there"), _("Allowed words"), _("Help")),
        rows=[
            [
                heading(section, name),
                name,
                _("yes") if section.is_required(name) else "",
                _allowed(section, name),
                str(section.help_of(name)),
            ]
            for name in section.fields
        ],
    )


def _allowed(section: Section, name: str) -> str:
    column = section.column(name)
    if name == "country":
        return _("country or its two letters")
    if words := choices_of(column):
        joined = SEPARATOR.join(str(word) for _key, word in words)
        return _("several of: %(words)s") % {"words": joined} if isinstance(column, ArrayField) else joined
    if isinstance(column, models.DateField):
        return _("a day, such as 2026-03-19")
    if isinstance(column, models.BooleanField):
        return _("yes or no")
    if isinstance(column, models.DecimalField | models.IntegerField):
        return _("a number without grouping, such as 1234.5")
    return _("text")
