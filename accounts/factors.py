"""Second factors of people: who has which, taking them away, and asking for one."""

from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.forms import ReauthenticateWebAuthnForm
from django.conf import settings
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.factor_keys import secret_renew
from accounts.models import User
from accounts.policies import UserPolicy
from accounts.sessions import sessions_end
from accounts.sign_in_policy import FACTORS
from common.recording import recorded


def factor_types(user: User) -> frozenset[str]:
    """The kinds of second factors the person has; recovery codes alone are none. One query."""
    found = frozenset(Authenticator.objects.filter(user_id=user.pk).values_list("type", flat=True))
    return found if found & set(FACTORS) else frozenset()


def factor_confirm(*, user: User, code: str, credential: str) -> None:
    """Check a code of the app, a recovery code, or the answer of a security key.

    Raises:
        ValidationError: with the sentence to show, when it is neither or too many were tried.
    """
    if credential:
        form = ReauthenticateWebAuthnForm(user=user, data={"credential": credential})
        if not form.is_valid():
            raise ValidationError(_("The security key was not recognized. Try again."))
        form.cleaned_data["credential"].record_usage()
        return
    coded = Authenticator.objects.filter(user_id=user.pk).exclude(type=Authenticator.Type.WEBAUTHN)
    for authenticator in coded.order_by("-type"):
        if authenticator.wrap().validate_code(code.strip()) and not code_spent(user=user, code=code):
            authenticator.record_usage()
            return
    raise ValidationError(_("This code is not correct, or was used before. Wait for the next one."))


def code_spent(*, user: User, code: str) -> bool:
    """Whether a valid code was used before; from now on it was.

    The library forgets a code after one period, while a clock that may be off lets it be good for longer:
    whoever read it over a shoulder could use it once more.
    """
    good_for = (2 * app_settings.TOTP_TOLERANCE + 1) * app_settings.TOTP_PERIOD
    return not cache.add(f"factor_spent:{user.pk}:{normalize_user_code(code)}", True, good_for)


def factors_remove(*, user: User, reason: str, actor: User) -> None:
    """Take all second factors of a person away, for a lost phone; ends their sessions and tells them.

    Raises:
        PermissionDenied: when the acting person is not an administrator.
        ValidationError: without a reason, for oneself, or when there is nothing to take away.
    """
    UserPolicy.change.require(actor)
    if actor.pk == user.pk:
        raise ValidationError(_("You remove your own factors on your own page, with your password."))
    if not reason.strip():
        raise ValidationError(_("Say why the second factors are removed."))
    with recorded(actor=actor, reason=reason.strip()):
        held = list(Authenticator.objects.select_for_update().filter(user_id=user.pk))
        if not held:
            raise ValidationError(_("This person has no second factor."))
        for authenticator in held:
            authenticator.delete()
        sessions_end(user=user)
        transaction.on_commit(lambda: _tell_removed(user, actor), robust=True)


def factors_renew() -> tuple[int, int]:
    """Put every stored secret under the first key. Returns how many were renewed, how many are lost."""
    renewed = unreadable = 0
    for authenticator in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk"):
        try:
            data = dict(authenticator.data)
            for name in ("secret", "seed"):
                if name in data:
                    data[name] = secret_renew(data[name])
        except ValidationError:
            unreadable += 1
            continue
        authenticator.data = data
        authenticator.save(update_fields=["data"])
        renewed += 1
    return renewed, unreadable


def factors_unreadable() -> int:
    """How many stored secrets none of the server's keys opens. One query."""
    count = 0
    for data in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).values_list(
        "data", flat=True
    ):
        try:
            secret_renew(data.get("secret") or data.get("seed") or "")
        except ValidationError:
            count += 1
    return count


def _tell_removed(user: User, actor: User) -> None:
    with override(user.language):
        subject = render_to_string("mfa/email/factors_removed_subject.txt").strip()
        text = render_to_string("mfa/email/factors_removed_message.txt", {"administrator": actor.full_name})
    send_mail(subject, text, settings.DEFAULT_FROM_EMAIL, [user.email])
