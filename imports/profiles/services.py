"""Check a sheet of profile records, save it when asked, undo it afterwards."""

import tempfile
from pathlib import Path
from typing import Any

from django.db import connection
from django.db.models.functions import Now

from accounts.models import User
from imports.models import ProfileImport
from imports.policies import ImportPolicy
from imports.profiles.plan import Plan, PlannedRow, plan_make
from imports.reading import Refused
from imports.services import LOCK, file_store
from partners.models import Site
from partners.policies import SitePolicy
from partners.profile.registry import SECTIONS
from partners.profile.writing import Edit, records_add, records_change
from records.context import recorded
from records.models import Attachment
from records.undoing import CannotUndo, Span, undo, undoable

State = ProfileImport.State
LISTED = 2_000


class PlanChanged(Exception):
    """Records changed since the check: the run now says what saving would do, and nothing was saved."""


def profile_check(
    *, section_key: str, name: str, path: Path, site: Site | None, actor: User
) -> ProfileImport:
    """Keep a file and say what saving it would do; writes no record."""
    ImportPolicy.change.require(actor)
    with recorded(actor=actor):
        run = ProfileImport(
            section=section_key,
            file=file_store(name=name, path=path, actor=actor),
            site=site,
            requested_by=actor,
        )
        try:
            _tell(run, plan_make(section=SECTIONS[section_key], path=path, name=name, site=site))
        except Refused as refused:
            run.state = State.REFUSED
            run.refusal_key, run.refusal_params = refused.key, refused.params
        run.save()
    return run


def profile_save(*, run: ProfileImport, good_rows: bool, reason: str, actor: User) -> ProfileImport:
    """Save what the check said, all of it or nothing. A second request changes nothing.

    Raises:
        PlanChanged: when records changed since the check.
        RowsLeftOut: when rows are rejected and nobody asked to save the good ones alone.
        Refused: of `records.refusals`, when verified records change and no reason is given.
    """
    ImportPolicy.change.require(actor)
    SitePolicy.change.require(actor)
    with recorded(actor=actor, reason=reason.strip()):
        with connection.cursor() as cursor:
            cursor.execute(LOCK)
        run = ProfileImport.objects.select_for_update(of=("self",)).select_related("file").get(pk=run.pk)
        if run.state != State.READY:
            return run
        plan = _plan(run)
        changed = plan.digest != run.digest
        if not changed:
            if plan.problems and not good_rows:
                raise RowsLeftOut
            with undoable() as mark:
                _write(run, plan, reason, actor)
            if mark.span is not None:
                run.first_entry, run.last_entry = mark.span.first, mark.span.last
            run.state = State.COMMITTED
        _tell(run, plan)
        run.save()
        if not changed:
            ProfileImport.objects.filter(pk=run.pk).update(committed_at=Now())
    if changed:
        raise PlanChanged
    return run


class RowsLeftOut(Exception):
    """Rows are rejected; the good ones alone are saved only when that is asked for."""


def profile_take_back(*, run: ProfileImport, actor: User) -> int:
    """Undo everything that the import wrote; returns how many rows. Raises `CannotUndo`."""
    ImportPolicy.change.require(actor)
    SitePolicy.change.require(actor)
    if run.state != State.COMMITTED or run.first_entry is None or run.last_entry is None:
        raise CannotUndo("")
    with recorded(actor=actor, reason=f"undone: {run.file.name}"):
        total = undo(
            span=Span(run.first_entry, run.last_entry),
            actor=actor,
            models=(SECTIONS[run.section].model, Attachment),
        )
        ProfileImport.objects.filter(pk=run.pk).update(state=State.UNDONE)
    return total


def _plan(run: ProfileImport) -> Plan:
    with tempfile.NamedTemporaryFile(prefix="cmo-eval-profile-") as file:
        path = Path(file.name)
        run.file.content_write(path)
        return plan_make(section=SECTIONS[run.section], path=path, name=run.file.name, site=run.site)


def _tell(run: ProfileImport, plan: Plan) -> None:
    run.created, run.changed = plan.count("created"), plan.count("changed")
    run.unchanged, run.rejected = plan.count("unchanged"), plan.count("rejected")
    run.skipped, run.asks_reason, run.digest = plan.skipped, plan.asks_reason, plan.digest
    run.details = {"rows": plan.listed()[:LISTED], "problems": plan.problems_listed()[:LISTED]}


def _write(run: ProfileImport, plan: Plan, reason: str, actor: User) -> None:
    section = SECTIONS[run.section]
    added = [(row.site, row.values) for row in plan.rows if row.action == "created" and row.site]
    edits = [_edit(row) for row in plan.rows if row.action == "changed"]
    told = reason or run.file.name
    if edits:
        records_change(section=section, edits=edits, actor=actor, reason=reason)
    if added:
        records_add(section=section, rows=added, actor=actor, reason=told)


def _edit(row: PlannedRow) -> Edit:
    values: dict[str, Any] = dict(row.values)
    return Edit(row.pk, row.version, values)
