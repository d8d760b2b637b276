"""Names are found in memory as PostgreSQL's trigrams would find them, and follow every change."""

from datetime import date
from typing import Any

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from partners.models import Organization, SiteAlias
from tests import makers
from workspace.site_index.cache import SiteColumnsCache
from workspace.site_index.names import THRESHOLD, NameIndex, Words, likeness, trigrams

NAMES = (
    "alderwick biologics",
    "pine crest labs",
    "pinecrest pharma 12, rosedale",
    "ravenmoor bio",
    "laboratoires l'etoile-du-nord s.a.s.",
    "3m health & care",
    "brisemont",
)
LETTERS = st.text("abcdeilnorst-' 12&", min_size=1, max_size=24)


def asked(query: str, *values: str) -> Any:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return cursor.fetchone()[0]


@pytest.mark.django_db
@pytest.mark.parametrize("name", [*NAMES, "étoile", "北京 制药"])
def test_words_are_cut_into_trigrams_as_the_database_cuts_them(name: str) -> None:
    if name.isascii():
        assert set(trigrams(name)) == set(asked("SELECT show_trgm(%s)", name))
    assert likeness(frozenset(trigrams(name)), trigrams(name)) == 1


@pytest.mark.django_db
@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(word=LETTERS, name=LETTERS)
def test_likeness_is_the_similarity_that_the_database_documents(word: str, name: str) -> None:
    wanted = frozenset(trigrams(word))
    ours = likeness(wanted, trigrams(name))
    theirs = asked("SELECT word_similarity(%s, %s)", word, name)
    # The database moves its stretch greedily and may miss the best one; it never finds a better one.
    assert ours >= theirs - 1e-6
    every = [
        trigrams(name)[a:b] for a in range(len(trigrams(name))) for b in range(a + 1, len(trigrams(name)) + 1)
    ]
    best = max((len(wanted & set(part)) / len(wanted | set(part)) for part in every), default=0.0)
    assert ours == pytest.approx(best)


@settings(max_examples=200, deadline=None)
@given(
    word=LETTERS.filter(lambda text: len(text.split()) == 1 and len(text.strip()) > 2),
    names=st.lists(LETTERS, min_size=1, max_size=8),
)
def test_the_index_finds_what_looking_at_every_name_finds(word: str, names: list[str]) -> None:
    typed = word.strip()
    index = NameIndex.of(Words(), ([name] for name in names))
    found = index.closeness(typed)
    assert found is not None
    for name, close in zip(names, found.tolist(), strict=True):
        exact = any(typed in part for part in name.split())
        value = 1.0 if exact else likeness(frozenset(trigrams(typed)), trigrams(" ".join(name.split())))
        assert close == pytest.approx(value if value >= THRESHOLD else 0.0)


def test_names_added_and_taken_away_are_found_and_not_found(committed_db: str) -> None:
    cache = SiteColumnsCache()

    def found(text: str) -> list[int]:
        columns = cache.current()
        close = columns.names.closeness(text)
        assert close is not None
        return sorted(columns.numbers["site_id"][close > 0].tolist())

    first, second = makers.site("Alderwick Biologics"), makers.site("Ravenmoor Bio")
    assert found("alderwik") == [first.pk]
    alias = SiteAlias.objects.create(site=second, name="Alderwick Bio Inc.")
    assert found("alderwik") == [first.pk, second.pk]
    with connection.cursor() as cursor:
        cursor.execute("UPDATE partners_sitealias SET name_key = 'zenith' WHERE id = %s", [alias.pk])
    assert found("alderwik") == [first.pk]
    assert found("zenit") == [second.pk]
    SiteAlias.objects.all().delete()
    assert found("zenit") == []
    Organization.objects.filter(pk=first.organization_id).update(name_key="quarry holding")
    assert found("quary") == [first.pk]
    third = makers.site("Quarry Sterile")
    assert found("quary") == [first.pk, third.pk]
    first.delete()
    assert found("quary") == [third.pk]
    assert cache.current().abilities(date(2026, 1, 1)).sites == 2
