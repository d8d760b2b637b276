"""Puts back what the staged rows of an import changed: as sets, in the caller's transaction."""

import datetime as dt
from dataclasses import asdict, dataclass

from django.db import models
from django.db.backends.utils import CursorWrapper

from audits.models import Citation, Inspection
from imports.models import HeldRow, ImportRun
from imports.undoing.staging import TARGETS, target_of
from partners.models import Organization, Site, SiteAlias, SiteWatch

ADDRESS = ("street", "city", "state", "postal_code", "country")
# Worked out anew instead of being set back.
NOT_FROM_HISTORY = ("id", "inspection_id")

# What a row without a column that came later had in it.
BLANK = '{"matched_name": ""}'


@dataclass(frozen=True)
class Undone:
    """How many records went, came back or stayed."""

    rows_removed: int
    rows_restored: int
    sites_removed: int
    sites_kept: int
    organizations_removed: int
    aliases_removed: int
    addresses_restored: int

    @property
    def data(self) -> dict[str, int]:
        return asdict(self)


def rows_put_back(cursor: CursorWrapper, run: ImportRun) -> Undone:
    """Everything the import did, backwards: links, rows, places."""
    model = target_of(run)
    if model is Inspection:
        _citations_unlink(cursor)
    removed = _delete(cursor, model) + _delete(cursor, HeldRow)
    restored = _restore(cursor, model) + _restore(cursor, HeldRow) + _insert_deleted(cursor, HeldRow)
    if model in (Inspection, Citation):
        _citations_link(cursor, model)
    addresses = _addresses_restore(cursor)
    aliases = _delete(cursor, SiteAlias, unless=_ALIAS_STAYS, saved=run.committed_at)
    _delete(cursor, SiteWatch, of=Site)
    sites = _delete(cursor, Site)
    organizations = _delete(cursor, Organization)
    cursor.execute("SELECT count(*) FROM undo_kept WHERE model = %s", [Site._meta.label])
    return Undone(
        rows_removed=removed,
        rows_restored=restored,
        sites_removed=sites,
        sites_kept=cursor.fetchone()[0],
        organizations_removed=organizations,
        aliases_removed=aliases,
        addresses_restored=addresses,
    )


# An alias of a site that stays, and that files saved since are about, may be what they would have added.
_ALIAS_STAYS = " OR ".join(
    (
        "EXISTS (SELECT FROM undo_kept k WHERE k.model = 'partners.Site' AND k.record = t.site_id)",
        "EXISTS (SELECT FROM undo_changed c WHERE c.model = 'partners.SiteAlias' AND c.record = t.id)",
        *(
            f"EXISTS (SELECT FROM {model._meta.db_table} e WHERE e.site_id = t.site_id "
            "AND e.source <> '' AND e.updated_at > %(saved)s)"
            for model in TARGETS.values()
        ),
    )
)


def _delete(
    cursor: CursorWrapper,
    model: type[models.Model],
    *,
    of: type[models.Model] | None = None,
    unless: str = "false",
    saved: dt.datetime | None = None,
) -> int:
    """Rows that the import created, or those `of` a row that it did."""
    key = f"{of._meta.model_name}_id" if of else "id"
    cursor.execute(
        f"""
        DELETE FROM {model._meta.db_table} t USING undo_rows u
        WHERE u.model = %(model)s AND u.created AND t.{key} = u.record AND NOT ({unless})
          AND NOT EXISTS (SELECT FROM undo_kept k WHERE k.model = u.model AND k.record = u.record)
        """,
        {"model": (of or model)._meta.label, "saved": saved},
    )
    return int(cursor.rowcount)


def _columns(model: type[models.Model]) -> list[str]:
    return [field.column for field in model._meta.concrete_fields if field.column]


def _restore(cursor: CursorWrapper, model: type[models.Model]) -> int:
    """Rows as their first entry has them; a column that came later stays as it is."""
    table = model._meta.db_table
    sets = ", ".join(f"{name} = r.{name}" for name in _columns(model) if name not in NOT_FROM_HISTORY)
    cursor.execute(
        f"""
        UPDATE {table} t SET {sets}
        FROM (SELECT u.record, e.old, x AS present
              FROM undo_rows u JOIN history.entry e ON e.id = u.first JOIN {table} x ON x.id = u.record
              WHERE u.model = %s AND NOT u.created AND NOT u.deleted) o,
             jsonb_populate_record(o.present, o.old) r
        WHERE t.id = o.record
        """,
        [model._meta.label],
    )
    return int(cursor.rowcount)


def _insert_deleted(cursor: CursorWrapper, model: type[models.Model]) -> int:
    table = model._meta.db_table
    names = ", ".join(_columns(model))
    values = ", ".join(f"r.{name}" for name in _columns(model))
    cursor.execute(
        f"""
        INSERT INTO {table} ({names}) SELECT {values}
        FROM undo_rows u JOIN history.entry e ON e.id = u.first
             , jsonb_populate_record(NULL::{table}, '{BLANK}'::jsonb || e.old) r
        WHERE u.model = %s AND u.deleted AND NOT u.created
        """,
        [model._meta.label],
    )
    return int(cursor.rowcount)


def _citations_unlink(cursor: CursorWrapper) -> None:
    cursor.execute(
        """
        UPDATE audits_citation c SET inspection_id = NULL, updated_at = now()
        FROM undo_rows u WHERE u.model = %s AND c.inspection_id = u.record
        """,
        [Inspection._meta.label],
    )


def _citations_link(cursor: CursorWrapper, model: type[models.Model]) -> None:
    """As an import links them: by number and site, areas of drug manufacturing first."""
    if model is Citation:
        cursor.execute(
            """
            UPDATE audits_citation c SET inspection_id = NULL, updated_at = now()
            FROM undo_rows u, audits_inspection i
            WHERE u.model = %s AND c.id = u.record AND i.id = c.inspection_id
              AND (i.site_id <> c.site_id OR i.inspection_number <> c.inspection_number)
            """,
            [model._meta.label],
        )
        touched = "c.id IN (SELECT record FROM undo_rows WHERE model = %s)"
    else:
        touched = """c.inspection_number IN (
            SELECT coalesce(e.new, e.old) ->> 'inspection_number'
            FROM undo_rows u JOIN history.entry e ON e.id = u.first WHERE u.model = %s)"""
    cursor.execute(
        f"""
        UPDATE audits_citation c SET inspection_id = i.id, updated_at = now()
        FROM (SELECT DISTINCT ON (inspection_number, site_id) inspection_number, site_id, id
              FROM audits_inspection WHERE source = 'fda-inspections'
              ORDER BY inspection_number, site_id, is_drug_gmp DESC, id) i
        WHERE c.source = 'fda-citations' AND c.inspection_number = i.inspection_number
          AND c.site_id = i.site_id AND c.inspection_id IS NULL AND {touched}
        """,
        [model._meta.label],
    )


def _addresses_restore(cursor: CursorWrapper) -> int:
    """Parts of an address that the import filled are blank again, where they still hold what it filled in."""
    parts = ", ".join(
        f"{name} = CASE WHEN p.{name} = e.new ->> '{name}' THEN e.old ->> '{name}' ELSE p.{name} END"
        for name in ADDRESS
    )
    filled = " OR ".join(
        f"(p.{name} = e.new ->> '{name}' AND e.new ->> '{name}' <> e.old ->> '{name}')" for name in ADDRESS
    )
    cursor.execute(
        f"""
        UPDATE partners_site p SET {parts}, version = p.version + 1, updated_at = now()
        FROM undo_rows u JOIN history.entry e ON e.id = u.first
        WHERE u.model = %s AND NOT u.created AND p.id = u.record AND ({filled})
        """,
        [Site._meta.label],
    )
    return int(cursor.rowcount)
