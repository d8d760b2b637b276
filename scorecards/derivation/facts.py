"""Frozen facts about many sites at once, and the program's need: what the rules read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from enum import IntEnum
from typing import Any

from scorecards.derivation.columns import (
    ABSENT,
    EPOCH,
    BoolArray,
    Evidence,
    FloatArray,
    IntArray,
    Table,
    TextArray,
    as_date,
    day,
)
from scorecards.derivation.profile import (
    Answers,
    Capabilities,
    Capacities,
    Capas,
    Changes,
    Contacts,
    Disruptions,
    DryRunSteps,
    Finances,
    Materials,
    Meetings,
    Ppqs,
    Proposals,
    Ratings,
    Services,
    Staffs,
    Suppliers,
    Transfers,
    Warnings,
)

__all__ = [
    "ABSENT",
    "EPOCH",
    "BoolArray",
    "Capabilities",
    "Evidence",
    "FloatArray",
    "IntArray",
    "Table",
    "TextArray",
    "as_date",
    "day",
]


class InspectionOutcome(IntEnum):
    """Classification of an inspection; higher is worse, pending is unknown."""

    NAI = 0
    COMPLIANT = 1
    VAI = 2
    PENDING = 3
    OAI = 4
    NON_COMPLIANT = 5


class ActionKind(IntEnum):
    """Kinds of regulatory action that rules read."""

    FORM_483 = 1
    WARNING_LETTER = 2
    RECALL = 3
    IMPORT_ALERT = 4
    NON_COMPLIANCE = 5
    CLOSEOUT = 6
    INJUNCTION = 7
    SEIZURE = 8
    OTHER = 9


class Authority(IntEnum):
    """Who inspected; only the named ones count as stringent."""

    OTHER = 0
    FDA = 1
    EMA = 2
    MHRA = 3
    PMDA = 4


class Gmp(IntEnum):
    """Whether an action is about good manufacturing practice."""

    UNKNOWN = 0
    NO = 1
    YES = 2


@dataclass(frozen=True, slots=True)
class Inspections(Table):
    """Drug and biologic GMP inspections: end date and ``InspectionOutcome``."""

    HAPPENED = "ended_on"

    ended_on: IntArray
    outcome: IntArray
    authority: IntArray


@dataclass(frozen=True, slots=True)
class Citations(Table):
    """Posted citations: ``regulation`` is a code that is equal for equal references."""

    HAPPENED = "happened_on"

    happened_on: IntArray
    regulation: IntArray
    is_data_integrity: IntArray


@dataclass(frozen=True, slots=True)
class Actions(Table):
    """Regulatory actions; ``source`` and ``reference`` are codes, 0 where blank.

    ``is_sterility`` is 1 where the stated reason of a recall names sterility.
    """

    HAPPENED = "happened_on"

    happened_on: IntArray
    kind: IntArray
    gmp: IntArray
    recall_class: IntArray
    event: IntArray
    closed_on: IntArray
    source: IntArray
    reference: IntArray
    is_sterility: IntArray


@dataclass(frozen=True, slots=True)
class DemandYear:
    """Forecast of one calendar year, ``low`` ≤ ``base`` ≤ ``high`` in ``unit``."""

    year: int
    unit: str
    low: float
    base: float
    high: float


@dataclass(frozen=True, slots=True)
class Need:
    """What the program asks for; blank where it does not say. Days are since 1970, temperatures in °C."""

    modality: str = ""
    dosage_form: str = ""
    route: str = ""
    stage: str = ""
    batch_size: float | None = None
    batch_unit: str = ""
    batch_size_peak: float | None = None
    operations: tuple[str, ...] = ()
    containment_oeb: int | None = None
    temperature_min: int | None = None
    temperature_max: int | None = None
    first_batch_on: int | None = None
    budget_target: float | None = None
    budget_limit: float | None = None
    currency: str = ""
    demand: tuple[DemandYear, ...] = ()

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Need:
        """A need from plain JSON data; fields that an older version did not know are blank."""
        demand = tuple(DemandYear(**row) for row in data.get("demand", ()))
        return cls(**{**data, "operations": tuple(data.get("operations", ())), "demand": demand})


@dataclass(frozen=True, slots=True)
class Facts:
    """All evidence about ``sites`` (database ids, one per position)."""

    sites: IntArray
    inspections: Inspections = field(default_factory=Inspections.empty)
    citations: Citations = field(default_factory=Citations.empty)
    actions: Actions = field(default_factory=Actions.empty)
    capabilities: Capabilities = field(default_factory=Capabilities.empty)
    capacities: Capacities = field(default_factory=Capacities.empty)
    services: Services = field(default_factory=Services.empty)
    contacts: Contacts = field(default_factory=Contacts.empty)
    staffs: Staffs = field(default_factory=Staffs.empty)
    materials: Materials = field(default_factory=Materials.empty)
    suppliers: Suppliers = field(default_factory=Suppliers.empty)
    disruptions: Disruptions = field(default_factory=Disruptions.empty)
    transfers: Transfers = field(default_factory=Transfers.empty)
    ppqs: Ppqs = field(default_factory=Ppqs.empty)
    changes: Changes = field(default_factory=Changes.empty)
    meetings: Meetings = field(default_factory=Meetings.empty)
    warnings: Warnings = field(default_factory=Warnings.empty)
    ratings: Ratings = field(default_factory=Ratings.empty)
    finances: Finances = field(default_factory=Finances.empty)
    capas: Capas = field(default_factory=Capas.empty)
    answers: Answers = field(default_factory=Answers.empty)
    proposals: Proposals = field(default_factory=Proposals.empty)
    dry_run_steps: DryRunSteps = field(default_factory=DryRunSteps.empty)

    @property
    def count(self) -> int:
        """How many sites."""
        return len(self.sites)

    def tables(self) -> Mapping[str, Table]:
        """Every table by its name."""
        return {f.name: getattr(self, f.name) for f in fields(self) if f.name != "sites"}

    def known_by(self, as_of: int) -> Facts:
        """The facts that were known on ``as_of`` (days); what was published later is not there."""
        known = {name: table.known_by(as_of) for name, table in self.tables().items()}
        return Facts(self.sites, **known)  # type: ignore[arg-type]
