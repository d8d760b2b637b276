"""Questions about the directory, answered with plain data."""

from collections.abc import Iterable
from dataclasses import dataclass

from django_countries import countries

from accounts.models import User
from partners.models import Organization, Site, SiteAlias


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


def sites_by_fei(feis: Iterable[str]) -> dict[str, int]:
    """The primary key of each FEI that the directory knows. One query."""
    found = Site.objects.filter(fei__in=set(feis)).values_list("fei", "pk")
    return {fei: pk for fei, pk in found if fei}


def aliases_of(site: Site) -> list[str]:
    """Further spellings of the site's name, sorted. One query."""
    return list(SiteAlias.objects.filter(site=site).exclude(name=site.name).values_list("name", flat=True))


def unclassified_count() -> int:
    """Organizations that wait for a person to say what they are. One query."""
    return Organization.objects.filter(kind=Organization.Kind.UNCLASSIFIED).count()


def country_name(code: str) -> str:
    """The country in the reader's language, or nothing for an unknown code."""
    return str(countries.name(code)) if code else ""


def place_of(site: Site) -> str:
    """Where the site is, in words: city and country, or what is known of them."""
    return ", ".join(part for part in (site.city, country_name(site.country.code or "")) if part)
