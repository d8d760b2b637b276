"""Who could store and carry the invented CAR-T: three logistics partners, and the work package that compares them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db.models import Model

from accounts.models import User
from accounts.roles import Role
from partners.models import (
    Capability,
    Contact,
    Disruption,
    EarlyWarning,
    GovernanceMeeting,
    PracticeRating,
    Site,
    Staffing,
)
from partners.vocabulary import Modality, Operation, Stage, TemperatureBand
from programs.models import Program, WorkPackage
from records.models import Signature
from scorecards.exceptions.services import exception_draft, exception_take_effect
from scorecards.following import template_in_force
from scorecards.partners import KEY as PARTNERS_KEY
from scorecards.partners import partner_package_begin
from scorecards.template_services import Floor, template_revise
from workspace.demo.profiles import Level, Teller, finances_of
from workspace.demo.signing import sign_past
from workspace.demo.words import MANAGERS, PARTNERS_SEEN, SEEN

SEED = 20_260_703
# The criterion that has a floor.
LEAST_YEARS = "temperature-experience"
# What partners and manufacturers are both asked.
SHARED = (
    "quality_authority",
    "capa_transparency",
    "audit_responses",
    "documentation",
    "disruption_response",
    "people",
)


@dataclass(frozen=True)
class Partner:
    """A depot by its town: how good, years at −150 °C or below, and years at 2 to 8 °C."""

    city: str
    level: Level
    cryogenic_years: int
    cold_years: int


PARTNERS = (
    Partner("Sundvik", "strong", 9, 14),
    Partner("Vlierdam", "solid", 3, 18),
    Partner("Beacon Mills", "patchy", 6, 6),
)


def logistics_partners_write(
    program: Program, sites: dict[str, Site], people: dict[Role, User], today: date
) -> None:
    """Evidence about the three, and the work package of the program that chooses among them."""
    random = Random(SEED)
    rows: list[Model] = []
    for partner in PARTNERS:
        site = sites[partner.city]
        told = Teller(site, partner.level, today, random)
        rows += [*_skills(told, partner), *_people(told), *_record(told), *_practices(told)]
        rows += finances_of(site.organization, told.grade, today=today, random=random)
    for kind in {type(row) for row in rows}:
        kind._default_manager.bulk_create([row for row in rows if type(row) is kind])
    package = program.package
    package.name = "Cell therapy"
    package.save()
    _floor_set(people[Role.ADMINISTRATOR])
    partners = partner_package_begin(
        program=program,
        name="Logistics partner",
        sites=[sites[partner.city] for partner in PARTNERS],
        actor=people[Role.SOURCING],
    )
    _floor_excepted(partners, sites[PARTNERS[1].city], people, today)


def _floor_set(administrator: User) -> None:
    """A version of the template: too few years at the temperature ask for an exception, claims count for less."""
    template_revise(
        base=template_in_force(PARTNERS_KEY),
        anchors={},
        weights={},
        floors={LEAST_YEARS: Floor(Decimal(60), by_exception=True)},
        claimed_margin=Decimal(10),
        reason="After the dry runs of last year: nobody learns cryogenic storage on our patients' cells.",
        actor=administrator,
    )


def _floor_excepted(package: WorkPackage, site: Site, people: dict[Role, User], today: date) -> None:
    """The depot with the fewest years may be ranked all the same, for a year."""
    exception = exception_draft(
        package=package,
        site=site,
        criterion=LEAST_YEARS,
        reason="Its cryogenic team is led by two people with twelve years elsewhere; every shipment is "
        "followed by our own monitor until the fifth year is complete.",
        valid_until=today + timedelta(days=365),
        actor=people[Role.SOURCING],
    )
    for meaning, role, hour in (
        (Signature.Meaning.AUTHORED, Role.SOURCING, 9),
        (Signature.Meaning.APPROVED, Role.QA, 15),
    ):
        signature = sign_past(
            exception, part="record", meaning=meaning, user=people[role], on=today, hour=hour
        )
    exception_take_effect(exception=exception, actor=people[Role.QA])
    exception.approved_at = signature.signed_at
    exception.save()


def _skills(told: Teller, partner: Partner) -> Iterator[Model]:
    for band, years in (
        (TemperatureBand.CRYOGENIC, partner.cryogenic_years),
        (TemperatureBand.REFRIGERATED, partner.cold_years),
    ):
        yield told.dated(
            Capability(
                modality=Modality.AUTOLOGOUS_CELL,
                operation=Operation.STORAGE,
                stages=[Stage.PHASE_3, Stage.COMMERCIAL],
                temperature_bands=[band],
                years_experience=years,
                stated_limits="No compounding and no thawing at the depot." if told.grade > 1 else "",
            ),
            told.ago(140),
            expires_in=580,
        )


def _people(told: Teller) -> Iterator[Model]:
    authority = Contact.DecisionAuthority
    yield told.dated(
        Contact(
            name=MANAGERS[told.site.pk % len(MANAGERS)],
            function=Contact.Function.PROJECT_MANAGER,
            email=f"desk@site{told.site.pk}.example",
            decision_authority=authority.FULL if told.grade > 2 else authority.OPERATIONAL,
            since=told.ago(500),
        ),
        told.ago(90),
        expires_in=400,
    )
    headcount = 60 + 40 * told.grade
    yield told.dated(
        Staffing(
            year=told.today.year - 1,
            headcount=headcount,
            quality_headcount=round(headcount * (0.06 + 0.03 * told.grade)),
            leavers=round(headcount * (0.26 - 0.06 * told.grade)),
        ),
        date(told.today.year - 1, 12, 31),
    )


def _record(told: Teller) -> Iterator[Model]:
    for number in range(3):
        day = told.ago(110 + 260 * number)
        worse = 3 - told.grade
        yield told.dated(
            Disruption(
                cause=Disruption.Cause.LOGISTICS,
                description=(
                    "Airport closed by snow",
                    "Shipper lost for nine hours",
                    "Customs held a shipment",
                )[number],
                told_on=day + timedelta(days=1 + 6 * worse),
                told_how="Call of the control tower" if told.grade > 1 else "Monthly report",
                impact_days=1 + 3 * worse,
                recovery_days=2 + 9 * worse,
                response=SEEN["disruption_response"][told.grade],
            ),
            day,
        )
        yield told.dated(
            EarlyWarning(
                title=(
                    "Flight likely to be cancelled",
                    "Dry ice short for a week",
                    "New desk at the airport",
                )[number],
                told_on=day + timedelta(days=1 + 8 * worse),
                impact_on=day + timedelta(days=12),
            ),
            day,
        )
    for month in range(0, 12, 2):
        planned = told.ago(25 + 30 * month)
        held = month < 4 + 3 * told.grade
        row = told.dated(
            GovernanceMeeting(kind=GovernanceMeeting.Kind.PROJECT, planned_on=planned, has_minutes=held),
            planned,
        )
        row.happened_on = planned if held else None
        yield row


def _practices(told: Teller) -> Iterator[Model]:
    """A patchy partner was not asked about everything."""
    seen = {practice: SEEN[practice] for practice in SHARED} | PARTNERS_SEEN
    for number, (practice, words) in enumerate(seen.items()):
        if told.level == "patchy" and number % 4 == 3:
            continue
        level = min(5, 1 + told.grade + told.random.randrange(2))
        rating = PracticeRating(practice=practice, level=level, observation=words[told.grade])
        yield told.dated(rating, told.ago(100 + 5 * number), expires_in=560)
