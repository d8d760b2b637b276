"""Forms about organizations and sites."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import Organization, Site


class ClassifyForm(forms.Form):
    """Says what an organization is, and how one knows."""

    kind = forms.ChoiceField(
        label=_("What this organization is"), choices=Organization.Kind, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=_("How you know"),
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_(
            "Such as the page of its website or the contract that says so. Kept in the change history."
        ),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False


class SiteForm(forms.ModelForm):  # type: ignore[type-arg]
    """A site as people edit it. `version` is the one they read."""

    version = forms.IntegerField(widget=forms.HiddenInput)

    class Meta:
        model = Site
        fields = (
            "name",
            "fei",
            "duns",
            "oms_location_id",
            "street",
            "city",
            "state",
            "postal_code",
            "country",
            "latitude",
            "longitude",
            "standing",
            "standing_valid_until",
        )
        widgets = {"standing_valid_until": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        help_texts = {
            "fei": _("FDA establishment identifier: 4 to 11 digits, leading zeros included."),
            "duns": _("Nine digits."),
            "oms_location_id": _("Such as LOC-100000123, from the European list of organizations."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(
            "version",
            Fieldset(_("Identity"), "name", Div("fei", "duns", "oms_location_id", css_class="field-row")),
            Fieldset(
                _("Address"),
                "street",
                Div("city", "postal_code", css_class="field-row"),
                Div("state", "country", css_class="field-row"),
                Div("latitude", "longitude", css_class="field-row"),
            ),
            Fieldset(
                _("Standing"),
                HTML("{% include 'partners/_standing_help.html' %}"),
                Div("standing", "standing_valid_until", css_class="field-row"),
            ),
        )
        for section in self.helper.layout.fields[1:]:
            section.css_class = "form-section"

    def clean_fei(self) -> str | None:
        """An empty FEI is none at all: two sites may lack one."""
        return self.cleaned_data["fei"] or None
