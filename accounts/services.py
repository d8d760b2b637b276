"""Changes to people."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.policies import UserPolicy
from accounts.roles import Role
from accounts.sessions import sessions_end
from accounts.sign_in_policy import enrollment_refresh
from accounts.tokens import tokens_end
from common.recording import recorded


def user_language_set(*, user: User, language: str) -> None:
    """Keep the language a person chose; an unknown one is ignored, since the switch offers only ours."""
    if language in dict(settings.LANGUAGES) and language != user.language:
        with recorded(actor=user):
            user.language = language
            user.save(update_fields=["language"])


def user_create(*, email: str, full_name: str, role: str, language: str, actor: User | None) -> User:
    """Create a person without a password: they choose one through `password_link`.

    Raises:
        PermissionDenied: when the acting person is not an administrator.
        ValidationError: for an address that is taken or wrong, or an unknown role or language.
    """
    UserPolicy.change.require(actor)
    with recorded(actor=actor):
        user = User.objects.create_user(email, full_name=full_name.strip(), role=role, language=language)
        enrollment_refresh(User.objects.filter(pk=user.pk))
    return user


def user_update(
    *, user: User, full_name: str, role: str, language: str, is_active: bool, actor: User | None
) -> User:
    """Change a person. Disabling them ends their sessions and revokes their access tokens at once.

    Raises:
        PermissionDenied: when the acting person is not an administrator.
        ValidationError: when people disable themselves, or the last active administrator would be gone.
    """
    UserPolicy.change.require(actor)
    with recorded(actor=actor):
        # Every administrator is locked: two of them who demote each other at once take turns.
        administrators = set(
            User.objects.select_for_update()
            .filter(role=Role.ADMINISTRATOR, is_active=True)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        row = User.objects.select_for_update().get(pk=user.pk)
        if actor is not None and actor.pk == row.pk and not is_active:
            raise ValidationError({"is_active": _("You cannot disable your own account.")})
        stays = is_active and role == Role.ADMINISTRATOR
        if not stays and administrators == {row.pk}:
            raise ValidationError(
                _("This is the last active administrator. Make someone else an administrator first.")
            )
        ends = row.is_active and not is_active
        row.full_name, row.role, row.language, row.is_active = full_name.strip(), role, language, is_active
        row.full_clean(exclude=["password"])
        row.save(update_fields=["full_name", "role", "language", "is_active"])
        enrollment_refresh(User.objects.filter(pk=row.pk))
        if ends:
            sessions_end(user=row)
            tokens_end(user=row, actor=actor)
    return row
