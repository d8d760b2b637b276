"""Must-haves: three-valued conjunction (Kleene 1952) and floors on critical criteria."""

from collections.abc import Iterable
from enum import StrEnum


class GateStatus(StrEnum):
    """The state of one must-have, or of several joined; excepted: not met, and let pass by an exception."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"
    EXCEPTED = "excepted"


def conjunction(states: Iterable[GateStatus]) -> GateStatus:
    """Kleene's strong conjunction: any fail fails, else any unknown is unknown, else (also for none) pass.

    An exception lets pass what would fail or be unknown.
    """
    seen = set(states)
    if GateStatus.FAIL in seen:
        return GateStatus.FAIL
    if GateStatus.UNKNOWN in seen:
        return GateStatus.UNKNOWN
    return GateStatus.PASS


def floor_status(low: float, high: float, floor: float, *, excepted: bool = False) -> GateStatus:
    """A floor on a criterion known to lie in [low, high]: high below it fails, low below it is unknown.

    What is excepted is so only where the floor is not surely met.
    """
    if low >= floor:
        return GateStatus.PASS
    if excepted:
        return GateStatus.EXCEPTED
    return GateStatus.FAIL if high < floor else GateStatus.UNKNOWN
