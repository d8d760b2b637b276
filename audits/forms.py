"""Forms of regulatory records entered by hand."""

from collections.abc import Iterable
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audits.models import Authority, Citation, Inspection, RegulatoryAction
from partners.models import Site

OF_FDA = (
    Inspection.Classification.NAI,
    Inspection.Classification.VAI,
    Inspection.Classification.OAI,
    Inspection.Classification.PENDING,
)
OF_OTHERS = (
    Inspection.Classification.COMPLIANT,
    Inspection.Classification.NON_COMPLIANT,
    Inspection.Classification.PENDING,
)


class RegulatoryForm(forms.ModelForm):  # type: ignore[type-arg]
    """What the three forms share. `allowed` leaves only those fields; a change asks for its reason."""

    reason = forms.CharField(
        label=_("Reason for the change"), widget=forms.Textarea(attrs={"rows": 2}), max_length=1000
    )

    def __init__(self, *args: Any, site: Site, allowed: Iterable[str] | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.site = site
        if self.instance.pk is None:
            del self.fields["reason"]
        if allowed is not None:
            for name in self.fields.keys() - set(allowed) - {"reason"}:
                del self.fields[name]
        for field in self.fields.values():
            if isinstance(field, forms.DateField):
                field.widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
        self.helper = FormHelper()
        self.helper.form_tag = False

    def _post_clean(self) -> None:
        """The service checks the whole record; checking here would name fields that are not in the form."""

    def clean_happened_on(self) -> Any:
        day = self.cleaned_data["happened_on"]
        if day is None:
            raise forms.ValidationError(_("Say on which day."))
        if day > timezone.localdate():
            raise forms.ValidationError(_("This day lies in the future."))
        return day


class InspectionForm(RegulatoryForm):
    class Meta:
        model = Inspection
        fields = (
            "authority",
            "started_on",
            "happened_on",
            "classification",
            "inspection_number",
            "project_area",
            "product_type",
            "is_drug_gmp",
            "citations_posted",
            "known_on",
        )
        labels = {"happened_on": _("Last day"), "known_on": _("Published on")}
        help_texts = {
            "authority": _("An inspection by a member state of the EU counts as EMA."),
            "classification": _(
                "NAI, VAI and OAI are the FDA's words; EU and UK inspectorates say compliant or not."
            ),
            "is_drug_gmp": _("Only these count in the score."),
            "known_on": _("The day the authority made it known; empty counts from today."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk is None:
            self.fields["is_drug_gmp"].initial = True
            self.fields["authority"].initial = Authority.EMA

    def clean(self) -> dict[str, Any]:
        """Each authority has its own words for an outcome."""
        entered: dict[str, Any] = super().clean() or {}
        authority, outcome = entered.get("authority"), entered.get("classification")
        words = OF_FDA if authority == Authority.FDA else OF_OTHERS
        if authority and outcome and outcome not in words:
            listed = ", ".join(str(word.label) for word in words)
            self.add_error("classification", _("This authority says one of: %(words)s.") % {"words": listed})
        return entered


class ActionForm(RegulatoryForm):
    class Meta:
        model = RegulatoryAction
        fields = (
            "kind",
            "authority",
            "happened_on",
            "reference",
            "title",
            "text",
            "gmp",
            "recall_class",
            "known_on",
            "amended_on",
            "response_due_on",
            "responded_on",
            "closed_on",
            "url",
        )
        labels = {"happened_on": _("Issued on"), "known_on": _("Published on")}
        help_texts = {
            "amended_on": _("An amendment starts the clock of the answer again."),
            "response_due_on": _("Only where the letter itself states a day; otherwise it is counted."),
            "gmp": _("Only what concerns GMP can exclude a site."),
        }
        widgets = {"title": forms.TextInput, "text": forms.Textarea(attrs={"rows": 4})}

    def clean(self) -> dict[str, Any]:
        """Only recalls have a class."""
        entered: dict[str, Any] = super().clean() or {}
        if entered.get("recall_class") and entered.get("kind") != RegulatoryAction.Kind.RECALL:
            self.add_error("recall_class", _("Only a recall has a class."))
        return entered


class CitationForm(RegulatoryForm):
    class Meta:
        model = Citation
        fields = (
            "inspection",
            "happened_on",
            "regulation",
            "short_text",
            "long_text",
            "is_data_integrity",
            "is_drug_gmp",
            "known_on",
        )
        labels = {"happened_on": _("Date"), "known_on": _("Published on")}
        help_texts = {
            "regulation": _("Such as 21 CFR 211.192 or EU GMP chapter 6."),
            "long_text": _("In the authority's own words."),
        }
        widgets = {
            "short_text": forms.TextInput,
            "long_text": forms.Textarea(attrs={"rows": 4}),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields.get("inspection")
        if isinstance(field, forms.ModelChoiceField):
            field.queryset = Inspection.objects.filter(site=self.site).order_by("-happened_on")
        if self.instance.pk is None:
            self.fields["is_drug_gmp"].initial = True


FORMS: dict[str, type[RegulatoryForm]] = {
    "inspection": InspectionForm,
    "action": ActionForm,
    "citation": CitationForm,
}
