"""The form that makes an access token."""

import uuid
from datetime import timedelta
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from accounts.models import AccessToken
from accounts.tokens import latest_expiry

USUAL_DAYS = 90


class TokenForm(forms.Form):
    """A name, what the token may do, and its last day. `entry_key` makes a double click make only one."""

    entry_key = forms.UUIDField(widget=forms.HiddenInput)
    name = forms.CharField(
        label=_("Name"),
        max_length=80,
        help_text=_("What uses it, so that you know it again: the QMS, a notebook, the ERP."),
    )
    scopes = forms.MultipleChoiceField(
        label=pgettext_lazy("access token", "May"),
        choices=AccessToken.Scope,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Never more than your own role allows, on the day it is used."),
        error_messages={"required": _("Choose at least one.")},
    )
    expires_on = forms.DateField(
        label=_("Last day"),
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_("At most a year from today."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        today = timezone.localdate()
        kwargs["initial"] = {
            "entry_key": uuid.uuid4(),
            "scopes": [AccessToken.Scope.READ],
            "expires_on": today + timedelta(days=USUAL_DAYS),
        }
        super().__init__(*args, **kwargs)
        day = self.fields["expires_on"].widget.attrs
        day["min"], day["max"] = today.isoformat(), latest_expiry(today).isoformat()
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout("entry_key", "name", "scopes", "expires_on")
