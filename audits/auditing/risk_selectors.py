"""The facts of every site that audits are planned by, in a fixed number of queries."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max, Min, Q
from django.db.models.functions import Coalesce

from accounts.models import User
from audits.auditing.risk import Assessment, SiteFacts, assess
from audits.auditing.severity import ORDER
from audits.models import Audit, Finding, Inspection
from partners.models import Organization, Site
from partners.vocabulary import Stage
from programs.models import Candidate, Program

STAGE_ORDER = {stage: place for place, stage in enumerate(Stage)}
AHEAD = (Audit.State.PLANNED, Audit.State.IN_PROGRESS)
REPORTED = (Audit.State.REPORTED, Audit.State.RESPONSES, Audit.State.CLOSED)


@dataclass(frozen=True, slots=True)
class SiteRisk:
    """A site with its assessment and what is planned already."""

    pk: int
    name: str
    standing: str
    standing_label: str
    last_audit_on: date | None
    planned_on: date | None
    assessment: Assessment

    @property
    def points(self) -> int:
        return self.assessment.points

    @property
    def suggested_on(self) -> date | None:
        return self.assessment.suggested_on

    def is_late(self, today: date) -> bool:
        """Whether the suggested day has passed and no audit is planned."""
        return self.planned_on is None and self.suggested_on is not None and self.suggested_on < today


def sites_by_risk(*, user: User, today: date, among: Iterable[Site] | None = None) -> list[SiteRisk]:
    """Every site of a classified organization, or those `among` some, the most urgent first.

    Five queries; one less where the sites are given, with their organizations.

    Programs are confidential: only those that the person may see count, so two people may see other points.
    """
    sites = _sites(user) if among is None else [site for site in among if _is_planned_for(site)]
    keys = [site.pk for site in sites]
    last, planned = _audits(keys)
    worst, outcomes, stages = _worst_open(keys), _outcomes(keys), _stages(keys, user)
    found = []
    for site in sites:
        facts = SiteFacts(
            standing=site.standing,
            standing_valid_until=site.standing_valid_until,
            last_audit_on=last.get(site.pk),
            worst_open=worst.get(site.pk),
            outcome=outcomes.get(site.pk),
            stage=stages.get(site.pk),
        )
        found.append(
            SiteRisk(
                pk=site.pk,
                name=site.name,
                standing=site.standing,
                standing_label=site.get_standing_display(),
                last_audit_on=facts.last_audit_on,
                planned_on=planned.get(site.pk),
                assessment=assess(facts, today),
            )
        )
    return sorted(found, key=lambda each: (-each.points, each.name))


def _sites(user: User) -> list[Site]:
    return list(
        Site.objects.visible_to(user)
        .classified()
        .exclude(standing=Site.Standing.ARCHIVED)
        .only("pk", "name", "standing", "standing_valid_until")
    )


def _is_planned_for(site: Site) -> bool:
    """As `_sites` asks the database."""
    unclassified = site.organization.kind == Organization.Kind.UNCLASSIFIED
    return not unclassified and site.standing != Site.Standing.ARCHIVED


def _audits(sites: Iterable[int]) -> tuple[dict[int, date], dict[int, date]]:
    """When each site was audited last, and when the next audit is planned."""
    rows = (
        Audit.objects.in_force()
        .filter(site_id__in=sites, state__in=[*REPORTED, *AHEAD])
        .order_by()
        .values_list("site_id")
        .annotate(
            last=Max(Coalesce("ends_on", "starts_on", "reported_on"), filter=Q(state__in=REPORTED)),
            first=Min("starts_on", filter=Q(state__in=AHEAD)),
        )
    )
    found = list(rows)
    return {site: on for site, on, _ in found if on}, {site: on for site, _, on in found if on}


def _worst_open(sites: Iterable[int]) -> dict[int, str]:
    rows = (
        Finding.objects.standing()
        .filter(audit__site_id__in=sites, audit__state__in=REPORTED)
        .exclude(state=Finding.State.CLOSED)
        .order_by()
        .values_list("audit__site_id", "severity")
        .distinct()
    )
    worst: dict[int, str] = {}
    for site, severity in rows:
        held = worst.get(site)
        if held is None or ORDER[Finding.Severity(severity)] < ORDER[Finding.Severity(held)]:
            worst[site] = severity
    return worst


def _outcomes(sites: Iterable[int]) -> dict[int, str]:
    """The outcome of the last drug GMP inspection of each site."""
    rows = (
        Inspection.objects.filter(site_id__in=sites, is_drug_gmp=True, happened_on__isnull=False)
        .order_by("site_id", "-happened_on", "-pk")
        .distinct("site_id")
        .values_list("site_id", "classification")
    )
    return dict(rows)


def _stages(sites: Iterable[int], user: User) -> dict[int, str]:
    """The furthest stage of a program that the person may see and the site is a candidate in."""
    rows = (
        Candidate.objects.filter(
            site_id__in=sites, work_package__program__in=Program.objects.visible_to(user)
        )
        .exclude(stage=Candidate.Stage.DECLINED)
        .order_by()
        .values_list("site_id", "work_package__program__stage")
        .distinct()
    )
    furthest: dict[int, str] = {}
    for site, stage in rows:
        held = furthest.get(site)
        if held is None or STAGE_ORDER[Stage(stage)] > STAGE_ORDER[Stage(held)]:
            furthest[site] = stage
    return furthest
