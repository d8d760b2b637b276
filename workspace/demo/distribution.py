"""The way of an invented CAR-T to six invented care sites: some ready, some not, for many reasons."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.utils import timezone

from accounts.models import User
from accounts.roles import Role
from logistics.models import (
    CareSite,
    Consequence,
    DistributionPlan,
    DryRun,
    DryRunStep,
    Handoff,
    LabelRequirement,
    Lane,
    MockReview,
    PackagingQualification,
    Party,
    PlanReview,
    Playbook,
    Reimbursement,
    Responsibility,
    ReviewGap,
    Shipper,
    SiteCheck,
    SiteOnboarding,
    Term,
)
from logistics.vocabulary import CheckKind
from partners.models import Site
from programs.models import WorkPackage
from records.declarations import RECORD
from records.models import Signature
from workspace.demo.distribution_words import RACI, TERMS, TOPICS
from workspace.demo.signing import sign_past

AREA = "Oncology"
SUPPLY, QUALITY, ACCESS = (
    "Ottilie Brandvold, supply chain",
    "Ingrid Solheimer, quality",
    "Marek Duszynski, access",
)


@dataclass(frozen=True)
class Place:
    """A care site: committee, what it has, and what it waits for. Days count from the day of the plan."""

    name: str
    city: str
    country: str
    region: str
    frequency: str
    meeting: int
    lead: int
    approved: int | None = None
    signed: int | None = None
    trained: int | None = None
    submitted: int | None = None
    bands: tuple[str, ...] = ("cryogenic", "refrigerated")
    remedy: str = ""
    area: str = AREA
    checks: tuple[str, ...] = tuple(CheckKind.values)
    payment: int = 60
    returns: str = "limited"
    certified: str = ""
    owner: str = SUPPLY
    zone: str = ""


PLACES = (
    Place("Fagerheim University Hospital", "Tromsvik", "NO", "eu", "monthly", 12, 14, approved=-80, signed=-41,
          trained=-9, submitted=-120, certified="CD19 CAR-T, lymphoma", zone="Europe/Oslo"),
    Place("Hôpital des Trois-Rives", "Valserine", "FR", "eu", "quarterly", 24, 35, submitted=None,
          checks=("team", "pharmacy", "identity"), payment=45, zone="Europe/Paris"),
    Place("Hospital San Telmo", "Riba Alta", "ES", "eu", "monthly", 9, 10, approved=-20, signed=None,
          area="Autoimmune disease", certified="CAR-T trial in lupus", payment=90, returns="full", zone="Europe/Madrid"),
    Place("Klinikum Lindenau", "Lindenau am See", "DE", "eu", "every_second_month", 40, 21, approved=-60,
          signed=-30, trained=-4, submitted=-110, zone="Europe/Berlin"),
    Place("Marrow Hill Cancer Center", "Coldwater Flats", "US", "us", "every_second_quarter", 75, 45,
          approved=-33, signed=-12, trained=-2, submitted=-200, payment=30, returns="none", zone="America/Chicago"),
    Place("Live Oak Cell Therapy Center", "Cedar Landing", "US", "us", "quarterly", 18, 30, submitted=-3,
          bands=("ultra_low", "refrigerated"), remedy="equipment", checks=("team",), owner="", zone="America/New_York"),
)  # fmt: skip

# Name, giver, taker, hours, buffer, taken until, departs, on which days.
type Leg = tuple[str, str, str, float, float, time | None, time | None, tuple[str, ...]]
WORKDAYS = ("mon", "tue", "wed", "thu", "fri")
MAKER, THREE_PL, CARRIER = "Fjellvik Cell Works", "Polar Line Logistics", "Aerovia Medical"
EUROPE: tuple[Leg, ...] = (
    ("Packing room to depot", MAKER, THREE_PL, 3, 1, None, None, ()),
    ("Depot to airport, export papers", THREE_PL, CARRIER, 2, 1, None, None, ()),
    ("Evening flight", CARRIER, CARRIER, 4, 3, time(17, 30), time(20, 15), WORKDAYS),
    ("Airport to hospital pharmacy", CARRIER, "", 3, 2, None, None, ()),
)
OVERSEAS: tuple[Leg, ...] = (
    ("Packing room to depot", MAKER, THREE_PL, 3, 1, None, None, ()),
    ("Depot to hub", THREE_PL, CARRIER, 8, 3, time(15, 0), time(16, 0), WORKDAYS),
    ("Flight overseas", CARRIER, CARRIER, 14, 12, time(9, 0), time(12, 30), ("mon", "wed", "fri", "sat")),
    ("Customs", CARRIER, CARRIER, 10, 24, None, None, ()),
    ("Airport to cell therapy unit", CARRIER, "", 5, 3, None, None, ()),
)


def distribution_write(
    package: WorkPackage, sites: dict[str, Site], people: dict[Role, User], today: date
) -> None:
    """The distribution plan of the demonstration, as it stands on a day."""
    plan = _plan_write(package, today)
    parties = _parties_write(plan, sites, today)
    shippers = _shippers_write(plan, parties, today)
    places = [_place_write(plan, place, today) for place in PLACES]
    lanes = [_lane_write(plan, place, parties, shippers) for place in places]
    _proof_write(plan, today)
    _dry_runs_write(plan, lanes, parties, people, today)
    _response_write(plan, today)
    _people_write(plan, today)
    _members_write(plan, people)


def _members_write(plan: DistributionPlan, people: dict[Role, User]) -> None:
    """Two points are those of people who sign in here, and stand on their start page."""
    shipper = Shipper.objects.get(plan=plan, name="Vapor shipper LT-3")
    label = LabelRequirement.objects.get(plan=plan, region="us", met_on=None)
    for row, role in ((shipper, Role.QA), (label, Role.SOURCING)):
        row.member, row.owner = people[role], people[role].full_name
        row.save()


def _plan_write(package: WorkPackage, today: date) -> DistributionPlan:
    plan: DistributionPlan = DistributionPlan.objects.create(
        work_package=package,
        lead=SUPPLY,
        review_every_days=28,
        therapeutic_area=AREA,
        band="cryogenic",
        shelf_life_hours=Decimal(14 * 24),
        packed_at=time(8, 0),
        packs_on=list(WORKDAYS),
        packing_rests_in="NO",
        zone="Europe/Oslo",
        release_hours=Decimal(72),
        turnaround_days=28,
        go_live_on=today - timedelta(days=30),
        dosing="one_off",
        ordering_model="for_patient",
        ordering_consequences="One slot, one bag, one patient. A site pays once and never holds a stock; "
        "a missed slot costs weeks, not a delivery.",
        identity_at="order",
        identity_rule="COI number from the order, printed on the collection bag before it is filled",
        title_model="3pl",
        title_transfer="partner",
        title_parties="We sell to the 3PL at receipt in its depot; the 3PL sells to the care site at delivery. "
        "Finance, legal and the pharmacy of each site are part of it.",
        channel="exclusive",
        channel_decided_on=today - timedelta(days=140),
        channel_reasons="One partner keeps chain of custody and identity in one system while sites are few.",
        channel_owner=SUPPLY,
    )
    return plan


def _parties_write(plan: DistributionPlan, sites: dict[str, Site], today: date) -> dict[str, Party]:
    read = today - timedelta(days=30)
    rows = [
        Party(plan=plan, name="Our supply chain", role="sponsor", acknowledged_on=read,
              acknowledged_by="Ottilie Brandvold"),
        Party(plan=plan, name=MAKER, role="manufacturer", site=sites["Fjellvik"],
              contact="Project office", acknowledged_on=read, acknowledged_by="Signe Aamodt"),
        Party(plan=plan, name=THREE_PL, role="3pl", site=sites["Sundvik"], bands=["cryogenic", "refrigerated"],
              contact="Cell therapy desk, day and night", acknowledged_on=read, acknowledged_by="Piet Verhulst"),
        Party(plan=plan, name=CARRIER, role="carrier", bands=["cryogenic"], contact="Control tower"),
        *(Party(plan=plan, name=place.name, role="care_site",
                acknowledged_on=read if place.approved is not None else None) for place in PLACES),
    ]  # fmt: skip
    return {row.name: row for row in Party.objects.bulk_create(rows)}


def _shippers_write(plan: DistributionPlan, parties: dict[str, Party], today: date) -> list[Shipper]:
    """The second one lapsed two months ago, and holds less than it once did."""
    three_pl = parties[THREE_PL]
    return [
        Shipper.objects.create(plan=plan, name="Vapor shipper CX-7", provider=three_pl, band="cryogenic",
                               hold_hours=Decimal(240), requalified_on=today - timedelta(days=150), owner=QUALITY),
        Shipper.objects.create(plan=plan, name="Vapor shipper LT-3", provider=three_pl, band="cryogenic",
                               hold_hours=Decimal(72), requalified_on=today - timedelta(days=425), owner=QUALITY,
                               due_on=today + timedelta(days=21)),
    ]  # fmt: skip


def _place_write(plan: DistributionPlan, place: Place, today: date) -> CareSite:
    def day(offset: int | None) -> date | None:
        return None if offset is None else today + timedelta(days=offset)

    site: CareSite = CareSite.objects.create(
        plan=plan, name=place.name, city=place.city, country=place.country, region=place.region,
        certified_for=place.certified, bands=list(place.bands), remedy=place.remedy, capacity_doses=4,
        owner=place.owner, due_on=today + timedelta(days=60) if place.remedy else None, zone=place.zone,
        receives_from=time(7, 0), receives_until=time(19, 0), receives_on=list(WORKDAYS), rests=True,
    )  # fmt: skip
    SiteOnboarding.objects.create(
        plan=plan, care_site=site, committee="Pharmacy and therapeutics committee", frequency=place.frequency,
        meeting_on=day(place.meeting), lead_days=place.lead, decision_days=7, submitted_on=day(place.submitted),
        approved_on=day(place.approved), contract_days=30, signed_on=day(place.signed), training_days=14,
        trained_on=day(place.trained), delivery_place="Cell therapy unit, not the central pharmacy",
        payment_days=place.payment, returns=place.returns, credit="Up to two doses open", owner=place.owner,
    )  # fmt: skip
    SiteCheck.objects.bulk_create(
        SiteCheck(plan=plan, care_site=site, kind=kind, therapeutic_area=place.area,
                  done_on=day(-9 if place.approved is not None else -2), note="Visit report", owner=place.owner)
        for kind in place.checks
    )  # fmt: skip
    return site


def _lane_write(
    plan: DistributionPlan, site: CareSite, parties: dict[str, Party], shippers: list[Shipper]
) -> Lane:
    overseas = site.region == "us"
    lane: Lane = Lane.objects.create(
        plan=plan,
        care_site=site,
        name=f"Fjellvik–{site.city}",
        shipper=shippers[1 if overseas else 0],
        owner=SUPPLY,
    )
    Handoff.objects.bulk_create(
        Handoff(plan=plan, lane=lane, position=place, name=name, giver=parties[giver],
                taker=parties[taker or site.name], hours=Decimal(hours), buffer_hours=Decimal(buffer),
                cut_off=cut_off, departs=departs, weekdays=list(days), rests_in="NO" if days else "", told="Scan in the portal of the 3PL; the site by phone")
        for place, (name, giver, taker, hours, buffer, cut_off, departs, days) in enumerate(
            OVERSEAS if overseas else EUROPE, start=1
        )
    )  # fmt: skip
    return lane


def _proof_write(plan: DistributionPlan, today: date) -> None:
    tested = today - timedelta(days=200)
    PackagingQualification.objects.create(
        plan=plan, name="Bag in metal cassette", band="cryogenic", protocol="PQ-0417", result="passed",
        hold_hours=Decimal(400), tested_on=tested, owner=QUALITY,
    )  # fmt: skip
    for region, level, requirement, met in (
        ("eu", "container", "Identifier, autologous use only, expiry, donor code", -90),
        ("eu", "inner", "Identifier and storage below −150 °C on the cassette", -60),
        ("us", "container", "Identifier, for autologous use only, BLA number", -90),
        ("us", "inner", "Cassette label with identifier and expiry, as asked for before filing", None),
    ):
        LabelRequirement.objects.create(
            plan=plan, region=region, level=level, requirement=requirement, owner="Regulatory affairs",
            met_on=None if met is None else today + timedelta(days=met),
            due_on=today + timedelta(days=34) if met is None else None,
        )  # fmt: skip
    held = MockReview.objects.create(
        plan=plan, region="eu", held_on=today - timedelta(days=50), reviewers="Regulatory, quality, a pharmacist",
        scope="Bag, cassette, outer pack and shipper, each with its label", owner=QUALITY,
    )  # fmt: skip
    MockReview.objects.create(
        plan=plan, region="us", planned_on=today + timedelta(days=40), owner="Regulatory affairs"
    )
    ReviewGap.objects.create(
        plan=plan, review=held, description="Donor code too small to read in vapor", owner=QUALITY,
        closed_on=today - timedelta(days=22),
    )  # fmt: skip


def _dry_runs_write(
    plan: DistributionPlan,
    lanes: list[Lane],
    parties: dict[str, Party],
    people: dict[Role, User],
    today: date,
) -> None:
    """Signed off where nothing deviated; open deviations on the way to Germany; one still to come."""
    by_city = {lane.care_site.city: lane for lane in lanes}
    for city, days in (("Tromsvik", 12), ("Riba Alta", 15)):
        run = _run_write(plan, by_city[city], parties, today - timedelta(days=days), "passed")
        for meaning, role in (
            (Signature.Meaning.AUTHORED, Role.SOURCING),
            (Signature.Meaning.APPROVED, Role.QA),
        ):
            sign_past(
                run, part=RECORD, meaning=meaning, user=people[role], on=today - timedelta(days=days - 2)
            )
        run.signed_off_on = today - timedelta(days=days - 2)
        run.save()
    run = _run_write(plan, by_city["Lindenau am See"], parties, today - timedelta(days=8), "deviations")
    late = run.steps.get(position=3)
    late.taken_hours, late.deviation = (
        Decimal(19),
        "Missed the evening flight: export papers were not at the depot",
    )
    late.owner, late.due_on = THREE_PL, today + timedelta(days=16)
    late.save()
    last = run.steps.get(position=4)
    last.deviation, last.owner = "Shipper left at the main gate for 40 minutes, nobody was told", ""
    last.due_on = today - timedelta(days=1)
    last.save()
    DryRun.objects.create(
        plan=plan, name="Dry run overseas", lane=by_city["Coldwater Flats"], planned_on=today + timedelta(days=30),
        owner=SUPPLY,
    )  # fmt: skip


def _run_write(
    plan: DistributionPlan, lane: Lane, parties: dict[str, Party], held_on: date, outcome: str
) -> DryRun:
    run: DryRun = DryRun.objects.create(
        plan=plan, name=f"Dry run to {lane.care_site.city}", lane=lane, held_on=held_on, owner=SUPPLY,
        material="Two bags of medium in cassettes, logger in the shipper", observers="Quality",
        outcome=outcome,
    )  # fmt: skip
    hands = ((MAKER, 3), (THREE_PL, 2), (CARRIER, 7), (lane.care_site.name, 3))
    names = ("Pack, label, hand over", "Depot and export papers", "Flight", "Receipt and thawing")
    DryRunStep.objects.bulk_create(
        DryRunStep(plan=plan, dry_run=run, position=place, step=name, party=parties[party],
                   planned_hours=Decimal(hours), taken_hours=Decimal(hours))
        for place, (name, (party, hours)) in enumerate(zip(names, hands, strict=True), start=1)
    )  # fmt: skip
    return run


def _response_write(plan: DistributionPlan, today: date) -> None:
    told = "Control tower within 30 minutes; care site and physician within 2 hours, by phone"
    for scenario, trigger, actions, rebooking in (
        ("transport_delay", "Flight cancelled or scan missing for 2 hours", "Next flight, or road below 12 hours",
         ""),
        ("patient_ill", "Call of the physician", "Keep the dose at the depot, warn manufacturing",
         "Care coordination: new bed within 5 days, new flight the same day; the dose waits up to 10 days in "
         "the depot, then quality decides."),
        ("excursion", "Logger above −150 °C", "Quarantine, quality decides within 4 hours", ""),
    ):  # fmt: skip
        Playbook.objects.create(plan=plan, scenario=scenario, trigger=trigger, actions=actions,
                                communication=told, rebooking=rebooking, buffer_hours=Decimal(24), owner=SUPPLY)  # fmt: skip
    Reimbursement.objects.create(
        plan=plan, region="eu", code="National lists (NUB, early access)", applied_on=today - timedelta(days=90),
        effective_on=today - timedelta(days=20), owner=ACCESS,
    )  # fmt: skip
    Reimbursement.objects.create(
        plan=plan, region="us", code="J-code", applied_on=today - timedelta(days=25),
        expected_on=today + timedelta(days=150), owner=ACCESS,
        interim_access="Miscellaneous code J3590 with prior agreement, case by case; patient program for travel",
    )  # fmt: skip


def _people_write(plan: DistributionPlan, today: date) -> None:
    Responsibility.objects.bulk_create(
        Responsibility(plan=plan, task=task, function=function, part=part)
        for task, parts in RACI.items()
        for function, part in parts.items()
    )
    Term.objects.bulk_create(
        Term(plan=plan, kind=kind, word=word, meaning=meaning) for kind, word, meaning in TERMS
    )
    # Settled before the parties read them; `bulk_create` writes the day of the writing.
    settled = timezone.make_aware(datetime.combine(today - timedelta(days=45), time(12)))
    Term.objects.filter(plan=plan).update(updated_at=settled)
    Consequence.objects.bulk_create(
        Consequence(plan=plan, topic=topic, finding=finding, answer=answer, owner="Medical affairs",
                    settled_on=today - timedelta(days=60) if answer else None)
        for topic, finding, answer in TOPICS
    )  # fmt: skip
    PlanReview.objects.create(
        plan=plan, held_on=today - timedelta(days=17), participants="Supply, quality, regulatory, access, clinical",
        decisions="Cassette 2 mm thicker, so that it survives the drop test.",
        consequences="Only four instead of six fit the freezer rack of care sites: capacity to be asked again.",
    )  # fmt: skip
