"""Forms of the qualification file."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from partners.models import AgreementDuty, QualityAgreement, Site, StandingDecision
from partners.qualification.services import DECIDED
from records.reasons import ReasonForm

DAY = {"type": "date"}


def _day() -> forms.DateInput:
    return forms.DateInput(attrs=DAY, format="%Y-%m-%d")


class DecisionForm(forms.ModelForm):  # type: ignore[type-arg]
    """A decision on standing. A new one has no version."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = StandingDecision
        fields = ("standing", "occasion", "conditions", "rationale", "decided_on", "valid_until")
        widgets = {
            "conditions": forms.Textarea(attrs={"rows": 2}),
            "rationale": forms.Textarea(attrs={"rows": 4}),
            "decided_on": _day(),
            "valid_until": _day(),
        }
        help_texts = {
            "standing": _("Qualified is for commercial supply and needs an effective quality agreement."),
            "conditions": _("Needed for a conditional qualification."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        standing = self.fields["standing"]
        assert isinstance(standing, forms.ChoiceField)
        standing.choices = [(value, Site.Standing(value).label) for value in DECIDED]
        self.fields["decided_on"].initial = timezone.localdate


class AgreementForm(ReasonForm, forms.ModelForm):  # type: ignore[type-arg]
    """A quality agreement, its state included."""

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)

    class Meta:
        model = QualityAgreement
        fields = (
            "title",
            "revision",
            "scope",
            "state",
            "effective_on",
            "expires_on",
            "quality_approved_on",
            "partner_approved_on",
        )
        widgets = {
            "scope": forms.Textarea(attrs={"rows": 3}),
            "effective_on": _day(),
            "expires_on": _day(),
            "quality_approved_on": _day(),
            "partner_approved_on": _day(),
        }


class DutyForm(ReasonForm, forms.ModelForm):  # type: ignore[type-arg]
    """One line of the responsibility matrix."""

    class Meta:
        model = AgreementDuty
        fields = ("activity", "bearer", "note")
