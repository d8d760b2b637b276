"""Filters over sites that read as words."""

from datetime import date
from typing import TYPE_CHECKING, Any, Self

from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.db import models
from django.db.models import Exists, OuterRef, Q

from accounts.roles import STAFF
from common.text import name_key

if TYPE_CHECKING:
    from accounts.models import User
    from partners.models import Site  # noqa: F401


class EvidenceQuerySet(models.QuerySet[Any]):
    """Evidence of any kind about sites and organizations."""

    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """As the directory: the company's own people see it, a partner contact does not."""
        if isinstance(user, AnonymousUser) or not user.is_active or user.role not in STAFF:
            return self.none()
        return self

    def current(self) -> Self:
        """What no newer row has replaced."""
        return self.filter(replaced_on__isnull=True)

    def known_by(self, as_of: date) -> Self:
        """What was believed on a past day: recorded by then and not yet replaced."""
        return self.filter(Q(replaced_on__isnull=True) | Q(replaced_on__gt=as_of)).filter(
            Q(known_on__lte=as_of) | Q(known_on__isnull=True, recorded_at__date__lte=as_of)
        )


class SiteQuerySet(models.QuerySet["Site"]):
    def visible_to(self, user: "User | AnonymousUser") -> Self:
        """The directory is open to the company's own people; a partner contact sees none of it."""
        if isinstance(user, AnonymousUser) or not user.is_active or user.role not in STAFF:
            return self.none()
        return self

    def classified(self) -> Self:
        """Sites of organizations that a person has said what they are."""
        return self.exclude(organization__kind="unclassified")

    def matching(self, text: str) -> Self:
        """Sites whose name, alias, organization, city or FEI contains every word of the text.

        Accents and case do not count. Close spellings are a later step (trigram similarity).
        """
        aliases = apps.get_model("partners", "SiteAlias")._default_manager
        found = self
        for word in name_key(text).split():
            alias = aliases.filter(site=OuterRef("pk"), name_key__contains=word)
            found = found.filter(
                Q(name_key__contains=word)
                | Q(organization__name_key__contains=word)
                | Q(city__icontains=word)
                | Q(fei__startswith=word)
                | Exists(alias)
            )
        return found
