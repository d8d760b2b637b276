"""What rooms above copy along with a program. They register it when they start."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import Any

from accounts.models import User
from programs.models import Program, WorkPackage

type Pairs = Sequence[tuple[WorkPackage, WorkPackage]]


@dataclass(frozen=True, slots=True)
class Along:
    """Something that stands on work packages.

    Attributes:
        label: how the form offers it, translated when shown; without one it always comes along.
        has: whether a program has it, so that it is offered.
        copy: writes it for pairs of a work package and its copy, inside the recorded transaction of the copy.
    """

    key: str
    label: Any
    has: Callable[[Program], bool]
    copy: Callable[[Pairs, User | None], None]


_REGISTERED: dict[str, Along] = {}


def register(along: Along) -> None:
    """Called when the application is ready; the same key again takes the place of the first."""
    _REGISTERED[along.key] = along


def offered(program: Program) -> list[Along]:
    """What a person may choose to copy. One query for each."""
    return [each for each in _REGISTERED.values() if each.label and each.has(program)]


def copy_along(pairs: Pairs, chosen: Collection[str], actor: User | None) -> None:
    """Copy what was chosen and what always comes along."""
    for each in _REGISTERED.values():
        if not each.label or each.key in chosen:
            each.copy(pairs, actor)
