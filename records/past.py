"""Rows as they stood at the end of a past day, read from the change history.

Most rows are changed in place, and what they said before stands in the history alone. The `old` of the first
change after a day, a deletion too, is what a row said on that day, or what it said at first where it was
recorded later. So nothing that is changed or deleted today moves a figure of a past day.

On days before a row was recorded its own dates (`OWN_DATES` of its model) count as they are written now: they
say themselves when they came to be known. A blank that was filled in later counts as filled in on those days.
A row that was recorded later and is gone again counts on no day before.

Evidence about a profile has versions. The column that ends one (`VERSION_ENDS` of its model) may be set for
an earlier day and then counts from there; a correction on the day of entry counts as entered correctly.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED
from django.utils import timezone

from records.tracking import tracked

Row = tuple[Any, ...]

BEFORE_RECORDING = "jsonb_strip_nulls(before.old - '{{{kept}}}'::text[])"
SINCE_RECORDING = "before.old - '{{{left_out}}}'::text[]"
# The earlier of what the end was then and what it is now: it may have been set since for an earlier day.
AND_ITS_END = " || jsonb_build_object('{ends}', LEAST(before.old ->> '{ends}', present.{ends}::text))"
NO_SLIP_OF_THE_DAY = """
          AND (at AT TIME ZONE '{zone}')::date
            > ((old ->> 'created_at')::timestamptz AT TIME ZONE '{zone}')::date"""
AS_IT_STOOD = """(
    WITH before AS MATERIALIZED (
        SELECT DISTINCT ON (record) record::bigint AS id, old
        FROM history.entry
        WHERE model = '{label}' AND op <> 'I' AND at >= %(past_end)s{but}
        ORDER BY record, id)
    SELECT present.* FROM {table} present
    WHERE NOT EXISTS (SELECT FROM before WHERE before.id = present.{key})
    UNION ALL
    SELECT stood.* FROM before JOIN {table} present ON present.{key} = before.id
    CROSS JOIN LATERAL jsonb_populate_record(
        present, CASE WHEN present.created_at < %(past_end)s THEN {since} ELSE {before} END) stood
    UNION ALL
    SELECT gone.* FROM before
    CROSS JOIN LATERAL jsonb_populate_record(NULL::{table}, '{blank}'::jsonb || ({left})) gone
    WHERE gone.created_at < %(past_end)s
      AND NOT EXISTS (SELECT FROM {table} present WHERE present.{key} = before.id))"""


@dataclass(frozen=True, slots=True)
class Past:
    """The end of a day, and the models of which a row was changed or deleted after it; none for today."""

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
        left = SINCE_RECORDING.format(left_out=",".join(left_out))
        ends = version_ends(model)
        kept = (*left_out, *own_dates(model), *((ends,) if ends else ()))
        return AS_IT_STOOD.format(
            label=recording.model,
            table=recording.table,
            key=recording.key,
            but=NO_SLIP_OF_THE_DAY.format(zone=timezone.get_current_timezone_name()) if ends else "",
            since=left + (AND_ITS_END.format(ends=ends) if ends else ""),
            before=BEFORE_RECORDING.format(kept=",".join(kept)),
            left=left,
            blank=_blank(model),
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


def version_ends(model: type[models.Model]) -> str:
    """The column with the day from which a newer version holds; empty where rows have no versions."""
    return str(getattr(model, "VERSION_ENDS", ""))


def _blank(model: type[models.Model]) -> str:
    """What columns hold that a row deleted long ago never had, as JSON inside a literal of SQL."""
    told = {
        field.column: field.get_default()
        for field in model._meta.concrete_fields
        if field.default is not NOT_PROVIDED and not field.null
    }
    return json.dumps(told, cls=DjangoJSONEncoder).replace("'", "''").replace("%", "%%")


def past(as_of: date, of: Sequence[type[models.Model]]) -> Past:
    """How rows of the models stood at the end of a day, where the organization lives. One query at most."""
    end = end_of(as_of)
    if as_of >= timezone.localdate():
        return Past(end)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT label FROM unnest(%s::text[]) label WHERE EXISTS ("
            "SELECT FROM history.entry e WHERE e.model = label AND e.op <> 'I' AND e.at >= %s)",
            [[model._meta.label for model in of], end],
        )
        return Past(end, frozenset(label for (label,) in cursor.fetchall()))


def past_values(
    query: str, of: Sequence[type[models.Model]], as_of: date, *, sites: Iterable[int], **params: Any
) -> list[Row]:
    """The rows of a query over tables as they stood on a day; `{name_of_a_table}` is where one goes.

    `%(sites)s::bigint[]` is one parameter however many sites there are. One query: on a past day every table
    is read as it stood, which costs little where nothing was changed.
    """
    is_past = as_of < timezone.localdate()
    stood = Past(end_of(as_of), frozenset(model._meta.label for model in of) if is_past else frozenset())
    listed = "{" + ",".join(map(str, sites)) + "}"
    with connection.cursor() as cursor:
        cursor.execute(query.format_map(stood.relations(of)), {**stood.params, **params, "sites": listed})
        return list(cursor.fetchall())
