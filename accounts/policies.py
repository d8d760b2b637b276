"""Who may do what. A policy groups the permissions of one model; views and services ask the same one.

Which rows a person sees is a different question, answered by `Model.objects.visible_to(user)`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.utils.translation import gettext as _

from accounts.roles import EVERYONE, STAFF, Role

if TYPE_CHECKING:
    from accounts.models import User


@dataclass(frozen=True)
class Permission:
    """The roles that may do one thing. `public` is for pages that need no sign-in.

    `invited` is for pages that no account opens: only who came by an invitation, which the view looks up
    itself.
    """

    roles: frozenset[Role]
    public: bool = False
    invited: bool = False

    def allows(self, user: "User | AnonymousUser | None") -> bool:
        """Whether the person may; without a person it is the system itself, which may."""
        if user is None or self.public:
            return True
        if isinstance(user, AnonymousUser) or not user.is_active:
            return False
        return user.role in self.roles

    def require(self, user: "User | AnonymousUser | None") -> None:
        """Raise `PermissionDenied` when the person may not."""
        if not self.allows(user):
            raise PermissionDenied(_("Your role does not allow this."))


def allow(*roles: Role) -> Permission:
    """A permission of the named roles."""
    return Permission(frozenset(roles))


def allow_all(roles: Iterable[Role]) -> Permission:
    return Permission(frozenset(roles))


PUBLIC = Permission(EVERYONE, public=True)
SIGNED_IN = Permission(EVERYONE)
INVITED = Permission(frozenset(), invited=True)


class UserPolicy:
    """People and their roles."""

    view = allow(Role.ADMINISTRATOR)
    change = allow(Role.ADMINISTRATOR)


class TokenPolicy:
    """Access tokens. Each person makes and revokes their own; administrators see and revoke all."""

    own = allow_all(STAFF)
    view_all = allow(Role.ADMINISTRATOR)
