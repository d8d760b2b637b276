"""The actions of a CAPA, and more time for it."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import User
from audits.capas.policies import CapaPolicy
from audits.models import Capa, CapaAction, CapaExtension
from common.versions import apply_changes, locked_at_version
from records.context import recorded
from records.refusals import refusals_raised

ACTION_FIELDS = frozenset(
    {"kind", "description", "owner", "owner_name", "due_on", "done_on", "evidence_note"}
)
S = Capa.State
IMPLEMENTATION_OVER = (S.IMPLEMENTED, S.EFFECTIVENESS_DUE, S.CLOSED_EFFECTIVE, S.CLOSED_INEFFECTIVE)


def action_add(*, capa: Capa, fields: Mapping[str, Any], actor: User | None) -> CapaAction:
    """Plan an action.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: once the CAPA is implemented, or when a value breaks a rule.
    """
    CapaPolicy.change.require(actor)
    _only(fields)
    with refusals_raised(), recorded(actor=actor, reason="action planned"):
        row = _workable(capa)
        action = CapaAction(capa=row, **fields)
        _check(action)
        action.full_clean()
        action.save()
        _told(row)
    return action


def action_change(
    *, action: CapaAction, version: int, changes: Mapping[str, Any], actor: User | None, reason: str = ""
) -> CapaAction:
    """Change an action, or say that it is done (`done_on`).

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: once the CAPA is implemented, or when a value breaks a rule.
        StaleRecord: when someone else changed it since it was read.
    """
    CapaPolicy.change.require(actor)
    _only(changes)
    with refusals_raised(), recorded(actor=actor, reason=reason):
        capa = _workable(action.capa)
        row = locked_at_version(CapaAction.objects.all(), pk=action.pk, version=version)
        for name, value in changes.items():
            setattr(action, name, value)
        _check(action)
        if apply_changes(row, dict(changes)):
            _told(capa)
    return row


def action_remove(*, action: CapaAction, actor: User | None, reason: str = "") -> None:
    """Remove an action that is not done.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for an action that was done, without a reason where one is asked.
    """
    CapaPolicy.change.require(actor)
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        capa = _workable(action.capa)
        row = CapaAction.objects.select_for_update().get(pk=action.pk)
        if row.done_on:
            raise ValidationError(_("What was done stays on record."))
        row.delete()
        _told(capa)


def extension_ask(*, capa: Capa, due_after: date, reason: str, actor: User | None) -> CapaExtension:
    """Ask for more time; somebody else decides.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for an earlier day, without a reason, or while a request waits.
    """
    CapaPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why more time is needed.")})
    with refusals_raised(), recorded(actor=actor, reason=reason.strip()):
        row = Capa.objects.select_for_update(of=("self",)).get(pk=capa.pk)
        if row.state in IMPLEMENTATION_OVER:
            raise ValidationError(_("This CAPA is implemented: its due date no longer moves."))
        if row.extensions.filter(state=CapaExtension.State.REQUESTED).exists():
            raise ValidationError(_("A request for more time waits for its decision already."))
        if due_after <= row.due_on:
            raise ValidationError({"due_after": _("An extension ends later than the present due date.")})
        extension = CapaExtension(
            capa=row, due_before=row.due_on, due_after=due_after, reason=reason.strip(), requested_by=actor
        )
        extension.full_clean()
        extension.save()
        extension.refresh_from_db()
    return extension


def extension_decide(
    *, extension: CapaExtension, approved: bool, note: str, actor: User | None
) -> CapaExtension:
    """Approve a request for more time, which moves the due date, or refuse it.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for whoever asked, for a request decided already, for a refusal without a word.
    """
    CapaPolicy.approve.require(actor)
    state = CapaExtension.State
    if not approved and not note.strip():
        raise ValidationError({"note": _("Say why the request is refused.")})
    with refusals_raised(), recorded(actor=actor, reason=note.strip() or "extension approved"):
        capa = Capa.objects.select_for_update(of=("self",)).get(pk=extension.capa_id)
        row = CapaExtension.objects.select_for_update(of=("self",)).get(pk=extension.pk)
        if row.state != state.REQUESTED:
            raise ValidationError(_("This request was decided already."))
        if actor is not None and row.requested_by_id == actor.pk:
            raise ValidationError(_("An extension is decided by somebody other than who asked."))
        apply_changes(
            row,
            {
                "state": state.APPROVED if approved else state.REFUSED,
                "decided_by": actor,
                "decided_at": timezone.now(),
                "decision_note": note.strip(),
            },
        )
        if approved:
            apply_changes(capa, {"due_on": row.due_after})
    return row


def _workable(capa: Capa) -> Capa:
    """The CAPA, locked, while its plan can still change."""
    row = Capa.objects.select_for_update(of=("self",)).get(pk=capa.pk)
    if row.state in IMPLEMENTATION_OVER:
        raise ValidationError(_("This CAPA is implemented: its actions no longer change."))
    return row


def _told(capa: Capa) -> None:
    """A CAPA counts its actions: who asks what has changed since meets it, whichever of them it was."""
    capa.save(update_fields=["updated_at"])


def _check(action: CapaAction) -> None:
    if action.done_on and action.done_on > timezone.localdate():
        raise ValidationError({"done_on": _("This day lies in the future.")})
    if action.done_on and not action.evidence_note.strip():
        raise ValidationError(
            {"evidence_note": _("Say what shows that it was done, or where that is filed.")}
        )


def _only(fields: Mapping[str, Any]) -> None:
    if unknown := fields.keys() - ACTION_FIELDS:
        raise TypeError(f"An action has no field {sorted(unknown)}.")
