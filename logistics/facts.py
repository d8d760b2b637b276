"""The rows of a plan as the plain facts that `logistics.readiness` reasons about."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import time
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from django.utils import timezone

from logistics.calendars import leg_table, opening_of, packing_table
from logistics.gathering import Rows
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
from logistics.readiness import facts
from logistics.readiness.bands import band_of
from logistics.readiness.budget import Leg
from logistics.readiness.first_dose import Onboarding
from logistics.vocabulary import ORDERS, Task, Topic
from partners.models import Capability
from partners.vocabulary import Modality
from programs.models import Program

# Cells of the patient, so that there is a first collection.
COLLECTED = frozenset({Modality.AUTOLOGOUS_CELL, Modality.GENE_EDITED_CELL})
FOR_PATIENT = DistributionPlan.Ordering.FOR_PATIENT


def minutes(hours: Decimal | None) -> int | None:
    """Hours as whole minutes."""
    return None if hours is None else round(hours * 60)


def minute_of_day(hour: time | None) -> int | None:
    """An hour of the clock as minutes since midnight."""
    return None if hour is None else hour.hour * 60 + hour.minute


def is_collected(program: Program, plan: DistributionPlan) -> bool:
    """Whether the product begins with cells of the patient; edited cells may also come from a stock."""
    return program.modality in COLLECTED and plan.ordering_model in ("", FOR_PATIENT)


def bands_of_sites(rows: Rows) -> dict[int, frozenset[str]]:
    """Temperature bands that the directory knows of the parties' sites. One query at most."""
    pks = {row.site_id for row in rows.get(Party, []) if row.site_id is not None}
    if not pks:
        return {}
    found: dict[int, frozenset[str]] = {}
    known = Capability.objects.filter(site__in=pks, replaced_on=None)
    for site_id, bands in known.values_list("site_id", "temperature_bands"):
        found[site_id] = found.get(site_id, frozenset()) | frozenset(bands)
    return found


def facts_of(
    plan: DistributionPlan,
    rows: Rows,
    program: Program,
    directory: Mapping[int, frozenset[str]] = MappingProxyType({}),
) -> facts.PlanFacts:
    """The plan and its rows as plain data; `directory` as of `bands_of_sites`. No query."""
    terms, reviews = rows.get(Term, []), rows.get(PlanReview, [])
    return facts.PlanFacts(
        pk=plan.pk,
        band=plan.band,
        needed_band=band_of(program.temperature_min, program.temperature_max),
        area=plan.therapeutic_area,
        shelf_life=minutes(plan.shelf_life_hours),
        packed_at=minute_of_day(plan.packed_at),
        packing=packing_table(plan),
        release=minutes(plan.release_hours),
        turnaround_days=plan.turnaround_days,
        go_live_on=plan.go_live_on,
        collects=is_collected(program, plan),
        made_for_a_patient=plan.ordering_model == FOR_PATIENT,
        identity_at=plan.identity_at,
        dosing=plan.dosing,
        ordering=plan.ordering_model,
        title=plan.title_model,
        transfer=plan.title_transfer,
        title_parties=bool(plan.title_parties.strip()),
        channel=plan.channel,
        channel_decided_on=plan.channel_decided_on,
        channel_reasons=bool(plan.channel_reasons.strip()),
        channel_owner=plan.channel_owner,
        lead=plan.lead,
        review_every_days=plan.review_every_days,
        reviewed_on=max((row.held_on for row in reviews), default=None),
        sites=_sites(rows, plan),
        parties=tuple(_party(row, directory) for row in rows.get(Party, [])),
        packaging=tuple(_packaging(row) for row in rows.get(PackagingQualification, [])),
        labels=tuple(_label(row) for row in rows.get(LabelRequirement, [])),
        reviews=_reviews(rows),
        dry_runs=_dry_runs(rows),
        access=tuple(_access(row) for row in rows.get(Reimbursement, [])),
        playbook=tuple(_playbook(row) for row in rows.get(Playbook, [])),
        roles=frozenset((row.task, row.part) for row in rows.get(Responsibility, [])),
        words=frozenset(row.kind for row in terms),
        words_on=max((timezone.localdate(row.updated_at) for row in terms), default=None),
        topics=tuple(_topic(row) for row in rows.get(Consequence, [])),
        tasks=tuple(Task.values),
        orders=tuple(str(kind) for kind in ORDERS),
        subjects=tuple(Topic.values),
    )


def _by(rows: list[Any], name: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in rows:
        found[getattr(row, name)].append(row)
    return found


def _sites(rows: Rows, plan: DistributionPlan) -> tuple[facts.SiteFacts, ...]:
    checks = _by(rows.get(SiteCheck, []), "care_site_id")
    onboardings = {row.care_site_id: row for row in rows.get(SiteOnboarding, [])}
    lanes, legs = _by(rows.get(Lane, []), "care_site_id"), _by(rows.get(Handoff, []), "lane_id")
    return tuple(
        facts.SiteFacts(
            pk=row.pk,
            name=row.name,
            region=row.region,
            bands=frozenset(row.bands),
            remedy=row.remedy,
            remedy_done_on=row.remedy_done_on,
            owner=row.owner,
            due_on=row.due_on,
            checks=tuple(_check(check) for check in checks[row.pk]),
            onboarding=onboarding_facts(onboardings.get(row.pk)),
            lanes=tuple(lane_facts(lane, legs[lane.pk], row, plan) for lane in lanes[row.pk]),
        )
        for row in sorted(rows.get(CareSite, []), key=lambda row: (row.name, row.pk))
    )


def _check(row: SiteCheck) -> facts.CheckFacts:
    return facts.CheckFacts(row.pk, row.kind, row.therapeutic_area, row.done_on, row.owner, row.due_on)


def onboarding_facts(row: SiteOnboarding | None) -> Onboarding | None:
    """An onboarding as plain data."""
    if row is None:
        return None
    return Onboarding(
        pk=row.pk,
        frequency=row.frequency,
        meeting_on=row.meeting_on,
        lead_days=row.lead_days,
        decision_days=row.decision_days,
        contract_days=row.contract_days,
        training_days=row.training_days,
        ready_on=row.ready_on,
        submitted_on=row.submitted_on,
        approved_on=row.approved_on,
        signed_on=row.signed_on,
        trained_on=row.trained_on,
        owner=row.owner,
    )


def lane_facts(row: Lane, legs: list[Handoff], site: CareSite, plan: DistributionPlan) -> facts.LaneFacts:
    """A lane with its legs in their order, and when the care site at its end receives."""
    return facts.LaneFacts(
        pk=row.pk,
        name=row.name,
        legs=tuple(_leg(leg, plan) for leg in sorted(legs, key=lambda leg: leg.position)),
        opening=opening_of(site, plan),
        shipper=None if row.shipper is None else _shipper(row.shipper),
        owner=row.owner,
        due_on=row.due_on,
    )


def _leg(row: Handoff, plan: DistributionPlan) -> facts.LegFacts:
    leg = Leg(
        pk=row.pk,
        name=row.name,
        minutes=minutes(row.hours) or 0,
        buffer=minutes(row.buffer_hours) or 0,
        cut_off=minute_of_day(row.cut_off),
        departs=minute_of_day(row.departs),
        table=leg_table(row, plan),
    )
    return facts.LegFacts(leg, giver=row.giver_id, taker=row.taker_id)


def _shipper(row: Shipper) -> facts.ShipperFacts:
    return facts.ShipperFacts(
        pk=row.pk,
        name=row.name,
        band=row.band,
        hold=minutes(row.hold_hours),
        valid_until=row.valid_until,
        owner=row.owner,
        due_on=row.due_on,
    )


def _party(row: Party, directory: Mapping[int, frozenset[str]]) -> facts.PartyFacts:
    """What was entered counts; where nothing was, what the directory knows of the party's site."""
    bands = frozenset(row.bands) or directory.get(row.site_id or 0, frozenset())
    return facts.PartyFacts(row.pk, row.name, row.role, bands, row.acknowledged_on)


def _packaging(row: PackagingQualification) -> facts.PackagingFacts:
    hold = minutes(row.hold_hours)
    return facts.PackagingFacts(row.pk, row.name, row.band, row.result, hold, row.owner, row.due_on)


def _label(row: LabelRequirement) -> facts.LabelFacts:
    return facts.LabelFacts(row.pk, row.region, row.level, row.met_on, row.owner, row.due_on)


def _reviews(rows: Rows) -> tuple[facts.ReviewFacts, ...]:
    gaps = _by([row for row in rows.get(ReviewGap, []) if row.closed_on is None], "review_id")
    return tuple(
        facts.ReviewFacts(
            pk=row.pk,
            region=row.region,
            held_on=row.held_on,
            planned_on=row.planned_on,
            owner=row.owner,
            gaps=tuple(facts.Open(gap.pk, gap.description, gap.owner, gap.due_on) for gap in gaps[row.pk]),
        )
        for row in rows.get(MockReview, [])
    )


def _dry_runs(rows: Rows) -> tuple[facts.DryRunFacts, ...]:
    steps = _by(rows.get(DryRunStep, []), "dry_run_id")
    return tuple(dry_run_facts(row, steps[row.pk]) for row in rows.get(DryRun, []))


def dry_run_facts(row: DryRun, steps: list[DryRunStep]) -> facts.DryRunFacts:
    """A dry run with who took part and which deviations are open."""
    return facts.DryRunFacts(
        pk=row.pk,
        name=row.name,
        lane=row.lane_id,
        held_on=row.held_on,
        planned_on=row.planned_on,
        outcome=row.outcome,
        signed_off_on=row.signed_off_on,
        parties=frozenset(step.party_id for step in steps if step.party_id is not None),
        deviations=tuple(
            facts.Open(step.pk, step.deviation, step.owner, step.due_on)
            for step in steps
            if step.deviation.strip() and step.closed_on is None
        ),
        owner=row.owner,
        due_on=row.due_on,
    )


def _access(row: Reimbursement) -> facts.AccessFacts:
    return facts.AccessFacts(
        pk=row.pk,
        region=row.region,
        code=row.code,
        applied_on=row.applied_on,
        expected_on=row.expected_on,
        effective_on=row.effective_on,
        interim=bool(row.interim_access.strip()),
        owner=row.owner,
        due_on=row.due_on,
    )


def _playbook(row: Playbook) -> facts.PlaybookFacts:
    return facts.PlaybookFacts(
        pk=row.pk,
        scenario=row.scenario,
        owner=row.owner,
        communication=bool(row.communication.strip()),
        rebooking=bool(row.rebooking.strip()),
        due_on=row.due_on,
    )


def _topic(row: Consequence) -> facts.TopicFacts:
    return facts.TopicFacts(row.pk, row.topic, row.settled_on, row.owner, row.due_on)
