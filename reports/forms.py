"""The form that asks for a report."""

import uuid
from collections.abc import Sequence
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import Site
from reports.models import Report


class SiteChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        """Name and FEI, since names repeat."""
        return f"{obj.name} ({obj.fei})" if obj.fei else str(obj.name)


class ReportForm(forms.Form):
    """A due-diligence report of one candidate of a program. `token` makes a double click ask only once."""

    token = forms.UUIDField(widget=forms.HiddenInput)
    site = SiteChoice(label=_("Candidate"), queryset=Site.objects.none(), empty_label=_("Choose a candidate"))
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    paper = forms.ChoiceField(label=_("Paper"), choices=Report.Paper)
    as_of = forms.DateField(
        label=_("As of"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("Only what was published by this day counts."),
    )

    def __init__(self, *args: Any, sites: Sequence[Site], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["site"]
        assert isinstance(field, SiteChoice)
        field.queryset = Site.objects.filter(pk__in=[site.pk for site in sites]).order_by("name_key", "id")
        self.helper = FormHelper()
        self.helper.form_tag = False
        section = Fieldset(
            "",
            "site",
            Div("language", "paper", css_class="field-row"),
            Div("as_of", css_class="field-row"),
        )
        section.css_class = "form-section"
        self.helper.layout = Layout("token", section)

    @staticmethod
    def first_values(*, language: str, site: str) -> dict[str, Any]:
        """What the form begins with."""
        return {
            "token": uuid.uuid4(),
            "language": language,
            "paper": Report.Paper.A4,
            "as_of": timezone.localdate(),
            "site": site,
        }

    def clean_as_of(self) -> Any:
        """A day up to today."""
        as_of = self.cleaned_data["as_of"]
        if as_of > timezone.localdate():
            raise ValidationError(_("The date lies ahead. Choose today or an earlier day."))
        return as_of
