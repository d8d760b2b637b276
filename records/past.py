"""Rows as they stood at the end of a past day, read from the change history.

Evidence about a profile keeps its own versions; everything else is changed in place, and what it said before
stands in the history alone. The `old` of the first change after a day is what a row said on that day, or what
it said at first where it was recorded later. So a change made today moves no figure of a past day.

On days before a row was recorded its own dates (`OWN_DATES` of its model) count as they are written now: they
say themselves when they came to be known. A blank that was filled in later counts as filled in on those days.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import connection, models
from django.utils import timezone

from records.tracking import tracked

Row = tuple[Any, ...]

BEFORE_RECORDING = "jsonb_strip_nulls(before.old - '{{{kept}}}'::text[])"
SINCE_RECORDING = "before.old - '{{{left_out}}}'::text[]"
AS_IT_STOOD = """(
    WITH before AS MATERIALIZED (
        SELECT DISTINCT ON (record) record::bigint AS id, old
        FROM history.entry
        WHERE model = '{label}' AND op = 'U' AND at >= %(past_end)s
        ORDER BY record, id)
    SELECT present.* FROM {table} present
    WHERE NOT EXISTS (SELECT FROM before WHERE before.id = present.{key})
    UNION ALL
    SELECT stood.* FROM before JOIN {table} present ON present.{key} = before.id
    CROSS JOIN LATERAL jsonb_populate_record(
        present, CASE WHEN present.created_at < %(past_end)s THEN {since} ELSE {before} END) stood)"""


@dataclass(frozen=True, slots=True)
class Past:
    """The end of a day, and the models of which a row was changed after it; none for today."""

    end: datetime
    changed: frozenset[str] = frozenset()

    @property
    def params(self) -> Mapping[str, datetime]:
        """What a query over `relations` needs."""
        return {"past_end": self.end}

    def relation(self, model: type[models.Model]) -> str:
        """SQL that stands in for the table of a model after FROM or JOIN, before its alias."""
        if model._meta.label not in self.changed:
            return model._meta.db_table
        recording = tracked(model)
        left_out = (*recording.left_out, *recording.hashed)
        return AS_IT_STOOD.format(
            label=recording.model,
            table=recording.table,
            key=recording.key,
            since=SINCE_RECORDING.format(left_out=",".join(left_out)),
            before=BEFORE_RECORDING.format(kept=",".join((*left_out, *own_dates(model)))),
        )

    def relations(self, of: Iterable[type[models.Model]]) -> dict[str, str]:
        """`relation` by the name of the table, to fill in the places of a query."""
        return {model._meta.db_table: self.relation(model) for model in of}


def end_of(day: date) -> datetime:
    """The end of a day where the organization lives, as everywhere else a day is meant."""
    # The calendar ends with the year 9999; a day before leaves room for every time zone.
    last = date.max - timedelta(days=2)
    return timezone.make_aware(datetime.combine(min(day, last) + timedelta(days=1), time.min))


def own_dates(model: type[models.Model]) -> tuple[str, ...]:
    """Columns that say by themselves from when they count."""
    return tuple(getattr(model, "OWN_DATES", ()))


def past(as_of: date, of: Sequence[type[models.Model]]) -> Past:
    """How rows of the models stood at the end of a day, where the organization lives. One query at most."""
    end = end_of(as_of)
    if as_of >= timezone.localdate():
        return Past(end)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT label FROM unnest(%s::text[]) label WHERE EXISTS ("
            "SELECT FROM history.entry e WHERE e.model = label AND e.op = 'U' AND e.at >= %s)",
            [[model._meta.label for model in of], end],
        )
        return Past(end, frozenset(label for (label,) in cursor.fetchall()))


def past_values(
    query: str, of: Sequence[type[models.Model]], as_of: date, *, sites: Iterable[int], **params: Any
) -> list[Row]:
    """The rows of a query over tables as they stood on a day; `{name_of_a_table}` is where one goes.

    `%(sites)s::bigint[]` is one parameter however many sites there are. One query, two for a past day.
    """
    stood = past(as_of, of)
    listed = "{" + ",".join(map(str, sites)) + "}"
    with connection.cursor() as cursor:
        cursor.execute(query.format_map(stood.relations(of)), {**stood.params, **params, "sites": listed})
        return list(cursor.fetchall())
