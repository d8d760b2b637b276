"""How sign-in is set up: no self-registration, disabled people stay out, secrets encrypted."""

from typing import Any

import structlog
from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.factor_keys import secret_decrypt, secret_encrypt
from accounts.identity_provider import person_of_provider
from accounts.models import User
from accounts.sessions import LANGUAGE_CHOSEN

log = structlog.get_logger(__name__)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Accounts are made by an administrator."""
        return False

    def post_login(self, request: HttpRequest, user: User, **kwargs: Any) -> HttpResponse:
        """Greet people in their own language, unless they chose another just before they signed in.

        What the cookie says else is from whoever sat here before.
        """
        response: HttpResponse = super().post_login(request, user, **kwargs)
        if not request.session.pop(LANGUAGE_CHOSEN, False):
            response.set_cookie(
                settings.LANGUAGE_COOKIE_NAME,
                user.language,
                max_age=settings.LANGUAGE_COOKIE_AGE,
                path=settings.LANGUAGE_COOKIE_PATH,
                domain=settings.LANGUAGE_COOKIE_DOMAIN,
                secure=settings.LANGUAGE_COOKIE_SECURE,
                httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
                samesite=settings.LANGUAGE_COOKIE_SAMESITE,
            )
        return response

    def send_notification_mail(
        self, template_prefix: str, user: User, *args: object, **kwargs: object
    ) -> None:
        """Tell the person of a change to the way they sign in, in their own language.

        The change is made by then: a mail server that does not answer must not turn it into an error.
        """
        try:
            with override(user.language):
                super().send_notification_mail(template_prefix, user, *args, **kwargs)
        except OSError as problem:
            log.error("notification_not_sent", template=template_prefix, user=user.pk, error=str(problem))


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    def encrypt(self, text: str) -> str:
        return secret_encrypt(text)

    def decrypt(self, encrypted_text: str) -> str:
        return secret_decrypt(encrypted_text)

    def get_totp_issuer(self) -> str:
        """The name that stands in the authenticator app; two instances differ by their address."""
        return f"CMO Eval ({self._get_site_name()})"

    def build_totp_svg(self, url: str) -> str:
        """Our page draws the code itself (`accounts.views.factors`)."""
        return ""

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:  # noqa: A002
        number = Authenticator.objects.filter(user_id=user.pk, type=type).count() + 1
        return _("Key %(number)d") % {"number": number}


class IdentityProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """Sign-in through the organization's OpenID Connect provider opens existing accounts only."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: SocialLogin) -> bool:
        return False

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Link the provider's identity to the person with its verified address, or say that there is none."""
        from allauth.core.exceptions import ImmediateHttpResponse

        try:
            person = person_of_provider(sociallogin)
        except PermissionDenied as refusal:
            messages.error(request, str(refusal))
            raise ImmediateHttpResponse(redirect("account_login")) from None
        if not sociallogin.is_existing:
            sociallogin.connect(request, person)
