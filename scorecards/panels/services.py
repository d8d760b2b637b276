"""A panel's way: drafted, opened, closed, cancelled. What is asked of whom is fixed when it opens."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import apply_changes, locked_at_version
from programs.models import Candidate, Membership, WorkPackage
from records.context import recorded
from scorecards.models import (
    Criterion,
    Panel,
    PanelAssignment,
    PanelCandidate,
    PanelCriterion,
    PanelSeat,
)
from scorecards.panels.inviting import invite
from scorecards.panels.latest import latest_anchors
from scorecards.panels.rubrics import RUBRICS, anchors_now, practice_of
from scorecards.panels.scorable import field_of
from scorecards.plans import scorecard_of
from scorecards.policies import PanelPolicy

State = Panel.State
USUAL_ASSESSORS = 2


@dataclass(frozen=True, slots=True)
class PanelPlan:
    """What a panel asks: sites of candidates, and for each criterion, by key, the ids of its assessors."""

    title: str
    due_on: date
    sites: Collection[int]
    assessors: Mapping[str, Collection[int]]
    guidance: str = ""


def panel_draft(*, package: WorkPackage, plan: PanelPlan, actor: User | None) -> Panel:
    """A panel as a draft. Nobody is asked for anything before it opens.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for a site that is no candidate, an assessor who is no member, a criterion that the
            evidence settles, or nothing to score.
    """
    PanelPolicy.change.require(actor)
    with recorded(actor=actor, reason=_("Scoring panel drafted")):
        panel = Panel(
            work_package=package, title=plan.title.strip(), guidance=plan.guidance, due_on=plan.due_on
        )
        panel.full_clean()
        panel.save()
        _ask(panel, plan, {})
    return panel


def panel_change(*, panel: Panel, version: int, plan: PanelPlan, actor: User | None) -> Panel:
    """Change a draft as a whole.

    Raises:
        PermissionDenied, ValidationError: as `panel_draft`; also once it has opened.
        StaleRecord: when someone else changed it since it was read.
    """
    PanelPolicy.change.require(actor)
    with recorded(actor=actor, reason=_("Scoring panel changed")):
        row = locked_at_version(Panel.objects.all(), pk=panel.pk, version=version)
        panel_only(row, State.DRAFT)
        told = {"title": plan.title.strip(), "guidance": plan.guidance, "due_on": plan.due_on}
        if not apply_changes(row, told):
            row.version += 1
            row.save(update_fields=["version", "updated_at"])
        kept = dict(PanelCriterion.objects.filter(panel=row).values_list("criterion__key", "written"))
        for part in (PanelAssignment, PanelSeat, PanelCriterion, PanelCandidate):
            part._default_manager.filter(panel=row).delete()
        _ask(row, plan, kept)
    return row


def panel_open(*, panel: Panel, version: int, actor: User | None, accept_few: bool = False) -> Panel:
    """Ask for the scores. The anchors are kept as they read today, and what is asked stays so.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for a day that has passed; ``few`` where a criterion has one assessor alone and that
            was not accepted.
        StaleRecord: when someone else changed it since it was read.
    """
    PanelPolicy.change.require(actor)
    with recorded(actor=actor, reason=_("Scoring panel opened")):
        row = locked_at_version(Panel.objects.all(), pk=panel.pk, version=version)
        panel_only(row, State.DRAFT)
        if row.due_on < timezone.localdate():
            raise ValidationError({"due_on": _("The day has passed. Give the assessors time.")})
        criteria = list(
            PanelCriterion.objects.filter(panel=row).select_related("written").prefetch_related("assignments")
        )
        if not criteria:
            raise ValidationError(_("Choose what is scored, and by whom, before the panel opens."))
        few = [each for each in criteria if len(each.assignments.all()) < USUAL_ASSESSORS]
        if few and not accept_few:
            raise ValidationError(
                {
                    "accept_few": _(
                        "A criterion has one assessor alone, so nothing can be said about agreement. "
                        "Add another, or accept it."
                    )
                }
            )
        for each in criteria:
            each.anchors = anchors_now(each)
            each.save(update_fields=["anchors"])
        panel_move(row, State.OPEN, "opened_at")
        invite(row, PanelSeat.objects.filter(panel=row).select_related("assessor").order_by("pk"), actor)
    return row


def panel_close(*, panel: Panel, version: int, reason: str, actor: User | None) -> Panel:
    """End the scoring and reveal what was handed in. Before everybody has, it needs a reason.

    Scores that were not handed in stay with their assessor and never count.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason where one is needed, or where nobody has handed in.
        StaleRecord: when someone else changed it since it was read.
    """
    PanelPolicy.change.require(actor)
    with recorded(actor=actor, reason=reason.strip() or _("Scoring panel closed")):
        row = locked_at_version(Panel.objects.all(), pk=panel.pk, version=version)
        panel_only(row, State.OPEN)
        seats = list(PanelSeat.objects.select_for_update().filter(panel=row).counted())
        missing = [seat for seat in seats if seat.is_awaited]
        if len(missing) == len(seats):
            raise ValidationError(_("Nobody has handed in scores. Wait, or cancel the panel."))
        if missing and not reason.strip():
            raise ValidationError(
                {"reason": _("Not everybody has handed in their scores: say why the panel closes now.")}
            )
        row.note = reason.strip() if missing else ""
        panel_move(row, State.CLOSED, "closed_at")
    return row


def panel_cancel(*, panel: Panel, version: int, reason: str, actor: User | None) -> Panel:
    """End a panel without result; its scores are shown to nobody else and never count.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason, or once it has agreed.
        StaleRecord: when someone else changed it since it was read.
    """
    PanelPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why the panel is cancelled.")})
    with recorded(actor=actor, reason=reason.strip()):
        row = locked_at_version(Panel.objects.all(), pk=panel.pk, version=version)
        panel_only(row, State.DRAFT, State.OPEN, State.CLOSED)
        row.note = reason.strip()
        panel_move(row, State.CANCELLED, "ended_at")
    return row


def _ask(panel: Panel, plan: PanelPlan, kept: Mapping[str, int | None]) -> None:
    """Write what is asked of whom; ``kept`` are the written anchors of criteria that were asked before."""
    asked = {key: set(people) for key, people in plan.assessors.items() if people}
    if not asked:
        raise ValidationError({"assessors": _("Tick at least one assessor for one criterion.")})
    if not plan.sites:
        raise ValidationError({"sites": _("Choose the candidates to score.")})
    package = panel.work_package
    candidates = Candidate.objects.filter(work_package=package).exclude(stage=Candidate.Stage.DECLINED)
    if set(plan.sites) - set(candidates.values_list("site_id", flat=True)):
        raise ValidationError({"sites": _("Only candidates of this work package are scored.")})
    people = set().union(*asked.values())
    members = Membership.objects.filter(program_id=package.program_id, user__is_active=True)
    if people - set(members.values_list("user_id", flat=True)):
        raise ValidationError({"assessors": _("Only members of the program can be assessors.")})
    written: dict[str, int | None] = {**latest_anchors(package), **kept}
    criteria = PanelCriterion.objects.bulk_create(
        PanelCriterion(
            panel=panel,
            criterion=row,
            practice=practice_of(row.rule),
            within=row.rule not in RUBRICS,
            position=row.position,
            written_id=None if practice_of(row.rule) else written.get(row.key),
        )
        for row in _criteria_asked(package, asked)
    )
    seats = {
        seat.assessor_id: seat
        for seat in PanelSeat.objects.bulk_create(
            PanelSeat(panel=panel, assessor_id=pk) for pk in sorted(people)
        )
    }
    PanelCandidate.objects.bulk_create(
        PanelCandidate(panel=panel, site_id=pk) for pk in sorted(set(plan.sites))
    )
    PanelAssignment.objects.bulk_create(
        PanelAssignment(panel=panel, seat=seats[pk], criterion=each)
        for each in criteria
        for pk in sorted(asked[each.criterion.key])
    )


def _criteria_asked(package: WorkPackage, keys: Collection[str]) -> list[Criterion]:
    """The criteria, each one that judgement can say something about."""
    template = scorecard_of(package).template_id
    rows = list(Criterion.objects.filter(template_id=template, key__in=keys).order_by("position"))
    if any(row.rule not in RUBRICS for row in rows):
        scorable = {each.key for each in field_of(package).criteria}
        rows = [row for row in rows if row.rule in RUBRICS or row.key in scorable]
    if len(rows) != len(keys):
        raise ValidationError(
            {
                "assessors": _(
                    "The evidence settles a criterion for every candidate: there is nothing to score."
                )
            }
        )
    return rows


def panel_only(panel: Panel, *states: State) -> None:
    """Raise ValidationError unless the panel is in one of the states."""
    if panel.state not in states:
        raise ValidationError(
            _("The panel is in the state “%(state)s”, which does not allow this.")
            % {"state": panel.get_state_display()}
        )


def panel_move(panel: Panel, to: State, at: str) -> None:
    """Bring a locked panel into a state and note the moment in the field ``at``."""
    panel.state = to
    setattr(panel, at, timezone.now())
    panel.version += 1
    panel.full_clean(exclude=["work_package"])
    panel.save()
