"""Changes to distribution plans and their rows."""

from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import apply_changes, locked_at_version
from logistics.kinds.kind import Kind
from logistics.models import DistributionPlan, DryRun, PlanRow
from logistics.models.row import LONGEST_NAME
from logistics.policies import PlanPolicy
from logistics.readiness.bands import band_of
from partners.vocabulary import Modality
from programs.models import Membership, Program
from records.context import recorded
from records.models import Signature
from records.refusals import refusals_raised
from records.undoing import Mark, undoable


@dataclass(frozen=True)
class Done:
    """The row as it is now, whether anything was different, and the mark to undo it."""

    row: Any
    changed: bool
    mark: Mark


def plan_begin(*, program: Program, actor: User | None) -> DistributionPlan:
    """The plan of the program's work package, begun with what the program already says. Twice gives one.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    PlanPolicy.change.require(actor)
    autologous = program.modality == Modality.AUTOLOGOUS_CELL
    with recorded(actor=actor):
        plan, _made = DistributionPlan.objects.get_or_create(
            work_package=program.package,
            defaults={
                "band": band_of(program.temperature_min, program.temperature_max),
                "therapeutic_area": program.therapeutic_area,
                "go_live_on": program.launch_on,
                "dosing": DistributionPlan.Dosing.ONE_OFF if autologous else "",
                "ordering_model": DistributionPlan.Ordering.FOR_PATIENT if autologous else "",
            },
        )
    found: DistributionPlan = plan
    return found


def plan_change(
    *, plan: DistributionPlan, version: int, changes: dict[str, Any], reason: str = "", actor: User | None
) -> bool:
    """Change decisions of the plan. False when nothing was different.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule, or a reason is missing once the plan is in force.
        StaleRecord: when someone else changed it since it was read.
    """
    PlanPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason):
        row = locked_at_version(DistributionPlan.objects.all(), pk=plan.pk, version=version)
        return apply_changes(row, changes)


def plan_enforce(*, plan: DistributionPlan, reason: str, actor: User | None) -> bool:
    """Put the plan in force: from then on every change asks for a reason. False when it is already.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a lead, who answers for it.
    """
    PlanPolicy.sign_off.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        row = DistributionPlan.objects.select_for_update().get(pk=plan.pk)
        if not row.lead:
            raise ValidationError(_("Name the lead of the plan first: somebody answers for it."))
        return apply_changes(row, {"state": DistributionPlan.State.IN_FORCE})


def row_add(
    *, kind: Kind, plan: DistributionPlan, values: dict[str, Any], reason: str = "", actor: User | None
) -> Done:
    """A new row of the plan.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule of the model, or names a row of another plan.
    """
    PlanPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason), undoable() as mark:
        _take_turns(plan.pk)
        row = kind.model(plan=plan, **values)
        _check_plan(row, plan)
        _check_member(values.get("member"), plan.pk)
        row.full_clean()
        row.save()
    return Done(row, True, mark)


def row_change(
    *, kind: Kind, row: PlanRow, version: int, values: dict[str, Any], reason: str = "", actor: User | None
) -> Done:
    """Change a row. What is the same already stays as it is.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: as for `row_add`, or when a reason is missing once the plan is in force.
        StaleRecord: when someone else changed it since it was read.
    """
    PlanPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason), undoable() as mark:
        _take_turns(row.plan_id)
        held = locked_at_version(kind.rows, pk=row.pk, version=version)
        for name in kind.fields:
            if kind.column(name).is_relation and name in values and values[name] is not None:
                _check_named(values[name], held.plan_id)
        if values.get("member") != getattr(held, "member", None):
            _check_member(values.get("member"), held.plan_id)
        if values.get("member") is not None:
            values = values | {"owner": values["member"].full_name[:LONGEST_NAME]}
        changed = apply_changes(held, values)
    return Done(held, changed, mark)


def row_remove(*, kind: Kind, row: PlanRow, reason: str = "", actor: User | None) -> Done:
    """Remove a row with what belongs to it; the history keeps it, and it can be undone.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when it is signed, or a reason is missing once the plan is in force.
    """
    PlanPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()), undoable() as mark:
        kind.rows.get(pk=row.pk).delete()
    return Done(row, True, mark)


def dry_run_refusal(run: DryRun, _user: User, _meaning: Signature.Meaning) -> str | None:
    """Why a dry run cannot be signed off yet."""
    if not run.outcome:
        return _("Enter the outcome first: what is signed off was held.")
    if run.outcome == DryRun.Outcome.FAILED:
        return _("A dry run that failed is not signed off. Repeat it.")
    if run.steps.exclude(deviation="").filter(closed_on=None).exists():
        return _("Close its deviations first.")
    return None


def dry_run_signed(run: DryRun, signature: Signature, _user: User) -> None:
    """The last signature signs the dry run off."""
    if signature.meaning == Signature.Meaning.APPROVED:
        run.signed_off_on = timezone.localdate(signature.signed_at)
        run.save(update_fields=["signed_off_on", "updated_at"])


def _take_turns(plan_pk: int) -> None:
    """The second of two clicks waits for the first, and then finds what it wrote."""
    DistributionPlan.objects.select_for_update().get(pk=plan_pk)


def _check_member(user: User | None, plan_pk: int) -> None:
    """Who sees to a row of a plan can see its program."""
    members = Membership.objects.filter(user=user, program__packages__distribution_plan=plan_pk)
    if user is not None and not members.exists():
        raise ValidationError({"member": _("Choose a member of the program, or write a name beside.")})


def _check_plan(row: PlanRow, plan: DistributionPlan) -> None:
    for field in row._meta.concrete_fields:
        if field.is_relation and field.name != "plan" and getattr(row, field.attname) is not None:
            _check_named(getattr(row, field.name), plan.pk)


def _check_named(named: Any, plan_pk: int) -> None:
    """A row belongs to the plan of the row that it names."""
    if isinstance(named, PlanRow) and named.plan_id != plan_pk:
        raise ValidationError(_("This belongs to another distribution plan."))
