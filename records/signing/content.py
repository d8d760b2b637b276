"""The content that a signature covers: plain data of a record, its canonical JSON, and what differs."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Model

from records.declarations import Child, Signable
from records.models import Attachment

FORMAT = 1
ATTACHMENTS = "attachments"
ATTACHMENT_FIELDS = ("file_name", "sha256", "size", "description")

type Data = dict[str, Any]


@dataclass(frozen=True)
class Difference:
    """One value that is not as it was signed. A path of names and keys; null where there is none."""

    path: tuple[str, ...]
    signed: Any
    now: Any


def content_of(declared: Signable, pk: int) -> Data | None:
    """The content as it is in the database now; null when the record is gone.

    One query, one for each kind of child, and one for attachments that are covered.
    """
    model = declared.model
    names = list(declared.fields)
    extra = ["revision"] if _has(model, "revision") else []
    row = model._default_manager.filter(pk=pk).values(*_attributes(model, [*names, *extra])).first()
    if row is None:
        return None
    data: Data = {
        "format": FORMAT,
        "model": model._meta.label,
        "pk": pk,
        "part": declared.part,
        "revision": row["revision"] if extra else 1,
        "fields": {name: _plain(row[_attribute(model, name)]) for name in names},
        "children": {name: _rows(child, [pk])[pk] for name, child in declared.children.items()},
    }
    if declared.attachments:
        data["children"][ATTACHMENTS] = _attachments(model, [pk])[pk]
    return data


def canonical(data: Data) -> str:
    """One text for one content: keys sorted, no blanks, no number that JSON does not know."""
    return json.dumps(data, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)


def sha256_of(text: str) -> str:
    """SHA-256 of a text in UTF-8, as 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def in_the_shape_of(signed: Data, now: Data) -> Data:
    """The content of now, less the fields and kinds of children that were not yet declared at signing."""
    return {
        **{key: value for key, value in now.items() if key not in ("fields", "children")},
        **{key: now[key] for key in ("fields", "children") if key in now},
        "format": signed.get("format"),
        "fields": _kept(signed["fields"], now["fields"]),
        "children": {
            name: _rows_kept(rows, now["children"].get(name, [])) for name, rows in signed["children"].items()
        },
    }


def differences(signed: Data, now: Data) -> list[Difference]:
    """What differs between two contents of the same shape, in the order of the names."""
    return list(_differ((), _keyed(signed), _keyed(now)))


def _kept(signed: Mapping[str, Any], now: Mapping[str, Any]) -> Data:
    return {name: now.get(name) for name in signed}


def _rows_kept(signed: list[Data], now: list[Data]) -> list[Data]:
    before = {row["pk"]: row for row in signed}
    pattern: Data = signed[0] if signed else {}
    kept = []
    for row in now:
        shape = before.get(row["pk"], pattern)
        if not shape:
            kept.append(row)
            continue
        children = {
            name: _rows_kept(rows, row["children"].get(name, [])) for name, rows in shape["children"].items()
        }
        kept.append({"pk": row["pk"], "fields": _kept(shape["fields"], row["fields"]), "children": children})
    return kept


def _rows(child: Child, parents: Iterable[int]) -> dict[int, list[Data]]:
    """The rows below each parent, ordered by key; one query for each level."""
    found: dict[int, list[Data]] = {parent: [] for parent in parents}
    via = _attribute(child.model, child.via)
    rows = list(
        child.model._default_manager.filter(**{f"{via}__in": list(found)})
        .order_by("pk")
        .values("pk", via, *_attributes(child.model, child.fields))
    )
    keys = [row["pk"] for row in rows]
    below = {name: _rows(grandchild, keys) for name, grandchild in child.children.items()}
    if child.attachments:
        below[ATTACHMENTS] = _attachments(child.model, keys)
    for row in rows:
        found[row[via]].append(
            {
                "pk": row["pk"],
                "fields": {name: _plain(row[_attribute(child.model, name)]) for name in child.fields},
                "children": {name: each[row["pk"]] for name, each in below.items()},
            }
        )
    return found


def _attachments(model: type[Model], keys: Iterable[int]) -> dict[int, list[Data]]:
    """The files of some records of one kind; one query."""
    found: dict[int, list[Data]] = {key: [] for key in keys}
    rows = (
        Attachment.objects.filter(model=model._meta.label, record_pk__in=list(found))
        .order_by("pk")
        .values("pk", "record_pk", *ATTACHMENT_FIELDS)
    )
    for row in rows:
        fields = {name: row[name] for name in ATTACHMENT_FIELDS}
        found[row["record_pk"]].append({"pk": row["pk"], "fields": fields, "children": {}})
    return found


def _plain(value: Any) -> Any:
    """A value as JSON has it, the same whatever a later migration makes of its column's precision."""
    match value:
        case None | bool() | int() | str():
            return value
        case float():
            return repr(value)
        case Decimal():
            return format(value.normalize() + 0, "f")
        case datetime():
            return (value.astimezone(UTC) if value.tzinfo else value).isoformat()
        case date() | time():
            return value.isoformat()
        case timedelta():
            return str(value.total_seconds())
        case bytes() | memoryview():
            return hashlib.sha256(bytes(value)).hexdigest()
        case list() | tuple():
            return [_plain(each) for each in value]
        case dict():
            return {str(key): _plain(each) for key, each in value.items()}
    return str(value)


def _keyed(data: Data) -> Data:
    """Rows of children by their key, so that a missing one is told as such."""
    return {
        **data,
        "children": {
            name: {str(row["pk"]): {**row["fields"], **_below(row)} for row in rows}
            for name, rows in data["children"].items()
        },
    }


def _below(row: Data) -> Data:
    return {
        name: {str(each["pk"]): {**each["fields"], **_below(each)} for each in rows}
        for name, rows in row["children"].items()
    }


def _differ(path: tuple[str, ...], signed: Any, now: Any) -> Iterable[Difference]:
    if signed == now:
        return
    if isinstance(signed, dict) and isinstance(now, dict):
        for name in dict.fromkeys([*signed, *now]):
            yield from _differ((*path, name), signed.get(name), now.get(name))
        return
    yield Difference(path, signed, now)


def _attributes(model: type[Model], names: Iterable[str]) -> list[str]:
    return [_attribute(model, name) for name in names]


def _attribute(model: type[Model], name: str) -> str:
    return str(getattr(model._meta.get_field(name), "attname", name))


def _has(model: type[Model], name: str) -> bool:
    return any(field.name == name for field in model._meta.concrete_fields)
