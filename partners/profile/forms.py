"""The form of every kind of record, made from its declaration."""

from decimal import Decimal
from functools import cache
from typing import Any, Protocol

from crispy_forms.bootstrap import AppendedText
from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from common.forms import FigureInput
from partners.practices import ANCHORS
from partners.profile.registry import SECTIONS
from partners.profile.section import Section, Text
from partners.profile.writing import check_days, may_correct
from partners.vocabulary import EvidenceStrength
from records.reasons import reason_field

YEARS = frozenset({"year"})


class DayInput(forms.DateInput):
    """A day, as browsers take it."""

    def __init__(self) -> None:
        super().__init__(attrs={"type": "date", "class": "input-narrow"}, format="%Y-%m-%d")


class QuantityInput(FigureInput):
    """A figure with as many decimals as it was given."""

    def format_value(self, value: Any) -> str | None:
        if isinstance(value, Decimal):
            value = Decimal(f"{value.normalize():f}")
        shown = super().format_value(value)
        return None if shown is None else str(shown)


class Described(Protocol):
    """What a declaration of records says of a field; rooms above have declarations of their own."""

    def column(self, name: str) -> "models.Field[Any, Any]": ...

    def label(self, name: str) -> str: ...

    def help_of(self, name: str) -> Text: ...


def field_of(section: Described, name: str) -> forms.Field:
    """The form field of one column: a figure keeps what was mistyped, a list of words has boxes."""
    column = section.column(name)
    # The classes of the forms are kept: what they say must be put into words when it is shown.
    given: dict[str, Any] = {"label": lazy(section.label, str)(name), "help_text": section.help_of(name)}
    if isinstance(column, ArrayField):
        return forms.MultipleChoiceField(
            choices=list(column.base_field.choices or ()),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **given,
        )
    if isinstance(column, models.DateField):
        return _made(column, widget=DayInput(), **given)
    if isinstance(column, models.DecimalField | models.IntegerField) and not column.choices:
        return _made(column, widget=QuantityInput(), localize=name not in YEARS, **given)
    if isinstance(column, models.TextField):
        return _made(column, widget=forms.Textarea(attrs={"rows": 3}), **given)
    return _made(column, **given)


def _made(column: "models.Field[Any, Any]", **given: Any) -> forms.Field:
    made = column.formfield(**given)
    assert made is not None
    return made


def verified_reason() -> forms.CharField:
    """The field that asks why something verified changes."""
    made = reason_field()
    made.help_text = _("Somebody of ours verified this: the reason is kept with it.")
    made.error_messages["required"] = _("Say why: somebody of ours verified this.")
    return made


class RecordForm(forms.ModelForm):  # type: ignore[type-arg]
    """One record. `version` is the one that was read; a verified record asks for a reason."""

    section: Section
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    correction = forms.BooleanField(
        label=_("This corrects a slip"),
        required=False,
        help_text=_(
            "The record is changed in place. Without it, the change opens a new version and past evaluations "
            "keep what was believed then. Offered on the day a record was made."
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.is_new = self.instance.pk is None
        if self.is_new or not may_correct(self.instance):
            del self.fields["correction"]
        if self.is_new:
            self.initial["known_on"] = timezone.localdate()
        elif self.instance.strength == EvidenceStrength.VERIFIED:
            self.fields["reason"] = verified_reason()
        if self.section.first == "practice":
            self._show_anchors()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = self._layout()

    def _show_anchors(self) -> None:
        """The levels of the chosen practice, each with what is seen at it."""
        practice = self.data.get("practice") or self.initial.get("practice") or self.instance.practice
        anchors = ANCHORS.get(str(practice), ())
        if self.is_new:
            self.instance.practice = practice
        self.fields["practice"].widget = forms.HiddenInput()
        self.fields["level"] = forms.TypedChoiceField(
            label=_("Level"),
            choices=[(level, f"{level} · {text}") for level, text in enumerate(anchors)],
            coerce=int,
            widget=forms.RadioSelect,
        )

    def _layout(self) -> Layout:
        parts: list[Any] = ["version"]
        for group in self.section.groups:
            rows = [self._row(row) for row in group.rows]
            parts.append(Fieldset(group.title, *rows, css_class="form-section"))
        happened = [] if "happened_on" in self.section.facts else ["happened_on"]
        evidence = [
            Div(*happened, "known_on", css_class="field-row"),
            Div("strength", "expires_on", css_class="field-row"),
            "document",
        ]
        parts.append(Fieldset(_("Evidence"), *evidence, css_class="form-section"))
        closing = [name for name in ("correction", "reason") if name in self.fields]
        if closing:
            parts.append(Fieldset(_("The change"), *closing, css_class="form-section"))
        return Layout(*parts)

    def _row(self, names: tuple[str, ...]) -> Any:
        shown = [self._with_unit(name) for name in names]
        return shown[0] if len(shown) == 1 else Div(*shown, css_class="field-row")

    def _with_unit(self, name: str) -> Any:
        unit = self.section.units.get(name)
        return AppendedText(name, unit) if unit else name

    @property
    def reason(self) -> str:
        """The reason that was entered, if one was asked for."""
        return str(self.cleaned_data.get("reason", "")).strip()

    @property
    def corrects(self) -> bool:
        return bool(self.cleaned_data.get("correction"))

    @property
    def values(self) -> dict[str, Any]:
        """What was entered, by field of the record."""
        return {name: self.cleaned_data[name] for name in self.section.fields}

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        for name, problem in check_days(cleaned).items():
            self.add_error(name, problem)
        return cleaned

    def clean_reason(self) -> str:
        """Blanks are no reason."""
        entered = str(self.cleaned_data.get("reason", "")).strip()
        if not entered:
            raise forms.ValidationError(self.fields["reason"].error_messages["required"], code="required")
        return entered


@cache
def record_form(section_key: str) -> type[RecordForm]:
    """The form class of one kind of record."""
    section = SECTIONS[section_key]
    meta = type("Meta", (), {"model": section.model, "fields": section.fields})
    made = {name: field_of(section, name) for name in section.fields}
    name = f"{section.model.__name__}Form"
    metaclass: Any = type(RecordForm)
    found: type[RecordForm] = metaclass(
        name, (RecordForm,), {"Meta": meta, "section": section, "__module__": __name__, **made}
    )
    return found


class BulkForm(forms.Form):
    """One field, set for every chosen record. First the field is chosen, then its value."""

    def __init__(
        self, section: Section, name: str, *args: Any, asks_reason: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.section, self.name = section, name
        self.fields["value"] = field_of(section, name)
        self.fields["value"].label = section.label(name)
        if asks_reason:
            self.fields["reason"] = verified_reason()
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def reason(self) -> str:
        return str(self.cleaned_data.get("reason", "")).strip()

    def clean_value(self) -> Any:
        value = self.cleaned_data["value"]
        if problem := check_days({self.name: value}).get(self.name):
            raise forms.ValidationError(problem)
        return value


def field_choices(section: Section) -> list[tuple[str, str]]:
    """What may be set for many, in words."""
    return [(name, section.label(name)) for name in section.settable]
