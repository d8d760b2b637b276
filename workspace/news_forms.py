"""The form in which people choose how often they are written to."""

from django import forms
from django.utils.translation import gettext_lazy as _

from partners.models import NewsMail


class NewsMailForm(forms.Form):
    """How often news comes by e-mail."""

    rhythm = forms.ChoiceField(
        label=_("News of your sites by e-mail"),
        choices=NewsMail.Rhythm,
        widget=forms.RadioSelect({"class": "form-check-input"}),
        help_text=_(
            "Nothing is written where there is no news. A weekly letter comes on Monday, or later that week."
        ),
    )
