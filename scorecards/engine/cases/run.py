"""Run case files: read, compute the expected keys, and turn whatever makes no sense into an error object."""

import dataclasses
import json
import math
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from scorecards.engine.cases import (  # noqa: F401  (each registers its methods)
    aggregation,
    panels,
    reasons,
    robustness,
    sampling,
    scales,
    weighting,
)
from scorecards.engine.cases.inputs import METHODS, Inputs, Outputs
from scorecards.engine.errors import EngineError, MethodError, ValueInputError

UNREADABLE = (TypeError, ValueError, LookupError, AttributeError, ArithmeticError, MemoryError)


def run_file(path: Path) -> dict[str, object]:
    """{"id", "computed"} of one case file, or {"id", "error": {"entry", "problem"}}.

    Both when some of the expected keys cannot be computed.
    """
    identifier = path.stem
    try:
        case = _read(path)
        given = case.get("id")
        identifier = given if isinstance(given, str) else path.stem
        computed, problems = run_case(case)
        result: dict[str, object] = {"id": identifier, "computed": computed}
        if problems:
            result["error"] = {"entry": problems[0].entry, "problem": problems[0].problem}
        return result
    except EngineError as error:
        return {"id": identifier, "error": {"entry": error.entry, "problem": error.problem}}


def run_case(case: Mapping[str, Any]) -> tuple[dict[str, object], list[EngineError]]:
    """The values of the expected keys, or of all keys when none are expected, and what went wrong with some.

    Raises EngineError naming the entry that makes no sense.
    """
    name = case.get("method")
    if not isinstance(name, str) or name not in METHODS:
        raise MethodError("method", f"is {name!r}; known are {', '.join(sorted(METHODS))}")
    inputs = case.get("inputs")
    if not isinstance(inputs, dict):
        raise MethodError("inputs", "is missing or is not an object")
    expected = case.get("expected")
    if expected is not None and not isinstance(expected, dict | list):
        raise MethodError("expected", "is not an object")
    if isinstance(expected, list) and not all(isinstance(key, str) for key in expected):
        raise MethodError("expected", "is a list of other things than names")
    try:
        outputs = METHODS[name](Inputs(inputs))
        return _computed(outputs, list(expected) if expected else None)
    except EngineError:
        raise
    except UNREADABLE as error:
        raise ValueInputError("inputs", f"do not have the form this method needs ({error})") from error


def _read(path: Path) -> dict[str, Any]:
    try:
        case = json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise MethodError(str(path), f"cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise MethodError(str(path), f"is not JSON ({error})") from error
    if not isinstance(case, dict):
        raise MethodError(str(path), "is not a JSON object")
    return case


def _computed(outputs: Outputs, keys: Sequence[str] | None) -> tuple[dict[str, object], list[EngineError]]:
    """Expected keys that fail are errors; without expected keys, outputs that are undefined are left out."""
    found: dict[str, object] = {}
    problems: list[EngineError] = []
    for key in outputs if keys is None else keys:
        if key not in outputs:
            known = ", ".join(outputs)
            problems.append(MethodError(f"expected.{key}", f"is not computed by this method ({known})"))
            continue
        try:
            found[key] = plain(_value(outputs[key]))
        except EngineError as error:
            problems.append(error)
    return found, problems if keys is not None else []


def _value(output: object) -> object:
    return output() if callable(output) else output


def plain(value: object) -> object:
    """NumPy and dataclass values to JSON values. Raises ValueInputError for what is not finite."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        fields = dataclasses.fields(value)
        return {field.name: plain(getattr(value, field.name)) for field in fields}
    if isinstance(value, np.ndarray):
        return plain(value.tolist())
    if isinstance(value, np.generic):
        return plain(value.item())
    if isinstance(value, dict):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, list | tuple):
        return [plain(entry) for entry in value]
    if isinstance(value, float) and not math.isfinite(value):
        raise ValueInputError("inputs", f"lead to {value!r}, so the result is undefined or too large")
    return value
