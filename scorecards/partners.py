"""The choice of a logistics partner (3PL): a work package of its own, with a scorecard made for it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.utils.translation import gettext as _

from accounts.models import User
from logistics.models import Party
from logistics.vocabulary import PartyRole
from partners.models import Organization, Site
from partners.vocabulary import Operation
from programs.models import Program, WorkPackage
from programs.models.program import address_of
from programs.packages import package_add
from programs.policies import CandidatePolicy, ProgramPolicy
from programs.services import candidates_add
from records.context import recorded
from scorecards import logistics_template
from scorecards.following import template_in_force
from scorecards.models import Scorecard
from scorecards.policies import ScorecardPolicy

KEY = logistics_template.PLAN.key
ROLES = (PartyRole.THREE_PL, PartyRole.CARRIER, PartyRole.DISTRIBUTOR)
MOST_OFFERED = 40


@dataclass(frozen=True, slots=True)
class PartnerPackage:
    """A work package of the program that is judged as a logistics partner."""

    name: str
    address: str
    candidates: int


@dataclass(frozen=True, slots=True)
class Offered:
    """A site that may be a candidate; `in_plan` where a distribution plan of the program names it."""

    site: Site
    in_plan: bool


def partner_packages(program: Program) -> list[PartnerPackage]:
    """The work packages whose scorecard is that of logistics partners, in their order. One query."""
    rows = (
        WorkPackage.objects.filter(program=program, scorecard__template__key=KEY)
        .annotate(count=Count("candidates"))
        .order_by("position")
    )
    first = program.parts[0]
    return [PartnerPackage(str(row), address_of(program.code, row, first), row.count) for row in rows]


def partners_offered(program: Program, user: User) -> list[Offered]:
    """Sites of the plan's partners, then of logistics companies in the directory, by name. Three queries."""
    named = set(
        Party.objects.filter(
            plan__work_package__program=program, role__in=ROLES, site__isnull=False
        ).values_list("site_id", flat=True)
    )
    sites = Site.objects.visible_to(user).select_related("organization")
    others = sites.filter(organization__kind=Organization.Kind.LOGISTICS).exclude(pk__in=named)
    return [
        *(Offered(site, in_plan=True) for site in sites.filter(pk__in=named).order_by("name", "pk")),
        *(Offered(site, in_plan=False) for site in others.order_by("name", "pk")[:MOST_OFFERED]),
    ]


def partner_package_begin(
    *, program: Program, name: str, sites: Iterable[Site], actor: User | None
) -> WorkPackage:
    """A work package in which a logistics partner is chosen: storage asked for, its template, candidates.

    Raises:
        PermissionDenied: when the person's role does not allow one of these.
        ValidationError: without a name, or with one that another package of the program has.
    """
    for policy in (ProgramPolicy.change, CandidatePolicy.change, ScorecardPolicy.change):
        policy.require(actor)
    with recorded(actor=actor, reason=_("Choice of a logistics partner begun")):
        package = package_add(program=program, name=name, operations=[Operation.STORAGE], actor=actor)
        Scorecard.objects.create(work_package=package, template=template_in_force(KEY))
        candidates_add(package=package, sites=sites, actor=actor)
    return package
