"""Columns of a table by the kind of a model's field, for every list that is made from a declaration."""

from typing import Any

import django_tables2 as tables
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext as gettext_now
from django_countries.fields import CountryField

from common.tables import DayColumn, NumberColumn
from partners.templatetags.partner_badges import exact_number

SEPARATOR = "; "


def choice_words(column: "models.Field[Any, Any]", value: Any) -> str:
    """A stored word, or several, as the reader knows them."""
    if isinstance(column, ArrayField):
        known = dict(column.base_field.flatchoices)
        return SEPARATOR.join(str(known.get(word, word)) for word in value)
    return str(dict(column.flatchoices).get(value, value))


class ChoiceColumn(tables.Column):  # type: ignore[misc]
    """Stored words in the reader's language; sorted as they are stored."""

    def __init__(self, column: "models.Field[Any, Any]", **kwargs: Any) -> None:
        super().__init__(empty_values=(None, "", []), **kwargs)
        self.column = column

    def render(self, value: Any) -> str:
        return choice_words(self.column, value)


class CountryColumn(tables.Column):  # type: ignore[misc]
    def render(self, value: Any) -> str:
        return str(getattr(value, "name", value))


class YesColumn(tables.Column):  # type: ignore[misc]
    def render(self, value: bool) -> str:
        return gettext_now("yes") if value else gettext_now("no")

    def value(self, value: bool) -> bool:
        return value


class ExactColumn(NumberColumn):
    """A quantity with as many decimals as it was given."""

    def render(self, value: Any) -> str:
        return exact_number(value)


def plain_column(column: "models.Field[Any, Any]", **given: Any) -> tables.Column:
    """The column of a field that needs no treatment of its own."""
    if isinstance(column, CountryField):
        return CountryColumn(**given)
    if isinstance(column, ArrayField):
        return ChoiceColumn(column, orderable=False, attrs={"td": {"class": "middling"}}, **given)
    if column.choices:
        return ChoiceColumn(column, **given)
    if isinstance(column, models.DateField):
        return DayColumn(**given)
    if isinstance(column, models.BooleanField):
        return YesColumn(**given)
    if isinstance(column, models.DecimalField):
        return ExactColumn(**given)
    if isinstance(column, models.IntegerField):
        return NumberColumn(**given)
    wide = {"td": {"class": "middling"}} if isinstance(column, models.TextField) else {}
    return tables.Column(attrs=wide, empty_values=(None, ""), **given)
