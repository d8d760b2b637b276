"""What people choose about news: sites that they watch by hand, and how often they are written to."""

from __future__ import annotations

from accounts.models import User
from accounts.roles import Role
from partners.models import NewsMail, Site, SiteWatch
from partners.policies import SitePolicy
from records.context import recorded

Rhythm = NewsMail.Rhythm
# Whose work it is to hear of it. Everybody else is written to once they ask for it.
USUALLY_DAILY = (Role.SOURCING, Role.QA)


def site_watch(*, site: Site, actor: User) -> SiteWatch:
    """Watch a site by hand; twice is once.

    Raises:
        PermissionDenied: when the person's role does not see the directory.
    """
    SitePolicy.view.require(actor)
    with recorded(actor=actor):
        SiteWatch.objects.bulk_create([SiteWatch(user=actor, site=site)], ignore_conflicts=True)
        return SiteWatch.objects.get(user=actor, site=site)


def site_unwatch(*, site: Site, actor: User) -> bool:
    """End what was begun by hand; false where there was nothing. What one's work brings is watched on."""
    SitePolicy.view.require(actor)
    with recorded(actor=actor):
        deleted, _by_model = SiteWatch.objects.filter(user=actor, site=site).delete()
    return bool(deleted)


def rhythm_set(*, rhythm: str, actor: User) -> NewsMail:
    """Choose how often one is written to.

    Raises:
        PermissionDenied: when the person's role does not see the directory.
        ValidationError: for a rhythm that there is none of.
    """
    SitePolicy.view.require(actor)
    with recorded(actor=actor):
        row = NewsMail.objects.select_for_update().filter(user=actor).first() or NewsMail(user=actor)
        row.rhythm = rhythm
        row.full_clean(validate_unique=False)
        row.save()
    return row


def rhythm_of(user: User, chosen: str | None) -> Rhythm:
    """How often a person is written to: what they chose, else what their role usually wants."""
    if chosen:
        return Rhythm(chosen)
    return Rhythm.DAILY if user.role in USUALLY_DAILY else Rhythm.OFF


def rhythm_chosen(user: User) -> Rhythm:
    """How often this person is written to. One query."""
    return rhythm_of(user, NewsMail.objects.filter(user=user).values_list("rhythm", flat=True).first())
