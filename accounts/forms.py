"""Forms about people."""

from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout
from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.models import User


class PersonForm(forms.ModelForm):  # type: ignore[type-arg]
    """A person as an administrator creates or changes them."""

    class Meta:
        model = User
        fields = ("full_name", "email", "role", "language", "is_active")
        labels = {"is_active": _("May sign in")}
        help_texts = {
            "email": _("The person signs in with this address."),
            "role": _("Says which pages and buttons the person has. Programs are joined one by one."),
            "language": _("Of the screens and of messages to this person; they can change it."),
            "is_active": _("Switching this off ends all sessions of this person at once."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ["full_name", "email", "role", "language"]
        if self.instance.pk:
            # The address is who the person is in the history; it stays.
            self.fields["email"].disabled = True
            self.fields["email"].help_text = _("The address stays, since the history names people by it.")
            names.append("is_active")
        else:
            del self.fields["is_active"]
        self.helper = FormHelper()
        self.helper.form_tag = False
        self.helper.layout = Layout(*names)

    def clean_email(self) -> str:
        """Addresses are kept in lower case, since people type them either way."""
        return str(self.cleaned_data["email"]).lower()
