"""Typed cells: a spreadsheet writes the figure, paper and slides its text; both come from the same cell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from common.numbers import (
    MISSING,
    NO_BREAK,
    day_text,
    number_text,
    percent_text,
    score_text,
    signed_text,
)
from common.templatetags.components import GATES
from reports.paper.breakdown import interval_text
from reports.paper.words import first_up
from scorecards.engine import Status
from scorecards.wording import status_word

RIGHT = frozenset({"score", "signed", "percent", "count", "range", "ranks", "amount"})


@dataclass(frozen=True)
class Item:
    """One cell: what kind of thing it is and the plain value; None is missing."""

    kind: str
    value: Any

    @property
    def is_figure(self) -> bool:
        """Whether it is set to the right."""
        return self.kind in RIGHT

    @property
    def text(self) -> str:
        """As it is printed, in the active language."""
        return MISSING if self.value in (None, "") else _TEXTS[self.kind](self.value)


@dataclass(frozen=True)
class Table:
    """Headings and rows of cells. `name` is short enough for the tab of a spreadsheet."""

    name: str
    columns: tuple[str, ...]
    rows: tuple[tuple[Item, ...], ...]

    @property
    def figures(self) -> tuple[bool, ...]:
        """Which columns are set to the right: those of whose cells any is a figure."""
        return tuple(any(row[at].is_figure for row in self.rows) for at in range(len(self.columns)))

    @property
    def headings(self) -> list[tuple[str, bool]]:
        return list(zip(self.columns, self.figures, strict=True))

    def first(self, most: int) -> "Table":
        """The same with its first rows only."""
        return Table(self.name, self.columns, self.rows[:most])


def words(value: str) -> Item:
    """Text; blank is missing."""
    return Item("words", value)


def score(value: float | None) -> Item:
    """Points of 100, with one decimal."""
    return Item("score", value)


def signed(value: float | None) -> Item:
    """A difference in points."""
    return Item("signed", value)


def percent(value: float | None) -> Item:
    """A share from 0 to 1, with one decimal."""
    return Item("percent", value)


def count(value: int | None) -> Item:
    return Item("count", value)


def day(value: date | None) -> Item:
    return Item("day", value)


def span(low: float, high: float) -> Item:
    """A value, or the interval it lies in."""
    return Item("range", (low, high))


def amount(value: Decimal | None, currency: str) -> Item:
    """Money; kept with its currency, since those compared may quote in different ones."""
    return Item("amount", None if value is None else (value, currency))


def ranks(rank: int | None, best: int | None, worst: int | None) -> Item:
    """Best and worst rank; missing for the excluded."""
    return Item("ranks", None if rank is None else (best, worst))


def status(value: str) -> Item:
    return Item("status", value)


def gate(value: str) -> Item:
    return Item("gate", value)


def yes(value: bool) -> Item:
    return Item("yes", value)


def _ranks(value: Sequence[int]) -> str:
    best, worst = value
    return number_text(best) if best == worst else f"{number_text(best)}–{number_text(worst)}"


def _amount(value: tuple[Decimal, str]) -> str:
    figure, currency = value
    decimals = 0 if figure == figure.to_integral_value() else 2
    return f"{number_text(figure, decimals)}{NO_BREAK}{currency}".strip()


_TEXTS: dict[str, Any] = {
    "words": str,
    "score": score_text,
    "signed": lambda value: signed_text(value, 1),
    "percent": lambda value: percent_text(value, 1),
    "count": number_text,
    "day": day_text,
    "range": lambda value: interval_text(*value),
    "amount": _amount,
    "ranks": _ranks,
    "status": lambda value: first_up(status_word(Status(value))),
    "gate": lambda value: str(GATES[value][1]),
    "yes": lambda value: _("Yes") if value else _("No"),
}
