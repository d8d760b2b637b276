"""Writes the small demonstration set, once: running it again finds it and changes nothing."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from random import Random

from django.db.models import Model

from accounts.models import User
from accounts.roles import Role
from audits.models import Citation, Inspection, RegulatoryAction
from common.models import Dated
from partners.models import Capability, Organization, Site
from partners.vocabulary import Modality, TemperatureBand
from partners.watching import site_watch
from programs.models import Candidate, Demand, Membership, Program, Proposal, WorkPackage
from records.context import recorded
from scorecards.services import evaluation_freeze
from workspace.demo.audits import audits_write
from workspace.demo.capas import capas_write
from workspace.demo.companies import COMPANIES, Place, Skill
from workspace.demo.distribution import distribution_write
from workspace.demo.logistics_partners import logistics_partners_write
from workspace.demo.panels import panels_write
from workspace.demo.people import demo_password, people_seed, tokens_seed
from workspace.demo.profiles import GRADE, LEVELS, OF_LIFE, finances_of, profile_of
from workspace.demo.programs import PROGRAMS, Need
from workspace.demo.quality_file import quality_files_write
from workspace.demo.regulatory import regulatory_life

SEED = 20_260_101
FIRST_FEI = 99_000_000_001
BANDS = {
    Modality.MONOCLONAL_ANTIBODY: (TemperatureBand.REFRIGERATED, TemperatureBand.AMBIENT),
    Modality.SMALL_MOLECULE: (TemperatureBand.AMBIENT,),
    Modality.AAV: (TemperatureBand.ULTRA_LOW, TemperatureBand.FROZEN, TemperatureBand.REFRIGERATED),
    Modality.AUTOLOGOUS_CELL: (TemperatureBand.CRYOGENIC, TemperatureBand.REFRIGERATED),
}
MEMBERS = (Role.SOURCING, Role.ASSESSOR, Role.QA, Role.EXECUTIVE)

# How long before the present evaluation of the first program another one was frozen.
BEFORE = timedelta(days=60)


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
            tokens_seed(people)
            sites = _companies_write(today)
            packages = [_program_write(need, sites, people, today) for need in PROGRAMS]
            audits_write(sites, people, today)
            capas_write(sites, people, today)
            quality_files_write(sites, people, today)
            last = next(each for each in packages if each.program.code == "DORADO")
            distribution_write(last, sites, people, today)
            logistics_partners_write(last.program, sites, people, today)
            # The first program has an evaluation to look back to; the others are still being weighed.
            # It was frozen before as well, so that there is something to compare it with.
            for day in (today - BEFORE, today):
                evaluation_freeze(package=packages[0], as_of=day, actor=people[Role.SOURCING])
            # Watched by hand, beside what each of them watches for their work.
            for role, name in zip((Role.EXECUTIVE, Role.SOURCING), sorted(sites)[::9], strict=False):
                site_watch(site=sites[name], actor=people[role])
            panels_write({package.program.code: package for package in packages}, people, today)
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
    evidence: list[Model] = []
    # Of its own, so that more evidence does not change the regulatory lives.
    chance = Random(SEED + 1)
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
            evidence += profile_of(site, place, today=today, random=chance)
        first = company.places[0]
        grade = GRADE[LEVELS.get(first.city, OF_LIFE[first.life])]
        evidence += finances_of(organization, grade if first.skills else 0, today=today, random=chance)
    for kind in {type(row) for row in evidence}:
        kind._default_manager.bulk_create([row for row in evidence if type(row) is kind])
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
        containment_oeb=4 if skill.modality == Modality.SMALL_MOLECULE else None,
        temperature_bands=[str(band) for band in BANDS.get(skill.modality, ())],
        strength=skill.strength,
        happened_on=stated_on,
        known_on=stated_on,
        known_on_basis=Dated.KnownBasis.SOURCE,
        expires_on=today + timedelta(days=580),
    )


def _program_write(need: Need, sites: dict[str, Site], people: dict[Role, User], today: date) -> WorkPackage:
    first_batch_on = today + timedelta(days=30 * need.months_to_first_batch)
    operations = [str(operation) for operation in need.operations]
    program = Program.objects.create(
        code=need.code,
        name=need.name,
        product=need.product,
        modality=need.modality,
        dosage_form=need.dosage_form,
        route=need.route,
        stage=need.stage,
        batch_size=need.batch_size,
        batch_size_peak=need.peak,
        containment_oeb=need.containment_oeb,
        batch_unit=need.batch_unit,
        regions=[str(region) for region in need.regions],
        operations=operations,
        therapeutic_area=need.area,
        temperature_min=need.temperature[0],
        temperature_max=need.temperature[1],
        transfer_on=first_batch_on - timedelta(days=270),
        first_batch_on=first_batch_on,
        submission_on=first_batch_on + timedelta(days=420),
        launch_on=first_batch_on + timedelta(days=780),
        budget_target=need.budget[0],
        budget_limit=need.budget[1],
        currency="EUR",
        is_demo=True,
    )
    Membership.objects.bulk_create([Membership(program=program, user=people[role]) for role in MEMBERS])
    package = WorkPackage.objects.create(program=program, position=1, operations=operations)
    candidates = Candidate.objects.bulk_create(
        [Candidate(work_package=package, site=sites[place]) for place in need.candidates]
    )
    _demand_write(program, need, first_batch_on)
    _proposals_write(need, {row.site_id: row for row in candidates}, sites, today)
    return package


def _demand_write(program: Program, need: Need, first_batch_on: date) -> None:
    """Four years that grow by a third each, in the unit of the batch."""
    rows = []
    for ahead in range(4):
        growth = Decimal(100 + 33 * ahead) / 100
        low, base, high = (
            (need.batch_size * batches * growth).quantize(Decimal(1)) for batches in need.batches_a_year
        )
        year = first_batch_on.year + ahead
        rows.append(Demand(program=program, year=year, unit=need.batch_unit, low=low, base=base, high=high))
    Demand.objects.bulk_create(rows)


def _proposals_write(
    need: Need, candidates: dict[int, Candidate], sites: dict[str, Site], today: date
) -> None:
    Proposal.objects.bulk_create(
        [
            Proposal(
                candidate=candidates[sites[place].pk],
                reference=f"{need.code}-{number:02}",
                received_on=today - timedelta(days=40 + 3 * number),
                valid_until=today + timedelta(days=120),
                cost=cost,
                currency="EUR",
                cost_basis="Transfer, engineering batch and three PPQ batches",
                first_batch_on=today + timedelta(days=30 * months),
                transfer_months=9,
                terms="Net 45 days; cancellation fee of 40% within 90 days of a slot.",
            )
            for number, (place, cost, months) in enumerate(need.offers, start=1)
        ]
    )
