"""Must-haves: three-valued conjunction (Kleene 1952) and floors on critical criteria."""

from collections.abc import Iterable
from enum import StrEnum


class GateStatus(StrEnum):
    """The state of one must-have, or of several joined."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


def conjunction(states: Iterable[GateStatus]) -> GateStatus:
    """Kleene's strong conjunction: any fail fails, else any unknown is unknown, else (also for none) pass."""
    seen = set(states)
    if GateStatus.FAIL in seen:
        return GateStatus.FAIL
    if GateStatus.UNKNOWN in seen:
        return GateStatus.UNKNOWN
    return GateStatus.PASS


def floor_status(low: float, high: float, floor: float) -> GateStatus:
    """A floor on a criterion known to lie in [low, high]: high below it fails, low below it is unknown."""
    if high < floor:
        return GateStatus.FAIL
    if low < floor:
        return GateStatus.UNKNOWN
    return GateStatus.PASS
