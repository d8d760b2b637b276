"""Gathers an extract of the change history: of one record, or of the audit trail as it is filtered."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import QuerySet
from django.http import QueryDict
from django.utils import timezone, translation
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from records.display import HistoryItem, items_of, kind_of, model_of
from records.exporting import json_lines
from records.filters import EntryFilter
from records.models import Entry
from records.selectors import entries_listed, entries_of
from records.signing.state import states_of
from reports.figures.due_diligence import ChainHead
from reports.figures.worded import (
    HISTORY_KIND,
    HISTORY_SCHEMA,
    ChangeFigures,
    ChosenBy,
    EntryFigures,
    HistoryPaper,
    WordedSignature,
    worded,
)

# More belong into the data, not on paper.
MOST_PRINTED = 500
SEARCH_SECONDS = 60


class TooMuch(Exception):
    """More entries than are printed, or a search through too much; `too_long` says which."""

    def __init__(self, *, too_long: bool) -> None:
        super().__init__("too long a search" if too_long else "too many entries")
        self.too_long = too_long


def history_figures(
    *,
    model: str,
    record: int | None,
    title: str,
    filters: str,
    language: str,
    as_of: date,
    issued_at: datetime,
    requested_by: str,
    history: ChainHead,
) -> HistoryPaper:
    """The history of one record, or without a `model` the audit trail with the filters of its page.

    `filters` are written as in the address of that page. Words are of the language, moments in UTC.

    Raises:
        TooMuch: for more entries than are printed.
    """
    signatures: Sequence[WordedSignature] = ()
    with translation.override(language), timezone.override("UTC"):
        if record is not None:
            entries = printed_entries(record_entries(model, record))
            signatures = [worded(each) for each in states_of(model, record)]
            chosen = [ChosenBy(_("Kind of record"), capfirst(kind_of(model)))]
            chosen.append(ChosenBy(_("Record number"), str(record)))
            title = _("History of %(record)s") % {"record": title}
        else:
            found = EntryFilter(QueryDict(filters), queryset=entries_listed())
            entries = printed_entries(found.qs)
            chosen = _chosen(found)
            title = _("Audit trail")
        return HistoryPaper(
            kind=HISTORY_KIND,
            schema=HISTORY_SCHEMA,
            product_version=settings.VERSION,
            language=language,
            as_of=as_of,
            issued_at=issued_at,
            requested_by=requested_by,
            title=title,
            chosen_by=tuple(chosen),
            entries=tuple(_entry(item) for item in items_of(entries)),
            signatures=tuple(signatures),
            data=json_lines(entries, about={one.label: one.value for one in chosen}),
            history=history,
        )


def record_entries(model: str, record: int) -> QuerySet[Entry]:
    """The entries of one record, of its signatures and of its files."""
    found = model_of(model)
    return entries_of(found, record) if found else entries_listed().none()


def printed_entries(entries: QuerySet[Entry], *, seconds: int = SEARCH_SECONDS) -> list[Entry]:
    """The entries, latest first; the search ends after some seconds.

    Raises:
        TooMuch: when there are more than are printed, or the search took too long.
    """
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"set local statement_timeout = '{seconds}s'")
            found = list(entries.order_by("-id")[: MOST_PRINTED + 1])
            cursor.execute("set local statement_timeout = default")
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != "57014":
            raise
        raise TooMuch(too_long=True) from None
    if len(found) > MOST_PRINTED:
        raise TooMuch(too_long=False)
    return found


def _chosen(found: Any) -> list[ChosenBy]:
    """The filters that were set, in words."""
    if not found.form.is_valid():
        return []
    return [
        ChosenBy(str(found.form[name].label), _words(found.form.fields[name], value))
        for name, value in found.form.cleaned_data.items()
        if value
    ]


def _words(field: object, value: object) -> str:
    choices = dict(getattr(field, "choices", ()) or ())
    return str(choices.get(value, value))


def _entry(item: HistoryItem) -> EntryFigures:
    return EntryFigures(
        id=item.id,
        at=item.at,
        op=item.op,
        operation=item.operation,
        kind=item.kind,
        record=item.record,
        actor=item.actor,
        reason=item.reason,
        changes=tuple(ChangeFigures(each.label, each.old, each.new) for each in item.changes),
    )
