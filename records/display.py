"""Entries of the history in the reader's words: labels of fields, choices and records instead of codes."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.apps import apps
from django.db.models import FETCH_PEERS, DateField, DateTimeField, Field, ForeignKey, Model
from django.utils.formats import number_format
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.numbers import day_text, moment_text
from common.punctuation import joined, labelled
from records.models import Entry

# Columns that follow from others or change with every save; the export has them.
NOISE = frozenset({"id", "created_at", "recorded_at", "updated_at", "version", "name_key", "row_sha256"})
# Machinery of single models; it stands in the export as well.
QUIET = {
    "records.Signature": frozenset({"content", "nonce", "locks", "covers_attachments"}),
    "records.Attachment": frozenset({"content_id"}),
}
LONGEST = 400
# How `common.recording` names what is no person.
SYSTEM = "system: "

type Named = Mapping[type[Model], Mapping[str, str]]


@dataclass(frozen=True)
class FieldChange:
    """One field of one change. An empty text stands for no value."""

    name: str
    label: str
    old: str
    new: str


@dataclass(frozen=True)
class HistoryItem:
    """One entry, ready to be shown."""

    id: int
    at: datetime
    op: str
    operation: str
    model: str
    kind: str
    record: str
    actor: str
    reason: str
    request_id: str
    changes: tuple[FieldChange, ...]


# Models of libraries, whose own names are not in both languages.
LIBRARY_KINDS: dict[str, Promise] = {
    "mfa.Authenticator": _("second factor"),
    "socialaccount.SocialAccount": _("identity of a provider"),
}


def model_of(label: str) -> type[Model] | None:
    """The model of a label; null for one that the product no longer has."""
    try:
        return apps.get_model(label)
    except (LookupError, ValueError):
        return None


def kind_of(label: str) -> str:
    """What a reader calls records of a model."""
    model = model_of(label)
    if label in LIBRARY_KINDS:
        return str(LIBRARY_KINDS[label])
    return str(model._meta.verbose_name) if model else label


def items_of(entries: Iterable[Entry], known: Iterable[Model | None] = ()) -> list[HistoryItem]:
    """The entries in the reader's language; one query for each kind of record that they refer to.

    The names of `known` records are not asked for again.
    """
    listed = list(entries)
    changed = [_changed(entry) for entry in listed]
    named = _names(listed, changed, [record for record in known if record is not None])
    return [_item(entry, columns, named) for entry, columns in zip(listed, changed, strict=True)]


def changed_labels(entry: Entry) -> list[str]:
    """The labels of the fields that a change is about, as `items_of` names them. No query."""
    fields = _fields(entry.model)
    return [_label(fields.get(name), name) for name in _changed(entry)]


def _changed(entry: Entry) -> list[str]:
    """The columns that differ: first those of the model in its order, then those it no longer has."""
    old, new = entry.old or {}, entry.new or {}
    names = dict.fromkeys(
        [*(name for name in _fields(entry.model) if name in new or name in old), *new, *old]
    )
    silent = NOISE | QUIET.get(entry.model, frozenset())
    return [name for name in names if name not in silent and (old.get(name) or "") != (new.get(name) or "")]


def actor_words(actor: str) -> str:
    """Who made a change, for the screen; programs and jobs are stored as "system: name"."""
    if not actor.startswith(SYSTEM):
        return actor
    return gettext("system: %(name)s") % {"name": actor.removeprefix(SYSTEM)}


def _item(entry: Entry, columns: list[str], named: Named) -> HistoryItem:
    fields = _fields(entry.model)
    old, new = entry.old or {}, entry.new or {}
    return HistoryItem(
        id=entry.pk,
        at=entry.at,
        op=entry.op,
        operation=entry.get_op_display(),
        model=entry.model,
        kind=kind_of(entry.model),
        record=entry.record,
        actor=actor_words(entry.actor or entry.session_role),
        reason=entry.reason,
        request_id=entry.request_id,
        changes=tuple(
            FieldChange(
                name=name,
                label=_label(fields.get(name), name),
                old=value_words(fields.get(name), old.get(name), named),
                new=value_words(fields.get(name), new.get(name), named),
            )
            for name in columns
        ),
    )


def _fields(label: str) -> "dict[str, Field[Any, Any]]":
    model = model_of(label)
    return {field.column: field for field in model._meta.concrete_fields if field.column} if model else {}


def _label(field: "Field[Any, Any] | None", name: str) -> str:
    return str(field.verbose_name) if field is not None else name


def _names(entries: list[Entry], changed: list[list[str]], known: Iterable[Model]) -> Named:
    """The names of the records that foreign keys point to, as they are now."""
    named: defaultdict[type[Model], dict[str, str]] = defaultdict(dict)
    for record in known:
        named[type(record)][str(record.pk)] = str(record)
    wanted: defaultdict[type[Model], set[str]] = defaultdict(set)
    for entry, columns in zip(entries, changed, strict=True):
        fields = _fields(entry.model)
        for name in columns:
            field = fields.get(name)
            if isinstance(field, ForeignKey):
                values = ((entry.old or {}).get(name), (entry.new or {}).get(name))
                wanted[field.remote_field.model].update(str(value) for value in values if value)
    for model, keys in wanted.items():
        if missing := keys - named[model].keys():
            named[model].update({str(found.pk): str(found) for found in _found(model, missing)})
    return named


def _found(model: type[Model], keys: set[str]) -> Iterable[Model]:
    # Peers: where the name of a record needs another record, all of those come in one query.
    return model._default_manager.filter(pk__in=keys).fetch_mode(FETCH_PEERS)


def value_words(
    field: "Field[Any, Any] | None", value: Any, named: Named, *, longest: int | None = LONGEST
) -> str:
    """A value as it is stored in JSON, in the reader's language; empty where there is none.

    `named` has the names of records that foreign keys point to. What is longer than `longest` is cut.
    """
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(field, ForeignKey):
        return named.get(field.remote_field.model, {}).get(str(value), f"#{value}")
    if isinstance(value, bool):
        return gettext("yes") if value else gettext("no")
    if field is not None and field.flatchoices:
        return str(dict(field.flatchoices).get(value, value))
    if isinstance(field, DateTimeField):
        return moment_text(datetime.fromisoformat(value))
    if isinstance(field, DateField):
        return day_text(date.fromisoformat(value))
    if isinstance(value, int | float | Decimal):
        return number_format(format(Decimal(str(value)).normalize(), "f"), use_l10n=True)
    if field is not None and field.name == "model" and isinstance(value, str):
        # What a signature or a file belongs to.
        return kind_of(value)
    if isinstance(value, list):
        choices = dict(getattr(getattr(field, "base_field", None), "flatchoices", ()))
        words = [str(choices.get(each, each)) for each in value]
        # Sentences follow each other; words are listed.
        value = (" " if words and all(word.endswith(".") for word in words) else ", ").join(words)
    elif isinstance(value, dict):
        value = joined(labelled(name, part) for name, part in value.items())
    text = str(value)
    return text if longest is None or len(text) <= longest else text[:longest] + "…"
