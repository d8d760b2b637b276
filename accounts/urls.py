"""Sign-in pages of django-allauth that we use, and our own. Self-registration has no address."""

from allauth.account import views as allauth_views
from django.urls import path, re_path
from django.views.decorators.http import require_POST

from accounts.policies import PUBLIC, SIGNED_IN
from accounts.views.access import requires
from accounts.views.language import language_set

urlpatterns = [
    path("sign-in/", requires(PUBLIC)(allauth_views.login), name="account_login"),
    path("sign-out/", requires(PUBLIC)(allauth_views.logout), name="account_logout"),
    path("inactive/", requires(PUBLIC)(allauth_views.account_inactive), name="account_inactive"),
    path("reauthenticate/", requires(SIGNED_IN)(allauth_views.reauthenticate), name="account_reauthenticate"),
    path(
        "password/change/", requires(SIGNED_IN)(allauth_views.password_change), name="account_change_password"
    ),
    path("password/set/", requires(SIGNED_IN)(allauth_views.password_set), name="account_set_password"),
    path("password/reset/", requires(PUBLIC)(allauth_views.password_reset), name="account_reset_password"),
    path(
        "password/reset/done/",
        requires(PUBLIC)(allauth_views.password_reset_done),
        name="account_reset_password_done",
    ),
    # Not <slug:…>: a slug may hold hyphens and would swallow a part of the key.
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        requires(PUBLIC)(allauth_views.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        requires(PUBLIC)(allauth_views.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
    path("language/", require_POST(requires(PUBLIC)(language_set)), name="set_language"),
]
