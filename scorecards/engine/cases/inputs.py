"""The inputs of a case: fields by name or by another name they go by, and methods by name."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from scorecards.engine.checks import vector
from scorecards.engine.errors import MethodError, ValueInputError

type Lazy = Callable[[], object]
type Outputs = dict[str, object | Lazy]
type Method = Callable[["Inputs"], Outputs]

METHODS: dict[str, Method] = {}
LARGEST_WHOLE = 100_000_000


def method(*names: str) -> Callable[[Method], Method]:
    """Register a function as the method of these names."""

    def register(function: Method) -> Method:
        for name in names:
            METHODS[name] = function
        return function

    return register


@dataclass(frozen=True)
class Inputs:
    """What a case gives to its method."""

    given: Mapping[str, Any]

    def need(self, *names: str) -> Any:
        """The first of these fields that is given. Raises MethodError naming the first."""
        for name in names:
            if self.given.get(name) is not None:
                return self.given[name]
        raise MethodError(f"inputs.{names[0]}", "is missing")

    def listed(self, *names: str) -> list[Any]:
        """A list that is not empty. Raises MethodError, ValueInputError."""
        value = self.need(*names)
        if not isinstance(value, list) or not value:
            raise ValueInputError(f"inputs.{names[0]}", "is not a list, or an empty one")
        return value

    def positions(self, *names: str, below: int) -> list[int]:
        """One or several of the positions 0 … below − 1. Raises MethodError, ValueInputError."""
        value = self.need(*names)
        chosen = value if isinstance(value, list) else [value]
        for entry in chosen:
            if isinstance(entry, bool) or not isinstance(entry, int) or not 0 <= entry < below:
                raise ValueInputError(f"inputs.{names[0]}", f"names {entry!r}, not one of 0 … {below - 1}")
        if not chosen:
            raise ValueInputError(f"inputs.{names[0]}", "is an empty list")
        return chosen

    def get(self, *names: str, default: Any = None) -> Any:
        """The same, or the default."""
        for name in names:
            if self.given.get(name) is not None:
                return self.given[name]
        return default

    def number(self, *names: str, default: float) -> float:
        """A number, or the default."""
        value = self.get(*names, default=default)
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise ValueInputError(f"inputs.{names[0]}", f"is {value!r}, not a number")
        return float(vector(f"inputs.{names[0]}", [value])[0])

    def whole(self, *names: str, default: int | None = None) -> int:
        """A whole number; without a default it must be given."""
        value = self.need(*names) if default is None else self.get(*names, default=default)
        if isinstance(value, bool) or not isinstance(value, int | float) or value % 1 != 0:
            raise ValueInputError(f"inputs.{names[0]}", f"is {value!r}, not a whole number")
        if abs(value) > LARGEST_WHOLE:
            raise ValueInputError(f"inputs.{names[0]}", f"is {value!r}, which would never end")
        return int(value)

    def flag(self, *names: str, default: bool) -> bool:
        """True or false."""
        value = self.get(*names, default=default)
        if not isinstance(value, bool):
            raise ValueInputError(f"inputs.{names[0]}", f"is {value!r}, not true or false")
        return value

    def choice[Choice: StrEnum](
        self, kind: type[Choice], aliases: Mapping[str, Choice], *names: str, default: Choice
    ) -> Choice:
        """One of the values of an enumeration, by its value or an alias."""
        value = self.get(*names)
        if value is None:
            return default
        key = str(value).lower().replace("-", "_").replace(" ", "_")
        if key in aliases:
            return aliases[key]
        try:
            return kind(key)
        except ValueError as error:
            known = ", ".join(sorted({*kind, *aliases}))
            raise MethodError(f"inputs.{names[0]}", f"is {value!r}, not one of {known}") from error

    def senses(self) -> list[float] | None:
        """±1 per criterion, also from words; None when not given."""
        given = self.get("sense", "senses", "directions", "types", "objectives")
        if given is None:
            return None
        if not isinstance(given, list):
            raise ValueInputError("inputs.sense", "is not a list")
        return [_sense(i, entry) for i, entry in enumerate(given)]


WORDS = {
    "max": 1.0,
    "benefit": 1.0,
    "gain": 1.0,
    "up": 1.0,
    "min": -1.0,
    "cost": -1.0,
    "loss": -1.0,
    "down": -1.0,
}


def _sense(position: int, entry: object) -> float:
    if isinstance(entry, str) and entry.lower() in WORDS:
        return WORDS[entry.lower()]
    if isinstance(entry, int | float) and not isinstance(entry, bool) and entry in (1, -1):
        return float(entry)
    raise ValueInputError(f"inputs.sense[{position}]", f"is {entry!r}, neither 1 (max) nor -1 (min)")
