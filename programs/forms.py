"""Forms about programs."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.forms import FigureInput
from partners.vocabulary import Operation, Region
from programs.models import Candidate, Program
from programs.sections import program_layout

# Codes that would stand in the way of the addresses /programs/add/ and /programs/pick/.
RESERVED_CODES = frozenset({"add", "pick"})
PROGRAM_FIELDS = (
    "code",
    "name",
    "product",
    "modality",
    "dosage_form",
    "route",
    "stage",
    "batch_size",
    "batch_size_peak",
    "batch_unit",
    "operations",
    "containment_oeb",
    "temperature_min",
    "temperature_max",
    "regions",
    "therapeutic_area",
    "transfer_on",
    "first_batch_on",
    "submission_on",
    "launch_on",
    "budget_target",
    "budget_limit",
    "currency",
    "notes",
)
FIGURES = ("batch_size", "batch_size_peak", "budget_target", "budget_limit")
DAYS = ("transfer_on", "first_batch_on", "submission_on", "launch_on")
OEB_CHOICES = [("", _("not stated")), *((str(band), f"OEB {band}") for band in range(1, 7))]


CODE_TAKEN: dict[str, Any] = {"code": {"unique": _("This code is taken. Choose another.")}}


class ProgramForm(forms.ModelForm):  # type: ignore[type-arg]
    """What a program needs. `version` is the one its reader saw."""

    regions = forms.MultipleChoiceField(
        label=_("Regions of supply"),
        choices=Region,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "Where patients will be treated: it decides which authorities must have approved a site."
        ),
    )
    operations = forms.MultipleChoiceField(
        label=_("Operations needed"),
        choices=Operation,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("What must be done by partners, all work packages together."),
    )
    containment_oeb = forms.TypedChoiceField(
        label=_("Containment (OEB)"), choices=OEB_CHOICES, coerce=int, empty_value=None, required=False
    )
    currency = forms.CharField(
        label=_("Currency"),
        required=False,
        max_length=3,
        validators=[RegexValidator(r"^[A-Za-z]{3}$", _("A currency has three letters, such as EUR."))],
        widget=forms.TextInput(attrs={"class": "input-narrow", "maxlength": "3", "placeholder": "EUR"}),
    )
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Program
        error_messages = CODE_TAKEN
        fields = PROGRAM_FIELDS
        localized_fields = FIGURES
        widgets = {
            "notes": forms.Textarea(attrs={"rows": 4}),
            "temperature_min": FigureInput(attrs={"inputmode": "text"}),
            "temperature_max": FigureInput(attrs={"inputmode": "text"}),
            **{name: FigureInput() for name in FIGURES},
            **{name: forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d") for name in DAYS},
        }
        help_texts = {
            "code": _("Short and lasting, such as AUR-101: it stands in addresses and on reports."),
            "product": _("The active substance or the working name of the product."),
            "stage": _("The stage that the batches are for, not the one the program is in today."),
            "batch_size": _("One batch at that stage; it is compared with what a site has proven."),
            "batch_size_peak": _("The batch at the highest demand, if it will be larger."),
            "temperature_min": _("°C; a minus in front where it is below zero."),
            "first_batch_on": _("The next free slot of a line is compared with this day."),
            "budget_target": _("A proposal at this cost or below gets full points on cost."),
            "budget_limit": _("A proposal above it gets none."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = program_layout()

    def clean_code(self) -> str:
        """A code is part of addresses, so a few words are taken."""
        code = str(self.cleaned_data["code"])
        if code.lower() in RESERVED_CODES:
            raise ValidationError(_("This word is reserved. Choose another code."))
        return code

    def clean_regions(self) -> list[str]:
        """In the vocabulary's order, so that the order of clicking makes no difference."""
        chosen = self.cleaned_data["regions"]
        return [region for region in Region.values if region in chosen]

    def clean_operations(self) -> list[str]:
        """In the vocabulary's order."""
        chosen = self.cleaned_data["operations"]
        return [operation for operation in Operation.values if operation in chosen]

    def clean_currency(self) -> str:
        return str(self.cleaned_data["currency"]).upper()

    def clean(self) -> dict[str, Any]:
        """Figures and their units go together, and what comes first does not come last."""
        entered = super().clean() or self.cleaned_data
        sizes = entered.get("batch_size"), entered.get("batch_size_peak")
        if any(size is not None for size in sizes) and not entered.get("batch_unit"):
            self.add_error("batch_unit", _("Choose the unit of the batch size."))
        costs = entered.get("budget_target"), entered.get("budget_limit")
        without_currency = not entered.get("currency") and "currency" not in self.errors
        if any(cost is not None for cost in costs) and without_currency:
            self.add_error("currency", _("Enter the currency of the cost."))
        if None not in costs and costs[0] >= costs[1]:  # type: ignore[operator]
            self.add_error("budget_limit", _("The highest acceptable cost is above the target."))
        lowest, highest = entered.get("temperature_min"), entered.get("temperature_max")
        if lowest is not None and highest is not None and lowest > highest:
            self.add_error("temperature_max", _("The highest temperature is below the lowest."))
        self._check_days(entered)
        return entered

    def _check_days(self, entered: dict[str, Any]) -> None:
        """A transfer begins before its first batch, a submission comes before the launch."""
        for first, then in (("transfer_on", "first_batch_on"), ("submission_on", "launch_on")):
            earlier, later = entered.get(first), entered.get(then)
            if earlier and later and earlier > later:
                words = {"first": self.fields[first].label, "then": self.fields[then].label}
                self.add_error(then, _("“%(then)s” comes before “%(first)s”.") % words)


class StageForm(forms.Form):
    """How far a candidate has come."""

    stage = forms.ChoiceField(
        label=pgettext_lazy("candidate", "Stage"), choices=Candidate.Stage, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("Reason"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Needed when a site is declined. Kept in the change history."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False

    def clean(self) -> dict[str, Any]:
        entered = super().clean() or self.cleaned_data
        declined = entered.get("stage") == Candidate.Stage.DECLINED
        if declined and not str(entered.get("reason", "")).strip():
            self.add_error("reason", _("Say why the site is declined: the reason is kept."))
        return entered
