"""What recurs in a site's regulatory record, what runs against a clock, and what contradicts itself."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from audits.clocks import (
    Clock,
    ClockKind,
    ClockRules,
    ClockState,
    classification_clock,
    response_clock,
)
from audits.models import Inspection, RegulatoryAction
from audits.regulatory_life import CitationFact, RegulatoryLife
from common.months import months_before

REPEAT_MONTHS = 36
SHOWN_MONTHS = 24
KIND_OF_CLOCK = {
    RegulatoryAction.Kind.FORM_483: ClockKind.FORM_483,
    RegulatoryAction.Kind.WARNING_LETTER: ClockKind.WARNING_LETTER,
}


@dataclass(frozen=True, slots=True)
class RepeatedCitation:
    """One regulation that was cited again within 36 months: the pair of days that shows it, newest first."""

    regulation: str
    short_text: str
    days: tuple[date, ...]
    is_data_integrity: bool


@dataclass(frozen=True, slots=True)
class Themes:
    """What a reader should see first."""

    repeated: tuple[RepeatedCitation, ...]
    integrity: tuple[CitationFact, ...]
    clocks: tuple[Clock, ...]
    conflicts: tuple[date, ...]

    @property
    def late(self) -> tuple[Clock, ...]:
        return tuple(clock for clock in self.clocks if clock.state is ClockState.LATE)


def themes_of(
    life: RegulatoryLife,
    *,
    today: date,
    rules: ClockRules,
) -> Themes:
    """The themes of a regulatory life."""
    return Themes(
        repeated=tuple(_repeated(life)),
        integrity=tuple(each for each in life.citations if each.is_data_integrity),
        clocks=tuple(sorted(_clocks(life, today, rules), key=lambda clock: clock.due_on)),
        conflicts=tuple(_conflicts(life)),
    )


def _repeated(life: RegulatoryLife) -> list[RepeatedCitation]:
    cited: dict[str, dict[date, CitationFact]] = defaultdict(dict)
    for fact in life.citations:
        if fact.happened_on:
            cited[fact.regulation].setdefault(fact.happened_on, fact)
    found = []
    for regulation, by_day in cited.items():
        days = sorted(by_day, reverse=True)
        near = {
            day
            for later, earlier in pairwise(days)
            if earlier >= months_before(later, REPEAT_MONTHS)
            for day in (later, earlier)
        }
        if near:
            last = by_day[days[0]]
            integrity = any(fact.is_data_integrity for fact in by_day.values())
            shown = tuple(sorted(near, reverse=True))
            found.append(RepeatedCitation(regulation, last.short_text, shown, integrity))
    return sorted(found, key=lambda each: (each.days[0], len(each.days)), reverse=True)


def _clocks(life: RegulatoryLife, today: date, rules: ClockRules) -> list[Clock]:
    since = months_before(today, SHOWN_MONTHS)
    found = []
    for action in life.actions:
        kind = KIND_OF_CLOCK.get(RegulatoryAction.Kind(action.kind))
        if kind is None or action.happened_on is None or action.happened_on < since or action.closed_on:
            continue
        found.append(
            response_clock(
                kind,
                action.id,
                issued_on=action.happened_on,
                known_on=action.known_on,
                today=today,
                amended_on=action.amended_on,
                stated_due_on=action.response_due_on,
                responded_on=action.responded_on,
                rules=rules,
            )
        )
    for visit in life.inspections:
        pending = visit.classification == Inspection.Classification.PENDING
        if visit.happened_on and visit.happened_on >= since and visit.authority == "fda":
            clock = classification_clock(
                visit.id, ended_on=visit.happened_on, is_pending=pending, today=today, rules=rules
            )
            if clock:
                found.append(clock)
    return found


def _conflicts(life: RegulatoryLife) -> list[date]:
    """Days of which a source says both: no action indicated, and a Form 483."""
    clean = {
        visit.happened_on
        for visit in life.inspections
        if visit.classification == Inspection.Classification.NAI
    }
    forms = {form.happened_on for form in life.forms_483}
    both = {day for day in clean & forms if day}
    return sorted(both, reverse=True)
