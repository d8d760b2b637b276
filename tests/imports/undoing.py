"""An import that was saved and is undone, and all that imports write."""

import datetime as dt
from pathlib import Path
from typing import Any

from audits.models import Citation, Inspection, RegulatoryAction, SiteIndex
from imports.files import file_store
from imports.models import HeldRow, ImportRun
from imports.services import import_commit, nothing_told
from imports.undoing.services import import_undo
from partners.models import Organization, Site, SiteAlias
from tests.imports import files

COMPLIANCE, LETTERS = "fda-compliance-actions", "fda-warning-letters"
TABLES = (RegulatoryAction, Inspection, Citation, HeldRow, Organization, Site, SiteAlias)


def saved(source: str, path: Path, retrieved_on: dt.date = dt.date(2026, 11, 1)) -> ImportRun:
    run = ImportRun.objects.create(
        file=file_store(name=path.name, path=path), source=source, retrieved_on=retrieved_on
    )
    import_commit(run=run, good_rows=False, progress=nothing_told)
    return ImportRun.objects.get(pk=run.pk)


def undone(run: ImportRun) -> ImportRun:
    import_undo(run=run, reason="The wrong file", progress=nothing_told)
    run.refresh_from_db()
    return run


def everything() -> dict[str, list[dict[str, Any]]]:
    """All that imports write, but for the counters of changes."""
    left_out = {"version", "updated_at"}
    found: dict[str, list[dict[str, Any]]] = {}
    for model in TABLES:
        names = [f.attname for f in model._meta.concrete_fields if f.attname not in left_out]
        found[model._meta.label] = list(model._default_manager.order_by("pk").values(*names))
    index = SiteIndex.objects.filter(is_deleted=False).order_by("pk")
    columns = ("site_id", "inspections", "actions", "last_outcome", "city_key")
    found["index"] = [dict(zip(columns, row, strict=True)) for row in index.values_list(*columns)]
    return found


def inspections(path: Path, count: int = 12, sites: int = 3) -> Path:
    return files.write_csv(path, files.INSPECTION_HEADER, files.inspection_rows(count, sites=sites))
