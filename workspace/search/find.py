"""Finds what a person may see by a few words: three queries, however much there is."""

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.text import name_key
from common.uniting import united
from partners.selectors import country_name
from workspace.directory import Question, find, rows_at
from workspace.navigation import ACCOUNT_ROOMS, ROOMS
from workspace.search.places import PLACES
from workspace.site_index.cache import CACHE

SHORTEST = 2
LONGEST = 100
# Of each kind; the last line of sites leads to all of them in the directory.
MOST = 5
# How close a site is that has the words as they were typed.
AS_TYPED = 1.0
BY_NAME = {place.name: place for place in PLACES}


@dataclass(frozen=True)
class Hit:
    """One thing that was found, with its page."""

    title: str
    detail: str
    url: str


@dataclass(frozen=True)
class Group:
    """What was found of one kind; ``more`` is the page of all ``count``, where there are more than shown."""

    heading: Promise
    icon: str
    hits: Sequence[Hit]
    more: str = ""
    count: int = 0


def search(user: User, typed: str) -> list[Group]:
    """Rooms, sites and records that hold all words of the text; empty for less than two letters.

    Sites are found as in the directory: without accents, and with a slip of the pen.
    """
    text = " ".join(typed.replace("\0", "").split())[:LONGEST]
    if len(text) < SHORTEST:
        return []
    sites, as_typed = _sites(text)
    records = _records(user, text)
    # What is only spelled alike comes after what holds the words.
    groups = [_rooms(user, text), sites, *records] if as_typed else [_rooms(user, text), *records, sites]
    return [group for group in groups if group.hits]


def _rooms(user: User, text: str) -> Group:
    wanted = name_key(text)
    rooms = [
        room
        for room in (*ROOMS, *ACCOUNT_ROOMS)
        if room.permission.allows(user) and wanted in name_key(str(room.label))
    ]
    hits = [Hit(str(room.label), "", reverse(room.url_name)) for room in rooms]
    return Group(_("Go to"), "chevron-right", hits)


def _sites(text: str) -> tuple[Group, bool]:
    """The sites closest to the text, and whether one is written as typed."""
    today = timezone.localdate()
    found = find(CACHE.current(), Question(today, text=text, unclassified=True))
    places = found.closest_first()[:MOST].tolist()
    hits = [
        Hit(
            row["name"],
            " · ".join(filter(None, (row["city"], country_name(row["country"]), row["fei"]))),
            reverse("workspace:site", args=[row["pk"]]),
        )
        for row in (rows_at(found.columns, places, today) if places else ())
    ]
    more = f"{reverse('workspace:directory')}?{urlencode({'q': text, 'unclassified': 'true'})}"
    as_typed = bool(places) and found.close is not None and float(found.close[places[0]]) >= AS_TYPED
    return Group(_("Sites"), "directory", hits, more, found.count), as_typed


def _records(user: User, text: str) -> list[Group]:
    """All kinds in one query."""
    asked = [place.matching(user, text, MOST) for place in PLACES]
    found: dict[str, list[Hit]] = {}
    for name, key, under, title, detail in united([rows for rows in asked if rows is not None]):
        found.setdefault(name, []).append(Hit(title, detail, BY_NAME[name].address(key, under)))
    return [Group(place.heading, place.icon, found.get(place.name, ())) for place in PLACES]
