"""Filters over panels, their scores and decisions that read as words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

from django.contrib.auth.models import AnonymousUser
from django.db import models

from programs.models import Program

if TYPE_CHECKING:
    from accounts.models import User
    from scorecards.models import (  # noqa: F401
        AgreedScore,
        FloorException,
        Panel,
        PanelScore,
        PanelSeat,
        SourcingDecision,
        WrittenAnchors,
    )

    type Person = User | AnonymousUser

# States of a panel in which its scores may be read by the members of the program.
REVEALED = ("closed", "settled", "withdrawn")
_REVEALED = models.Q(panel__state__in=REVEALED, seat__submitted_at__isnull=False, seat__left_out=False)


def _own_id(user: Person) -> int:
    return 0 if isinstance(user, AnonymousUser) else int(user.pk)


class PanelQuerySet(models.QuerySet["Panel"]):
    def visible_to(self, user: Person) -> Self:
        """Panels of the person's programs: what they ask and who sits on them, never what was scored."""
        return self.filter(work_package__program__in=Program.objects.visible_to(user))


class PanelSeatQuerySet(models.QuerySet["PanelSeat"]):
    def visible_to(self, user: Person) -> Self:
        """Who sits on the panels of the person's programs."""
        return self.filter(panel__work_package__program__in=Program.objects.visible_to(user))

    def to_score(self, user: User) -> Self:
        """Seats of a person that wait for their scores."""
        return self.visible_to(user).awaited().filter(assessor=user, panel__state="open")

    def awaited(self) -> Self:
        """Seats whose scores are still to come: not handed in, and their assessor has not left."""
        return self.filter(submitted_at__isnull=True, left_at__isnull=True)

    def counted(self) -> Self:
        """Seats that count: all but those who left without handing in, or whose scores were left out."""
        return self.exclude(left_out=True).exclude(left_at__isnull=False, submitted_at__isnull=True)


class PanelScoreQuerySet(models.QuerySet["PanelScore"]):
    def visible_to(self, user: Person) -> Self:
        """One's own scores, and those that were handed in to panels which have closed. Nobody sees more."""
        return self.filter(
            models.Q(seat__assessor_id=_own_id(user)) | _REVEALED,
            panel__work_package__program__in=Program.objects.visible_to(user),
        )

    def revealed(self) -> Self:
        """Handed in to panels that have closed: what may be counted, averaged and ordered."""
        return self.filter(_REVEALED)


class AgreedScoreQuerySet(models.QuerySet["AgreedScore"]):
    def visible_to(self, user: Person) -> Self:
        """Agreed scores of the person's programs; there are none before a panel closes."""
        return self.filter(panel__work_package__program__in=Program.objects.visible_to(user))


class SourcingDecisionQuerySet(models.QuerySet["SourcingDecision"]):
    def visible_to(self, user: Person) -> Self:
        """Decisions of the person's programs."""
        return self.filter(work_package__program__in=Program.objects.visible_to(user))


class WrittenAnchorsQuerySet(models.QuerySet["WrittenAnchors"]):
    def visible_to(self, user: Person) -> Self:
        """Anchors written for the person's programs."""
        return self.filter(work_package__program__in=Program.objects.visible_to(user))


class FloorExceptionQuerySet(models.QuerySet["FloorException"]):
    def visible_to(self, user: Person) -> Self:
        """Exceptions of the person's programs."""
        return self.filter(work_package__program__in=Program.objects.visible_to(user))
