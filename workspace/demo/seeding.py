"""Writes the small demonstration set, once: running it again finds it and changes nothing."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from accounts.models import User
from accounts.roles import Role
from audits.models import Citation, Inspection, RegulatoryAction
from common.models import Dated
from partners.models import Capability, Organization, Site
from programs.models import Candidate, Membership, Program, WorkPackage
from records.context import recorded
from workspace.demo.companies import COMPANIES, Place, Skill
from workspace.demo.people import demo_password, people_seed
from workspace.demo.programs import PROGRAMS, Need
from workspace.demo.regulatory import regulatory_life

SEED = 20_260_101
FIRST_FEI = 99_000_000_001
MEMBERS = (Role.SOURCING, Role.ASSESSOR, Role.QA, Role.EXECUTIVE)


@dataclass(frozen=True)
class Seeded:
    """What is there now, and whether this call wrote it."""

    organizations: int
    sites: int
    programs: int
    written: bool


def demo_seed(*, today: date, data_dir: Path) -> Seeded:
    """Write the fictional companies, their records, four programs and one account for each role."""
    with recorded(actor=None, reason="Demonstration data"):
        written = not Organization.objects.filter(is_demo=True).exists()
        if written:
            people = people_seed(password=demo_password(data_dir))
            sites = _companies_write(today)
            for need in PROGRAMS:
                _program_write(need, sites, people)
    return Seeded(
        organizations=Organization.objects.filter(is_demo=True).count(),
        sites=Site.objects.filter(organization__is_demo=True).count(),
        programs=Program.objects.filter(is_demo=True).count(),
        written=written,
    )


def _companies_write(today: date) -> dict[str, Site]:
    random = Random(SEED)
    sites: dict[str, Site] = {}
    inspections: list[Inspection] = []
    citations: list[Citation] = []
    actions: list[RegulatoryAction] = []
    number = 0
    for company in COMPANIES:
        organization = Organization.objects.create(
            legal_name=company.name, country=company.country, kind=company.kind, is_demo=True
        )
        for place in company.places:
            site = _site_write(organization, place, number, today)
            number += 1
            # Two sites of one town are told apart by their full names.
            sites[place.name] = sites[place.city] = site
            rows = regulatory_life(site, place.life, today=today, random=random)
            inspections += rows.inspections
            citations += rows.citations
            actions += rows.actions
    Inspection.objects.bulk_create(inspections)
    Citation.objects.bulk_create(citations)
    RegulatoryAction.objects.bulk_create(actions)
    return sites


def _site_write(organization: Organization, place: Place, number: int, today: date) -> Site:
    site = Site.objects.create(
        organization=organization,
        name=place.name,
        fei=str(FIRST_FEI + number),
        city=place.city,
        state=place.state,
        country=place.country,
        standing=place.standing,
        standing_valid_until=today + timedelta(days=400) if place.standing == "qualified" else None,
    )
    Capability.objects.bulk_create([_capability(site, skill, today) for skill in place.skills])
    return site


def _capability(site: Site, skill: Skill, today: date) -> Capability:
    stated_on = today - timedelta(days=150)
    return Capability(
        site=site,
        modality=skill.modality,
        dosage_form=skill.dosage_form,
        route=skill.route,
        operation=skill.operation,
        stages=[str(stage) for stage in skill.stages],
        batch_min=Decimal(str(skill.batch[0])),
        batch_max=Decimal(str(skill.batch[1])),
        batch_unit=skill.batch[2],
        batches_made=skill.batches_made,
        years_experience=skill.years,
        stated_limits=skill.limits,
        strength=skill.strength,
        happened_on=stated_on,
        known_on=stated_on,
        known_on_basis=Dated.KnownBasis.SOURCE,
        expires_on=today + timedelta(days=580),
    )


def _program_write(need: Need, sites: dict[str, Site], people: dict[Role, User]) -> None:
    program = Program.objects.create(
        code=need.code,
        name=need.name,
        product=need.product,
        modality=need.modality,
        dosage_form=need.dosage_form,
        route=need.route,
        stage=need.stage,
        batch_size=need.batch_size,
        batch_unit=need.batch_unit,
        regions=[str(region) for region in need.regions],
        is_demo=True,
    )
    Membership.objects.bulk_create([Membership(program=program, user=people[role]) for role in MEMBERS])
    package = WorkPackage.objects.create(program=program, position=1)
    Candidate.objects.bulk_create(
        [Candidate(work_package=package, site=sites[place]) for place in need.candidates]
    )
