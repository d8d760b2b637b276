"""What a room declares of its records: signable, locked, of GMP relevance, with attachments.

Declarations stand in the room's module `trust`; they are read once every app is there. The triggers that keep
them are put into the database after every migration (`records/guards.py`).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING, Any

from django.db.models import ForeignKey, ManyToManyField, Model, Q, QuerySet
from django.utils.functional import Promise
from django.utils.module_loading import autodiscover_modules

from accounts.policies import Permission
from records.models import Signature

if TYPE_CHECKING:
    from django.contrib.auth.models import AnonymousUser

    from accounts.models import User

type Text = str | Promise
type Visible = Callable[["User | AnonymousUser"], Any]
type Meanings = Mapping[Signature.Meaning, Permission]

RECORD = "record"
# Changes of these alone are never asked about: they follow from others.
FOLLOWING = ("updated_at", "version")


@dataclass(frozen=True)
class Child:
    """Rows that belong to a record's content: a model, its foreign key to the parent, and what is signed.

    With `attachments`, the files of the rows belong to the content as well.
    """

    model: type[Model]
    via: str
    fields: tuple[str, ...]
    children: Mapping[str, "Child"] = field(default_factory=dict)
    attachments: bool = False


@dataclass(frozen=True)
class Signable:
    """A part of a record that people sign. See `signable`."""

    model: type[Model]
    part: str
    fields: tuple[str, ...]
    children: Mapping[str, Child]
    meanings: Meanings
    locking: frozenset[Signature.Meaning]
    title: Text
    attachments: bool
    visible: Visible
    refusal: Callable[[Any, "User", Signature.Meaning], Text | None] | None
    signed: Callable[[Any, Signature, "User"], None] | None
    kept: Callable[[Any], Text | None] | None
    address: Callable[[Any], str] | None


@dataclass(frozen=True)
class GmpRelevant:
    """A model whose rows ask for a reason once they have left draft. See `gmp_relevant`."""

    model: type[Model]
    draft: Q | None
    parent: str
    free: tuple[str, ...]
    adding: bool


@dataclass(frozen=True)
class Attachable:
    """A model whose records carry files. See `attachable`."""

    model: type[Model]
    visible: Visible
    may_attach: Callable[[Any, "User"], bool]
    address: Callable[[Any], str] | None


@dataclass(frozen=True)
class Withheld:
    """Rows whose entries nobody reads for the time being. See `withheld`."""

    model: type[Model]
    rows: Callable[[], QuerySet[Any, Any]]


_signables: dict[tuple[str, str], Signable] = {}
_relevant: dict[str, GmpRelevant] = {}
_attachables: dict[str, Attachable] = {}
_withheld: dict[str, Withheld] = {}


def signable(
    model: type[Model],
    *,
    fields: Iterable[str],
    meanings: Meanings,
    children: Mapping[str, Child] | None = None,
    part: str = RECORD,
    title: Text = "",
    locking: Iterable[Signature.Meaning] = tuple(Signature.Meaning),
    attachments: bool = False,
    visible: Visible | None = None,
    refusal: Callable[[Any, "User", Signature.Meaning], Text | None] | None = None,
    signed: Callable[[Any, Signature, "User"], None] | None = None,
    kept: Callable[[Any], Text | None] | None = None,
    address: Callable[[Any], str] | None = None,
) -> Signable:
    """Declare what people sign of a record, and with it what is locked once they have.

    Args:
        fields: what the signature covers, many-to-many fields as well. The workflow's state stays outside.
        meanings: in the order of signing, who may sign in which meaning. Each asks that the ones before it
            were signed, by another person.
        children: rows that belong to the content, by a name of one's own.
        part: where a record has several contents that are signed apart (a plan, a closure).
        title: what is signed, in words; the name of the model when empty.
        locking: meanings that make the content read-only; all of them by default.
        attachments: whether the record's files belong to the content.
        visible: the records a person may see, as a queryset; the model's `visible_to` when left out.
        refusal: why this record cannot be signed now by this person, or nothing.
        signed: called in the transaction of the signature, to move the workflow on.
        kept: why a signature of this record cannot be withdrawn now, or nothing: the workflow stands on it.
        address: the page of a record; `get_absolute_url` when left out.
    """
    if not meanings:
        raise ValueError(f"{model._meta.label}: nobody may sign.")
    declared = Signable(
        model=model,
        part=part,
        fields=tuple(name for name in fields if not _is_many(model, name)),
        children={**_relations(model, fields), **(children or {})},
        meanings=meanings,
        locking=frozenset(locking),
        title=title or model._meta.verbose_name or "",
        attachments=attachments,
        visible=visible or _visible_to(model),
        refusal=refusal,
        signed=signed,
        kept=kept,
        address=address,
    )
    for name in declared.fields:
        model._meta.get_field(name)
    _signables[model._meta.label, part] = declared
    return declared


def gmp_relevant(
    model: type[Model],
    *,
    draft: Q | None = None,
    parent: str = "",
    free: Iterable[str] = (),
    adding: bool = False,
) -> GmpRelevant:
    """Declare that changes and deletions ask for a reason once a record has left draft.

    Args:
        draft: a condition over the model's own columns under which no reason is asked; null for never.
        parent: a foreign key to a model declared before: a row is in draft as long as its parent is.
        free: columns that change without a reason, as the machinery's own dates do.
        adding: whether a new row asks for a reason as well, once its parent has left draft.
    """
    if draft is not None and parent:
        raise ValueError(f"{model._meta.label}: either a condition or a parent.")
    if parent and not isinstance(model._meta.get_field(parent), ForeignKey):
        raise ValueError(f"{model._meta.label}.{parent} is no foreign key.")
    declared = GmpRelevant(model, draft, parent, (*FOLLOWING, *free), adding)
    _relevant[model._meta.label] = declared
    return declared


def attachable(
    model: type[Model],
    *,
    may_attach: Callable[[Any, "User"], bool],
    visible: Visible | None = None,
    address: Callable[[Any], str] | None = None,
) -> Attachable:
    """Declare that records carry files.

    Args:
        may_attach: whether a person who sees the record may add and remove files.
        visible: the records a person may see, as a queryset; the model's `visible_to` when left out. Who may
            see a record may see its files.
        address: the page of a record; `get_absolute_url` when left out.
    """
    declared = Attachable(model, visible or _visible_to(model), may_attach, address)
    _attachables[model._meta.label] = declared
    return declared


def withheld(model: type[Model], *, rows: Callable[[], QuerySet[Any, Any]]) -> Withheld:
    """Declare that the history keeps entries back while they must stay secret, from administrators as well.

    They are written and chained as all others, and shown once the rows leave the set.

    Args:
        rows: the records whose entries are kept back now. They must not be deleted while they are: of a row
            that is gone, nothing says that its entries are kept back.
    """
    declared = Withheld(model, rows)
    _withheld[model._meta.label] = declared
    return declared


def withheld_models() -> list[Withheld]:
    """Every model of which entries can be kept back, by label."""
    _read()
    return [_withheld[label] for label in sorted(_withheld)]


def signables() -> list[Signable]:
    """Every declared content, by label and part."""
    _read()
    return [_signables[key] for key in sorted(_signables)]


def signable_of(label: str, part: str = RECORD) -> Signable | None:
    """The declaration of one content; null where there is none."""
    _read()
    return _signables.get((label, part))


def gmp_relevant_models() -> list[GmpRelevant]:
    """Every model whose changes ask for a reason, by label."""
    _read()
    return [_relevant[label] for label in sorted(_relevant)]


def relevance_of(label: str) -> GmpRelevant | None:
    """The declaration of one model; null where no reason is asked."""
    _read()
    return _relevant.get(label)


def attachables() -> list[Attachable]:
    """Every model whose records carry files, by label."""
    _read()
    return [_attachables[label] for label in sorted(_attachables)]


def attachable_of(label: str) -> Attachable | None:
    """The declaration of one model; null where its records carry no files."""
    _read()
    return _attachables.get(label)


def address_of(declared: Signable | Attachable, record: Model) -> str:
    """The page of a record."""
    if declared.address is not None:
        return declared.address(record)
    return str(record.get_absolute_url())  # type: ignore[attr-defined]


def _visible_to(model: type[Model]) -> Visible:
    def visible(user: "User | AnonymousUser") -> Any:
        return model._default_manager.all().visible_to(user)  # type: ignore[attr-defined]

    return visible


@cache
def _read() -> None:
    autodiscover_modules("trust")


def _is_many(model: type[Model], name: str) -> bool:
    return isinstance(model._meta.get_field(name), ManyToManyField)


def _relations(model: type[Model], names: Iterable[str]) -> dict[str, Child]:
    """Many-to-many fields as children: the rows of the table between."""
    found = {}
    for name in names:
        many = model._meta.get_field(name)
        if isinstance(many, ManyToManyField):
            through = many.remote_field.through
            assert through is not None
            found[name] = Child(through, many.m2m_field_name(), (many.m2m_reverse_field_name(),))
    return found
