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

WORD = """
SELECT found.id, max(found.closeness) FROM (
    SELECT s.id, {similar} AS closeness FROM partners_site s WHERE {site}
    UNION ALL
    SELECT a.site_id, {alias_similar} FROM partners_sitealias a WHERE {alias}
    UNION ALL
    SELECT s.id, {organization_similar} FROM partners_organization o
    JOIN partners_site s ON s.organization_id = o.id WHERE {organization}
) AS found(id, closeness) GROUP BY found.id
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
    exact = _hits(word, similar=False)
    if len(word) < SHORTEST or len(exact) >= ENOUGH:
        return exact
    return _hits(word, similar=True) | exact


def _hits(word: str, *, similar: bool) -> dict[int, float]:
    literal = word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    values = {"word": word, "part": f"%{literal}%"}

    def condition(column: str) -> str:
        part = f"{column} LIKE %(part)s"
        return f"{column} %%> %(word)s" if similar else part

    def similarity(column: str) -> str:
        return f"word_similarity(%(word)s, {column})" if similar else "1.0"

    query = WORD.format(
        similar=similarity("s.name_key"),
        site=condition("s.name_key"),
        alias_similar=similarity("a.name_key"),
        alias=condition("a.name_key"),
        organization_similar=similarity("o.name_key"),
        organization=condition("o.name_key"),
    )
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return {site: float(closeness) for site, closeness in cursor.fetchall()}
