"""What stands on the rows of an import. While there is anything, the import is not undone.

Evidence must be as the import left it, or as it was put back to. A place that the import created goes with
it, unless rows of other imports are about it: then it stays. What people did with a place that would go (an
edit, a candidate, a profile, an audit, a file) stands against the undoing.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import models
from django.db.backends.utils import CursorWrapper
from django.db.models import Q

from audits.models import Citation, Inspection, RegulatoryAction
from imports.models import HeldRow, ImportRun
from imports.undoing.staging import PLACES, evidence_of, target_of
from partners.models import Organization, Site, SiteAlias, SiteWatch, StandingDecision
from records.models import Attachment, Signature

EVIDENCE: tuple[type[models.Model], ...] = (RegulatoryAction, Inspection, Citation)
OF_SITES: tuple[type[models.Model], ...] = (*EVIDENCE, SiteAlias)
FILED: tuple[type[models.Model], ...] = (Attachment, Signature)
NAMED = 5


@dataclass(frozen=True)
class Blocker:
    """One thing that stands against it: a key of `imports.messages.BLOCKERS` and its values."""

    key: str
    count: int
    params: dict[str, Any] = field(default_factory=dict)

    @property
    def data(self) -> dict[str, Any]:
        return {"key": self.key, "count": self.count, "params": self.params}


def blockers_found(cursor: CursorWrapper, run: ImportRun) -> list[Blocker]:
    """Everything that stands against undoing a run whose rows are staged; also fills `undo_kept`."""
    _sites_keep(cursor)
    _organizations_keep(cursor)
    newer = [*_newer_imports(run)]
    return [
        *newer,
        *_evidence_changed(cursor, run, told=bool(newer)),
        *_places_changed(cursor),
        *_dependents(cursor, run),
        *_files(cursor),
        *_frozen(cursor, run),
        *_signed(cursor, run),
    ]


def _newer_imports(run: ImportRun) -> Iterator[Blocker]:
    """A later import of the source that covers the same rows took them as they are: it goes first."""
    overlap = Q(covered_from=None)
    if run.covered_from is not None:
        overlap |= Q(covered_from__lte=run.covered_to, covered_to__gte=run.covered_from)
    later = ImportRun.objects.filter(
        overlap,
        source=run.source,
        state__in=[ImportRun.State.COMMITTED, ImportRun.State.UNDOING],
        committed_at__gt=run.committed_at,
        covered_types__overlap=run.covered_types,
        covered_kinds__overlap=run.covered_kinds,
    )
    for found in later.select_related("file").defer("details", "file__content").order_by("-committed_at"):
        yield Blocker("newer_import", 1, {"run": found.pk, "file": found.file.name})


def _evidence_changed(cursor: CursorWrapper, run: ImportRun, *, told: bool) -> Iterator[Blocker]:
    """Rows changed since; those that a newer import changed are `told` with it."""
    labels = [model._meta.label for model in evidence_of(run)]
    cursor.execute(
        "SELECT by_import, actor, count(*) FROM undo_changed WHERE model = ANY(%s) "
        "GROUP BY 1, 2 ORDER BY 3 DESC",
        [labels],
    )
    for by_import, actor, count in cursor.fetchall():
        if not by_import:
            yield Blocker("rows_changed", count, {"actor": actor})
        elif not told:
            yield Blocker("rows_imported_again", count)


def _goes(model: type[models.Model], row: str) -> str:
    """SQL: the record `row` was created by the import and would be deleted."""
    label = model._meta.label
    return (
        f"EXISTS (SELECT FROM undo_rows g WHERE g.model = '{label}' AND g.record = {row} AND g.created "
        f"AND NOT EXISTS (SELECT FROM undo_kept k WHERE k.model = '{label}' AND k.record = g.record))"
    )


def _sites_keep(cursor: CursorWrapper) -> None:
    """Sites that the import created and another one wrote about."""
    others = " UNION ALL ".join(
        f"SELECT t.site_id FROM {model._meta.db_table} t "
        "WHERE t.source <> '' AND t.site_id IN (SELECT record FROM created) AND NOT EXISTS ("
        f"SELECT FROM undo_rows u WHERE u.model = '{model._meta.label}' AND u.record = t.id)"
        for model in OF_SITES
    )
    cursor.execute(f"""
        INSERT INTO undo_kept
        WITH created AS (SELECT record FROM undo_rows WHERE model = '{Site._meta.label}' AND created)
        SELECT '{Site._meta.label}', site_id FROM ({others}) o GROUP BY site_id
        UNION
        SELECT c.model, c.record FROM undo_changed c JOIN undo_rows u USING (model, record)
        WHERE c.model = '{Site._meta.label}' AND u.created AND c.by_import AND NOT c.is_gone
    """)
    cursor.execute("ANALYZE undo_kept")


def _organizations_keep(cursor: CursorWrapper) -> None:
    """Organizations that a site belongs to which stays."""
    label = Organization._meta.label
    cursor.execute(f"""
        INSERT INTO undo_kept
        SELECT DISTINCT '{label}', s.organization_id FROM partners_site s
        JOIN undo_rows u ON u.model = '{label}' AND u.record = s.organization_id AND u.created
        WHERE NOT {_goes(Site, "s.id")}
    """)


def _places_changed(cursor: CursorWrapper) -> Iterator[Blocker]:
    """Places that would go and were edited, by a person."""
    for model, name in ((Site, "name"), (Organization, "legal_name")):
        cursor.execute(
            f"""
            SELECT p.{name}, c.actor FROM undo_changed c JOIN {model._meta.db_table} p ON p.id = c.record
            WHERE c.model = %s AND {_goes(model, "c.record")} ORDER BY p.{name}
            """,
            [model._meta.label],
        )
        found = cursor.fetchall()
        if found:
            actors = sorted({actor for _, actor in found})
            params = {"names": _few([each for each, _ in found]), "actor": ", ".join(actors[:NAMED])}
            yield Blocker("place_edited", len(found), params)


def _dependents(cursor: CursorWrapper, run: ImportRun) -> Iterator[Blocker]:
    """Rows of other tables that name one which would go."""
    places: tuple[type[models.Model], ...] = (target_of(run), HeldRow, *PLACES)
    for model in places:
        for relation in model._meta.get_fields(include_hidden=True):
            if not isinstance(relation, models.ManyToOneRel):
                continue
            column, other = relation.field.column, relation.field.model
            if (other, model) in _FOLLOWING:
                continue
            where = f"{_goes(model, f't.{column}')} AND NOT {_goes(other, 't.id')}"
            if other in EVIDENCE:
                where += " AND t.source = ''"
            cursor.execute(f"SELECT count(*) FROM {other._meta.db_table} t WHERE {where}")
            if count := cursor.fetchone()[0]:
                yield Blocker("depends", count, {"kind": other._meta.label, "on": model._meta.label})


# Citations are linked to an inspection by its number, and again when it comes back. Who watches a site has
# done nothing to it, and nobody else could end that: it goes with the site.
_FOLLOWING: set[tuple[type[models.Model], type[models.Model]]] = {(Citation, Inspection), (SiteWatch, Site)}


def _files(cursor: CursorWrapper) -> Iterator[Blocker]:
    """Files and signatures name their record by label and key."""
    for other in FILED:
        cursor.execute(
            f"""
            SELECT count(*) FROM {other._meta.db_table} t
            JOIN undo_rows u ON u.model = t.model AND u.record = t.record_pk
            WHERE u.created AND NOT EXISTS (
                SELECT FROM undo_kept k WHERE k.model = u.model AND k.record = u.record)
            """
        )
        if count := cursor.fetchone()[0]:
            yield Blocker("depends", count, {"kind": other._meta.label, "on": Site._meta.label})


def _affected(run: ImportRun) -> str:
    """SQL: the sites that the rows of the import are about."""
    model = target_of(run)
    return (
        f"SELECT t.site_id FROM {model._meta.db_table} t JOIN undo_rows u ON u.record = t.id "
        f"AND u.model = '{model._meta.label}' WHERE t.site_id IS NOT NULL"
    )


def _frozen(cursor: CursorWrapper, run: ImportRun) -> Iterator[Blocker]:
    """Evaluations frozen since, of sites that the rows are about. Whose is not told: not all may know."""
    cursor.execute(
        f"""
        SELECT count(*) FROM scorecards_evaluationrun r WHERE r.frozen_at >= %s AND EXISTS (
            SELECT FROM jsonb_array_elements(r.inputs -> 'candidates') c
            WHERE (c ->> 'site_id')::bigint IN ({_affected(run)}))
        """,
        [run.committed_at],
    )
    if count := cursor.fetchone()[0]:
        yield Blocker("frozen", count)


def _signed(cursor: CursorWrapper, run: ImportRun) -> Iterator[Blocker]:
    """Decisions on the standing of such a site that were signed since."""
    cursor.execute(
        f"""
        SELECT count(*) FROM records_signature s
        JOIN {StandingDecision._meta.db_table} d ON d.id = s.record_pk
        WHERE s.model = %s AND s.withdrawn_at IS NULL AND s.signed_at >= %s
          AND d.site_id IN ({_affected(run)})
        """,
        [StandingDecision._meta.label, run.committed_at],
    )
    if count := cursor.fetchone()[0]:
        yield Blocker("signed", count)


def _few(names: list[str]) -> str:
    more = "" if len(names) <= NAMED else " …"
    return ", ".join(names[:NAMED]) + more
