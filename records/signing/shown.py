"""Signed content in words, so that people read what they sign."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Field, ForeignKey, Model
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from records.declarations import Child, Signable
from records.display import value_words
from records.models import Attachment
from records.signing.content import ATTACHMENTS, Data

# Fields of a row that still fit side by side.
WIDEST = 5


@dataclass(frozen=True)
class ShownRow:
    """A row of content: its fields with their labels, and the rows below it."""

    items: tuple[tuple[str, str], ...]
    groups: tuple["ShownGroup", ...]


@dataclass(frozen=True)
class ShownGroup:
    """The rows of one kind."""

    label: str
    rows: tuple[ShownRow, ...]

    @property
    def is_table(self) -> bool:
        """Whether the rows fit side by side: few fields, and nothing below them."""
        return all(not row.groups and len(row.items) <= WIDEST for row in self.rows)

    @property
    def headings(self) -> tuple[str, ...]:
        """The labels of the fields."""
        return tuple(label for label, _value in self.rows[0].items) if self.rows else ()


def shown_content(declared: Signable, content: Data) -> ShownRow:
    """The content with labels, choices and names of records; one query for each foreign key named."""
    groups = [_group(name, declared.children.get(name), rows) for name, rows in content["children"].items()]
    return ShownRow(_items(declared.model, content["fields"]), tuple(groups))


def _group(name: str, child: Child | None, rows: Iterable[Data]) -> ShownGroup:
    if child is None:
        label = _("attachments") if name == ATTACHMENTS else name
        return ShownGroup(
            capfirst(label), tuple(ShownRow(_items(Attachment, row["fields"]), ()) for row in rows)
        )
    return ShownGroup(
        capfirst(str(child.model._meta.verbose_name_plural)),
        tuple(
            ShownRow(
                _items(child.model, row["fields"]),
                tuple(
                    _group(below, child.children.get(below), rows) for below, rows in row["children"].items()
                ),
            )
            for row in rows
        ),
    )


def _items(model: type[Model], fields: Data) -> tuple[tuple[str, str], ...]:
    return tuple(
        (capfirst(str(getattr(model._meta.get_field(name), "verbose_name", name))), _text(model, name, value))
        for name, value in fields.items()
    )


def _text(model: type[Model], name: str, value: Any) -> str:
    field = model._meta.get_field(name)
    assert isinstance(field, Field)
    named: dict[type[Model], dict[str, str]] = {}
    if isinstance(field, ForeignKey) and value is not None:
        target = field.remote_field.model
        found = target._default_manager.filter(pk=value).first()
        named = {target: {str(value): str(found)}} if found else {}
    return value_words(field, value, named, longest=None)
