"""Facts of a site's profile, of our own audits and of proposals, as columns.

Numbers that nobody stated are NaN, dates ``ABSENT``, words blank, and codes 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from scorecards.derivation.columns import Evidence, FloatArray, IntArray, Table, TextArray


class ServiceKind(IntEnum):
    """Services that the rules read."""

    OTHER = 0
    PROCESS_DEVELOPMENT = 1
    ANALYTICAL_DEVELOPMENT = 2
    METHOD_VALIDATION = 3


class ContactFunction(IntEnum):
    """What a named person is there for."""

    OTHER = 0
    PROJECT_MANAGER = 1


class DecisionAuthority(IntEnum):
    """What a named person may decide without asking; higher is more."""

    UNKNOWN = 0
    NONE = 1
    OPERATIONAL = 2
    FULL = 3


class SupplierStatus(IntEnum):
    """Whether a supplier is qualified."""

    OTHER = 0
    QUALIFIED = 1


class TransferOutcome(IntEnum):
    """How a technology transfer ended; higher is better, under way is open."""

    UNDER_WAY = 0
    FAILED = 1
    PARTIAL = 2
    SUCCESSFUL = 3


class PpqOutcome(IntEnum):
    """How a qualification campaign ended; higher is better."""

    UNKNOWN = 0
    FAILED = 1
    REPEATED = 2
    PASSED = 3


class ChangeOutcome(IntEnum):
    """How a post-approval change ended; higher is better, under way is open."""

    UNDER_WAY = 0
    UNANNOUNCED = 1
    REJECTED = 2
    IMPLEMENTED = 3


class ShiftModel(IntEnum):
    """How much of the day a line is worked."""

    UNKNOWN = 0
    ONE = 1
    TWO = 2
    THREE = 3
    CONTINUOUS = 4


class Practice(IntEnum):
    """Practices that are rated against written anchors."""

    OTHER = 0
    QUALITY_AUTHORITY = 1
    CAPA_TRANSPARENCY = 2
    AUDIT_RESPONSES = 3
    DOCUMENTATION = 4
    LIMITS = 5
    RESERVATION = 6
    SCALE_UP = 7
    TRANSFER_PROTOCOLS = 8
    DEVELOPMENT_TO_PRODUCTION = 9
    INTEGRATION = 10
    DISRUPTION_RESPONSE = 11
    EXPOSURE_WATCH = 12
    IMPROVEMENT = 13
    PEOPLE = 14
    COLD_CHAIN = 15
    LAUNCHES = 16
    LANE_CONTROL = 17
    IDENTITY = 18
    ACCESS = 19
    TITLE_TERMS = 20


class CapaEnd(IntEnum):
    """How a CAPA was closed."""

    OPEN = 0
    INEFFECTIVE = 1
    EFFECTIVE = 2


BANDS = ("cryogenic", "ultra_low", "frozen", "refrigerated", "ambient")
"""Temperature bands; the band at place k is bit k of ``Capabilities.bands``."""


@dataclass(frozen=True, slots=True)
class Capabilities(Evidence):
    """What a site says it can do."""

    modality: TextArray
    dosage_form: TextArray
    route: TextArray
    operation: TextArray
    stages: TextArray
    batch_min: FloatArray
    batch_max: FloatArray
    batch_unit: TextArray
    batches_made: FloatArray
    years: FloatArray
    has_limits: IntArray
    containment: FloatArray
    bands: IntArray


@dataclass(frozen=True, slots=True)
class Capacities(Evidence):
    """One line in one calendar year, all amounts in ``unit``; ``line`` is equal for equal names."""

    line: IntArray
    modality: TextArray
    operation: TextArray
    year: IntArray
    unit: TextArray
    total: FloatArray
    committed: FloatArray
    reservable: FloatArray
    expandable_to: FloatArray
    lead_months: FloatArray
    slot_on: IntArray
    shifts: IntArray
    has_path: IntArray


@dataclass(frozen=True, slots=True)
class Services(Evidence):
    """Development and analytical work: ``ServiceKind``, 1 in its own house."""

    kind: IntArray
    in_house: IntArray


@dataclass(frozen=True, slots=True)
class Contacts(Evidence):
    """Named persons: ``ContactFunction`` and ``DecisionAuthority``."""

    function: IntArray
    authority: IntArray


@dataclass(frozen=True, slots=True)
class Staffs(Evidence):
    """People of one year."""

    year: IntArray
    headcount: FloatArray
    quality: FloatArray
    leavers: FloatArray
    training_hours: FloatArray


@dataclass(frozen=True, slots=True)
class Materials(Evidence):
    """Materials; ``material`` is equal for equal names, ``is_critical`` 1 where the site depends on it."""

    material: IntArray
    is_critical: IntArray
    stock_days: FloatArray
    lead_days: FloatArray


@dataclass(frozen=True, slots=True)
class Suppliers(Evidence):
    """Sources of materials; ``country`` is blank where it is not stated."""

    material: IntArray
    status: IntArray
    country: TextArray


@dataclass(frozen=True, slots=True)
class Disruptions(Evidence):
    """Disruptions as they were handled, in days."""

    HAPPENED = "happened_on"

    happened_on: IntArray
    told_on: IntArray
    impact_days: FloatArray
    recovery_days: FloatArray


@dataclass(frozen=True, slots=True)
class Transfers(Evidence):
    """Technology transfers; ``ended_on`` is absent while one is under way."""

    HAPPENED = "ended_on"

    ended_on: IntArray
    planned_on: IntArray
    outcome: IntArray
    gaps_found: FloatArray
    gaps_late: FloatArray


@dataclass(frozen=True, slots=True)
class Ppqs(Evidence):
    """Process performance qualification campaigns."""

    HAPPENED = "happened_on"

    happened_on: IntArray
    modality: TextArray
    outcome: IntArray


@dataclass(frozen=True, slots=True)
class Changes(Evidence):
    """Post-approval changes; ``happened_on`` is absent until one is implemented."""

    HAPPENED = "happened_on"

    happened_on: IntArray
    planned_on: IntArray
    outcome: IntArray


@dataclass(frozen=True, slots=True)
class Meetings(Evidence):
    """Reviews that were planned; ``held_on`` is absent where one was not held."""

    planned_on: IntArray
    held_on: IntArray
    has_minutes: IntArray


@dataclass(frozen=True, slots=True)
class Warnings(Evidence):
    """Issues: when the site knew, when it told, when it was felt."""

    HAPPENED = "knew_on"

    knew_on: IntArray
    told_on: IntArray
    felt_on: IntArray


@dataclass(frozen=True, slots=True)
class Ratings(Evidence):
    """Practices rated 0 to 5 against written anchors."""

    HAPPENED = "seen_on"

    seen_on: IntArray
    practice: IntArray
    level: IntArray


@dataclass(frozen=True, slots=True)
class Finances(Evidence):
    """One year of the accounts of a site's organization, in one currency and one unit of account."""

    year: IntArray
    revenue: FloatArray
    ebit: FloatArray
    current_assets: FloatArray
    current_liabilities: FloatArray
    total_assets: FloatArray
    total_liabilities: FloatArray
    retained_earnings: FloatArray
    equity: FloatArray
    capital_spending: FloatArray
    largest_customer: FloatArray


@dataclass(frozen=True, slots=True)
class Capas(Table):
    """Our CAPAs with a site; ``end`` holds from ``closed_on``, the problem came back on ``returned_on``."""

    HAPPENED = "opened_on"

    opened_on: IntArray
    due_on: IntArray
    done_on: IntArray
    closed_on: IntArray
    end: IntArray
    returned_on: IntArray


@dataclass(frozen=True, slots=True)
class Answers(Table):
    """Findings of our audits: by when an answer was due, and when it came."""

    due_on: IntArray
    answered_on: IntArray


@dataclass(frozen=True, slots=True)
class Proposals(Table):
    """What a candidate of the work package asked about offers."""

    HAPPENED = "received_on"

    received_on: IntArray
    valid_until_on: IntArray
    cost: FloatArray
    currency: TextArray
    first_batch_on: IntArray


@dataclass(frozen=True, slots=True)
class DryRunSteps(Table):
    """Steps of the program's dry runs that a site did, in hours; ``closed_on`` closes its deviation."""

    HAPPENED = "held_on"

    held_on: IntArray
    planned: FloatArray
    taken: FloatArray
    has_deviation: IntArray
    closed_on: IntArray
