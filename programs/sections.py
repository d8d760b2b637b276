"""The program form's sections, in the order in which a practitioner gathers what a program needs."""

from typing import Any

from crispy_forms.layout import HTML, Div, Fieldset, Layout
from django.utils.translation import gettext_lazy as _


def program_layout() -> Layout:
    """The layout of the form; the presets of temperatures fill the two fields by a small script."""
    sections = [
        Fieldset(
            _("Program"),
            Div("code", "name", css_class="field-row"),
            Div("product", "therapeutic_area", css_class="field-row"),
        ),
        Fieldset(
            _("What is made"),
            Div("modality", "dosage_form", css_class="field-row"),
            Div("route", css_class="field-row"),
        ),
        Fieldset(
            _("Process and scale"),
            "stage",
            Div("batch_size", "batch_size_peak", "batch_unit", css_class="field-row"),
            "operations",
            Div("containment_oeb", css_class="field-row"),
        ),
        Fieldset(
            _("Temperature"),
            HTML("{% include 'programs/_temperature_presets.html' %}"),
            Div("temperature_min", "temperature_max", css_class="field-row"),
        ),
        Fieldset(
            _("Key dates"),
            Div("transfer_on", "first_batch_on", css_class="field-row"),
            Div("submission_on", "launch_on", css_class="field-row"),
        ),
        Fieldset(_("Commercial"), Div("budget_target", "budget_limit", "currency", css_class="field-row")),
        Fieldset(_("Supply"), "regions", "notes"),
        Fieldset(_("Confidentiality"), HTML("{% include 'programs/_confidential.html' %}")),
    ]
    return Layout("version", *_styled(sections))


def _styled(sections: list[Any]) -> list[Any]:
    for section in sections:
        section.css_class = "form-section"
    return sections
