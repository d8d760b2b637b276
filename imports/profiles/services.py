"""Check a sheet of profile records, save it when asked, undo it afterwards."""

import tempfile
from pathlib import Path

from django.db import connection
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from accounts.models import User
from audits.policies import RegulatoryPolicy
from audits.regulatory_sheets import RegulatorySection
from imports.files import file_store
from imports.models import ProfileImport
from imports.policies import ImportPolicy
from imports.profiles.kinds import SHEETS, handling_of
from imports.profiles.plan import Plan, plan_make
from imports.reading import Refused
from imports.services import LOCK
from partners.models import Site
from partners.policies import SitePolicy
from partners.profile.section import Section
from records.context import recorded
from records.models import Attachment
from records.refusals import Refused as RefusedWrite
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
    if isinstance(SHEETS[section_key], RegulatorySection):
        RegulatoryPolicy.change.require(actor)
    with recorded(actor=actor):
        run = ProfileImport(
            section=section_key,
            file=file_store(name=name, path=path, actor=actor),
            site=site,
            requested_by=actor,
        )
        try:
            _tell(run, _plan_of(section_key, path, name, site))
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
    section = SHEETS[run.section]
    _may_write(section, actor)
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
            if plan.asks_reason and not reason.strip() and isinstance(section, RegulatorySection):
                raise RefusedWrite("reason_required", _("Say why it changes: the reason is kept."), "reason")
            with undoable() as mark:
                handling_of(section).write(section, plan, reason.strip(), run.file.name, actor)
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
    _may_write(SHEETS[run.section], actor)
    if run.state != State.COMMITTED or run.first_entry is None or run.last_entry is None:
        raise CannotUndo("")
    with recorded(actor=actor, reason=f"undone: {run.file.name}"):
        total = undo(
            span=Span(run.first_entry, run.last_entry),
            actor=actor,
            models=(SHEETS[run.section].model, Attachment),
        )
        ProfileImport.objects.filter(pk=run.pk).update(state=State.UNDONE)
    return total


def _plan(run: ProfileImport) -> Plan:
    with tempfile.NamedTemporaryFile(prefix="cmo-eval-profile-") as file:
        path = Path(file.name)
        run.file.content_write(path)
        return _plan_of(run.section, path, run.file.name, run.site)


def _plan_of(section_key: str, path: Path, name: str, site: Site | None) -> Plan:
    section = SHEETS[section_key]
    handling = handling_of(section)
    return plan_make(section=section, path=path, name=name, site=site, rows=handling.rows, most=handling.most)


def _tell(run: ProfileImport, plan: Plan) -> None:
    run.created, run.changed = plan.count("created"), plan.count("changed")
    run.unchanged, run.rejected = plan.count("unchanged"), plan.count("rejected")
    run.skipped, run.asks_reason, run.digest = plan.skipped, plan.asks_reason, plan.digest
    run.details = {"rows": plan.listed()[:LISTED], "problems": plan.problems_listed()[:LISTED]}


def _may_write(section: Section, actor: User) -> None:
    permission = RegulatoryPolicy.change if isinstance(section, RegulatorySection) else SitePolicy.change
    permission.require(actor)
