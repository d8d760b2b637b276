"""Regulatory records entered by hand: EMA, MHRA and others, and what is known of an answer to the authority.

An imported row belongs to its source: by hand only the dates of the answer can be added to it, which no
source gives. Each change keeps its reason.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.utils.translation import gettext as _

from accounts.models import User
from audits.models import Citation, Inspection, RegulatoryAction
from audits.policies import RegulatoryPolicy
from common.models import Dated
from common.text import name_key
from partners.models import Site
from records.context import recorded

type RegulatoryRecord = Inspection | Citation | RegulatoryAction

MODELS: Mapping[str, type[RegulatoryRecord]] = {
    "inspection": Inspection,
    "citation": Citation,
    "action": RegulatoryAction,
}
ANSWER_FIELDS = frozenset({"amended_on", "response_due_on", "responded_on"})


@dataclass(frozen=True, slots=True)
class Saved:
    """What was written, and what it contradicts. A conflict warns and never blocks."""

    record: RegulatoryRecord
    warning: str


def editable_fields(record: RegulatoryRecord) -> frozenset[str] | None:
    """The fields a person may change; None for all of a record entered by hand."""
    if not record.source:
        return None
    return ANSWER_FIELDS if isinstance(record, RegulatoryAction) else frozenset()


def regulatory_record_add(
    *, site: Site, kind: str, fields: dict[str, Any], actor: User | None, reason: str = ""
) -> Saved:
    """Enter a record of a site by hand.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule of the model.
        KeyError: for a kind that is not inspection, citation or action.
    """
    RegulatoryPolicy.change.require(actor)
    record = regulatory_record_checked(site=site, kind=kind, fields=fields)
    with recorded(actor=actor, reason=reason or _("Entered by hand")):
        record.save()
    return Saved(record, conflict_of(record))


def regulatory_record_checked(*, site: Site, kind: str, fields: Mapping[str, Any]) -> RegulatoryRecord:
    """The record as it would be entered; nothing is written.

    Raises:
        ValidationError: when a value breaks a rule of the model.
        KeyError: for a kind that is not inspection, citation or action.
    """
    record = MODELS[kind](site=site, **fields)
    _complete(record)
    _check(record)
    return record


def regulatory_record_change(
    *, record: RegulatoryRecord, fields: dict[str, Any], reason: str, actor: User | None
) -> Saved:
    """Change a record entered by hand, or the dates of the answer on an imported one.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason, when a value breaks a rule of the model, or when the field belongs
            to the source of the record.
    """
    RegulatoryPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it changes: the reason is kept.")})
    with recorded(actor=actor, reason=reason.strip()):
        row = type(record)._default_manager.select_for_update().get(pk=record.pk)
        allowed = editable_fields(row)
        if allowed is not None and (foreign := fields.keys() - allowed):
            raise ValidationError(
                _("%(source)s gave this record: %(fields)s cannot be changed by hand.")
                % {"source": row.source, "fields": ", ".join(sorted(foreign))}
            )
        for name, value in fields.items():
            setattr(row, name, value)
        _check(row)
        row.save()
    return Saved(row, conflict_of(row))


def regulatory_record_remove(*, record: RegulatoryRecord, reason: str, actor: User | None) -> None:
    """Remove a record entered by hand; an imported one goes only with its source.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a reason, or for an imported record.
    """
    RegulatoryPolicy.change.require(actor)
    if not reason.strip():
        raise ValidationError({"reason": _("Say why it is removed: the reason is kept.")})
    if record.source:
        raise ValidationError(_("An imported record cannot be removed by hand."))
    with recorded(actor=actor, reason=reason.strip()):
        record.delete()


def conflict_of(record: RegulatoryRecord) -> str:
    """A sentence on what the record contradicts; empty when it contradicts nothing. One query at most."""
    if not isinstance(record, Inspection | RegulatoryAction) or not record.happened_on:
        return ""
    form_483 = RegulatoryAction.Kind.FORM_483
    nai = Inspection.Classification.NAI
    if isinstance(record, Inspection) and record.classification == nai:
        other: Model | None = RegulatoryAction.objects.filter(
            site=record.site, kind=form_483, happened_on=record.happened_on
        ).first()
    elif isinstance(record, RegulatoryAction) and record.kind == form_483:
        other = Inspection.objects.filter(
            site__isnull=False, site=record.site, classification=nai, happened_on=record.happened_on
        ).first()
    else:
        other = None
    if other is None:
        return ""
    return _("An inspection without action (NAI) and a Form 483 of the same day contradict each other.")


def _complete(record: RegulatoryRecord) -> None:
    if record.known_on:
        record.known_on_basis = Dated.KnownBasis.SOURCE
    if isinstance(record, RegulatoryAction) and record.site:
        record.firm_name = record.site.name
        record.firm_key = name_key(record.site.name)
    if isinstance(record, Citation) and record.inspection:
        record.inspection_number = record.inspection.inspection_number
        record.authority = record.inspection.authority
        record.happened_on = record.happened_on or record.inspection.happened_on


def _check(record: RegulatoryRecord) -> None:
    record.full_clean(exclude=["fiscal_year"])
    if record.happened_on and record.known_on and record.known_on < record.happened_on:
        raise ValidationError({"known_on": _("Nothing is published before it happened.")})
    if isinstance(record, Inspection) and record.happened_on:
        first_day = record.started_on or record.happened_on
        if first_day > record.happened_on:
            raise ValidationError({"started_on": _("The first day cannot come after the last.")})
    if isinstance(record, RegulatoryAction):
        for name in ("closed_on", "amended_on", "responded_on", "response_due_on"):
            day = getattr(record, name)
            if day and record.happened_on and day < record.happened_on:
                raise ValidationError({name: _("This day lies before the record itself.")})
