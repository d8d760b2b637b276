"""Questions about people."""

from allauth.account.forms import default_token_generator
from allauth.account.utils import user_pk_to_url_str
from django.db import models
from django.urls import reverse

from accounts.models import User


def people_listed() -> models.QuerySet[User]:
    """Everyone, by name. Lazy: one query when read."""
    return User.objects.order_by("full_name", "pk")


def password_path(user: User) -> str:
    """The address at which the person, and nobody who lacks it, may choose a password. No query.

    It works until a password is set or the person signs in, and for `PASSWORD_RESET_TIMEOUT` at most.
    """
    return reverse(
        "account_reset_password_from_key",
        kwargs={"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)},
    )
