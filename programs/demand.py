"""Demand by year: read from rows, checked, and saved as a whole."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation

from django.utils.translation import gettext as _

from accounts.models import User
from common.numbers import number_text
from partners.vocabulary import BatchUnit
from programs.models import Demand, Program
from programs.policies import ProgramPolicy
from records.context import recorded

COLUMNS = ("year", "low", "base", "high")
FIRST_YEAR, LAST_YEAR = 2000, 2100
LARGEST = Decimal(10) ** 13


@dataclass(frozen=True, slots=True)
class DemandYear:
    """Forecast of one year; ``doubled`` is what must still be possible if demand doubles."""

    year: int
    low: Decimal
    base: Decimal
    high: Decimal

    @property
    def doubled(self) -> Decimal:
        return self.base * 2


@dataclass(frozen=True, slots=True)
class EnteredRow:
    """One line as it was typed, and what is wrong with it by column."""

    year: str = ""
    low: str = ""
    base: str = ""
    high: str = ""
    problems: dict[str, str] = field(default_factory=dict)

    @property
    def doubled_text(self) -> str:
        """Twice the base, blank while that is no figure."""
        base = _amount(self.base, "base", {}) if self.base else None
        return "" if base is None else number_text(base * 2, 0 if base == base.to_integral_value() else 3)

    @property
    def is_blank(self) -> bool:
        return not any((self.year, self.low, self.base, self.high))


@dataclass(frozen=True, slots=True)
class ReadDemand:
    """Rows that were understood, and every row as it was typed; nothing is saved while one has a problem."""

    entered: tuple[EnteredRow, ...]
    years: tuple[DemandYear, ...]

    @property
    def has_problems(self) -> bool:
        return any(row.problems for row in self.entered)


class DemandChanged(Exception):
    """Someone else saved the forecast since it was read. `current` is what is saved now."""

    def __init__(self, current: Sequence[DemandYear]) -> None:
        super().__init__("The demand was changed by someone else.")
        self.current = current


def demand_of(program: Program) -> list[Demand]:
    """The forecast by year. One query."""
    return list(Demand.objects.filter(program=program).order_by("year"))


def stamp_of(rows: Iterable[Demand]) -> str:
    """What identifies the state of a forecast: sent with the form and compared when it is saved."""
    return ",".join(f"{row.year}.{row.pk}.{row.version}" for row in rows)


def rows_read(rows: Iterable[EnteredRow]) -> ReadDemand:
    """Check typed rows, each on its own; blank ones are left out, and no year may stand twice."""
    entered: list[EnteredRow] = []
    years: dict[int, DemandYear] = {}
    for row in rows:
        if row.is_blank:
            continue
        problems: dict[str, str] = {}
        year = _year(row.year, problems)
        low, base, high = (_amount(getattr(row, name), name, problems) for name in COLUMNS[1:])
        if low is not None and base is not None and high is not None:
            if low > base:
                problems["low"] = _("Low is above base.")
            if high < base:
                problems["high"] = _("High is below base.")
            if year in years:
                problems["year"] = _("This year stands twice.")
            if year is not None and not problems:
                years[year] = DemandYear(year, low, base, high)
        entered.append(EnteredRow(row.year, row.low, row.base, row.high, problems))
    return ReadDemand(tuple(entered), tuple(years[year] for year in sorted(years)))


def rows_of_text(text: str) -> list[EnteredRow]:
    """Rows from a spreadsheet's clipboard or a CSV file: year, low, base, high; a heading is skipped.

    A row with two figures is a year and its base; low and high are then the same.
    """
    lines = [line for line in text.replace("\r\n", "\n").split("\n") if line.strip()]
    if not lines:
        return []
    separator = next((mark for mark in ("\t", ";") if mark in lines[0]), ",")
    found = []
    for place, cells in enumerate(csv.reader(io.StringIO("\n".join(lines)), delimiter=separator)):
        trimmed = [cell.strip().lstrip("\ufeff'") for cell in cells]
        if place == 0 and not any(char.isdigit() for char in trimmed[0]):
            continue
        cut = [*trimmed, "", "", "", ""][:4]
        if cut[1] and not (cut[2] or cut[3]):
            cut = [cut[0], cut[1], cut[1], cut[1]]
        found.append(EnteredRow(year=cut[0], low=cut[1], base=cut[2], high=cut[3]))
    return found


def demand_set(
    *,
    program: Program,
    unit: str,
    years: Sequence[DemandYear],
    stamp: str | None,
    actor: User | None,
    reason: str = "",
) -> bool:
    """Make the forecast exactly these years, all in one unit. False when it was already.

    Raises:
        PermissionDenied: when the person's role does not allow it.
        ValueError: for a unit that does not exist.
        DemandChanged: when someone else changed it since it was read.
    """
    ProgramPolicy.change.require(actor)
    if years and unit not in BatchUnit.values:
        message = f"unknown unit: {unit!r}"
        raise ValueError(message)
    with recorded(actor=actor, reason=reason):
        Program.objects.select_for_update().get(pk=program.pk)
        before = {row.year: row for row in demand_of(program)}
        if stamp is not None and stamp != stamp_of(before.values()):
            raise DemandChanged([DemandYear(r.year, r.low, r.base, r.high) for r in before.values()])
        kept = {row.year for row in years}
        changed = [_write(program, unit, row, before.get(row.year)) for row in years]
        gone = Demand.objects.filter(program=program).exclude(year__in=kept).delete()[0]
    return any(changed) or bool(gone)


def _write(program: Program, unit: str, wanted: DemandYear, row: Demand | None) -> bool:
    if row is None:
        row = Demand(program=program, year=wanted.year, version=0)
    elif (row.unit, row.low, row.base, row.high) == (unit, wanted.low, wanted.base, wanted.high):
        return False
    row.unit, row.low, row.base, row.high = unit, wanted.low, wanted.base, wanted.high
    row.version += 1
    row.full_clean(validate_unique=False, validate_constraints=False)
    row.save()
    return True


def _year(text: str, problems: dict[str, str]) -> int | None:
    if text.isascii() and text.isdigit() and FIRST_YEAR <= int(text) <= LAST_YEAR:
        return int(text)
    problems["year"] = _("Enter a year from 2000 to 2100.")
    return None


def _amount(text: str, name: str, problems: dict[str, str]) -> Decimal | None:
    """A figure as people and spreadsheets write it: grouped by blanks or commas, with a point or a comma."""
    bare = re.sub(r"[\s\u00a0\u202f'’]", "", text)
    if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", bare):
        bare = bare.replace(",", "")
    try:
        amount = Decimal(bare.replace(",", "."))
    except InvalidOperation:
        problems[name] = _("Enter a number.") if text else _("Enter a figure, 0 if there is none.")
        return None
    if not amount.is_finite() or amount < 0 or amount >= LARGEST:
        problems[name] = _("Enter a number from 0 on.")
        return None
    rounded = amount.quantize(Decimal("0.001"))
    if rounded != amount:
        problems[name] = _("Three decimals at most.")
        return None
    return rounded
