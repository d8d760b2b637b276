"""The page of a past day is the page of that day, whatever was answered, followed up or removed since."""

import re
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from accounts.roles import Role
from audits.models import Audit, Capa, Finding, FindingResponse, Inspection
from logistics.models import DistributionPlan, DryRun, DryRunStep, Party
from partners.models import Capability, Site
from programs.models import Candidate, Proposal, WorkPackage
from programs.proposals import proposals_on
from records.context import recorded
from reports.figures.due_diligence import ChainHead, DueDiligence
from reports.figures.gather import due_diligence_figures
from scorecards.gathering import gather_facts
from tests import makers
from tests.scorecards.evidence import capability, package

pytestmark = pytest.mark.django_db

PAST = date(2025, 12, 1)
THEN: dict[str, Any] = {"created_at": datetime(2025, 4, 1, tzinfo=UTC)}


def capa(site: Site, number: str, **more: Any) -> Capa:
    return Capa.objects.create(
        number=number, site=site, origin="deviation", title="T", description="D",
        clock_from=date(2025, 1, 1), due_on=date(2025, 6, 1),
        **{"opened_on": date(2025, 1, 1), **THEN, **more},
    )  # fmt: skip


@pytest.fixture
def works() -> Site:
    return makers.site("Works", standing="qualified")


@pytest.fixture
def world(works: Site) -> WorkPackage:
    """Answers, a CAPA that follows another, a proposal and a step of a dry run."""
    closed = {
        "criterion_set_on": date(2025, 2, 1),
        "implemented_on": date(2025, 3, 1),
        "closed_on": date(2025, 5, 1),
    }
    ended = capa(works, "C-1", state="closed_effective", **closed)
    capa(works, "C-2", parent=ended, opened_on=date(2025, 9, 1))
    audit = Audit.objects.create(
        number="A-1", site=works, state="reported", rating="good", ends_on=date(2025, 5, 1),
        reported_on=date(2025, 6, 1), responses_due_on=date(2025, 7, 1), **THEN,
    )  # fmt: skip
    for number in (1, 2):
        finding = Finding.objects.create(
            audit=audit, number=number, severity="major", description="D", **THEN
        )
        at = datetime(2025, 6, 10, tzinfo=UTC) if number == 1 else None
        FindingResponse.objects.create(
            finding=finding, state="submitted" if at else "draft", submitted_at=at, **THEN
        )
    Inspection.objects.create(
        site=works, authority="fda", happened_on=date(2025, 3, 1), known_on=date(2025, 3, 1),
        classification="nai", is_drug_gmp=True, **THEN,
    )  # fmt: skip
    capability(works, known_on=date(2025, 3, 1), **THEN)
    made = package()
    candidate = Candidate.objects.create(work_package=made, site=works, **THEN)
    Proposal.objects.create(
        candidate=candidate, received_on=date(2025, 9, 1), cost=20, currency="EUR", **THEN
    )
    plan = DistributionPlan.objects.create(work_package=made, **THEN)
    party = Party.objects.create(plan=plan, name="Carrier", site=works, **THEN)
    run = DryRun.objects.create(plan=plan, name="First", held_on=date(2025, 8, 1), **THEN)
    DryRunStep.objects.create(
        plan=plan, dry_run=run, position=1, step="Pack", party=party, planned_hours=4, taken_hours=5, **THEN
    )
    return made


def test_the_page_of_a_past_day_is_the_page_of_that_day(
    world: WorkPackage, works: Site, client: Client
) -> None:
    lead = User.objects.create_user("lead@example.com", None, full_name="Lea", role=Role.ADMINISTRATOR)
    client.force_login(lead)
    addresses = [
        reverse("scorecards:scorecard", args=[world.program.code]),
        reverse("scorecards:candidate", args=[world.program.code, works.pk]),
    ]

    def pages(day: str) -> list[str]:
        told = [client.get(f"{each}{day}").content.decode() for each in addresses]
        return [
            re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", page.partition("<main")[2]) for page in told
        ]

    then, now = pages(f"?as_of={PAST}"), pages("")
    steps, offers, paper = facts_of(world, works), told_offers(world), paper_of(world, works)
    assert (len(paper.life.inspections), len(paper.site.capabilities)) == (1, 1)
    assert (len(steps), len(offers)) == (1, 1)
    with recorded(actor=None, reason="test"):
        # Answered today, and the earlier answer taken back to another day.
        FindingResponse.objects.filter(state="draft").update(
            state="submitted", submitted_at=datetime(2025, 11, 1, tzinfo=UTC)
        )
        FindingResponse.objects.filter(finding__number=1).update(
            submitted_at=datetime(2025, 11, 20, tzinfo=UTC)
        )
        # The problem did not come back after all.
        Capa.objects.filter(number="C-2").update(parent=None)
        Candidate.objects.get(work_package=world).delete()
        Candidate.objects.create(work_package=world, site=works)
        Party.objects.get().delete()
        Inspection.objects.get().delete()
        Capability.objects.update(batch_max=1)
    assert pages(f"?as_of={PAST}") == then
    # What was changed is read: it moves today.
    assert pages("") != now
    assert (facts_of(world, works), told_offers(world)) == (steps, offers)
    assert paper_of(world, works) == paper
    assert len(gather_facts([works.pk], world.pk).dry_run_steps) == 0
    assert len(gather_facts([works.pk], world.pk).proposals) == 0
    with recorded(actor=None, reason="test"):
        DistributionPlan.objects.get().delete()
    assert facts_of(world, works) == steps


def facts_of(world: WorkPackage, works: Site) -> list[Any]:
    """The steps of dry runs that count on the past day."""
    return list(gather_facts([works.pk], world.pk, PAST).dry_run_steps.id.tolist())


def paper_of(world: WorkPackage, works: Site) -> DueDiligence:
    """What a due-diligence report says of the past day."""
    return due_diligence_figures(
        program=world.program, site=works, as_of=PAST, issued_at=THEN["created_at"], requested_by="",
        history=ChainHead(0, ""),
    )  # fmt: skip


def told_offers(world: WorkPackage) -> list[Any]:
    return [(row.cost, row.candidate.site.name) for row in proposals_on(world, PAST)]
