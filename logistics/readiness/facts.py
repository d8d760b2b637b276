"""What is known of a distribution plan, as plain data. Durations are minutes, blank words are unsaid."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from logistics.readiness.budget import Leg
from logistics.readiness.first_dose import Onboarding
from logistics.readiness.timetable import ALWAYS, DAILY, Opening, Timetable


@dataclass(frozen=True, slots=True)
class Open:
    """Something found and not closed: a gap of a mock review, a deviation of a dry run."""

    pk: int
    text: str
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class CheckFacts:
    """One thing a care site has for one therapeutic area."""

    pk: int
    kind: str
    area: str
    done_on: date | None = None
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class PartyFacts:
    """A party; `bands` are the temperature bands it handles."""

    pk: int
    name: str
    role: str
    bands: frozenset[str] = frozenset()
    acknowledged_on: date | None = None


@dataclass(frozen=True, slots=True)
class ShipperFacts:
    """A shipper as last qualified; `valid_until` is the last day of that."""

    pk: int
    name: str
    band: str
    hold: int | None = None
    valid_until: date | None = None
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class LegFacts:
    """A leg with the parties at its ends, by key; null where none is named."""

    leg: Leg
    giver: int | None = None
    taker: int | None = None


@dataclass(frozen=True, slots=True)
class DryRunFacts:
    """A dry run; `parties` are those who did a step of it. `lane` is null for one of the whole chain."""

    pk: int
    name: str
    lane: int | None
    held_on: date | None = None
    planned_on: date | None = None
    outcome: str = ""
    signed_off_on: date | None = None
    parties: frozenset[int] = frozenset()
    deviations: tuple[Open, ...] = ()
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class LaneFacts:
    """A way to a care site; `opening` is when the care site receives."""

    pk: int
    name: str
    legs: tuple[LegFacts, ...] = ()
    shipper: ShipperFacts | None = None
    opening: Opening = ALWAYS
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class SiteFacts:
    """A care site with what it stores, has and can be reached by."""

    pk: int
    name: str
    region: str
    bands: frozenset[str] = frozenset()
    remedy: str = ""
    remedy_done_on: date | None = None
    owner: str = ""
    due_on: date | None = None
    checks: tuple[CheckFacts, ...] = ()
    onboarding: Onboarding | None = None
    lanes: tuple[LaneFacts, ...] = ()


@dataclass(frozen=True, slots=True)
class PackagingFacts:
    """A qualification of packaging; `result` is passed, running or failed."""

    pk: int
    name: str
    band: str
    result: str
    hold: int | None = None
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class LabelFacts:
    """What a region wants to read on one layer of the packaging."""

    pk: int
    region: str
    level: str
    met_on: date | None = None
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """A mock review of labels and packaging, with its open gaps."""

    pk: int
    region: str
    held_on: date | None = None
    planned_on: date | None = None
    owner: str = ""
    gaps: tuple[Open, ...] = ()


@dataclass(frozen=True, slots=True)
class AccessFacts:
    """A code of reimbursement in a region; `interim` says whether access until then is arranged."""

    pk: int
    region: str
    code: str
    applied_on: date | None = None
    expected_on: date | None = None
    effective_on: date | None = None
    interim: bool = False
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlaybookFacts:
    """A disruption with its owner and whether who is told is written down."""

    pk: int
    scenario: str
    owner: str = ""
    communication: bool = False
    rebooking: bool = False
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What the product means to one kind of stakeholder, and whether an answer to it is settled."""

    pk: int
    topic: str
    settled_on: date | None = None
    owner: str = ""
    due_on: date | None = None


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """A whole plan.

    Attributes:
        packed_at: minute of the day of packing; packing: the days of it, on the clock of its place.
        release: minutes from packing to release.
        collects: whether cells of the patient are collected, so that the identifier comes first of all.
        roles: (task, part) pairs of the responsibility matrix.
        words: kinds of terms that the glossary explains; words_on: when a meaning last changed.
        reviewed_on: the latest review of the plan.
    """

    pk: int = 0
    band: str = ""
    needed_band: str = ""
    area: str = ""
    shelf_life: int | None = None
    packed_at: int | None = None
    packing: Timetable = DAILY
    release: int | None = None
    turnaround_days: int = 0
    go_live_on: date | None = None
    collects: bool = False
    made_for_a_patient: bool = False
    identity_at: str = ""
    dosing: str = ""
    ordering: str = ""
    title: str = ""
    transfer: str = ""
    title_parties: bool = False
    channel: str = ""
    channel_decided_on: date | None = None
    channel_reasons: bool = False
    channel_owner: str = ""
    lead: str = ""
    review_every_days: int | None = None
    reviewed_on: date | None = None
    sites: tuple[SiteFacts, ...] = ()
    parties: tuple[PartyFacts, ...] = ()
    packaging: tuple[PackagingFacts, ...] = ()
    labels: tuple[LabelFacts, ...] = ()
    reviews: tuple[ReviewFacts, ...] = ()
    dry_runs: tuple[DryRunFacts, ...] = ()
    access: tuple[AccessFacts, ...] = ()
    playbook: tuple[PlaybookFacts, ...] = ()
    roles: frozenset[tuple[str, str]] = frozenset()
    words: frozenset[str] = frozenset()
    words_on: date | None = None
    topics: tuple[TopicFacts, ...] = ()
    tasks: tuple[str, ...] = field(default=())
    orders: tuple[str, ...] = field(default=())
    subjects: tuple[str, ...] = field(default=())
