"""Lists by cursor: a page goes on where the last one ended, whatever was added in between."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Annotated, Any

from django.db.models import Model, QuerySet
from django.utils.translation import gettext as _
from ninja import Schema
from pydantic import Field, StringConstraints

from api.problems import Problem

MOST, USUAL = 200, 50
Cursor = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9_-]*$", max_length=40)]


class PageQuery(Schema):
    """How much of a list is asked for."""

    limit: int = Field(USUAL, ge=1, le=MOST, description="How many at most.")
    cursor: Cursor = Field("", description="The `next_cursor` of the page before.")


class Page[T](Schema):
    """A page of a list."""

    items: list[T]
    next_cursor: str | None = Field(description="Asks for the page that follows; null on the last one.")


@dataclass(frozen=True)
class Cut[R]:
    """The rows of a page and the cursor of the next."""

    rows: Sequence[R]
    next_cursor: str | None

    def page(self, shown: Callable[[R], Any]) -> dict[str, Any]:
        """The page as an answer."""
        return {"items": [shown(row) for row in self.rows], "next_cursor": self.next_cursor}


def cursor_of(number: int) -> str:
    """A number as a cursor: opaque, so that nobody counts on what it says."""
    return base64.urlsafe_b64encode(f"after {number}".encode()).decode().rstrip("=")


def number_of(cursor: str) -> int | None:
    """The number of a cursor; None for none.

    Raises:
        Problem: 422 for what was never a cursor.
    """
    if not cursor:
        return None
    try:
        told = base64.urlsafe_b64decode(cursor.encode() + b"=" * (-len(cursor) % 4)).decode()
        word, number = told.split(" ")
        if word == "after" and number.isascii() and number.isdigit() and len(number) < 19:
            return int(number)
    except (ValueError, binascii.Error):
        pass
    raise Problem.of_field("cursor", _("Take the cursor from the page before, as it is."))


def cut_of[M: Model](rows: QuerySet[M], asked: PageQuery) -> Cut[M]:
    """A page of rows, the newest first. One query, and those of what is prefetched."""
    after = number_of(asked.cursor)
    if after is not None:
        rows = rows.filter(pk__lt=after)
    found = list(rows.order_by("-pk")[: asked.limit + 1])
    shown = found[: asked.limit]
    more = len(found) > asked.limit
    return Cut(shown, cursor_of(int(shown[-1].pk)) if more else None)
