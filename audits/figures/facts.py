"""What the quality figures are computed from: plain rows, as they stood on a day."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal


@dataclass(frozen=True, slots=True)
class CapaFact:
    """One CAPA. `outcome` is empty until it is closed; `clock_from` later than `opened_on` means reopened."""

    pk: int
    site_id: int
    severity: str
    opened_on: date
    clock_from: date
    due_on: date
    implemented_on: date | None = None
    closed_on: date | None = None
    outcome: str = ""


@dataclass(frozen=True, slots=True)
class FindingFact:
    """One finding of our audits, by the last day of its audit."""

    pk: int
    site_id: int
    severity: str
    regulation: str
    happened_on: date
    closed_on: date | None = None


@dataclass(frozen=True, slots=True)
class Deficiency:
    """A regulation not kept at a site on a day: as we found, or as an authority cited."""

    site_id: int
    regulation: str
    happened_on: date
    source: Literal["finding", "citation"]


@dataclass(frozen=True, slots=True)
class Period:
    """Days from `since` to `until`, both included."""

    since: date
    until: date

    def has(self, day: date | None) -> bool:
        return day is not None and self.since <= day <= self.until


def capas_as_of(facts: Iterable[CapaFact], as_of: date) -> list[CapaFact]:
    """The CAPAs that were open or closed by that day, without what happened later.

    A due date is the one that holds now, extensions included; what was reopened later is shown as opened.
    """
    return [_as_of(fact, as_of) for fact in facts if fact.opened_on <= as_of]


def findings_as_of(facts: Iterable[FindingFact], as_of: date) -> list[FindingFact]:
    """The findings known by that day, without what happened later."""
    return [
        fact if _by(fact.closed_on, as_of) else replace(fact, closed_on=None)
        for fact in facts
        if fact.happened_on <= as_of
    ]


def _as_of(fact: CapaFact, as_of: date) -> CapaFact:
    closed = _by(fact.closed_on, as_of)
    return replace(
        fact,
        clock_from=fact.clock_from if fact.clock_from <= as_of else fact.opened_on,
        implemented_on=fact.implemented_on if _by(fact.implemented_on, as_of) else None,
        closed_on=fact.closed_on if closed else None,
        outcome=fact.outcome if closed else "",
    )


def _by(day: date | None, as_of: date) -> bool:
    return day is not None and day <= as_of
