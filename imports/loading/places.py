"""Organizations, sites and aliases that imported rows name. New ones are unclassified."""

from dataclasses import dataclass

from django.db.backends.utils import CursorWrapper

from imports.formats.base import Format

# The rows that are kept, in the order in which a name or address is believed: the latest first.
KEPT = "action NOT IN ('duplicate', 'rejected')"
NEW_PLACES = f"""
    SELECT s.fei, left(s.name, 300) AS name, left(s.name_key, 300) AS name_key,
           a.street, a.city, a.state, a.postal_code, a.country
    FROM (SELECT DISTINCT ON (fei) fei, name, name_key, address FROM import_stage
          WHERE fei IS NOT NULL AND site_id IS NULL AND {KEPT}
          ORDER BY fei, happened_on DESC NULLS LAST, line) s
    JOIN import_address a USING (address)
"""
# A known organization has the same name and country, or the same name where a country is not told.
KNOWN_ORGANIZATIONS = """
    SELECT DISTINCT ON (n.fei) n.fei, o.id
    FROM import_places n JOIN partners_organization o ON o.name_key = n.name_key
    WHERE n.organization_id IS NULL AND NOT o.is_demo
      AND (o.country = n.country OR o.country = '' OR n.country = '')
    ORDER BY n.fei, (o.country = n.country) DESC, o.id
"""


@dataclass(frozen=True)
class Places:
    """How many were created, or would be."""

    sites: int
    organizations: int
    aliases: int


def places_count(cursor: CursorWrapper) -> Places:
    """What `places_create` would create."""
    _list_places(cursor)
    cursor.execute("SELECT count(*) FROM import_places")
    sites = int(cursor.fetchone()[0])
    cursor.execute(
        "SELECT count(DISTINCT (name_key, country)) FROM import_places WHERE organization_id IS NULL"
    )
    organizations = int(cursor.fetchone()[0])
    cursor.execute(f"""
        SELECT count(*) FROM (
            SELECT DISTINCT coalesce(s.site_id::text, s.fei), s.name
            FROM import_stage s LEFT JOIN partners_site p ON p.id = s.site_id
            LEFT JOIN import_places n ON n.fei = s.fei
            LEFT JOIN partners_sitealias a ON a.site_id = s.site_id AND a.name = s.name
            WHERE s.{KEPT} AND s.fei IS NOT NULL AND s.name <> coalesce(p.name, n.name)
              AND a.id IS NULL) d
    """)
    return Places(sites=sites, organizations=organizations, aliases=int(cursor.fetchone()[0]))


def places_create(cursor: CursorWrapper, format_: Format) -> Places:
    """Create what is missing, fill blank addresses, and note every further spelling of a site's name."""
    _list_places(cursor)
    cursor.execute("""
        INSERT INTO partners_organization (legal_name, name_key, kind, country, lei, duns, ownership,
                                           website, is_demo, version, updated_at)
        SELECT DISTINCT ON (n.name_key, n.country)
               n.name, n.name_key, 'unclassified', n.country, '', '', '', '', false, 1, now()
        FROM import_places n WHERE n.organization_id IS NULL
        ORDER BY n.name_key, n.country, n.fei
    """)
    organizations = cursor.rowcount
    _find_organizations(cursor)
    cursor.execute("""
        INSERT INTO partners_site (organization_id, name, name_key, fei, duns, oms_location_id, street, city,
                                   state, postal_code, country, standing, version, updated_at)
        SELECT n.organization_id, n.name, n.name_key, n.fei, '', '', n.street, n.city, n.state,
               n.postal_code, n.country, 'draft', 1, now()
        FROM import_places n
    """)
    sites = cursor.rowcount
    # Before their rows know the new sites, which have their address already.
    _fill_addresses(cursor)
    if sites:
        cursor.execute(
            "UPDATE import_stage s SET site_id = p.id "
            "FROM partners_site p WHERE p.fei = s.fei AND s.site_id IS NULL"
        )
    return Places(sites=sites, organizations=organizations, aliases=_add_aliases(cursor, format_))


def _list_places(cursor: CursorWrapper) -> None:
    """`import_places`: the sites that the rows name and nobody knows, with their organization if known."""
    cursor.execute("DROP TABLE IF EXISTS pg_temp.import_places")
    cursor.execute(f"""
        CREATE TEMPORARY TABLE import_places ON COMMIT DROP AS
        SELECT n.*, NULL::bigint AS organization_id FROM ({NEW_PLACES}) n
    """)
    cursor.execute("ANALYZE import_places")
    _find_organizations(cursor)


def _find_organizations(cursor: CursorWrapper) -> None:
    cursor.execute(f"""
        UPDATE import_places n SET organization_id = k.id FROM ({KNOWN_ORGANIZATIONS}) k WHERE k.fei = n.fei
    """)


def _fill_addresses(cursor: CursorWrapper) -> None:
    """Fill what a site does not have; what is there, perhaps by hand, stays."""
    cursor.execute(f"""
        UPDATE partners_site p SET
            street = CASE WHEN p.street = '' THEN n.street ELSE p.street END,
            city = CASE WHEN p.city = '' THEN n.city ELSE p.city END,
            state = CASE WHEN p.state = '' THEN n.state ELSE p.state END,
            postal_code = CASE WHEN p.postal_code = '' THEN n.postal_code ELSE p.postal_code END,
            country = CASE WHEN p.country = '' THEN n.country ELSE p.country END,
            version = p.version + 1, updated_at = now()
        FROM (SELECT s.site_id, a.street, a.city, a.state, a.postal_code, a.country
              FROM (SELECT DISTINCT ON (site_id) site_id, address FROM import_stage
                    WHERE fei IS NOT NULL AND site_id IS NOT NULL AND {KEPT}
                    ORDER BY site_id, happened_on DESC NULLS LAST, line) s
              JOIN import_address a USING (address)) n
        WHERE p.id = n.site_id AND (
            (p.street = '' AND n.street <> '') OR (p.city = '' AND n.city <> '') OR
            (p.state = '' AND n.state <> '') OR (p.postal_code = '' AND n.postal_code <> '') OR
            (p.country = '' AND n.country <> ''))
    """)


def _add_aliases(cursor: CursorWrapper, format_: Format) -> int:
    cursor.execute(
        f"""
        INSERT INTO partners_sitealias (site_id, name, name_key, source)
        SELECT s.site_id, s.name, min(s.name_key), %s
        FROM import_stage s JOIN partners_site p ON p.id = s.site_id
        WHERE s.{KEPT} AND s.fei IS NOT NULL AND s.name <> p.name
        GROUP BY s.site_id, s.name
        ON CONFLICT (site_id, name) DO NOTHING
        """,
        [format_.source],
    )
    return int(cursor.rowcount)
