"""Invented evidence about each site beyond its capabilities: what a QA lead would have gathered over years.

How good a site is at a thing is one of four levels; `thin` sites have told next to nothing, which is not the
same as being bad at it.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random
from typing import Literal

from django.db.models import Model

from common.models import Dated
from partners.models import (
    Capacity,
    Certificate,
    Contact,
    Disruption,
    EarlyWarning,
    FinancialYear,
    GovernanceMeeting,
    Material,
    MaterialSupplier,
    Organization,
    PostApprovalChange,
    PpqCampaign,
    PracticeRating,
    Service,
    Site,
    SiteEvidence,
    Staffing,
    TechTransfer,
)
from partners.vocabulary import EvidenceStrength
from workspace.demo.companies import Place, Skill
from workspace.demo.words import DISRUPTIONS, MANAGERS, MATERIALS, SEEN, SUPPLIERS

PUBLISHED = (4, 15)

type Level = Literal["strong", "solid", "patchy", "thin"]

# Who is how good. The rest follows from the regulatory life.
LEVELS: dict[str, Level] = {
    "Corran Bridge": "strong",
    "Norreby": "strong",
    "Cedar Landing": "strong",
    "Fjellvik": "strong",
    "Coldwater Flats": "solid",
    "Saint-Évran": "solid",
    "Osprey Point": "solid",
    "Harrowgate Park": "patchy",
    "Tamarind Bay": "patchy",
}
OF_LIFE: dict[str, Level] = {
    "exemplary": "solid", "good": "solid", "mixed": "patchy", "troubled": "patchy", "alert": "patchy",
    "young": "patchy", "unseen": "thin",
}  # fmt: skip
STRENGTHS: dict[Level, EvidenceStrength] = {
    "strong": EvidenceStrength.VERIFIED,
    "solid": EvidenceStrength.DOCUMENTED,
    "patchy": EvidenceStrength.CLAIMED,
    "thin": EvidenceStrength.CLAIMED,
}
GRADE: dict[Level, int] = {"strong": 3, "solid": 2, "patchy": 1, "thin": 0}


@dataclass(frozen=True)
class Teller:
    """Makes the rows of one site: known some time after they happened, as strong as the site is open."""

    site: Site
    level: Level
    today: date
    random: Random

    @property
    def grade(self) -> int:
        """0 for thin to 3 for strong."""
        return GRADE[self.level]

    def ago(self, days: int) -> date:
        return self.today - timedelta(days=days)

    def dated[T: SiteEvidence](self, row: T, happened_on: date, *, expires_in: int | None = None) -> T:
        """The same row with its site, its dates and its strength."""
        row.site = self.site
        row.happened_on = happened_on
        row.known_on = min(happened_on + timedelta(days=20), self.today)
        row.known_on_basis = Dated.KnownBasis.SOURCE
        row.strength = STRENGTHS[self.level]
        if expires_in is not None:
            row.expires_on = self.today + timedelta(days=expires_in)
        return row


def profile_of(site: Site, place: Place, *, today: date, random: Random) -> list[Model]:
    """All invented evidence of one site; nothing for who makes nothing."""
    if not place.skills:
        return []
    told = Teller(site, LEVELS.get(place.city, OF_LIFE[place.life]), today, random)
    rows: list[Model] = [*_capacity(told, place), *_services(told), *_people(told)]
    if told.level != "thin":
        rows += [*_supply(told, place.skills[0]), *_track_record(told, place.skills[0]), *_practices(told)]
    return rows


def finances_of(
    organization: Organization, grade: int, *, today: date, random: Random
) -> list[FinancialYear]:
    """Three years of accounts; a company of grade 0 publishes none."""
    if grade == 0:
        return []
    revenue = random.randrange(60_000, 400_000)
    rows = []
    # The accounts of a year are published in April of the next one.
    newest = today.year - (1 if today >= date(today.year, *PUBLISHED) else 2)
    for year in (newest - 2, newest - 1, newest):
        revenue = round(revenue * (1.0 + 0.03 * grade))
        assets = revenue * 1.4
        rows.append(
            FinancialYear(
                organization=organization,
                year=year,
                currency="EUR" if organization.country in ("FR", "IE", "DE", "IT", "ES", "NL") else "USD",
                revenue=_money(revenue),
                ebit=_money(revenue * (0.03 + 0.04 * grade)),
                current_assets=_money(assets * (0.25 + 0.06 * grade)),
                current_liabilities=_money(assets * (0.28 - 0.03 * grade)),
                total_assets=_money(assets),
                total_liabilities=_money(assets * (0.75 - 0.12 * grade)),
                retained_earnings=_money(assets * (0.02 + 0.09 * grade)),
                book_equity=_money(assets * (0.25 + 0.12 * grade)),
                capital_spending=_money(revenue * (0.02 + 0.03 * grade))
                if grade > 1 or year == newest
                else None,
                largest_customer_percent=Decimal(55 - 12 * grade) if grade > 1 else None,
                strength=EvidenceStrength.DOCUMENTED,
                document=f"Annual report {year}",
                happened_on=date(year, 12, 31),
                known_on=date(year + 1, *PUBLISHED),
                known_on_basis=Dated.KnownBasis.SOURCE,
            )
        )
    return rows


def _money(amount: float) -> Decimal:
    return Decimal(round(amount))


def _capacity(told: Teller, place: Place) -> Iterator[Model]:
    skill = place.skills[0]
    largest, unit = Decimal(str(skill.batch[1])), skill.batch[2]
    batches = {"strong": 60, "solid": 48, "patchy": 40, "thin": 20}[told.level]
    for ahead in range(4):
        total = largest * batches
        taken = Decimal("0.50") + Decimal("0.12") * (3 - told.grade) - Decimal("0.05") * ahead
        yield told.dated(
            Capacity(
                line=f"Suite {1 + told.site.pk % 4}",
                modality=skill.modality,
                operation=skill.operation,
                year=told.today.year + ahead,
                unit=unit,
                total=total,
                committed=(total * min(taken, Decimal("0.95"))).quantize(Decimal(1)),
                reservable=(total * Decimal("0.2")).quantize(Decimal(1)) if told.grade > 1 else None,
                expandable_to=total * Decimal("1.5") if told.grade > 1 else None,
                added_capacity_lead_months={3: 9, 2: 15, 1: 24, 0: None}[told.grade],
                next_slot_on=told.today + timedelta(days=120 + 60 * (3 - told.grade)),
                shift_model=("one", "one", "two", "three")[told.grade],
                reservation_terms=SEEN["reservation"][told.grade],
                scale_up_path=SEEN["scale_up"][told.grade],
                confirmed_by_role="Head of supply chain" if told.grade > 1 else "",
            ),
            told.ago(100),
            expires_in=270,
        )


def _services(told: Teller) -> Iterator[Model]:
    kinds = list(Service.Kind)
    for number, kind in enumerate(kinds[: 2 + 2 * told.grade]):
        yield told.dated(
            Service(kind=kind, in_house=number < 1 + 2 * told.grade, staff_count=6 + 9 * told.grade),
            told.ago(240),
            expires_in=500,
        )


def _people(told: Teller) -> Iterator[Model]:
    number = told.site.pk
    authority = Contact.DecisionAuthority
    yield told.dated(
        Contact(
            name=MANAGERS[number % len(MANAGERS)],
            function=Contact.Function.PROJECT_MANAGER,
            email=f"projects@site{number}.example",
            decision_authority=(authority.UNKNOWN, authority.NONE, authority.OPERATIONAL, authority.FULL)[
                told.grade
            ],
            since=told.ago(300 + 250 * told.grade),
        ),
        told.ago(90),
        expires_in=400,
    )
    if told.grade:
        yield told.dated(
            Contact(
                name=MANAGERS[(number + 5) % len(MANAGERS)],
                function=Contact.Function.QUALITY,
                email=f"quality@site{number}.example",
                decision_authority=authority.FULL if told.grade > 1 else authority.OPERATIONAL,
                since=told.ago(900),
            ),
            told.ago(90),
            expires_in=400,
        )
        kind = Certificate.Kind
        yield told.dated(
            Certificate(
                kind=kind.GMP,
                jurisdiction=Certificate.Jurisdiction.EU,
                authority="National competent authority",
                number=f"GMP-{told.site.pk:04}",
                scope="As in the authorization of the site",
            ),
            told.ago(500),
            expires_in=260 if told.grade > 1 else 40,
        )
    for back in (2, 1):
        if told.grade == 0:
            return
        headcount = 180 + 70 * told.grade
        yield told.dated(
            Staffing(
                year=told.today.year - back,
                headcount=headcount,
                quality_headcount=round(headcount * (0.10 + 0.04 * told.grade)),
                leavers=round(headcount * (0.24 - 0.06 * told.grade)),
                training_hours_per_person=Decimal(8 + 14 * told.grade) if told.grade > 1 else None,
            ),
            date(told.today.year - back, 12, 31),
        )


def _supply(told: Teller, skill: Skill) -> Iterator[Model]:
    names = MATERIALS.get(skill.modality, MATERIALS["monoclonal_antibody"])
    for number, name in enumerate(names):
        lead_time = 60 + 30 * number
        yield told.dated(
            Material(
                name=name,
                stock_days=round(lead_time * (0.3 + 0.35 * told.grade)),
                lead_time_days=lead_time,
            ),
            told.ago(130),
            expires_in=300,
        )
        dual = number < 2 * told.grade - 1
        for supplier, country in told.random.sample(SUPPLIERS, 2 if dual else 1):
            yield told.dated(
                MaterialSupplier(material=name, name=supplier, country=country), told.ago(130), expires_in=300
            )
    for number in range(4 - told.grade):
        day = told.ago(200 + 380 * number)
        recovery = 12 + 30 * (3 - told.grade) + told.random.randrange(10)
        yield told.dated(
            Disruption(
                cause=told.random.choice(list(Disruption.Cause)),
                description=DISRUPTIONS[(told.site.pk + number) % len(DISRUPTIONS)],
                told_on=day + timedelta(days=2 + 9 * (3 - told.grade)),
                told_how="Call, then written notice" if told.grade > 1 else "Monthly report",
                impact_days=max(0, recovery - 20),
                recovery_days=recovery,
                response=SEEN["disruption_response"][told.grade],
            ),
            day,
        )


def _track_record(told: Teller, skill: Skill) -> Iterator[Model]:
    for number in range(1 + told.grade):
        planned = told.ago(260 + 310 * number)
        late = 10 + 35 * (3 - told.grade) + told.random.randrange(20)
        failed = told.level == "patchy" and number == 1
        yield told.dated(
            TechTransfer(
                name=f"Transfer of a {skill.stages[-1].label} product",
                modality=skill.modality,
                stage=skill.stages[-1],
                started_on=planned - timedelta(days=270),
                planned_end_on=planned,
                gaps_found=6 + told.grade,
                gaps_late=3 - told.grade,
                outcome=TechTransfer.Outcome.FAILED if failed else TechTransfer.Outcome.SUCCESSFUL,
            ),
            planned + timedelta(days=late),
        )
        yield told.dated(
            PpqCampaign(
                name=f"PPQ {told.today.year - number - 1}",
                modality=skill.modality,
                dosage_form=skill.dosage_form,
                batches_planned=3,
                batches_passed=3 if told.grade > 1 else 2,
                outcome=PpqCampaign.Outcome.PASSED if told.grade > 1 else PpqCampaign.Outcome.REPEATED,
            ),
            told.ago(150 + 340 * number),
        )
        change = told.ago(120 + 200 * number)
        yield told.dated(
            PostApprovalChange(
                name=("New filter supplier", "Second filling line", "Longer hold time", "New release method")[
                    number
                ],
                category=list(PostApprovalChange.Category)[number % 3],
                planned_on=change - timedelta(days=5 + 25 * (3 - told.grade)),
                outcome=PostApprovalChange.Outcome.UNANNOUNCED
                if told.level == "patchy" and number == 0
                else PostApprovalChange.Outcome.IMPLEMENTED,
            ),
            change,
        )
        knew = told.ago(90 + 170 * number)
        yield told.dated(
            EarlyWarning(
                title=(
                    "Yield below trend",
                    "Late resin delivery",
                    "Operator shortage",
                    "Deviation in filling",
                )[number],
                told_on=knew + timedelta(days=2 + 12 * (3 - told.grade)),
                impact_on=knew + timedelta(days=18),
            ),
            knew,
        )
    for month in range(12):
        planned = told.ago(20 + 30 * month)
        held = month % 4 < 1 + told.grade
        row = told.dated(
            GovernanceMeeting(
                kind=GovernanceMeeting.Kind.QUALITY if month % 3 == 0 else GovernanceMeeting.Kind.PROJECT,
                planned_on=planned,
                has_minutes=held and told.grade > 1,
            ),
            planned,
        )
        row.happened_on = planned if held else None
        yield row


def _practices(told: Teller) -> Iterator[Model]:
    for number, (practice, words) in enumerate(SEEN.items()):
        if told.level == "patchy" and number % 3 == 2:
            continue
        yield told.dated(
            PracticeRating(
                practice=practice,
                level=min(5, 1 + told.grade + told.random.randrange(2) + (told.grade == 3)),
                observation=words[told.grade],
            ),
            told.ago(160 + 3 * number),
            expires_in=560,
        )
