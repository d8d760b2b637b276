"""The columns of the database in this process, brought up to date at each request.

A process fetches everything once and then only the rows written by transactions that its last snapshot had
not seen, so it is never behind what the database would answer. Inside a transaction nothing is shared: what
it has written may yet be undone.
"""

from __future__ import annotations

from collections.abc import Sequence
from threading import Lock
from typing import Any

from django.db import connection

from workspace.site_index.columns import COLUMNS, SiteColumns, columns_from
from workspace.site_index.names import Words

READ = f"SELECT {', '.join(COLUMNS)} FROM audits_siteindex WHERE NOT is_deleted ORDER BY site_id"
# One statement, so that the rows and the horizon are of one snapshot: transactions before the horizon have
# ended, and all they wrote is seen; later ones are asked for again, but those whose rows were fetched before.
CHANGED = f"""
SELECT pg_snapshot_xmin(pg_current_snapshot())::text::bigint, x.stamp, x.is_deleted,
    {", ".join(f"x.{name}" for name in COLUMNS)}
FROM (VALUES (1)) AS one(row)
LEFT JOIN audits_siteindex x ON x.stamp >= %s AND x.stamp <> ALL(%s)
ORDER BY x.site_id
"""


class SiteColumnsCache:
    """The columns of one database in one process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._columns: SiteColumns | None = None
        self._horizon = 0
        self._seen: set[int] = set()
        self._database = ""

    def current(self) -> SiteColumns:
        """The columns as the database has them now. One query."""
        if connection.in_atomic_block:
            return columns_from(_fetch(READ))
        with self._lock:
            name = str(connection.settings_dict["NAME"])
            if self._columns is None or self._database != name:
                self._columns, self._horizon, self._seen, self._database = None, 0, set(), name
            rows = _fetch(CHANGED, [self._horizon, list(self._seen)])
            columns = self._taken([row for row in rows if row[1] is not None])
            self._horizon = int(rows[0][0])
            self._seen |= {row[1] for row in rows if row[1] is not None}
            self._seen = {stamp for stamp in self._seen if stamp >= self._horizon}
            self._columns = columns
            return columns

    def _taken(self, changed: list[Sequence[Any]]) -> SiteColumns:
        words = self._columns.words if self._columns else Words()
        fresh = [row[3:] for row in changed if not row[2]]
        if self._columns is None:
            return columns_from(fresh, words)
        if not changed:
            return self._columns
        gone = [row[3] for row in changed if row[2]]
        return self._columns.replaced(columns_from(fresh, words), gone)


def _fetch(query: str, values: Sequence[Any] = ()) -> list[Sequence[Any]]:
    with connection.cursor() as cursor:
        cursor.execute(query, values)
        return list(cursor.fetchall())


CACHE = SiteColumnsCache()
