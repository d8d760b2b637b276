"""The forms of sign-in and of second factors: our words, no placeholder that repeats the label."""

from typing import Any

import structlog
from allauth.account.adapter import get_adapter
from allauth.account.forms import ChangePasswordForm, LoginForm, ResetPasswordForm
from allauth.account.forms import ReauthenticateForm as PasswordForm
from allauth.mfa.adapter import get_adapter as get_factor_adapter
from allauth.mfa.base.forms import AuthenticateForm, ReauthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import AddWebAuthnForm, EditWebAuthnForm
from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from accounts.factors import code_spent
from accounts.models import SignInPolicy, User
from accounts.roles import Role
from accounts.sign_in_policy import policy_current

log = structlog.get_logger(__name__)

CODE_INPUT = {"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}


class SignInForm(LoginForm):  # type: ignore[misc]
    """E-mail address and password."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = _("E-mail address")
        for field in self.fields.values():
            field.widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""


class PasswordForgottenForm(ResetPasswordForm):  # type: ignore[misc]
    """The e-mail address to which a link for a new password goes."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["email"].label = _("E-mail address")
        self.fields["email"].widget.attrs.pop("placeholder", None)

    def save(self, request: HttpRequest, **kwargs: Any) -> str:
        """Send the link, or tell an address without an account that there is none; the page is the same."""
        email: str = self.cleaned_data["email"]
        try:
            if self.users:
                super().save(request, **kwargs)
            else:
                # The library's own way would offer to sign up.
                get_adapter().send_mail("account/email/unknown_account", email, {"request": request})
        except OSError as problem:
            log.error("mail_not_sent", error=str(problem))
            messages.error(request, _("The mail server did not take the message. Tell an administrator."))
        return email


class PasswordAgainForm(PasswordForm):  # type: ignore[misc]
    """The password once more, before a change to the account."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["password"].widget.attrs.pop("placeholder", None)
        self.fields["password"].help_text = ""


class NewPasswordForm(ChangePasswordForm):  # type: ignore[misc]
    """The old password and twice the new one."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        labels = (_("Current password"), _("New password"), _("New password again"))
        for name, label in zip(("oldpassword", "password1", "password2"), labels, strict=True):
            self.fields[name].label = label
            self.fields[name].widget.attrs.pop("placeholder", None)


def _ask_for_code(form: forms.Form, label: Any, help_text: Any = "") -> None:
    form.fields["code"].label = label
    form.fields["code"].help_text = help_text
    form.fields["code"].widget = forms.TextInput(attrs=CODE_INPUT)


class FactorForm(AuthenticateForm):  # type: ignore[misc]
    """The second factor at sign-in."""

    def clean_code(self) -> str:
        """A code that is right and was not used before."""
        return _unspent(self.user, super().clean_code())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, _("Code"), _("Of your authenticator app, or one of your recovery codes."))


class FactorAgainForm(ReauthenticateForm):  # type: ignore[misc]
    """The second factor once more, before a change to the account."""

    def clean_code(self) -> str:
        """As at sign-in."""
        return _unspent(self.user, super().clean_code())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, _("Code"), _("Of your authenticator app, or one of your recovery codes."))


def _unspent(user: User, code: str) -> str:
    if code_spent(user=user, code=code):
        raise get_factor_adapter().validation_error("incorrect_code")
    return code


class AppForm(ActivateTOTPForm):  # type: ignore[misc]
    """The first code of an authenticator app, which shows that it has the secret."""

    def clean_code(self) -> str:
        """A code that is right; it opens nothing afterwards."""
        return _unspent(self.user, super().clean_code())

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _ask_for_code(self, _("Code that the app shows now"))


class KeyForm(AddWebAuthnForm):  # type: ignore[misc]
    """A security key or passkey that is added."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].help_text = _("So that you know it again, for example where you keep it.")
        self.fields["name"].max_length = 60
        self.fields["passwordless"].label = _("Use it as a passkey, without a password")
        self.fields["passwordless"].help_text = _(
            "The key then asks for a fingerprint, your face or its own PIN. Not every key can."
        )


class KeyNameForm(EditWebAuthnForm):  # type: ignore[misc]
    """Another name for a key."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["name"].label = _("Name of the key")
        self.fields["name"].widget.attrs["maxlength"] = 60


class SignInPolicyForm(forms.Form):
    """What an administrator asks of sign-in."""

    factor_roles = forms.MultipleChoiceField(
        label=_("Roles that need a second factor"),
        choices=[(role.value, role.label) for role in Role if role != Role.PARTNER],
        widget=forms.CheckboxSelectMultiple,
        required=False,
        help_text=_("A person of these roles who has none is led to it before anything else."),
    )
    idle_minutes = forms.IntegerField(
        label=_("Signed out after minutes without activity"),
        help_text=_("Between 5 and 720. Holds from the next sign-in of each person."),
    )
    session_hours = forms.IntegerField(
        label=_("Signed out in any case after hours"),
        help_text=_("Between 1 and 24. Holds from the next sign-in of each person."),
    )
    version = forms.IntegerField(widget=forms.HiddenInput)

    def clean_idle_minutes(self) -> int:
        return _within(self.cleaned_data["idle_minutes"], SignInPolicy.IDLE_MINUTES)

    def clean_session_hours(self) -> int:
        return _within(self.cleaned_data["session_hours"], SignInPolicy.SESSION_HOURS)

    @classmethod
    def of_now(cls) -> "SignInPolicyForm":
        """The form with the policy in force."""
        policy = policy_current()
        names = ("factor_roles", "idle_minutes", "session_hours", "version")
        return cls(initial={name: getattr(policy, name) for name in names})


def _within(value: int, limits: tuple[int, int]) -> int:
    if not limits[0] <= value <= limits[1]:
        raise ValidationError(
            _("Enter a whole number from %(least)d to %(most)d."),
            params={"least": limits[0], "most": limits[1]},
        )
    return value
