"""Whom the organization's identity provider may let in: people who have an account here, and nobody else."""

from allauth.socialaccount.models import SocialLogin
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.roles import STAFF


def person_of_provider(login: SocialLogin) -> User:
    """The active person whom the provider names: linked before, or by an address that the provider verified.

    Raises:
        PermissionDenied: with a sentence for the sign-in page. It is the same for a stranger and for a
            disabled person, so that it tells nothing about accounts.
    """
    refusal = PermissionDenied(
        _("No open account belongs to this identity. Ask an administrator of your organization.")
    )
    if login.is_existing:
        found: User | None = User.objects.filter(pk=login.user.pk, is_active=True).first()
        if found is None:
            raise refusal
        return found
    verified = {each.email.lower() for each in login.email_addresses if each.verified is True}
    if not verified:
        raise PermissionDenied(
            _("The identity provider has not verified your e-mail address, so nobody is signed in with it.")
        )
    person = User.objects.filter(email__in=verified, is_active=True, role__in=STAFF).first()
    if person is None:
        raise refusal
    return person
