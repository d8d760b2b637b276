"""Frozen dataclasses to canonical JSON and back, so that a report can be made again from its own figures."""

import dataclasses
import hashlib
import json
import types
import typing
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any


def as_data(value: Any) -> Any:
    """Plain JSON data of a frozen dataclass; dates in ISO form, decimals as text, tuples as lists, sets
    as sorted ones."""
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: as_data(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {str(key): as_data(each) for key, each in value.items()}
    if isinstance(value, tuple | list):
        return [as_data(each) for each in value]
    if isinstance(value, frozenset):
        return sorted(as_data(each) for each in value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, bool | int | float) or value is None:
        return value
    return str(value)


def canonical_json(value: Any) -> str:
    """One text for one content: keys sorted, no white space, no number that JSON does not know."""
    return json.dumps(
        as_data(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def sha256_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def from_json[T](kind: type[T], text: str) -> T:
    """The dataclass that a canonical JSON was made from."""
    built: T = _built(kind, json.loads(text))
    return built


def _built(hint: Any, data: Any) -> Any:
    if data is None:
        return None
    origin, inner = typing.get_origin(hint), typing.get_args(hint)
    if origin in {types.UnionType, typing.Union}:
        return _built(next(each for each in inner if each is not types.NoneType), data)
    if origin in (tuple, frozenset):
        return origin(_built(inner[0], each) for each in data)
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {key: _built(inner[1], each) for key, each in data.items()}
    if dataclasses.is_dataclass(hint) and isinstance(hint, type):
        hints = typing.get_type_hints(hint)
        # What a report of an earlier schema does not say keeps its default.
        told = [each.name for each in dataclasses.fields(hint) if each.name in data or _is_needed(each)]
        return hint(**{name: _built(hints[name], data[name]) for name in told})
    if hint in {date, datetime}:
        return hint.fromisoformat(data)
    return Decimal(data) if hint is Decimal else data


def _is_needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
