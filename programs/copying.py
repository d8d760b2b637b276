"""Copies a program: what it needs, its demand, its work packages with their requirements."""

from __future__ import annotations

import re
from collections.abc import Collection
from itertools import count
from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from accounts.models import User
from programs.along import copy_along
from programs.models import Candidate, Demand, Membership, Program, Requirement, WorkPackage
from programs.policies import ProgramPolicy
from programs.services import PROGRAM_FIELDS
from records.context import recorded

# One digit, as this room gives it: "AUR-101" is a code of its own.
COPY_NUMBER = re.compile(r"-\d$")
CODE_STEM = 36


def code_of_a_copy(program: Program, user: User) -> str:
    """A code to begin with: that of the program with the first number that no program of theirs has.

    >>> COPY_NUMBER.sub("", "AUR-101-2"), COPY_NUMBER.sub("", "AUR-101")
    ('AUR-101', 'AUR-101')
    """
    stem = COPY_NUMBER.sub("", program.code)[:CODE_STEM]
    taken = set(Program.objects.visible_to(user).filter(code__startswith=stem).values_list("code", flat=True))
    return next(code for code in (f"{stem}-{number}" for number in count(2)) if code not in taken)


def program_copy(
    *,
    program: Program,
    code: str,
    name: str,
    with_candidates: bool,
    actor: User | None,
    along: Collection[str] = (),
) -> Program:
    """A new program with the needs of another. Its members are only the person who copies.

    Candidates come along as a longlist, without stages, reasons or proposals. Weights and evaluations stay
    behind. `along` names what rooms above copy as well (`programs.along`).

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValidationError: when the code is taken or not allowed.
    """
    ProgramPolicy.create.require(actor)
    fields: dict[str, Any] = {field: getattr(program, field) for field in PROGRAM_FIELDS}
    copy = Program(**fields | {"code": code, "name": name}, is_demo=program.is_demo)
    copy.full_clean()
    with recorded(actor=actor, reason=_("Copied from %(code)s.") % {"code": program.code}):
        copy.save()
        if actor is not None:
            Membership.objects.create(program=copy, user=actor)
        Demand.objects.bulk_create(again(row, program=copy) for row in program.demand.all())
        pairs: list[tuple[WorkPackage, WorkPackage]] = []
        for package in program.packages.prefetch_related("requirements", "candidates"):
            target: WorkPackage = again(package, program=copy)
            target.save()
            pairs.append((package, target))
            Requirement.objects.bulk_create(
                again(row, work_package=target) for row in package.requirements.all()
            )
            if with_candidates:
                Candidate.objects.bulk_create(
                    Candidate(work_package=target, site_id=row.site_id)
                    for row in package.candidates.all()
                    if row.stage != Candidate.Stage.DECLINED
                )
        copy_along(pairs, along, actor)
    return copy


def again[Row: models.Model](row: Row, **changed: Any) -> Row:
    """The same content in a row that is not saved yet."""
    left_out = {"id", "version", "created_at", "updated_at"}
    columns = [field for field in row._meta.concrete_fields if field.name not in left_out]
    values = {field.name: getattr(row, field.name) for field in columns if field.name not in changed}
    return type(row)(**values, **changed)
