"""How a candidate came to the stage it is at, read from the change history."""

from dataclasses import dataclass
from datetime import datetime

from programs.models import Candidate
from records.selectors import history_of


@dataclass(frozen=True, slots=True)
class Move:
    """One step of a candidate; `before` is empty for the day it was added."""

    at: datetime
    actor: str
    before: str
    after: str
    reason: str


def moves_of(candidate: Candidate) -> list[Move]:
    """The moves of a candidate, latest first."""
    found = []
    for item in history_of(Candidate, candidate.pk, size=50).items:
        change = next((change for change in item.changes if change.name == "stage"), None)
        if change is not None:
            found.append(Move(item.at, item.actor, change.old, change.new, item.reason))
    return found
