"""The rows of several querysets in one query, each with an order and a limit of its own."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def united(querysets: Sequence[QuerySet[Any, Any]]) -> list[tuple[Any, ...]]:
    """All rows, queryset after queryset. One query; none where nothing can be found.

    The querysets are `values_list` of columns of the same plain types. `QuerySet.union` wants one order for
    all, among the columns told.
    """
    asked: list[tuple[str, tuple[Any, ...]]] = []
    for rows in querysets:
        try:
            asked.append(rows.query.sql_with_params())
        except EmptyResultSet:
            continue
    if not asked:
        return []
    statement = " UNION ALL ".join(f"({sql})" for sql, _ in asked)
    with connection.cursor() as cursor:
        cursor.execute(statement, [value for _, values in asked for value in values])
        return list(cursor.fetchall())
