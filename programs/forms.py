"""Forms about programs."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from partners.vocabulary import Region
from programs.models import Candidate, Program

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
    "batch_unit",
    "regions",
    "notes",
)


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
    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = Program
        fields = PROGRAM_FIELDS
        widgets = {"notes": forms.Textarea(attrs={"rows": 4})}
        help_texts = {
            "code": _("Short and lasting, such as AUR-101: it stands in addresses and on reports."),
            "product": _("The active substance or the working name of the product."),
            "stage": _("The stage that the batches are for, not the one the program is in today."),
            "batch_size": _("One batch at that stage; it is compared with what a site has proven."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        sections = [
            Fieldset(_("Program"), Div("code", "name", css_class="field-row"), "product"),
            Fieldset(
                _("What is made"),
                Div("modality", "dosage_form", css_class="field-row"),
                Div("route", css_class="field-row"),
            ),
            Fieldset(_("Stage and scale"), "stage", Div("batch_size", "batch_unit", css_class="field-row")),
            Fieldset(_("Supply"), "regions", "notes"),
        ]
        for section in sections:
            section.css_class = "form-section"
        self.helper.layout = Layout("version", *sections)

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

    def clean(self) -> dict[str, Any]:
        """A batch size and its unit go together."""
        entered = super().clean() or self.cleaned_data
        if entered.get("batch_size") is not None and not entered.get("batch_unit"):
            self.add_error("batch_unit", _("Choose the unit of the batch size."))
        return entered


class StageForm(forms.Form):
    """How far a candidate has come."""

    stage = forms.ChoiceField(label=pgettext_lazy("candidate", "Stage"), choices=Candidate.Stage)
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
