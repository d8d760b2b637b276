"""The quality of one site on its own page: figures of three years and its CAPAs."""

from dataclasses import dataclass

from django.utils import timezone

from accounts.models import User
from audits.capas.policies import CapaPolicy
from audits.capas.selectors import Card, capas_of_site, card_of
from audits.figures.facts import Period
from audits.figures.selectors import gather
from audits.figures.shown import Tile, tiles_of
from common.months import months_before
from partners.models import Site

MONTHS = 36
MOST_CAPAS = 6
# Places in `tiles_of`: what is open, on time, effective and critical. One row; the quality page has them all.
SHOWN = (0, 1, 2, 4)


@dataclass(frozen=True, slots=True)
class SiteQualityBlock:
    """What the overview of a site shows. No tiles where nothing was audited and no CAPA is on record."""

    tiles: tuple[Tile, ...]
    cards: tuple[Card, ...]
    total: int
    may_open: bool
    months: int = MONTHS


def site_quality(site: Site, user: User) -> SiteQualityBlock:
    """The block of a site. Four queries."""
    today = timezone.localdate()
    period = Period(months_before(today, MONTHS), today)
    gathered = gather(period=period, site_ids=[site.pk])
    known = bool(gathered.capas or gathered.findings)
    capas = capas_of_site(site.pk, user)
    tiles = tiles_of(gathered.figures(), period, site.pk)
    return SiteQualityBlock(
        tiles=tuple(tiles[place] for place in SHOWN) if known else (),
        cards=tuple(card_of(capa, user, today) for capa in capas[:MOST_CAPAS]) if gathered.capas else (),
        total=len(gathered.capas),
        may_open=CapaPolicy.change.allows(user),
    )
