"""What the profile of one site shows, gathered in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, Max, Q, QuerySet, Value
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast

from audits.models import Citation, Inspection, RegulatoryAction
from partners.models import Site


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of something, and when last."""

    key: str
    label: str
    total: int
    last_on: date | None


@dataclass(frozen=True, slots=True)
class RegulatorySummary:
    """A site's records in short."""

    inspections: list[Tally]
    actions: list[Tally]
    citations: int
    data_integrity: int

    @property
    def inspection_total(self) -> int:
        return sum(tally.total for tally in self.inspections)

    @property
    def action_total(self) -> int:
        return sum(tally.total for tally in self.actions)

    @property
    def last_inspected_on(self) -> date | None:
        return max((tally.last_on for tally in self.inspections if tally.last_on), default=None)

    @property
    def is_empty(self) -> bool:
        return not (self.inspections or self.actions or self.citations)


def regulatory_summary(site: Site) -> RegulatorySummary:
    """Counts of what authorities saw and did at the site, gravest outcome first. One query."""
    inspections = _tallies("inspection", Inspection.objects.filter(site=site), "classification", Count("pk"))
    # A recall has a row for each product; the event is what happened once.
    events = Count("pk", filter=Q(event_key="")) + Count("event_key", distinct=True, filter=~Q(event_key=""))
    actions = _tallies("action", RegulatoryAction.objects.filter(site=site), "kind", events)
    cited = Citation.objects.filter(site=site)
    citations = _tallies("citation", cited, "is_data_integrity", Count("pk"))
    found: dict[str, list[tuple[str, int, date | None]]] = {"inspection": [], "action": [], "citation": []}
    for table, key, total, last_on in inspections.union(actions, citations, all=True).order_by():
        found[table].append((key, total, last_on))
    grave = ("oai", "non_compliant", "vai", "pending", "nai", "compliant")
    return RegulatorySummary(
        inspections=sorted(
            (
                Tally(key, str(Inspection.Classification(key).label), total, last_on)
                for key, total, last_on in found["inspection"]
            ),
            key=lambda tally: grave.index(tally.key),
        ),
        actions=sorted(
            (
                Tally(key, str(RegulatoryAction.Kind(key).label), total, last_on)
                for key, total, last_on in found["action"]
            ),
            key=lambda tally: (-tally.total, tally.key),
        ),
        citations=sum(total for _, total, _ in found["citation"]),
        data_integrity=sum(total for integrity, total, _ in found["citation"] if integrity == "true"),
    )


def _tallies(table: str, rows: QuerySet[Any], column: str, total: Combinable) -> QuerySet[Any, Any]:
    """How many rows there are of each kind and when the last happened, as columns that a union joins."""
    kinds: QuerySet[Any, Any] = rows.order_by().values_list(Value(table), Cast(column, CharField()))
    tallies: QuerySet[Any, Any] = kinds.annotate(total=total, last_on=Max("happened_on"))
    return tallies
