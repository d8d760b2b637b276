"""Which sites a person watches, and why: by hand, as candidates of their programs, for quality."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import OuterRef, Subquery

from accounts.models import User
from accounts.roles import Role
from partners.models import Site, SiteWatch
from partners.querysets import SiteQuerySet
from programs.selectors import Candidacy
from workspace.news import WATCHED_BY_QUALITY, candidate_codes, watched_sites


@dataclass(frozen=True, slots=True)
class Watched:
    """A site with every reason for which a person watches it.

    `programs` are codes of their own programs; `since` is when they began to watch it by hand.
    """

    site: Site
    programs: tuple[str, ...]
    since: datetime | None
    for_quality: bool

    @property
    def is_watched(self) -> bool:
        return bool(self.programs or self.since or self.for_quality)

    @property
    def by_work(self) -> bool:
        """Watched whatever the person chooses."""
        return bool(self.programs or self.for_quality)

    @property
    def name_key(self) -> str:
        return self.site.name_key


def why_watched(user: User, site: Site) -> Watched:
    """Why a person watches this site, if they do. Two queries."""
    return _watched(user, [site], candidate_codes(user, site))[0]


def with_watch(sites: SiteQuerySet, user: User) -> SiteQuerySet:
    """Sites with since when the person watches each of them by hand."""
    chosen = SiteWatch.objects.filter(user=user, site=OuterRef("pk")).values("began_at")
    return sites.annotate(watched_since=Subquery(chosen))


def watched_for(user: User, site: Site, candidacies: Iterable[Candidacy]) -> Watched:
    """Why a person watches a site `with_watch`, whose candidacies are read already. No query."""
    return Watched(
        site=site,
        programs=tuple(dict.fromkeys(each.code for each in candidacies if each.is_in_play)),
        since=getattr(site, "watched_since", None),
        for_quality=_for_quality(user, site),
    )


def watched_of(user: User) -> list[Watched]:
    """Every site that a person watches, by name. Three queries."""
    sites = watched_sites(user).select_related("organization").order_by("name_key", "pk")
    return _watched(user, list(sites), candidate_codes(user))


def _watched(user: User, sites: Sequence[Site], codes: dict[int, list[str]]) -> list[Watched]:
    chosen = dict(SiteWatch.objects.filter(user=user, site__in=sites).values_list("site", "began_at"))
    return [
        Watched(
            site=site,
            programs=tuple(codes.get(site.pk, ())),
            since=chosen.get(site.pk),
            for_quality=_for_quality(user, site),
        )
        for site in sites
    ]


def _for_quality(user: User, site: Site) -> bool:
    return user.role == Role.QA and site.standing in WATCHED_BY_QUALITY
