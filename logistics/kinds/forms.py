"""The form of every kind of row, made from its declaration, and the form of the plan itself."""

from functools import cache
from typing import Any

from crispy_forms.bootstrap import AppendedText, InlineCheckboxes
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.db import models
from django.db.models.fields import BLANK_CHOICE_LABEL
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from logistics.kinds.kind import Kind
from logistics.kinds.plan import PLAN_GROUPS, PLAN_HELPS, PLAN_UNITS
from logistics.kinds.registry import KINDS
from logistics.models import DistributionPlan, PlanRow
from logistics.models.days import zones
from partners.models import Site
from partners.profile.forms import field_of
from partners.profile.section import FieldGroup, Text
from programs.models import WorkPackage
from records.reasons import ReasonForm

# Days of the week, of whatever.
WEEKDAYS = frozenset({"weekdays", "packs_on", "receives_on"})


class ClockInput(forms.TimeInput):
    """An hour, as browsers take it."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "time", "class": "input-narrow"}, format="%H:%M")


class DeclaredForm(ReasonForm, forms.ModelForm):  # type: ignore[type-arg]
    """A form laid out by groups. `version` is the one that was read; beyond draft it asks for a reason."""

    groups: tuple[FieldGroup, ...]
    units: dict[str, Text]
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = self._layout()

    def _layout(self) -> Layout:
        parts: list[Any] = ["version"]
        for group in self.groups:
            rows = [self._row(row) for row in group.rows]
            parts.append(Fieldset(group.title, *rows, css_class="form-section"))
        if "reason" in self.fields:
            parts.append(Fieldset(_("The change"), "reason", css_class="form-section"))
        return Layout(*parts)

    def _row(self, names: tuple[str, ...]) -> Any:
        shown = [self._shown(name) for name in names]
        return shown[0] if len(shown) == 1 else Div(*shown, css_class="field-row")

    def _shown(self, name: str) -> Any:
        if name in self.units:
            return AppendedText(name, self.units[name])
        # Seven boxes one below the other would take half a screen.
        return InlineCheckboxes(name) if name in WEEKDAYS else name

    @property
    def values(self) -> dict[str, Any]:
        """What was entered, by field of the row."""
        return {name: self.cleaned_data[name] for group in self.groups for name in group.fields}


class RowForm(DeclaredForm):
    """One row of a plan; what it names comes from the same plan."""

    row_kind: Kind

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        plan = self.instance.plan
        for name in self.row_kind.fields:
            related = self.row_kind.column(name).related_model
            if not isinstance(related, type):
                continue
            found: Any = self.fields[name]
            if issubclass(related, PlanRow):
                manager: Any = related._default_manager
                found.queryset = manager.filter(plan=plan)
            elif related is User:
                members = User.objects.filter(memberships__program__packages=plan.work_package_id)
                own = User.objects.filter(pk=getattr(self.instance, f"{name}_id", None) or 0)
                found.queryset = (members.filter(is_active=True) | own).distinct().order_by("full_name")
                found.label_from_instance = _full_name
            elif related is Site:
                # A logistics partner is a candidate of a work package of its own.
                program = WorkPackage.objects.filter(pk=plan.work_package_id).values("program_id")
                found.queryset = (
                    Site.objects.filter(candidacies__work_package__program__in=program)
                    .select_related("organization")
                    .distinct()
                )


def _full_name(user: User) -> str:
    return user.full_name


class PlanForm(DeclaredForm):
    """The decisions of the plan itself."""

    groups = PLAN_GROUPS
    units = dict(PLAN_UNITS)

    class Meta:
        model = DistributionPlan
        fields = [name for group in PLAN_GROUPS for name in group.fields]


@cache
def row_form(key: str) -> type[RowForm]:
    """The form class of one kind of row."""
    kind = KINDS[key]
    meta = type("Meta", (), {"model": kind.model, "fields": kind.fields})
    made = {name: _field(kind, name) for name in kind.fields}
    given = {"Meta": meta, "row_kind": kind, "groups": kind.groups, "units": dict(kind.units)}
    metaclass: Any = type(RowForm)
    name = f"{kind.model.__name__}Form"
    found: type[RowForm] = metaclass(name, (RowForm,), {**given, "__module__": __name__, **made})
    return found


@cache
def plan_form() -> type[PlanForm]:
    """The form class of the plan; made at first use, because its words follow the reader's language."""
    made = {name: _field(PLAN, name) for group in PLAN_GROUPS for name in group.fields}
    metaclass: Any = type(PlanForm)
    found: type[PlanForm] = metaclass("PlanDecisionsForm", (PlanForm,), {"__module__": __name__, **made})
    return found


class _PlanFields:
    """The plan's own fields, described as those of a row are."""

    def column(self, name: str) -> "models.Field[Any, Any]":
        found = DistributionPlan._meta.get_field(name)
        assert isinstance(found, models.Field)
        return found

    def label(self, name: str) -> str:
        label = str(self.column(name).verbose_name)
        return label[:1].upper() + label[1:]

    def help_of(self, name: str) -> Text:
        return PLAN_HELPS.get(name, "")


PLAN = _PlanFields()


def _field(kind: Any, name: str) -> forms.Field:
    column = kind.column(name)
    if name == "zone":
        return forms.ChoiceField(
            label=lazy(kind.label, str)(name),
            help_text=kind.help_of(name),
            choices=[("", BLANK_CHOICE_LABEL), *((zone, zone.replace("_", " ")) for zone in zones())],
            required=False,
        )
    if isinstance(column, models.TimeField):
        # The class is kept, so its words are not yet said in the language of whoever came first.
        label = lazy(kind.label, str)(name)
        made = column.formfield(label=label, help_text=kind.help_of(name), widget=ClockInput())
        assert made is not None
        return made
    return field_of(kind, name)
