"""What is declared of one kind of row of a plan; see `logistics.kinds.registry` for all of them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db import models
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from logistics.models import DistributionPlan, PlanRow
from partners.profile.section import FieldGroup, Text


# One object for each kind, so it stands for itself in caches.
@dataclass(frozen=True, eq=False)
class Kind:
    """One kind of row: list, form, export, removal and undo follow from it.

    Attributes:
        key: its name in addresses and in the gaps of `logistics.readiness`.
        chapter: a key of `CHAPTERS`, under which the side shows it.
        shown: columns of the list; the other fields can be chosen.
        nothing, why: the empty list, and what to do about it.
        computed: dates that the row works out itself, shown behind the others, with their headings.
        page: the name of the address of a row that has a page of its own.
        within: the field that names the row this one belongs to; its page lists these rows.
    """

    key: str
    chapter: str
    model: type[PlanRow]
    title: Text
    add: Text
    groups: tuple[FieldGroup, ...]
    shown: tuple[str, ...]
    nothing: Text
    why: Text
    helps: Mapping[str, Text] = field(default_factory=dict)
    units: Mapping[str, Text] = field(default_factory=dict)
    computed: Mapping[str, Text] = field(default_factory=dict)
    page: str = ""
    within: str = ""

    @cached_property
    def fields(self) -> tuple[str, ...]:
        """Everything a person may enter, in the order of the form."""
        return tuple(name for group in self.groups for name in group.fields)

    @property
    def rows(self) -> "models.QuerySet[Any]":
        """Every row of this kind, of all plans."""
        manager: Any = self.model._default_manager
        found: models.QuerySet[Any] = manager.all()
        return found

    def of(self, plan: DistributionPlan) -> "models.QuerySet[Any]":
        """The rows of a plan with what they name, in one query."""
        related = [name for name in self.fields if self.column(name).is_relation]
        rows = self.rows.filter(plan=plan)
        return rows.select_related(*related) if related else rows

    def column(self, name: str) -> "models.Field[Any, Any]":
        """The model's field."""
        found = self.model._meta.get_field(name)
        assert isinstance(found, models.Field)
        return found

    def label(self, name: str) -> str:
        """What a field is called, in the reader's language."""
        return capfirst(str(self.column(name).verbose_name))

    def help_of(self, name: str) -> Text:
        return self.helps.get(name) or HELPS.get(name, "")


HELPS: Mapping[str, Text] = {
    "member": _("A member of the program finds it among what waits for them on the start page."),
    "owner": _("Or somebody outside the program, or a function. A gap without an owner is shown as such."),
}
HOURS = _("hours")
DAYS = _("days")
