"""Forms about work packages, requirements, proposals and copies."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _

from common.forms import FigureInput
from partners.vocabulary import BatchUnit, Operation
from programs.along import Along
from programs.facts import FactKind, FactSpec
from programs.forms import CODE_TAKEN, RESERVED_CODES
from programs.models import Candidate, Program, Proposal, Requirement, WorkPackage
from programs.proposals import PROPOSAL_FIELDS
from programs.requirement_services import Draft

Operator = Requirement.Operator
MANY = 20


def _day_input() -> forms.DateInput:
    return forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class PackageForm(forms.ModelForm):  # type: ignore[type-arg]
    """Name and operations of a work package."""

    operations = forms.MultipleChoiceField(
        label=_("Operations"), choices=Operation, required=False, widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = WorkPackage
        fields = ("name", "operations", "notes")
        widgets = {"notes": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].required = True
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean_operations(self) -> list[str]:
        """In the vocabulary's order."""
        chosen = self.cleaned_data["operations"]
        return [operation for operation in Operation.values if operation in chosen]


class RequirementForm(forms.Form):
    """One condition on one fact; the fields for the value follow the kind of the fact."""

    kind = forms.ChoiceField(
        label=_("How firmly"),
        choices=Requirement.Kind,
        widget=forms.RadioSelect,
        initial=Requirement.Kind.MUST,
        help_text=_("A must-have that fails excludes a site. A want never does."),
    )
    operator = forms.ChoiceField(label=_("Condition"))
    explanation = forms.CharField(
        label=_("Sentence shown when it fails"),
        max_length=300,
        help_text=_("Say what follows, such as: The site cannot hold the product at 2 to 8 °C."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, spec: FactSpec, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.spec = spec
        choices = [
            (code, _date_word(code)) if spec.kind is FactKind.DATE else (code, code.label)
            for code in spec.operators
        ]
        self.fields["operator"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.fields["operator"].initial = choices[0][0]
            self.fields["operator"].widget = forms.HiddenInput()
        self.fields["value"] = _value_field(spec)
        if spec.has_batch_unit:
            self.fields["unit"] = forms.ChoiceField(
                label=_("Unit"), choices=[("", "—"), *BatchUnit.choices], required=False
            )
        self.helper = FormHelper()
        self.helper.form_tag = False
        value = Div("value", "unit", css_class="field-row") if spec.has_batch_unit else "value"
        if len(spec.words) > MANY:
            self._put_chosen_first()
            value = Div(HTML("{% include 'common/_choice_find.html' %}"), value, css_class="found-list")
        self.helper.layout = Layout("version", "kind", "operator", value, "explanation")

    def _put_chosen_first(self) -> None:
        """In a list that is longer than its box, what is chosen would be out of sight."""
        chosen = self["value"].value() or ()
        field = self.fields["value"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = sorted(self.spec.words.items(), key=lambda word: word[0] not in chosen)

    def clean(self) -> dict[str, Any]:
        """Ask for a value where the condition needs one."""
        entered = super().clean() or self.cleaned_data
        value = entered.get("value")
        needs_value = entered.get("operator") != Operator.PRESENT
        if needs_value and value in (None, "", []) and "value" not in self.errors:
            self.add_error("value", _("Say what is asked for."))
        return entered

    @property
    def draft(self) -> Draft:
        """What was entered, for the services."""
        entered = self.cleaned_data
        return Draft(
            fact=self.spec.key,
            operator=entered["operator"],
            value=_plain(self.spec, entered["operator"], entered.get("value")),
            explanation=entered["explanation"],
            unit=entered.get("unit", ""),
            kind=entered["kind"],
        )

    def add_problems(self, error: ValidationError) -> None:
        """Put what a service found wrong beside its field."""
        found = error.message_dict if hasattr(error, "error_dict") else {"": error.messages}
        for name, texts in found.items():
            for text in texts:
                self.add_error(name if name in self.fields else None, text)


def requirement_initial(row: Requirement) -> dict[str, Any]:
    """What the form starts with for a requirement that exists."""
    value = row.value
    if isinstance(value, bool):
        value = "yes" if value else "no"
    return {
        "kind": row.kind,
        "operator": row.operator,
        "value": value,
        "unit": row.unit,
        "explanation": row.explanation,
        "version": row.version,
    }


def _date_word(operator: Requirement.Operator) -> Any:
    words = {Operator.AT_LEAST: _("is on or after"), Operator.AT_MOST: _("is on or before")}
    return words.get(operator, operator.label)


def _value_field(spec: FactSpec) -> forms.Field:
    label = _("Value")
    match spec.kind:
        case FactKind.CHOICE | FactKind.CHOICES:
            words = list(spec.words.items())
            return forms.MultipleChoiceField(
                label=label, choices=words, required=False, widget=forms.CheckboxSelectMultiple
            )
        case FactKind.DATE:
            return forms.DateField(label=label, required=False, widget=_day_input())
        case FactKind.FLAG:
            return forms.ChoiceField(
                label=label, choices=[("yes", _("yes")), ("no", _("no"))], widget=forms.RadioSelect
            )
    return forms.DecimalField(
        label=label, required=False, localize=True, widget=FigureInput(), help_text=str(spec.unit)
    )


def _plain(spec: FactSpec, operator: str, value: Any) -> Any:
    """The value as JSON keeps it."""
    if operator == Operator.PRESENT:
        return None
    if spec.kind is FactKind.FLAG:
        return value == "yes"
    if isinstance(value, date):
        return value.isoformat()
    if spec.kind is FactKind.NUMBER and value is not None:
        number = float(value)
        return int(number) if number == int(number) else number
    return value


def _candidates(rows: list[Candidate]) -> list[tuple[str, Any]]:
    """Nobody is chosen beforehand where there is a choice: an offer of another one is a wrong figure."""
    named: list[tuple[str, Any]] = [(str(row.pk), row.site.name) for row in rows]
    return named if len(named) == 1 else [("", _("Choose a candidate")), *named]


class ProposalForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a candidate offers."""

    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        validators=[RegexValidator(r"^[A-Za-z]{3}$", _("A currency has three letters, such as EUR."))],
        widget=forms.TextInput(attrs={"class": "input-narrow", "maxlength": "3"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Proposal
        fields = PROPOSAL_FIELDS
        localized_fields = ("cost",)
        widgets = {
            "cost": FigureInput(),
            "transfer_months": FigureInput(),
            "received_on": _day_input(),
            "valid_until": _day_input(),
            "first_batch_on": _day_input(),
            "terms": forms.Textarea(attrs={"rows": 4}),
        }
        help_texts = {
            "cost_basis": _("Such as: three engineering and three PPQ batches, without release testing."),
            "terms": _("Minimum quantities, reservation fees, liability, exit."),
        }

    def __init__(self, *args: Any, candidates: list[Candidate] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: list[Any] = ["version"]
        if candidates is not None:
            self.fields["candidate"] = forms.TypedChoiceField(
                label=_("Candidate"), choices=_candidates(candidates), coerce=int
            )
            fields.append("candidate")
        fields += [
            Div("reference", css_class="field-row"),
            Div("received_on", "valid_until", css_class="field-row"),
            Div("cost", "currency", css_class="field-row"),
            "cost_basis",
            Div("first_batch_on", "transfer_months", css_class="field-row"),
            "terms",
        ]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*fields)

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """A cost has a currency, and an offer does not end before it came."""
        entered = super().clean() or self.cleaned_data
        if entered.get("cost") is not None and not entered.get("currency") and "currency" not in self.errors:
            self.add_error("currency", _("Enter the currency of the cost."))
        received, until = entered.get("received_on"), entered.get("valid_until")
        if received and until and until < received:
            self.add_error("valid_until", _("It cannot end before it was received."))
        return entered


class CopyForm(forms.ModelForm):  # type: ignore[type-arg]
    """Code and name of a copy."""

    with_candidates = forms.BooleanField(
        label=_("Copy the candidates too, as a longlist"), required=False, initial=False
    )

    class Meta:
        model = Program
        fields = ("code", "name")
        error_messages = CODE_TAKEN

    def __init__(self, *args: Any, offered: Sequence[Along] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.offered = offered
        for each in offered:
            self.fields[f"with_{each.key}"] = forms.BooleanField(label=each.label, required=False)
        self.helper = FormHelper()
        self.helper.form_tag = False

    @property
    def along(self) -> list[str]:
        """What else is to be copied, by key."""
        return [each.key for each in self.offered if self.cleaned_data[f"with_{each.key}"]]

    def clean_code(self) -> str:
        code = str(self.cleaned_data["code"])
        if code.lower() in RESERVED_CODES:
            raise ValidationError(_("This word is reserved. Choose another code."))
        return code
