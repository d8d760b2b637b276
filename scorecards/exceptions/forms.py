"""The form of an exception to a floor."""

from __future__ import annotations

from datetime import date

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class ExceptionForm(forms.Form):
    """Why a candidate may stay below a floor, and until when."""

    reason = forms.CharField(
        label=_("Why this candidate may stay below the floor"),
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 4, "class": "form-control"}),
        help_text=_("What makes up for it, and what is done until it is reached. Two people sign it."),
    )
    valid_until = forms.DateField(
        label=_("Valid until"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date", "class": "form-control"}, format="%Y-%m-%d"),
        help_text=_("The last day on which it counts. Leave it empty where it has none."),
    )

    def clean_valid_until(self) -> date | None:
        """A last day that is still to come, or today."""
        day: date | None = self.cleaned_data["valid_until"]
        if day is not None and day < timezone.localdate():
            raise forms.ValidationError(_("The last day lies in the past."))
        return day
