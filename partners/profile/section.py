"""What is declared of one kind of record; see `partners.profile.registry` for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from partners.models import Evidence, FinancialYear, Site

type Text = str | Promise

# What every record has beside its facts, in the order of the form.
EVIDENCE = ("happened_on", "known_on", "strength", "document", "expires_on")
# What may be set for many records at once.
BULK = ("strength", "document", "known_on", "happened_on", "expires_on")


@dataclass(frozen=True)
class FieldGroup:
    """Fields that people gather together, under one heading."""

    title: Text
    rows: tuple[tuple[str, ...], ...]

    @property
    def fields(self) -> tuple[str, ...]:
        return tuple(name for row in self.rows for name in row)


# One object for each kind, so it stands for itself in caches.
@dataclass(frozen=True, eq=False)
class Section:
    """One kind of record of the profile.

    Attributes:
        key: its name in addresses and in the header of files.
        identity: fields that tell the records of a site apart, for imports.
        shown: columns of the list; the other facts can be chosen.
        happened: what `happened_on` means here.
        nothing, why: the empty list, and what to do about it.
        example: a row of the template file, by field.
        first: a choice that is asked before the form, because the form depends on it.
        named: whether a sheet may name a record by its number.
    """

    key: str
    tab: str
    model: type[Evidence]
    title: Text
    add: Text
    identity: tuple[str, ...]
    groups: tuple[FieldGroup, ...]
    shown: tuple[str, ...]
    happened: Text
    nothing: Text
    why: Text
    example: Mapping[str, str]
    helps: Mapping[str, Text] = field(default_factory=dict)
    units: Mapping[str, Text] = field(default_factory=dict)
    bulk: tuple[str, ...] = ()
    first: str = ""
    named: bool = True

    @cached_property
    def facts(self) -> tuple[str, ...]:
        """The fields of this kind alone, in the order of the form."""
        return tuple(name for group in self.groups for name in group.fields)

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Everything a person may enter."""
        return (*self.facts, *EVIDENCE)

    @cached_property
    def settable(self) -> tuple[str, ...]:
        """What may be set for many records at once."""
        return (*self.bulk, *BULK)

    @property
    def of_organization(self) -> bool:
        return self.model is FinancialYear

    def scope(self, site: Site) -> dict[str, int]:
        """Whose records these are: the site's, or its organization's."""
        return {"organization_id": site.organization_id} if self.of_organization else {"site_id": site.pk}

    def records(self) -> "models.QuerySet[Any]":
        """Every row of this kind, of all sites and times."""
        manager: Any = self.model._default_manager
        rows: models.QuerySet[Any] = manager.all()
        return rows

    def current(self, site: Site) -> "models.QuerySet[Any]":
        """The records that hold now."""
        return self.records().filter(**self.scope(site), replaced_on=None)

    def column(self, name: str) -> "models.Field[Any, Any]":
        """The model's field."""
        found = self.model._meta.get_field(name)
        assert isinstance(found, models.Field)
        return found

    def label(self, name: str) -> str:
        """What a field is called here, in the reader's language."""
        if name == "happened_on":
            return str(self.happened)
        return capfirst(str(LABELS.get(name) or self.column(name).verbose_name))

    def is_required(self, name: str) -> bool:
        """Whether a new record needs the field."""
        column = self.column(name)
        return not column.blank and not column.has_default()

    def help_of(self, name: str) -> Text:
        return self.helps.get(name) or HELPS.get(name, "")


LABELS: Mapping[str, Text] = {
    "known_on": _("Known to us since"),
    "expires_on": _("Expires on"),
}
HELPS: Mapping[str, Text] = {
    "known_on": _("The day we learned it. Evaluations of an earlier day do not count it."),
    "strength": _(
        "Claimed: the site says so. Documented: a paper shows it. Verified: somebody of ours checked."
    ),
    "document": _("Where it is written: title, number, page. Files are attached after saving."),
    "expires_on": _("The last day on which it may be relied on."),
}
