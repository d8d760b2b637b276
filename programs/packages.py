"""Changes to the work packages of a program."""

from collections.abc import Iterable

from django.core.exceptions import ValidationError
from django.db.models import ProtectedError
from django.utils.translation import gettext as _

from accounts.models import User
from common.versions import apply_changes, locked_at_version
from programs.models import Program, WorkPackage
from programs.policies import ProgramPolicy
from records.context import recorded

APART = 10_000
"""Added to every position while packages change places, because two may not share one."""


def package_add(
    *, program: Program, name: str, operations: Iterable[str] = (), notes: str = "", actor: User | None
) -> WorkPackage:
    """Add a work package behind the others.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: without a name, or with one that another package of the program has.
    """
    ProgramPolicy.change.require(actor)
    with recorded(actor=actor):
        parts = _locked(program)
        _check_name(name, parts)
        package = WorkPackage(
            program=program,
            name=name.strip(),
            operations=list(operations),
            notes=notes,
            position=max((part.position for part in parts), default=0) + 1,
        )
        package.full_clean()
        package.save()
    return package


def package_change(
    *,
    package: WorkPackage,
    version: int,
    name: str,
    operations: Iterable[str],
    notes: str,
    actor: User | None,
) -> bool:
    """Rename a work package, or change what belongs to it. False when nothing was different.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: as for `package_add`.
        StaleRecord: when someone else changed it since it was read.
    """
    ProgramPolicy.change.require(actor)
    with recorded(actor=actor):
        parts = _locked(package.program)
        _check_name(name, [part for part in parts if part.pk != package.pk])
        row = locked_at_version(WorkPackage.objects.all(), pk=package.pk, version=version)
        changes = {"name": name.strip(), "operations": list(operations), "notes": notes}
        return apply_changes(row, changes)


def package_move(*, package: WorkPackage, steps: int, actor: User | None) -> bool:
    """Move a work package up (negative) or down among its siblings. False where it cannot move.

    Raises:
        PermissionDenied: when the person's role does not allow it.
    """
    ProgramPolicy.change.require(actor)
    with recorded(actor=actor):
        parts = _locked(package.program)
        at = next(place for place, part in enumerate(parts) if part.pk == package.pk)
        to = max(0, min(len(parts) - 1, at + steps))
        if to == at:
            return False
        parts.insert(to, parts.pop(at))
        _number(parts)
    return True


def package_remove(*, package: WorkPackage, reason: str, actor: User | None) -> None:
    """Remove a work package with its candidates and requirements.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: for the last one, or one with what is kept, as frozen evaluations and panels are.
    """
    ProgramPolicy.change.require(actor)
    with recorded(actor=actor, reason=reason.strip()):
        parts = _locked(package.program)
        if len(parts) < 2:
            raise ValidationError(_("A program has at least one work package."))
        kept = [part for part in parts if part.pk != package.pk]
        try:
            package.delete()
        except ProtectedError as error:
            kinds = sorted({str(row._meta.verbose_name_plural) for row in error.protected_objects})
            told = _("This work package cannot be removed, since these are kept: %(kinds)s.")
            raise ValidationError(told % {"kinds": ", ".join(kinds)}) from error
        _number(kept)


def _locked(program: Program) -> list[WorkPackage]:
    """The packages in order, locked until the transaction ends."""
    Program.objects.select_for_update().get(pk=program.pk)
    return list(WorkPackage.objects.select_for_update().filter(program=program).order_by("position"))


def _number(parts: list[WorkPackage]) -> None:
    """Positions 1, 2, 3 … in the order given; rows that keep theirs are not written."""
    moved = [(part, place) for place, part in enumerate(parts, start=1) if part.position != place]
    for offset in (APART, 0):
        for part, place in moved:
            part.position = place + offset
            part.save(update_fields=["position", "updated_at"])


def _check_name(name: str, others: list[WorkPackage]) -> None:
    if not name.strip():
        raise ValidationError({"name": _("Give the work package a name.")})
    if name.strip().casefold() in {part.name.casefold() for part in others}:
        raise ValidationError({"name": _("Another work package of this program has this name.")})
