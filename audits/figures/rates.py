"""The quality figures: pure functions over facts as they stood on a day (`facts.capas_as_of`).

Each figure is a set of CAPAs first and a number second, so that it can be followed to its records. ICH Q10
(3.2.2, 4.1) names the indicators (timeliness, effectiveness, recurrence), not their formulas: these are ours,
and the page explains each.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from statistics import median

from audits.figures.facts import CapaFact, Deficiency, FindingFact, Period
from common.months import months_before

RECURRENCE_MONTHS = 36
# Upper ends of the age bands in days; the last band is open.
AGE_BANDS = (30, 60, 90, 180)
type Picks = Callable[[CapaFact, Period], bool]


def is_open(fact: CapaFact, period: Period) -> bool:
    """Not closed at the end of the period."""
    return fact.closed_on is None


def is_late(fact: CapaFact, period: Period) -> bool:
    """Open, past its due date and not implemented."""
    return is_open(fact, period) and fact.implemented_on is None and fact.due_on < period.until


def is_on_time(fact: CapaFact, period: Period) -> bool:
    """Implemented by its due date; the due date or the implementation lies in the period."""
    return fact.implemented_on is not None and _counts(fact, period) and fact.implemented_on <= fact.due_on


def is_missed(fact: CapaFact, period: Period) -> bool:
    """Implemented after its due date or not at all, although it was due in the period."""
    if not _counts(fact, period):
        return False
    return fact.implemented_on > fact.due_on if fact.implemented_on else fact.due_on < period.until


def is_effective(fact: CapaFact, period: Period) -> bool:
    """Closed in the period with a proven effect."""
    return period.has(fact.closed_on) and fact.outcome == "effective"


def is_failed(fact: CapaFact, period: Period) -> bool:
    """Closed in the period without effect, or reopened in it because the problem came back."""
    reopened = fact.clock_from > fact.opened_on and period.has(fact.clock_from)
    return (period.has(fact.closed_on) and fact.outcome == "ineffective") or (
        reopened and not is_effective(fact, period)
    )


def is_closed_within(fact: CapaFact, period: Period) -> bool:
    """Closed in the period, whatever came of it."""
    return period.has(fact.closed_on)


PICKS: dict[str, Picks] = {
    "open": is_open,
    "late": is_late,
    "on_time": is_on_time,
    "missed": is_missed,
    "effective": is_effective,
    "failed": is_failed,
    "closed": is_closed_within,
}


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many; no rate where there is nothing to rate."""

    part: int
    whole: int

    @property
    def rate(self) -> float | None:
        return self.part / self.whole if self.whole else None


@dataclass(frozen=True, slots=True)
class AgeBand:
    """Open CAPAs of an age in days (`last` None: and older), and how many of them are late."""

    first: int
    last: int | None
    total: int
    late: int


@dataclass(frozen=True, slots=True)
class Recurrence:
    """A regulation that a site was found not to keep on several days within 36 months, newest first."""

    site_id: int
    regulation: str
    days: tuple[date, ...]
    findings: int
    citations: int


@dataclass(frozen=True, slots=True)
class QualityFigures:
    """All figures of a set of records in a period."""

    open: int
    late: int
    on_time: Share
    effective: Share
    days_to_close: float | None
    critical_findings: int
    ages: tuple[AgeBand, ...]
    recurrences: tuple[Recurrence, ...]
    recurrence: Share


def picked(facts: Iterable[CapaFact], name: str, period: Period) -> list[CapaFact]:
    """The CAPAs behind a figure. Raises `KeyError` for a name that is not in `PICKS`."""
    pick = PICKS[name]
    return [fact for fact in facts if pick(fact, period)]


def on_time_share(facts: Sequence[CapaFact], period: Period) -> Share:
    """CAPAs implemented by their due date, of those due or implemented in the period."""
    part = len(picked(facts, "on_time", period))
    return Share(part, part + len(picked(facts, "missed", period)))


def effectiveness_share(facts: Sequence[CapaFact], period: Period) -> Share:
    """CAPAs with a proven effect, of those whose effect was judged in the period."""
    part = len(picked(facts, "effective", period))
    return Share(part, part + len(picked(facts, "failed", period)))


def median_days_to_close(facts: Sequence[CapaFact], period: Period) -> float | None:
    """Half of the CAPAs closed in the period took no longer, from the day their clock ran."""
    days = [
        (fact.closed_on - fact.clock_from).days
        for fact in facts
        if fact.closed_on is not None and period.has(fact.closed_on)
    ]
    return median(days) if days else None


def age_bands(facts: Sequence[CapaFact], period: Period) -> tuple[AgeBand, ...]:
    """Open CAPAs by age at the end of the period."""
    aged = [(in_days(fact, period), is_late(fact, period)) for fact in facts if is_open(fact, period)]
    firsts = (0, *(last + 1 for last in AGE_BANDS))
    found = []
    for first, last in zip(firsts, (*AGE_BANDS, None), strict=True):
        inside = [late for age, late in aged if age >= first and (last is None or age <= last)]
        found.append(AgeBand(first, last, len(inside), sum(inside)))
    return tuple(found)


def in_days(fact: CapaFact, period: Period) -> int:
    """The age of a CAPA in days, from the day its clock ran."""
    return (period.until - fact.clock_from).days


def recurrences_of(rows: Iterable[Deficiency], until: date) -> list[Recurrence]:
    """Regulations that came back at the same site within 36 months, the latest of it within 36 months too."""
    groups: dict[tuple[int, str], list[Deficiency]] = defaultdict(list)
    for row in rows:
        if row.regulation.strip() and row.happened_on <= until:
            groups[row.site_id, regulation_key(row.regulation)].append(row)
    found = []
    for (site_id, _key), members in groups.items():
        days = sorted({row.happened_on for row in members}, reverse=True)
        near = {
            day
            for later, earlier in pairwise(days)
            if earlier >= months_before(later, RECURRENCE_MONTHS)
            and later >= months_before(until, RECURRENCE_MONTHS)
            for day in (later, earlier)
        }
        if near:
            shown = [row for row in members if row.happened_on in near]
            ours = sum(row.source == "finding" for row in shown)
            label = max(shown, key=lambda row: row.happened_on).regulation
            found.append(
                Recurrence(site_id, label, tuple(sorted(near, reverse=True)), ours, len(shown) - ours)
            )
    return sorted(found, key=lambda each: (-len(each.days), -each.days[0].toordinal(), each.regulation))


def recurrence_share(rows: Sequence[Deficiency], found: Sequence[Recurrence], until: date) -> Share:
    """Pairs of site and regulation that came back, of all that were found within 36 months."""
    since = months_before(until, RECURRENCE_MONTHS)
    pairs = {
        (row.site_id, regulation_key(row.regulation))
        for row in rows
        if row.regulation.strip() and since <= row.happened_on <= until
    }
    return Share(len(found), max(len(pairs), len(found)))


def regulation_key(regulation: str) -> str:
    """A regulation without its paragraphs and spelling: "21 CFR 211.192(a)" is "21 cfr 211.192"."""
    return " ".join(regulation.partition("(")[0].casefold().split())


def quality_figures(
    capas: Sequence[CapaFact],
    findings: Sequence[FindingFact],
    deficiencies: Sequence[Deficiency],
    period: Period,
) -> QualityFigures:
    """All figures; the facts are as of the end of the period."""
    found = tuple(recurrences_of(deficiencies, period.until))
    return QualityFigures(
        open=len(picked(capas, "open", period)),
        late=len(picked(capas, "late", period)),
        on_time=on_time_share(capas, period),
        effective=effectiveness_share(capas, period),
        days_to_close=median_days_to_close(capas, period),
        critical_findings=sum(f.severity == "critical" and f.closed_on is None for f in findings),
        ages=age_bands(capas, period),
        recurrences=found,
        recurrence=recurrence_share(deficiencies, found, period.until),
    )


def _counts(fact: CapaFact, period: Period) -> bool:
    """Whether timeliness is judged in this period."""
    return period.has(fact.implemented_on) or (fact.implemented_on is None and period.has(fact.due_on))
