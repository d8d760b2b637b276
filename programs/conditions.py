"""Whether what is known of a site meets a condition: pass, fail or unknown. Pure; no database, no words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

type Value = str | float | bool
"""A word of a vocabulary, a figure, a yes or no, or a day in ISO form."""

MASS = {"kg": 1000.0, "g": 1.0}


class Outcome(StrEnum):
    """Three-valued answer of a must-have (Kleene 1952)."""

    PASS = "pass"
    FAIL = "fail"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Known:
    """What is on record about one fact at one site.

    ``units`` run parallel to ``values`` where figures carry a unit. ``closed`` says that the record is
    complete: nothing but these values can be true. An open record never fails a condition.
    """

    values: tuple[Value, ...] = ()
    units: tuple[str, ...] = ()
    closed: bool = False

    def as_data(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {"values": list(self.values), "units": list(self.units), "closed": self.closed}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Known:
        return cls(tuple(data["values"]), tuple(data["units"]), bool(data["closed"]))


NOTHING = Known()


@dataclass(frozen=True, slots=True)
class Condition:
    """An operator of `Requirement.Operator` and what it asks for; ``unit`` blank where figures have none."""

    operator: str
    value: Any = None
    unit: str = ""


def convert(value: float, unit: str, wanted: str) -> float | None:
    """A figure in another unit; None where the two do not convert, which is unknown and not zero."""
    if unit == wanted:
        return value
    if unit in MASS and wanted in MASS:
        return value * MASS[unit] / MASS[wanted]
    return None


def settle(condition: Condition, known: Known) -> Outcome:
    """Pass when some value on record meets the condition, fail when none can, unknown between."""
    met, settled = _met(condition, known)
    if met:
        return Outcome.PASS
    return Outcome.FAIL if known.closed and settled else Outcome.UNKNOWN


def _met(condition: Condition, known: Known) -> tuple[bool, bool]:
    """Whether the values meet the condition, and whether all of them could be compared."""
    asked, values = condition.value, known.values
    match condition.operator:
        case "present":
            return bool(values), True
        case "eq":
            return asked in values, True
        case "in":
            return any(word in values for word in _words(asked)), True
        case "includes":
            return all(word in values for word in _words(asked)), True
        case "gte" | "lte":
            comparable = _comparable(known, condition.unit)
            found = [value for value in comparable if value is not None]
            least = condition.operator == "gte"
            met = any((value >= asked) if least else (value <= asked) for value in found)
            return met, len(found) == len(comparable)
    message = f"unknown operator: {condition.operator!r}"
    raise ValueError(message)


def _comparable(known: Known, unit: str) -> list[Any]:
    """The values in the unit that is asked for, None for one that does not convert."""
    if not known.units:
        return list(known.values)
    return [convert(float(v), u, unit) for v, u in zip(known.values, known.units, strict=True)]


def _words(asked: Any) -> Sequence[Any]:
    return asked if isinstance(asked, list | tuple) else (asked,)


@dataclass(slots=True)
class Collected:
    """Builds what is known of one fact at one site from the rows of a record.

    A row that leaves the field blank keeps the record open; no row at all does too.
    """

    values: list[Value] = field(default_factory=list)
    units: list[str] = field(default_factory=list)
    blank: bool = False

    def add(self, value: Value | Iterable[Value] | None, unit: str = "") -> None:
        """One row's statement; None or nothing is a blank."""
        stated = (value,) if isinstance(value, str | float | int | bool) else tuple(value or ())
        if not stated or stated == ("",):
            self.blank = True
            return
        for one in stated:
            if unit or one not in self.values:
                self.values.append(one)
                if unit:
                    self.units.append(unit)

    def known(self, *, complete: bool = True) -> Known:
        """What the rows say together; ``complete=False`` for a record that never is."""
        return Known(tuple(self.values), tuple(self.units), complete and bool(self.values) and not self.blank)
