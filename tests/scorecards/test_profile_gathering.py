"""Profiles, our audits, proposals and needs reach the rules as they are."""

from datetime import date
from typing import Any

import numpy as np
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from audits.models import Audit, Capa, Finding, FindingResponse
from partners.models import (
    Capacity,
    Contact,
    Disruption,
    EarlyWarning,
    FinancialYear,
    GovernanceMeeting,
    Material,
    MaterialSupplier,
    PostApprovalChange,
    PpqCampaign,
    PracticeRating,
    Service,
    Site,
    Staffing,
    TechTransfer,
)
from programs.models import Demand, Proposal
from scorecards.derivation import profile as p
from scorecards.derivation.columns import ABSENT, day
from scorecards.derivation.facts import DemandYear, Facts
from scorecards.derivation.score import EvidenceRef
from scorecards.evidence import KINDS, evidence_rows
from scorecards.gathering import gather_facts
from scorecards.profile_sql import PROFILE
from scorecards.selectors import need_of, ranking_of
from tests.makers import BACKEND
from tests.scorecards.evidence import AS_OF, capability, package, person, site

pytestmark = pytest.mark.django_db
SEEN = {"known_on": date(2025, 2, 1), "strength": "documented"}


def happened(month: int) -> date:
    return date(2025, month, 1)


def row(facts: Facts, table: str) -> dict[str, Any]:
    """The single row of a table, column by column."""
    found = facts.tables()[table]
    assert len(found) == 1, table
    return {name: getattr(found, name)[0].item() for name in PROFILE[table].columns}


@pytest.fixture
def works() -> Site:
    """A site with one row of everything, beside another that has the same."""
    for made in (site("Other"), site("Works")):
        _fill(made)
    return made


def _fill(at: Site) -> None:
    capability(at, containment_oeb=4, temperature_bands=["frozen", "ambient"])
    Capacity.objects.create(
        site=at, line=" Line A ", operation="drug_product", year=2026, unit="kg", total=900, committed=300,
        expandable_to=1200, added_capacity_lead_months=9, next_slot_on=date(2026, 5, 1), shift_model="two",
        scale_up_path="Pilot in the same hall", **SEEN,
    )  # fmt: skip
    Service.objects.create(site=at, kind="method_validation", in_house=False, **SEEN)
    Contact.objects.create(site=at, name="Ada", function="project_manager", decision_authority="full", **SEEN)
    Staffing.objects.create(site=at, year=2025, headcount=200, leavers=12, **SEEN)
    Material.objects.create(site=at, name="Resin", stock_days=40, lead_time_days=90, **SEEN)
    MaterialSupplier.objects.create(site=at, material="resin ", name="Lumen", country="FR", **SEEN)
    Disruption.objects.create(
        site=at, cause="cyber", happened_on=happened(1), told_on=happened(2), recovery_days=9, **SEEN
    )
    TechTransfer.objects.create(
        site=at, name="T", happened_on=happened(1), planned_end_on=happened(2), outcome="partial",
        gaps_found=3, gaps_late=1, **SEEN,
    )  # fmt: skip
    PpqCampaign.objects.create(site=at, name="P", happened_on=happened(1), outcome="repeated", **SEEN)
    PostApprovalChange.objects.create(
        site=at, name="C", category="minor", happened_on=happened(1), outcome="implemented", **SEEN
    )
    GovernanceMeeting.objects.create(site=at, kind="quality", planned_on=happened(6), **SEEN)
    EarlyWarning.objects.create(site=at, title="E", happened_on=happened(1), impact_on=happened(2), **SEEN)
    PracticeRating.objects.create(site=at, practice="people", level=4, observation="Seen", **SEEN)
    FinancialYear.objects.create(
        organization=at.organization, year=2024, revenue=90, total_assets=100, book_equity=40, **SEEN
    )


def test_every_table_of_a_profile_arrives(works: Site) -> None:
    facts = gather_facts([works.pk])
    for name in PROFILE:
        if name not in ("capas", "answers", "proposals", "dry_run_steps"):
            assert row(facts, name)["site"] == 0
            assert row(facts, name)["strength"] == (1 if name == "capabilities" else 2)
    assert row(facts, "capabilities")["bands"] == 0b10100
    assert row(facts, "capabilities")["containment"] == 4
    line = row(facts, "capacities")
    assert (line["total"], line["expandable_to"], line["shifts"]) == (900, 1200, p.ShiftModel.TWO)
    assert np.isnan(line["reservable"])
    assert (line["slot_on"], line["has_path"]) == (day(date(2026, 5, 1)), 1)
    assert (row(facts, "services")["kind"], row(facts, "services")["in_house"]) == (
        p.ServiceKind.METHOD_VALIDATION,
        0,
    )
    assert row(facts, "contacts")["authority"] == p.DecisionAuthority.FULL
    assert row(facts, "materials")["material"] == row(facts, "suppliers")["material"]
    assert row(facts, "transfers")["outcome"] == p.TransferOutcome.PARTIAL
    assert row(facts, "meetings")["held_on"] == ABSENT
    assert row(facts, "warnings")["felt_on"] == day(happened(2))
    assert row(facts, "ratings")["practice"] == p.Practice.PEOPLE
    assert row(facts, "finances")["equity"] == 40


def test_every_word_of_the_models_has_its_code() -> None:
    for words, code in (
        (PracticeRating.Practice, p.Practice),
        (TechTransfer.Outcome, p.TransferOutcome),
        (PpqCampaign.Outcome, p.PpqOutcome),
        (PostApprovalChange.Outcome, p.ChangeOutcome),
        (Contact.DecisionAuthority, p.DecisionAuthority),
        (Capacity.ShiftModel, p.ShiftModel),
    ):
        assert set(words.names) <= {member.name for member in code}


def test_a_row_that_was_replaced_counts_on_the_days_before_only(works: Site) -> None:
    old = Contact.objects.get(site=works)
    old.replaced_on = date(2025, 9, 1)
    old.save()
    Contact.objects.create(
        site=works, name="Ada", function="project_manager", decision_authority="none", replaces=old,
        known_on=date(2025, 9, 1),
    )  # fmt: skip
    facts = gather_facts([works.pk])
    for asked, authority in (
        (date(2025, 8, 31), p.DecisionAuthority.FULL),
        (AS_OF, p.DecisionAuthority.NONE),
    ):
        assert facts.known_by(day(asked)).contacts.authority.tolist() == [authority]
    assert len(facts.known_by(day(date(2025, 1, 31))).contacts) == 0


def test_capas_and_answers_arrive_with_what_followed(works: Site) -> None:
    audit = Audit.objects.create(
        number="A-1", site=works, state="reported", reported_on=happened(3), responses_due_on=happened(4),
        rating="good",
    )  # fmt: skip
    finding = Finding.objects.create(audit=audit, number=1, severity="major", description="D")
    FindingResponse.objects.create(finding=finding, state="submitted", submitted_at=timezone.now())
    first = Capa.objects.create(
        number="C-1", site=works, origin="deviation", title="T", description="D", opened_on=happened(1),
        clock_from=happened(1), due_on=happened(5), criterion_set_on=happened(2), implemented_on=happened(4),
        closed_on=happened(6), state="closed_effective",
    )  # fmt: skip
    Capa.objects.create(
        number="C-2", site=works, origin="deviation", title="T", description="D", opened_on=happened(8),
        clock_from=happened(8), due_on=happened(9), parent=first,
    )  # fmt: skip
    facts = gather_facts([works.pk])
    assert row(facts, "answers")["due_on"] == day(happened(4))
    assert row(facts, "answers")["answered_on"] == day(timezone.now().date())
    assert facts.capas.end.tolist() == [p.CapaEnd.EFFECTIVE, p.CapaEnd.OPEN]
    assert facts.capas.returned_on.tolist() == [day(happened(8)), ABSENT]
    shown = evidence_rows([EvidenceRef("capa", first.pk), EvidenceRef("finding", finding.pk)], works.pk)
    assert [record.url for record in shown] == [
        reverse("capas:capa", args=[first.pk]),
        reverse("audits:audit", args=[audit.pk]),
    ]


def test_only_the_proposals_of_the_work_package_count(works: Site) -> None:
    mine, other = package(works), package(works)
    for chosen, cost in ((mine, 10), (other, 20)):
        Proposal.objects.create(
            candidate=chosen.candidates.get(), received_on=happened(5), cost=cost, currency="EUR"
        )
    assert gather_facts([works.pk], mine.pk).proposals.cost.tolist() == [10.0]
    assert len(gather_facts([works.pk]).proposals) == 0


def test_a_need_carries_demand_operations_and_terms(works: Site) -> None:
    chosen = package(
        works, operations=["drug_substance", "testing"], temperature_min=2, temperature_max=8, batch_size=4,
        batch_unit="kg", batch_size_peak=9, budget_target=1, budget_limit=2, currency="EUR",
        first_batch_on=date(2026, 6, 1), containment_oeb=3,
    )  # fmt: skip
    Demand.objects.create(program=chosen.program, year=2027, unit="kg", low=1, base=2, high=3)
    need = need_of(chosen.program, chosen)
    assert need.demand == (DemandYear(2027, "kg", 1.0, 2.0, 3.0),)
    assert need.operations == ("drug_substance", "testing")
    assert (need.batch_size_peak, need.budget_limit, need.containment_oeb) == (9.0, 2.0, 3)
    assert need.first_batch_on == day(date(2026, 6, 1))
    chosen.operations = ["testing"]
    assert need_of(chosen.program, chosen).operations == ("testing",)
    gates = {gate.criterion.key: gate.status for gate in ranking_of(chosen, AS_OF).candidates[0].gates}
    assert (gates["operations"], gates["containment"], gates["temperature"]) == ("fail", "pass", "fail")


def test_every_record_behind_a_value_is_one_click_away(works: Site, client: Client) -> None:
    chosen = package(works, budget_target=1, budget_limit=9, currency="EUR", first_batch_on=AS_OF)
    Proposal.objects.create(
        candidate=chosen.candidates.get(), received_on=happened(5), cost=3, currency="EUR"
    )
    [candidate] = ranking_of(chosen, AS_OF).candidates
    references = {ref for cell in candidate.criteria for ref in cell.derived.evidence}
    assert {ref.kind for ref in references} == KINDS.keys() - {
        *("inspection", "citation", "action", "capa", "finding", "dry_run_step"),
    }
    shown = evidence_rows(list(references), works.pk)
    assert len(shown) == len(references)
    client.force_login(person(program=chosen.program), backend=BACKEND)
    for record in shown:
        assert client.get(record.url).status_code == 200, record
    page = client.get(reverse("scorecards:criterion", args=[chosen.program.code, works.pk, "dual-sourcing"]))
    assert "Lumen" in page.content.decode()
