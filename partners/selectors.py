"""Questions about the directory, answered with plain data."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramSimilarity
from django.db.models import OuterRef, QuerySet
from django.utils.translation import get_language, override
from django_countries import countries

from accounts.models import User
from common.text import name_key
from partners.models import Organization, Site, SiteAlias
from partners.querysets import SiteQuerySet

# Above this likeness two names may well be the same (trigrams, 0 to 1).
ALIKE = 0.5
# A standing that ends within so many days is told.
ENDING_DAYS = 90


@dataclass(frozen=True, slots=True)
class SiteHit:
    """A site as a search shows it: enough to tell it from the others."""

    pk: int
    name: str
    organization: str
    fei: str
    place: str
    classified: bool


def site_search(*, user: User, text: str, limit: int = 20, without: Iterable[int] = ()) -> list[SiteHit]:
    """Sites whose name, alias, organization, city or FEI has every word; unclassified ones too. One query."""
    if not text.strip():
        return []
    found = (
        Site.objects.visible_to(user)
        .matching(text)
        .exclude(pk__in=list(without))
        .select_related("organization")
        .order_by("name_key", "pk")[:limit]
    )
    return [
        SiteHit(
            pk=site.pk,
            name=site.name,
            organization=site.organization.legal_name,
            fei=site.fei or "",
            place=place_of(site),
            classified=site.organization.kind != Organization.Kind.UNCLASSIFIED,
        )
        for site in found
    ]


def sites_to_requalify(user: User, today: date) -> QuerySet[Site]:
    """Qualified sites, conditionally or not, whose standing has ended or ends within `ENDING_DAYS`."""
    qualified = (Site.Standing.QUALIFIED, Site.Standing.CONDITIONAL)
    until = today + timedelta(days=ENDING_DAYS)
    return Site.objects.visible_to(user).filter(standing__in=qualified, standing_valid_until__lte=until)


def sites_by_fei(feis: Iterable[str]) -> dict[str, int]:
    """The primary key of each FEI that the directory knows. One query."""
    found = Site.objects.filter(fei__in=set(feis)).values_list("fei", "pk")
    return {fei: pk for fei, pk in found if fei}


def aliases_of(site: Site) -> list[str]:
    """Further spellings of the site's name, sorted. One query."""
    return list(SiteAlias.objects.filter(site=site).exclude(name=site.name).values_list("name", flat=True))


def with_aliases(sites: SiteQuerySet) -> SiteQuerySet:
    """Sites that bring their further spellings along as ``alias_names``, sorted."""
    names = SiteAlias.objects.filter(site=OuterRef("pk")).exclude(name=OuterRef("name"))
    return sites.annotate(alias_names=ArraySubquery(names.order_by("name_key").values("name")))


def unclassified() -> QuerySet[Organization]:
    """Organizations that wait for a person to say what they are."""
    return Organization.objects.filter(kind=Organization.Kind.UNCLASSIFIED)


@dataclass(frozen=True, slots=True)
class Alike:
    """Something of nearly the same name that is there already."""

    site_pk: int | None
    name: str
    note: str


def organizations_alike(name: str, *, without: int | None = None, limit: int = 5) -> list[Alike]:
    """Organizations whose name is close to this one, the closest first. Two queries."""
    key = name_key(name)
    close = Organization.objects.filter(name_key__trigram_similar=key).exclude(pk__in=[without or 0])
    ranked = close.annotate(likeness=TrigramSimilarity("name_key", key)).filter(likeness__gte=ALIKE)
    found = list(ranked.order_by("-likeness", "pk")[:limit])
    first_sites = Site.objects.filter(organization__in=found).order_by("-pk")
    site_of = dict(first_sites.values_list("organization_id", "pk"))
    return [
        Alike(site_of.get(each.pk), each.legal_name, country_name(each.country.code or "")) for each in found
    ]


def sites_alike(name: str, *, limit: int = 5) -> list[Alike]:
    """Sites whose name is close to this one, the closest first. One query."""
    key = name_key(name)
    close = Site.objects.filter(name_key__trigram_similar=key).select_related("organization")
    ranked = close.annotate(likeness=TrigramSimilarity("name_key", key)).filter(likeness__gte=ALIKE)
    found = ranked.order_by("-likeness", "pk")[:limit]
    return [Alike(each.pk, each.name, f"{each.organization.legal_name}, {place_of(each)}") for each in found]


def organization_named(name: str) -> Organization | None:
    """The organization of exactly this name, case and accents apart; null for none or several. One query."""
    found = list(Organization.objects.filter(name_key=name_key(name))[:2])
    return found[0] if len(found) == 1 else None


def country_names() -> Mapping[str, str]:
    """Every country in the reader's language by its code, in the order of the words."""
    return _country_names(get_language() or "en")


@functools.cache
def _country_names(language: str) -> Mapping[str, str]:
    """Kept for each language: django-countries translates and sorts all 249 whenever they are listed."""
    with override(language):
        names = {country.code: str(country.name) for country in countries}
    return dict(sorted(names.items(), key=lambda entry: (name_key(entry[1]), entry[0])))


def country_name(code: str) -> str:
    """The country in the reader's language, or nothing for an unknown code."""
    return country_names().get(code, "")


def place_of(site: Site) -> str:
    """Where the site is, in words: city and country, or what is known of them."""
    return ", ".join(part for part in (site.city, country_name(site.country.code or "")) if part)
