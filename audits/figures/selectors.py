"""Gathers the facts of the quality figures: three queries, however many sites."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, F, OuterRef, QuerySet

from audits.figures.facts import (
    CapaFact,
    Deficiency,
    FindingFact,
    Period,
    capas_as_of,
    findings_as_of,
)
from audits.figures.rates import RECURRENCE_MONTHS, QualityFigures, quality_figures
from audits.models import Capa, Citation, Finding
from common.months import months_before
from partners.models import Site

OUTCOMES = {Capa.State.CLOSED_EFFECTIVE: "effective", Capa.State.CLOSED_INEFFECTIVE: "ineffective"}


@dataclass(frozen=True, slots=True)
class Gathered:
    """The facts of some sites as they stood at the end of the period."""

    period: Period
    capas: tuple[CapaFact, ...]
    findings: tuple[FindingFact, ...]
    deficiencies: tuple[Deficiency, ...]

    def figures(self, site_id: int | None = None) -> QualityFigures:
        """The figures of all, or of one site."""
        if site_id is None:
            return quality_figures(self.capas, self.findings, self.deficiencies, self.period)
        return quality_figures(
            [fact for fact in self.capas if fact.site_id == site_id],
            [fact for fact in self.findings if fact.site_id == site_id],
            [fact for fact in self.deficiencies if fact.site_id == site_id],
            self.period,
        )

    @property
    def site_ids(self) -> tuple[int, ...]:
        """The sites with a CAPA or a finding of ours."""
        return tuple(sorted(_sites_of(self.capas, self.findings)))


@dataclass(frozen=True, slots=True)
class SiteQuality:
    """The figures of one site beside the others."""

    site_id: int
    name: str
    figures: QualityFigures


def capa_facts(site_ids: Sequence[int] | None = None) -> list[CapaFact]:
    """Every CAPA, or those of some sites. One query."""
    rows = Capa.objects.order_by("pk")
    if site_ids is not None:
        rows = rows.filter(site__in=site_ids)
    return [
        CapaFact(
            pk=row.pk,
            site_id=row.site_id,
            severity=row.severity,
            opened_on=row.opened_on,
            clock_from=row.clock_from,
            due_on=row.due_on,
            implemented_on=row.implemented_on,
            closed_on=row.closed_on,
            outcome=OUTCOMES.get(Capa.State(row.state), ""),
        )
        for row in rows.only(
            "site_id", "severity", "opened_on", "clock_from", "due_on", "implemented_on", "closed_on", "state"
        )
    ]


def gather(*, period: Period, site_ids: Sequence[int] | None = None) -> Gathered:
    """The facts of all sites with a CAPA or an audit of ours, or of some sites. Three queries."""
    capas = capa_facts(site_ids)
    findings = _findings(site_ids)
    sites = set(site_ids) if site_ids is not None else _sites_of(capas, findings)
    seen = findings_as_of(findings, period.until)
    ours = [Deficiency(fact.site_id, fact.regulation, fact.happened_on, "finding") for fact in seen]
    return Gathered(
        period=period,
        capas=tuple(capas_as_of(capas, period.until)),
        findings=tuple(seen),
        # Authorities' citations say something about quality beside our own records, not instead of them.
        deficiencies=(*ours, *_citations(sites, period.until)) if capas or seen else (),
    )


def qualities_of(gathered: Gathered) -> list[SiteQuality]:
    """Every site of the portfolio with its figures, those with late CAPAs first. One query."""
    names = dict(Site.objects.filter(pk__in=gathered.site_ids).values_list("pk", "name"))
    found = [SiteQuality(pk, names[pk], gathered.figures(pk)) for pk in gathered.site_ids if pk in names]
    return sorted(found, key=lambda each: (-each.figures.late, -each.figures.open, each.name))


def open_critical(gathered: Gathered) -> list[Finding]:
    """The critical findings that were open at the end of the period, the oldest first. One query."""
    keys = [
        f.pk for f in gathered.findings if f.severity == Finding.Severity.CRITICAL and f.closed_on is None
    ]
    return list(Finding.objects.filter(pk__in=keys).select_related("audit__site").order_by("pk"))


def rated_sites() -> QuerySet[Site]:
    """The sites that have a CAPA or an audit of ours."""
    known = Exists(Capa.objects.filter(site=OuterRef("pk"))) | Exists(
        Finding.objects.standing().filter(audit__site=OuterRef("pk"))
    )
    return Site.objects.filter(known).order_by("name")


def _sites_of(capas: Iterable[CapaFact], findings: Iterable[FindingFact]) -> set[int]:
    return {fact.site_id for fact in capas} | {fact.site_id for fact in findings}


def _findings(site_ids: Sequence[int] | None) -> list[FindingFact]:
    rows = Finding.objects.standing().annotate(
        audit_site=F("audit__site_id"), ended=F("audit__ends_on"), began=F("audit__starts_on")
    )
    if site_ids is not None:
        rows = rows.filter(audit__site__in=site_ids)
    told = rows.values_list(
        "pk", "audit_site", "severity", "regulation", "ended", "began", "closed_on", "noted_at"
    )
    return [
        FindingFact(pk, site_id, severity, regulation, ended or began or noted_at.date(), closed_on)
        for pk, site_id, severity, regulation, ended, began, closed_on, noted_at in told
    ]


def _citations(site_ids: set[int], until: date) -> list[Deficiency]:
    since = months_before(until, 2 * RECURRENCE_MONTHS)
    rows = Citation.objects.filter(
        site__in=site_ids, happened_on__range=(since, until), known_on__lte=until
    ).values_list("site_id", "regulation", "happened_on")
    return [
        Deficiency(site_id, regulation, day, "citation")
        for site_id, regulation, day in rows
        if site_id is not None and day is not None
    ]
