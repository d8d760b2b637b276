"""Changes to CAPAs. Every one is recorded; once a CAPA has left "open", with its reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection
from django.db.models.functions import Now
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import override

from accounts.models import User
from audits.capas.policies import CapaPolicy
from audits.capas.steps import Case, Missing, Step, missing_of, step_between
from audits.models import Capa
from common.versions import StaleRecord, apply_changes, locked_at_version
from records.context import recorded
from records.models import Signature
from records.refusals import refusals_raised
from records.signing.state import is_signed

CLOSURE = "closure"
# What a CAPA may take at most unless somebody says otherwise, and until its effect is looked at.
DAYS_TO_CLOSE = 90
DAYS_TO_CHECK = 90
BASICS = frozenset(
    {
        "site",
        "origin",
        "finding",
        "inspection",
        "title",
        "description",
        "severity",
        "owner",
        "owner_name",
        "due_on",
    }
)
CAUSE = frozenset({"root_cause_method", "root_cause_category", "whys", "root_cause"})
CHECK = frozenset({"criterion", "verifier", "check_due_on"})
RESULT = frozenset({"check_outcome", "check_result", "checked_on"})
S = Capa.State
BEFORE_IMPLEMENTATION = (S.OPEN, S.INVESTIGATION, S.PLAN_APPROVED)


class StepRefused(ValidationError):
    """A step that cannot be made. `missing` says what it needs; `moved` that there is no such step."""

    def __init__(self, told: str, missing: tuple[Missing, ...] = (), *, moved: bool = False) -> None:
        super().__init__([told, *(each.told for each in missing)])
        self.told = told
        self.missing = missing
        self.moved = moved


@dataclass(frozen=True, slots=True)
class Moved:
    """A CAPA after its step, and the one that follows it where it did not help."""

    capa: Capa
    child: Capa | None = None


def capa_open(*, fields: Mapping[str, Any], actor: User | None, parent: Capa | None = None) -> Capa:
    """Open a CAPA under the next number of the year.

    Args:
        fields: of `BASICS`; the site, the title and the problem at least. Due after 90 days where not said.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when a value breaks a rule of the model.
    """
    CapaPolicy.change.require(actor)
    _only(fields, BASICS)
    today = timezone.localdate()
    with recorded(actor=actor, reason="opened"):
        capa = Capa(
            **{"due_on": today + timedelta(days=DAYS_TO_CLOSE), **fields},
            number=_next_number(today.year),
            opened_on=today,
            clock_from=today,
            parent=parent,
        )
        _check_origin(capa)
        if capa.due_on < today:
            raise ValidationError({"due_on": _("This day has passed.")})
        capa.full_clean()
        capa.save()
    return capa


def capa_change(
    *, capa: Capa, version: int, changes: Mapping[str, Any], actor: User | None, reason: str = ""
) -> Capa:
    """Change what a CAPA says, as far as its state allows.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when the state no longer allows it, a value breaks a rule of the model, or somebody
            other than the verifier enters the result.
        StaleRecord: when someone else changed it since it was read.
    """
    CapaPolicy.change.require(actor)
    _only(changes, BASICS | CAUSE | CHECK | RESULT)
    with refusals_raised(), recorded(actor=actor, reason=reason):
        row = locked_at_version(Capa.objects.all(), pk=capa.pk, version=version)
        wanted = {name: value for name, value in changes.items() if getattr(row, name) != value}
        _check_changes(row, wanted, actor)
        if "criterion" in wanted:
            wanted["criterion_set_on"] = timezone.localdate() if wanted["criterion"].strip() else None
        apply_changes(row, wanted)
    return row


def capa_move(
    *,
    capa: Capa,
    to: str,
    actor: User | None,
    version: int | None = None,
    reason: str = "",
    due_on: date | None = None,
) -> Moved:
    """Take a CAPA to its next state, or reopen it.

    Args:
        version: the one that was read; None takes the CAPA as it stands.
        due_on: for reopening, when it is due now; 90 days from today where not said.

    Raises:
        PermissionDenied: when the person's role does not make this step.
        StepRefused: where there is no such step, or with what is missing.
        StaleRecord: when someone else changed it since it was read.
    """
    with refusals_raised(), recorded(actor=actor, reason=reason.strip() or _own_reason(to)):
        row = Capa.objects.select_for_update(of=("self",)).select_related("owner").get(pk=capa.pk)
        step = _step_or_refusal(row, to)
        step.permission.require(actor)
        if version is not None and row.version != version:
            raise StaleRecord(row)
        if step.asks_reason and not reason.strip():
            raise StepRefused(_("Say why: the reason is kept in the history."))
        if missing := missing_of(step, case_of(row, actor)):
            told = _("This CAPA cannot become “%(state)s” yet.") % {"state": step.target.label}
            raise StepRefused(told, tuple(missing))
        if step.target == S.INVESTIGATION and step.source == S.CLOSED_EFFECTIVE:
            _signature_taken_back(row, actor)
            apply_changes(row, _reopened(row, due_on))
        else:
            apply_changes(row, {"state": step.target, **_follows(row, step, actor)})
        child = _child(row, actor) if step.target == S.CLOSED_INEFFECTIVE else None
    return Moved(row, child)


def case_of(capa: Capa, actor: User | None, *, reviewed: bool | None = None) -> Case:
    """A CAPA with what its steps look at. Two queries; one for who knows whether the closure is reviewed."""
    actions = tuple(capa.actions.select_related("owner").order_by("due_on", "pk"))
    if reviewed is None:
        reviewed = is_signed(capa, Signature.Meaning.REVIEWED, CLOSURE)
    return Case(capa, actions, reviewed, actor)


def _step_or_refusal(row: Capa, to: str) -> Step:
    step = step_between(row.state, to)
    if step is not None:
        return step
    if to not in S.values:
        raise StepRefused(_("Choose the state it should have."))
    told = _("A CAPA in the state “%(now)s” cannot become “%(to)s”.") % {
        "now": row.get_state_display(),
        "to": S(to).label,
    }
    raise StepRefused(told, moved=True)


def _follows(row: Capa, step: Step, actor: User | None) -> dict[str, Any]:
    """What a step writes besides the state."""
    today = timezone.localdate()
    match step.target:
        case S.PLAN_APPROVED:
            return {"plan_approved_by": actor, "plan_approved_on": today}
        case S.IMPLEMENTED:
            later = row.check_due_on or today + timedelta(days=DAYS_TO_CHECK)
            return {"implemented_on": today, "check_due_on": later}
        case S.CLOSED_EFFECTIVE | S.CLOSED_INEFFECTIVE:
            return {"closed_on": today}
        case _:
            return {}


def _reopened(row: Capa, due_on: date | None) -> dict[str, Any]:
    """A closed CAPA starts again: its clock, its plan and its check; what was found and done stays."""
    today = timezone.localdate()
    if due_on is not None and due_on < today:
        raise ValidationError({"due_on": _("This day has passed.")})
    return {
        "state": S.INVESTIGATION,
        "clock_from": today,
        "due_on": due_on or today + timedelta(days=DAYS_TO_CLOSE),
        "reopened_count": row.reopened_count + 1,
        "plan_approved_by": None,
        "plan_approved_on": None,
        "implemented_on": None,
        "check_due_on": None,
        "check_outcome": "",
        "check_result": "",
        "checked_on": None,
        "closed_on": None,
    }


def _signature_taken_back(row: Capa, actor: User | None) -> None:
    """The closure no longer holds; its signature stays visible as withdrawn, with who reopened it."""
    Signature.objects.filter(model=row._meta.label, record_pk=row.pk, part=CLOSURE, withdrawn_at=None).update(
        withdrawn_at=Now(), withdrawn_by=actor or row.verifier
    )


def _child(row: Capa, actor: User | None) -> Capa:
    """The CAPA that follows one without effect: the same problem, a new clock."""
    today = timezone.localdate()
    child = Capa(
        number=_next_number(today.year),
        site=row.site,
        finding=row.finding,
        inspection=row.inspection,
        origin=row.origin,
        title=row.title,
        description=row.description,
        severity=row.severity,
        owner=row.owner,
        owner_name=row.owner_name,
        opened_on=today,
        clock_from=today,
        due_on=today + timedelta(days=DAYS_TO_CLOSE),
        parent=row,
    )
    child.full_clean()
    child.save()
    return child


def _check_changes(row: Capa, changes: Mapping[str, Any], actor: User | None) -> None:
    """Whether the state still allows these changes."""
    if not changes:
        return
    if row.is_closed:
        raise ValidationError(_("This CAPA is closed. Reopen it to change it."))
    if "due_on" in changes and row.state != S.OPEN:
        raise ValidationError(
            {"due_on": _("The due date moves by an extension that somebody else approves.")}
        )
    if "criterion" in changes and row.state not in BEFORE_IMPLEMENTATION:
        raise ValidationError(
            {"criterion": _("The criterion was set before implementation and can no longer be changed.")}
        )
    owner = changes.get("owner", row.owner)
    if "owner" in changes and owner is not None and owner.pk == row.plan_approved_by_id:
        raise ValidationError({"owner": _("This person approved the plan and cannot own the CAPA.")})
    verifier = changes.get("verifier", row.verifier)
    if owner is not None and verifier is not None and owner.pk == verifier.pk:
        field = "verifier" if "verifier" in changes else "owner"
        raise ValidationError({field: _("The verifier is somebody other than the owner.")})
    if RESULT & changes.keys():
        _check_result(row, changes, actor)
    if BASICS & changes.keys():
        for name in BASICS & changes.keys():
            setattr(row, name, changes[name]) if name in ("origin", "finding", "inspection") else None
        _check_origin(row)


def _check_result(row: Capa, changes: Mapping[str, Any], actor: User | None) -> None:
    if row.state != S.EFFECTIVENESS_DUE:
        raise ValidationError(
            _("The effect is checked once the CAPA was implemented and handed to its verifier.")
        )
    if actor is not None and actor.pk != row.verifier_id:
        raise ValidationError(
            _("Only the verifier, %(name)s, enters the result.") % {"name": row.verifier or "–"}
        )
    checked_on = changes.get("checked_on", row.checked_on)
    if checked_on and row.implemented_on and checked_on < row.implemented_on:
        raise ValidationError({"checked_on": _("The effect is checked after implementation.")})
    if checked_on and checked_on > timezone.localdate():
        raise ValidationError({"checked_on": _("This day lies in the future.")})


def _check_origin(capa: Capa) -> None:
    if capa.finding_id and capa.finding is not None and capa.finding.audit.site_id != capa.site_id:
        raise ValidationError({"finding": _("This finding belongs to another site.")})
    if capa.inspection_id and capa.inspection is not None and capa.inspection.site_id != capa.site_id:
        raise ValidationError({"inspection": _("This inspection was held at another site.")})


def _next_number(year: int) -> str:
    """The next number of the year, such as CAPA-2026-014. Whoever asks at the same time waits."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_xact_lock(hashtext('cmo_eval capa number'), %s)", [year])
    start = f"CAPA-{year}-"
    taken = Capa.objects.filter(number__startswith=start).values_list("number", flat=True)
    last = max((int(number[len(start) :]) for number in taken if number[len(start) :].isdigit()), default=0)
    return f"{start}{last + 1:03}"


def _own_reason(to: str) -> str:
    """Reasons are stored in one language."""
    with override("en"):
        return f"moved to: {S(to).label}" if to in S.values else "moved"


def _only(fields: Mapping[str, Any], known: frozenset[str]) -> None:
    if unknown := fields.keys() - known:
        raise TypeError(f"A CAPA has no field {sorted(unknown)} that can be changed here.")
