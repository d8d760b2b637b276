"""Reading the history: of one record, since a moment, and its head."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from records.declarations import Withheld, withheld_models
from records.display import HistoryItem, items_of
from records.models import Batch, Entry

PAGE = 20
# What is written about a record in tables of this room.
CARRIED = ("records.Attachment", "records.Signature")


@dataclass(frozen=True)
class HistoryHead:
    """The last sealed transaction: it stands for everything recorded until then."""

    position: int
    hash: str

    def __str__(self) -> str:
        return f"{self.position}:{self.hash}"


@dataclass(frozen=True)
class HistoryPage:
    """Some entries, the latest first. `older` is the id to ask for what came before; null at the end."""

    app: str
    model: str
    pk: str
    items: tuple[HistoryItem, ...]
    older: int | None


def history_head() -> HistoryHead | None:
    """The head of the chain, to be stored or printed outside; null while nothing is recorded. One query."""
    row = (
        Batch.objects.filter(position__isnull=False)
        .order_by("-position")
        .values_list("position", "hash")
        .first()
    )
    return HistoryHead(row[0] or 0, bytes(row[1] or b"").hex()) if row else None


def history_of(
    model: type[Model],
    pk: object,
    *,
    before: int | None = None,
    size: int = PAGE,
    known: Iterable[Model | None] = (),
) -> HistoryPage:
    """A page of one record's history, latest first. Works for deleted records as well.

    One query, and one for each kind of record that its foreign keys name beside those `known` to the caller.
    """
    entries = entries_of(model, pk).order_by("-id")
    if before is not None:
        entries = entries.filter(pk__lt=before)
    listed = list(entries[: size + 1])
    shown = listed[:size]
    return HistoryPage(
        app=model._meta.app_label,
        model=model._meta.model_name or "",
        pk=str(pk),
        items=tuple(items_of(shown, known)),
        older=shown[-1].pk if len(listed) > size else None,
    )


def history_since(model: type[Model], pk: object, moment: datetime) -> list[HistoryItem]:
    """What changed on a record after a moment, in the order it happened."""
    return items_of(entries_of(model, pk).filter(at__gt=moment).order_by("id"))


def entries_listed() -> QuerySet[Entry]:
    """Every entry, the latest first, for the audit trail."""
    return _readable(withheld_models()).order_by("-id")


def entries_of(model: type[Model], pk: object) -> QuerySet[Entry]:
    """The entries of one record, and those of its signatures and files."""
    label = model._meta.label
    entries = _readable([each for each in withheld_models() if each.model is model])
    own = Q(model=label, record=str(pk))
    named = {"model": label, "record_pk": int(str(pk))} if str(pk).isdigit() else None
    if named is None:
        return entries.filter(own)
    carried = Q(model__in=CARRIED) & (Q(new__contains=named) | Q(old__contains=named))
    return entries.filter(own | carried)


def _readable(kept_back: Iterable[Withheld]) -> QuerySet[Entry]:
    """The entries but those that are kept back now; no query more."""
    entries = Entry.objects.all()
    for each in kept_back:
        keys = each.rows().order_by().annotate(key=Cast("pk", TextField())).values("key")
        entries = entries.exclude(model=each.model._meta.label, record__in=keys)
    return entries
