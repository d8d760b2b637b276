"""Text search over sites that forgives spelling: trigram similarity on names without accents.

Word similarity (PostgreSQL, pg_trgm) compares a typed word with the closest stretch of a name, so that
"alderwik" finds "Alderwick Biologics". A word of one or two letters has no trigram of its own and is looked
for as it stands.
"""

from django.db import connection

from common.text import name_key

SHORTEST = 3
ENOUGH = 10
# One letter too few in a name of nine: "brismont" is 0.58 from "brisemont".
THRESHOLD = "SELECT set_config('pg_trgm.word_similarity_threshold', '0.5', false)"
MOST_WORDS = 6

CLOSE = """
SELECT array_agg(found.id), array_agg(found.closeness) FROM (
    SELECT each.id, max(each.closeness) FROM (
        SELECT s.id, word_similarity(%(word)s, s.name_key) FROM partners_site s WHERE s.name_key %%> %(word)s
        UNION ALL
        SELECT a.site_id, word_similarity(%(word)s, a.name_key) FROM partners_sitealias a
        WHERE a.name_key %%> %(word)s
        UNION ALL
        SELECT s.id, word_similarity(%(word)s, o.name_key) FROM partners_organization o
        JOIN partners_site s ON s.organization_id = o.id WHERE o.name_key %%> %(word)s
    ) AS each(id, closeness) GROUP BY each.id
) AS found(id, closeness)
"""
EXACT = """
SELECT array_agg(found.id) FROM (
    SELECT s.id FROM partners_site s WHERE s.name_key LIKE %(part)s
    UNION
    SELECT a.site_id FROM partners_sitealias a WHERE a.name_key LIKE %(part)s
    UNION
    SELECT s.id FROM partners_organization o JOIN partners_site s ON s.organization_id = o.id
    WHERE o.name_key LIKE %(part)s
) AS found
"""


def sites_close_to(text: str) -> dict[int, float] | None:
    """Ids of the sites of which every word of the text is part of a name or close to one, with how close.

    Names of the site, its aliases and its organization count; 1 is the same word. None for a text without
    words. Two queries for each word, of six at most, and one more.
    """
    words = name_key(text).split()[:MOST_WORDS]
    if not words:
        return None
    with connection.cursor() as cursor:
        cursor.execute(THRESHOLD)
    found: dict[int, float] | None = None
    for word in words:
        hits = _of_word(word)
        if found is None:
            found = hits
        else:
            found = {site: found[site] + close for site, close in hits.items() if site in found}
    return {site: close / len(words) for site, close in (found or {}).items()}


def _of_word(word: str) -> dict[int, float]:
    """Sites with the word as it stands; where they are few, those with one close to it as well."""
    literal = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    with connection.cursor() as cursor:
        cursor.execute(EXACT, {"part": f"%{literal}%"})
        exact = dict.fromkeys(cursor.fetchone()[0] or (), 1.0)
        if len(word) < SHORTEST or len(exact) >= ENOUGH:
            return exact
        cursor.execute(CLOSE, {"word": word})
        ids, closeness = cursor.fetchone()
    return dict(zip(ids or (), map(float, closeness or ()), strict=True)) | exact
