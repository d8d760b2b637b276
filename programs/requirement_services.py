"""Changes to the requirements of a work package."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Max
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import apply_changes, locked_at_version
from programs.facts import catalogue
from programs.models import Requirement, WorkPackage
from programs.policies import ProgramPolicy
from programs.requirements import value_checked
from records.context import recorded


@dataclass(frozen=True, slots=True)
class Draft:
    """A requirement before it belongs to a work package."""

    fact: str
    operator: str
    value: Any
    explanation: str | Promise
    unit: str = ""
    kind: str = Requirement.Kind.MUST

    @property
    def row(self) -> Requirement:
        """As a row that is not saved.

        Raises:
            ValidationError: keyed by field, when the condition does not fit the fact.
        """
        spec = catalogue().get(self.fact)
        if spec is None:
            raise ValidationError({"fact": _("This fact is not in the catalogue.")})
        return Requirement(
            kind=self.kind,
            fact=self.fact,
            operator=self.operator,
            value=value_checked(spec, self.operator, self.value, self.unit),
            unit=self.unit if spec.has_batch_unit and self.operator != Requirement.Operator.PRESENT else "",
            explanation=str(self.explanation).strip(),
        )


def requirements_add(
    *, package: WorkPackage, drafts: Iterable[Draft], actor: User | None, reason: str = ""
) -> list[Requirement]:
    """Add requirements behind the others; one that is there already, word for word, is left out.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: keyed by field, when a condition does not fit its fact or a sentence is missing.
    """
    ProgramPolicy.change.require(actor)
    with recorded(actor=actor, reason=reason):
        WorkPackage.objects.select_for_update().get(pk=package.pk)
        present = [_content(row) for row in Requirement.objects.filter(work_package=package)]
        last = Requirement.objects.filter(work_package=package).aggregate(last=Max("position"))["last"] or 0
        added: list[Requirement] = []
        for draft in drafts:
            row = draft.row
            if _content(row) in present:
                continue
            row.work_package, row.position = package, last + len(added) + 1
            row.full_clean()
            row.save()
            present.append(_content(row))
            added.append(row)
    return added


def requirements_take_back(*, package: WorkPackage, ids: Iterable[int], actor: User | None) -> int:
    """Undo an addition: those of the requirements named that nobody changed since. Returns how many left.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    ProgramPolicy.change.require(actor)
    with recorded(actor=actor, reason=_("Addition of requirements undone.")):
        return Requirement.objects.filter(work_package=package, pk__in=list(ids), version=1).delete()[0]


def requirement_change(*, requirement: Requirement, version: int, draft: Draft, actor: User | None) -> bool:
    """Change a requirement. False when nothing was different.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: as for `requirements_add`.
        StaleRecord: when someone else changed it since it was read.
    """
    ProgramPolicy.change.require(actor)
    wanted = draft.row
    changes = {
        name: getattr(wanted, name) for name in ("kind", "fact", "operator", "value", "unit", "explanation")
    }
    with recorded(actor=actor):
        row = locked_at_version(Requirement.objects.all(), pk=requirement.pk, version=version)
        return apply_changes(row, changes)


def requirement_remove(*, requirement: Requirement, actor: User | None, reason: str = "") -> Draft:
    """Remove a requirement. What it was is returned, so that it can be put back.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    ProgramPolicy.change.require(actor)
    was = Draft(
        requirement.fact,
        requirement.operator,
        requirement.value,
        requirement.explanation,
        requirement.unit,
        requirement.kind,
    )
    with recorded(actor=actor, reason=reason):
        requirement.delete()
    return was


def requirement_move(*, requirement: Requirement, steps: int, actor: User | None) -> bool:
    """Move a requirement up (negative) or down. False where it cannot move.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    ProgramPolicy.change.require(actor)
    with recorded(actor=actor):
        WorkPackage.objects.select_for_update().get(pk=requirement.work_package_id)
        rows = list(Requirement.objects.filter(work_package_id=requirement.work_package_id))
        at = next(place for place, row in enumerate(rows) if row.pk == requirement.pk)
        to = max(0, min(len(rows) - 1, at + steps))
        rows.insert(to, rows.pop(at))
        for place, row in enumerate(rows, start=1):
            if row.position != place:
                row.position = place
                row.save(update_fields=["position", "updated_at"])
    return to != at


def _content(row: Requirement) -> tuple[object, ...]:
    return row.kind, row.fact, row.operator, row.value, row.unit
