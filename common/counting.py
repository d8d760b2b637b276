"""How many rows each of several querysets has, asked in one query."""

from collections.abc import Sequence
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import QuerySet


def counts_of(querysets: Sequence[QuerySet[Any, Any]]) -> list[int]:
    """The number of rows of each, in their order. One query; none where nothing can be found."""
    counts = [0] * len(querysets)
    asked: list[tuple[int, str, tuple[Any, ...]]] = []
    for at, rows in enumerate(querysets):
        plain = rows.order_by()
        if not plain.query.combinator:
            plain = plain.values("pk")
        try:
            asked.append((at, *plain.query.sql_with_params()))
        except EmptyResultSet:
            continue
    if asked:
        selected = ", ".join(f"(SELECT COUNT(*) FROM ({sql}) AS counted)" for _, sql, _ in asked)
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT {selected}", [value for *_, values in asked for value in values])
            for (at, *_), found in zip(asked, cursor.fetchone() or (), strict=True):
                counts[at] = found
    return counts
