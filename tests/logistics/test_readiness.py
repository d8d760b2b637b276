"""One plan with nothing open, and what each thing taken from it leaves open."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.readiness.bands import RANGES, band_of, keeps
from logistics.readiness.budget import Leg
from logistics.readiness.facts import (
    AccessFacts,
    CheckFacts,
    DryRunFacts,
    LabelFacts,
    LaneFacts,
    LegFacts,
    Open,
    PackagingFacts,
    PartyFacts,
    PlanFacts,
    PlaybookFacts,
    ReviewFacts,
    ShipperFacts,
    SiteFacts,
    TopicFacts,
)
from logistics.readiness.first_dose import Onboarding
from logistics.readiness.ordering import expected_ordering
from logistics.readiness.rollup import readiness

TODAY = date(2026, 11, 2)
PAST, SOON = TODAY - timedelta(days=30), TODAY + timedelta(days=20)
CHECKS = ("team", "pharmacy", "identity", "emergency", "ordering", "collection")
SHIPPER = ShipperFacts(7, "Dewar", "cryogenic", hold=48 * 60, valid_until=SOON, owner="Quality")
LANE = LaneFacts(
    5, "Lane", (LegFacts(Leg(1, "Van", 600, 120), giver=1, taker=2),), shipper=SHIPPER, owner="Supply"
)
SITE = SiteFacts(
    pk=3,
    name="Hospital",
    region="eu",
    bands=frozenset({"cryogenic"}),
    owner="Clinical",
    checks=tuple(CheckFacts(n, kind, "Oncology", PAST) for n, kind in enumerate(CHECKS, start=1)),
    onboarding=Onboarding(approved_on=PAST, signed_on=PAST, trained_on=PAST, owner="Medical"),
    lanes=(LANE,),
)
PLAN = PlanFacts(
    pk=1,
    band="cryogenic",
    needed_band="cryogenic",
    area="Oncology",
    shelf_life=72 * 60,
    packed_at=480,
    release=24 * 60,
    turnaround_days=10,
    go_live_on=PAST,
    collects=True,
    made_for_a_patient=True,
    identity_at="order",
    dosing="one_off",
    ordering="for_patient",
    title="3pl",
    transfer="partner",
    title_parties=True,
    channel="exclusive",
    channel_decided_on=PAST,
    channel_reasons=True,
    channel_owner="Supply",
    lead="Lead",
    review_every_days=40,
    reviewed_on=PAST,
    sites=(SITE,),
    parties=(
        PartyFacts(1, "Maker", "manufacturer", frozenset({"cryogenic"}), PAST),
        PartyFacts(2, "Carrier", "carrier", frozenset({"cryogenic"}), PAST),
    ),
    packaging=(PackagingFacts(4, "Cassette", "cryogenic", "passed", hold=72 * 60),),
    labels=(LabelFacts(8, "eu", "inner", PAST),),
    reviews=(ReviewFacts(9, "eu", PAST),),
    dry_runs=(DryRunFacts(6, "Run", 5, PAST, None, "passed", PAST, frozenset({1, 2})),),
    access=(AccessFacts(2, "eu", "List", PAST, None, PAST),),
    playbook=tuple(
        PlaybookFacts(n, scenario, "Supply", communication=True)
        for n, scenario in enumerate(("transport_delay", "patient_ill", "excursion"))
    ),
    roles=frozenset({("transport", "a"), ("transport", "r")}),
    tasks=("transport",),
    words=frozenset({"order_site", "cryogenic"}),
    orders=("order_site",),
    words_on=PAST,
    topics=(TopicFacts(1, "price", PAST),),
    subjects=("price",),
)


def open_of(plan: PlanFacts) -> list[tuple[str, str, bool]]:
    """Key, owner and whether it blocks, of everything that is open."""
    return [(each.gap.reason.key, each.gap.owner, each.gap.blocking) for each in readiness(plan, TODAY).gaps]


def at_site(**changes: Any) -> PlanFacts:
    return replace(PLAN, sites=(replace(SITE, **changes),))


def at_lane(**changes: Any) -> PlanFacts:
    return at_site(lanes=(replace(LANE, **changes),))


def with_shipper(**changes: Any) -> PlanFacts:
    return at_lane(shipper=replace(SHIPPER, **changes))


def with_run(**changes: Any) -> PlanFacts:
    return replace(PLAN, dry_runs=(replace(PLAN.dry_runs[0], **changes),))


def test_a_plan_with_nothing_open_gives_a_dose_after_its_turnaround() -> None:
    found = readiness(PLAN, TODAY)
    assert found.gaps == ()
    assert [site.is_ready for site in found.sites] == [True]
    assert (found.sites[0].earliest, found.sites[0].is_firm) == (TODAY + timedelta(days=10), True)


OTHER_AREA = tuple(replace(check, area="Autoimmunity") for check in SITE.checks)
LONG = (LegFacts(Leg(1, "Van", 600, 50 * 60), giver=1, taker=2),)
CUT = (LegFacts(Leg(1, "Flight", 600, 120, cut_off=480), giver=1, taker=2),)


@pytest.mark.parametrize(
    ("plan", "expected"),
    [
        (at_site(bands=frozenset({"ultra_low"})), ("storage.none", "Clinical", True)),
        (at_site(bands=frozenset(), remedy="equipment"), ("storage.remedy", "Clinical", True)),
        (at_site(checks=OTHER_AREA), ("team.other_area", "Clinical", True)),
        (at_site(checks=()), ("team.unasked", "Clinical", True)),
        (at_site(onboarding=None), ("onboarding.none", "Clinical", True)),
        (at_site(lanes=()), ("lane.none", "Clinical", True)),
        (at_lane(shipper=None), ("shipper.none", "Supply", True)),
        (with_shipper(valid_until=PAST), ("shipper.expired", "Quality", True)),
        (with_shipper(valid_until=None), ("shipper.never", "Quality", True)),
        (with_shipper(hold=11 * 60), ("shipper.too_short", "Quality", True)),
        (with_shipper(hold=None), ("shipper.no_hold", "Quality", True)),
        (with_shipper(band="refrigerated"), ("shipper.band", "Quality", True)),
        (at_lane(legs=()), ("lane.no_legs", "Supply", True)),
        (at_lane(legs=(replace(LANE.legs[0], taker=None),)), ("lane.loose_handoff", "Supply", True)),
        (replace(PLAN, shelf_life=35 * 60), ("lane.too_late", "Supply", True)),
        (replace(at_lane(legs=CUT), shelf_life=37 * 60), ("lane.no_second_departure", "Supply", False)),
        (replace(PLAN, packaging=()), ("packaging.none", "Lead", True)),
        (replace(PLAN, packaging=(replace(PLAN.packaging[0], hold=60),)), ("packaging.too_short", "", True)),
        (replace(PLAN, packaging=(replace(PLAN.packaging[0], result="failed"),)),
         ("packaging.failed", "", True)),
        (replace(PLAN, labels=(replace(PLAN.labels[0], level="outer"),)), ("labels.no_inner", "Lead", True)),
        (replace(PLAN, labels=(replace(PLAN.labels[0], met_on=None),)), ("labels.unmet", "", True)),
        (replace(PLAN, reviews=()), ("labels.no_review", "Lead", True)),
        (replace(PLAN, reviews=(replace(PLAN.reviews[0], gaps=(Open(1, "Too small", "Ida"),)),)),
         ("labels.review_gap", "Ida", True)),
        (replace(PLAN, dry_runs=()), ("dry_run.none", "Supply", True)),
        (with_run(outcome="failed"), ("dry_run.failed", "", True)),
        (with_run(signed_off_on=None), ("dry_run.unsigned", "", True)),
        (with_run(parties=frozenset({1})), ("dry_run.absent", "", True)),
        (with_run(deviations=(Open(1, "Late", "Carrier"),)), ("dry_run.deviation", "Carrier", True)),
        (replace(PLAN, access=()), ("access.none", "Lead", True)),
        (replace(PLAN, access=(AccessFacts(2, "eu", "List"),)), ("access.unapplied", "", True)),
        (replace(PLAN, access=(AccessFacts(2, "eu", "List", interim=True),)),
         ("access.interim_undated", "", False)),
        (replace(PLAN, roles=frozenset({("transport", "r")})), ("roles.no_a", "Lead", True)),
        (replace(PLAN, identity_at="receipt"), ("identity.late", "Lead", True)),
        (replace(PLAN, go_live_on=SOON), ("plan.not_yet", "Lead", True)),
        (replace(PLAN, area=""), ("plan.no_area", "Lead", True)),
        (replace(PLAN, turnaround_days=0), ("plan.no_turnaround", "Lead", True)),
        (replace(PLAN, needed_band="ambient"), ("plan.other_band", "Lead", True)),
        (replace(PLAN, playbook=PLAN.playbook[:1] + PLAN.playbook[2:]), ("disruption.none", "Lead", True)),
        (replace(PLAN, channel_decided_on=None), ("channel.none", "Lead", False)),
        (replace(PLAN, transfer=""), ("title.none", "Lead", False)),
        (replace(PLAN, words=frozenset({"order_site"})), ("words.none", "Lead", False)),
        (replace(PLAN, words_on=TODAY), ("words.outdated", "Lead", False)),
        (replace(PLAN, topics=()), ("stakeholders.none", "Lead", False)),
        (replace(PLAN, reviewed_on=PAST - timedelta(days=30)), ("reviews.late", "Lead", False)),
        (replace(PLAN, parties=(replace(PLAN.parties[0], bands=frozenset()), PLAN.parties[1])),
         ("lane.partner_band", "Supply", True)),
    ],
    ids=lambda value: value[0] if isinstance(value, tuple) else "plan",
)  # fmt: skip
def test_what_is_taken_away_is_named_with_its_owner(plan: PlanFacts, expected: tuple[str, str, bool]) -> None:
    assert expected in open_of(plan)
    assert all(site.is_ready != expected[2] for site in readiness(plan, TODAY).sites)


def test_a_remedy_in_place_closes_the_gap() -> None:
    assert open_of(at_site(bands=frozenset(), remedy="partner", remedy_done_on=PAST)) == []


def test_one_ready_lane_is_enough() -> None:
    broken = replace(LANE, pk=9, name="Other", shipper=None)
    assert open_of(at_site(lanes=(broken, LANE))) == []


def test_a_dry_run_of_the_whole_chain_stands_for_every_lane() -> None:
    assert open_of(with_run(lane=None)) == []


def test_a_date_that_is_due_moves_the_dose_and_one_that_is_missing_makes_it_a_lower_bound() -> None:
    due = readiness(with_shipper(valid_until=PAST, due_on=SOON), TODAY).sites[0]
    assert (due.earliest, due.is_firm) == (SOON + timedelta(days=10), True)
    undated = readiness(with_shipper(valid_until=PAST), TODAY).sites[0]
    assert (undated.earliest, undated.is_firm) == (TODAY + timedelta(days=10), False)


def test_a_gap_of_many_sites_stands_once_with_all_of_them() -> None:
    second = replace(SITE, pk=4, name="Second", lanes=(replace(LANE, pk=8),))
    plan = replace(with_shipper(valid_until=PAST), sites=(*with_shipper(valid_until=PAST).sites, second))
    both = replace(plan, sites=(plan.sites[0], replace(second, lanes=plan.sites[0].lanes)))
    found = readiness(both, TODAY)
    assert [each.sites for each in found.gaps] == [("Hospital", "Second")]


def test_without_care_sites_the_plan_still_says_what_it_lacks() -> None:
    assert "plan.no_sites" in {key for key, _owner, _blocks in open_of(replace(PLAN, sites=()))}


@pytest.mark.parametrize(
    ("low", "high", "band"),
    [
        (-196, -150, "cryogenic"),
        (-80, -70, "ultra_low"),
        (2, 8, "refrigerated"),
        (15, 25, "ambient"),
        (-30, 5, ""),
    ],
)
def test_a_range_of_degrees_names_its_band(low: int, high: int, band: str) -> None:
    assert band_of(low, high) == band


@given(st.sampled_from(sorted(RANGES)), st.frozensets(st.sampled_from(sorted(RANGES))))
def test_a_band_is_kept_by_itself_alone(band: str, offered: frozenset[str]) -> None:
    assert keeps(band, offered) == (band in offered)
    assert keeps(band, offered | {band})


TAKERS: tuple[Callable[[PlanFacts], PlanFacts], ...] = (
    lambda plan: replace(plan, packaging=()),
    lambda plan: replace(plan, labels=()),
    lambda plan: replace(plan, dry_runs=()),
    lambda plan: replace(plan, access=()),
    lambda plan: replace(plan, roles=frozenset()),
    lambda plan: replace(plan, identity_at=""),
    lambda plan: replace(plan, playbook=()),
    lambda plan: replace(plan, sites=tuple(replace(site, checks=()) for site in plan.sites)),
    lambda plan: replace(plan, sites=tuple(replace(site, bands=frozenset()) for site in plan.sites)),
)


@given(st.lists(st.sampled_from(TAKERS)), st.sampled_from(TAKERS))
def test_taking_something_away_never_makes_a_site_readier(
    taken: list[Callable[[PlanFacts], PlanFacts]], one_more: Callable[[PlanFacts], PlanFacts]
) -> None:
    plan = PLAN
    for take in taken:
        plan = take(plan)
    before, after = readiness(plan, TODAY).sites[0], readiness(one_more(plan), TODAY).sites[0]
    assert len(after.blocking) >= len(before.blocking)
    assert not after.is_ready


@pytest.mark.parametrize(
    ("patient", "returns", "days", "expected"),
    [
        (True, "full", 90, "made_to_order"),
        (False, "none", 90, "just_in_time"),
        (False, "limited", 30, "just_in_time"),
        (False, "full", 60, "stock"),
        (False, "full", None, "open"),
    ],
)
def test_strict_terms_push_a_site_to_order_just_in_time(
    patient: bool, returns: str, days: int | None, expected: str
) -> None:
    found = expected_ordering(made_for_a_patient=patient, returns=returns, payment_days=days)
    assert found.key == expected
