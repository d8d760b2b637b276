"""What the profile of one site shows, gathered in a fixed number of queries."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Max, Q

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
    """Counts of what authorities saw and did at the site, gravest outcome first. Three queries."""
    inspections = (
        Inspection.objects.filter(site=site)
        .order_by()
        .values_list("classification")
        .annotate(total=Count("pk"), last_on=Max("happened_on"))
    )
    # A recall has a row for each product; the event is what happened once.
    actions = (
        RegulatoryAction.objects.filter(site=site)
        .order_by()
        .values_list("kind")
        .annotate(
            total=Count("pk", filter=Q(event_key=""))
            + Count("event_key", distinct=True, filter=~Q(event_key="")),
            last_on=Max("happened_on"),
        )
    )
    cited = Citation.objects.filter(site=site).aggregate(
        total=Count("pk"), integrity=Count("pk", filter=Q(is_data_integrity=True))
    )
    grave = ("oai", "non_compliant", "vai", "pending", "nai", "compliant")
    return RegulatorySummary(
        inspections=sorted(
            (
                Tally(key, str(Inspection.Classification(key).label), total, last_on)
                for key, total, last_on in inspections
            ),
            key=lambda tally: grave.index(tally.key),
        ),
        actions=sorted(
            (
                Tally(key, str(RegulatoryAction.Kind(key).label), total, last_on)
                for key, total, last_on in actions
            ),
            key=lambda tally: (-tally.total, tally.key),
        ),
        citations=cited["total"],
        data_integrity=cited["integrity"],
    )
