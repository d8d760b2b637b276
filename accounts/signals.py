"""Around sign-in: sessions are noted, other sessions end with a new password, factors are counted."""

from typing import Any

import structlog
from allauth.account.signals import password_changed, password_reset, password_set
from allauth.mfa.models import Authenticator
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db.models.signals import post_delete, post_save
from django.dispatch import receiver
from django.http import HttpRequest

from accounts.models import SignedIn, User
from accounts.sessions import HAS_SIGNED_OUT, HELD, session_begin, session_follow, sessions_end
from accounts.sign_in_policy import enrollment_refresh

log = structlog.get_logger(__name__)


@receiver(user_logged_in)
def sign_in_begun(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """A session begins. Whoever needs a factor and has none is known from here on."""
    session_begin(request, user)
    enrollment_refresh(User.objects.filter(pk=user.pk))


@receiver(user_logged_out)
def sign_out_noted(request: HttpRequest, **_kwargs: Any) -> None:
    setattr(request, HAS_SIGNED_OUT, True)
    held = request.session.get(HELD)
    if held is not None:
        SignedIn.objects.filter(pk=held["row"]).delete()


@receiver(user_login_failed)
def sign_in_refused(**_kwargs: Any) -> None:
    """No name and no address: they are personal, and a password typed as a name would stand in the log."""
    log.info("sign_in_refused")


@receiver([password_changed, password_set, password_reset])
def other_sessions_end(request: HttpRequest, user: User, **_kwargs: Any) -> None:
    """Whoever knew the former password is out."""
    session_follow(request)
    sessions_end(user=user, keep=request.session.session_key or "")


@receiver([post_save, post_delete], sender=Authenticator)
def factors_counted(instance: Authenticator, created: bool = True, **_kwargs: Any) -> None:
    """A factor came or went, by whichever way: a page, a command, the shell."""
    if created:
        enrollment_refresh(User.objects.filter(pk=instance.user_id))
