"""Sign-in pages of django-allauth that we use, and our own. Self-registration has no address."""

import functools
from typing import Any

from allauth.account import views as allauth_views
from allauth.mfa.base import views as factor_views
from allauth.mfa.recovery_codes import views as recovery_views
from allauth.mfa.webauthn import views as key_views
from allauth.socialaccount import views as provider_views
from allauth.socialaccount.providers.openid_connect import views as openid_views
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import URLPattern, path, re_path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView

from accounts.policies import PUBLIC, SIGNED_IN
from accounts.views.access import View, requires
from accounts.views.factors import app_activate, app_deactivate, recovery_codes, security
from accounts.views.language import language_set
from accounts.views.sessions import session_end_view, session_list, sessions_end_others
from accounts.views.tokens import token_list, token_make, token_revoke_view
from common.recording import recorded

public, signed_in = requires(PUBLIC), requires(SIGNED_IN)


def changing(view: View) -> View:
    """A page of the library that changes how somebody signs in: its writes get the person's name."""

    @signed_in
    @functools.wraps(view)
    def named(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.method != "POST":
            return view(request, *args, **kwargs)
        with recorded():
            return view(request, *args, **kwargs)

    return named


passwords = [
    path("sign-in/", public(allauth_views.login), name="account_login"),
    path("sign-out/", public(allauth_views.logout), name="account_logout"),
    path("inactive/", public(allauth_views.account_inactive), name="account_inactive"),
    path("reauthenticate/", signed_in(allauth_views.reauthenticate), name="account_reauthenticate"),
    path("password/change/", changing(allauth_views.password_change), name="account_change_password"),
    path("password/set/", changing(allauth_views.password_set), name="account_set_password"),
    path("password/reset/", public(allauth_views.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/",
        public(allauth_views.password_reset_done),
        name="account_reset_password_done",
    ),
    # Not <slug:…>: a slug may hold hyphens and would swallow a part of the key.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        public(allauth_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        public(allauth_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]

factors = [
    path("security/", security, name="mfa_index"),
    path("factor/", public(factor_views.authenticate), name="mfa_authenticate"),
    path("factor/again/", signed_in(factor_views.reauthenticate), name="mfa_reauthenticate"),
    path("factor/app/", changing(app_activate), name="mfa_activate_totp"),
    path("factor/app/remove/", changing(app_deactivate), name="mfa_deactivate_totp"),
    path("factor/codes/", recovery_codes, name="mfa_view_recovery_codes"),
    path(
        "factor/codes/renew/",
        changing(recovery_views.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("factor/keys/", signed_in(RedirectView.as_view(pattern_name="mfa_index")), name="mfa_list_webauthn"),
    path("factor/keys/add/", changing(key_views.add_webauthn), name="mfa_add_webauthn"),
    path(
        "factor/keys/again/", signed_in(key_views.reauthenticate_webauthn), name="mfa_reauthenticate_webauthn"
    ),
    path("factor/keys/sign-in/", public(key_views.login_webauthn), name="mfa_login_webauthn"),
    path("factor/keys/<int:pk>/remove/", changing(key_views.remove_webauthn), name="mfa_remove_webauthn"),
    path("factor/keys/<int:pk>/rename/", changing(key_views.edit_webauthn), name="mfa_edit_webauthn"),
]

# Answered with 404 unless the environment names a provider.
provider = [
    path("oidc/<slug:provider_id>/", public(openid_views.login), name="openid_connect_login"),
    path("oidc/<slug:provider_id>/back/", public(openid_views.callback), name="openid_connect_callback"),
    path("oidc/", public(provider_views.login_error), name="socialaccount_login_error"),
    path("oidc-cancelled/", public(provider_views.login_cancelled), name="socialaccount_login_cancelled"),
]

urlpatterns: list[URLPattern] = [
    *passwords,
    *factors,
    *provider,
    path("sessions/", session_list, name="account_sessions"),
    path("sessions/end/", sessions_end_others, name="account_sessions_end"),
    path("sessions/<int:pk>/end/", session_end_view, name="account_session_end"),
    path("tokens/", token_list, name="account_tokens"),
    path("tokens/new/", token_make, name="account_token_make"),
    path("tokens/<int:pk>/revoke/", token_revoke_view, name="account_token_revoke"),
    path("language/", require_POST(public(language_set)), name="set_language"),
]
