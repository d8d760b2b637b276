"""The figures of a due-diligence report: language-neutral, frozen, complete.

The PDF is made from this and nothing else, and carries it; so whoever has the PDF can recompute it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal

from audits.regulatory_life import RegulatoryLife
from reports.figures.standing import GroupFigures, Outcome, StandingFigures
from scorecards.carried import EvaluationInputs

SCHEMA = 4
# Up to this schema the verified share counted replaced values as well.
COUNTS_REPLACED = 3


@dataclass(frozen=True)
class Message:
    """A sentence of the scoring rules: its key and the values in it, put into words when printed."""

    key: str
    params: Mapping[str, str | int | float | bool | None] = field(default_factory=dict)


@dataclass(frozen=True)
class EvidenceMark:
    """One row of evidence: kind of record and its number."""

    kind: str
    id: int


@dataclass(frozen=True)
class ProgramFigures:
    """What must be made."""

    code: str
    name: str
    product: str
    modality: str
    dosage_form: str
    route: str
    stage: str
    batch_size: Decimal | None
    batch_unit: str
    regions: tuple[str, ...]
    version: int


@dataclass(frozen=True)
class CapabilityFigures:
    """What the site says it can do, and how far that may be trusted."""

    modality: str
    dosage_form: str
    route: str
    operation: str
    stages: tuple[str, ...]
    batch_min: Decimal | None
    batch_max: Decimal | None
    batch_unit: str
    batches_made: int | None
    years_experience: int | None
    stated_limits: str
    strength: str
    stated_on: date | None
    expires_on: date | None


@dataclass(frozen=True)
class SiteFigures:
    """Who and where."""

    fei: str
    name: str
    aliases: tuple[str, ...]
    organization: str
    organization_kind: str
    street: str
    city: str
    state: str
    postal_code: str
    country: str
    duns: str
    standing: str
    standing_valid_until: date | None
    is_demo: bool
    capabilities: tuple[CapabilityFigures, ...]


@dataclass(frozen=True)
class GateFigures:
    """One must-have: pass, fail or unknown, and why."""

    key: str
    label: str
    status: str
    reason: Message
    evidence: tuple[EvidenceMark, ...]
    rule: str


@dataclass(frozen=True)
class OverrideFigures:
    """A person's value in place of the derived one, whose interval stays here."""

    derived_low: float
    derived_high: float
    reason: str
    made_by: str
    made_on: date


@dataclass(frozen=True)
class CriterionFigures:
    """One criterion: its interval of value points on [0, 100] and its share of the whole, from 0 to 1.

    With an override, `low` and `high` are the person's; rationale and evidence stay those of the rule.
    """

    key: str
    label: str
    group: str
    group_label: str
    weight: float
    low: float
    high: float
    strength: str
    rationale: Message
    evidence: tuple[EvidenceMark, ...]
    rule: str
    override: OverrideFigures | None = None


@dataclass(frozen=True)
class OpenEvidence:
    """Open evidence: what settling it may add to the score, and whether it could change the leader."""

    criterion: str
    label: str
    low: float
    high: float
    gain: float
    decisive: bool


def verified_share(criteria: Sequence[CriterionFigures], *, and_replaced: bool = False) -> float:
    """The part of the completeness that rests on verified evidence, from 0 to 1.

    Where a person or a panel put a value in place of the derived one, its evidence does not count; only in
    reports of an earlier schema it did (`and_replaced`).
    """
    return sum(
        row.weight * (1 - (row.high - row.low) / 100)
        for row in criteria
        if row.strength == "verified" and (and_replaced or row.override is None)
    )


@dataclass(frozen=True)
class Evaluation:
    """The candidate's evaluation: its own standing, why, and the field it stands in (best first).

    `verified_share` is the part of the completeness that rests on verified evidence, from 0 to 1. `inputs` is
    what the whole field was computed from; reports of schema 2 did not carry it.
    """

    template_key: str
    template: str
    template_version: int
    digest: str
    standing: StandingFigures
    verified_share: float
    gates: tuple[GateFigures, ...]
    groups: tuple[GroupFigures, ...]
    criteria: tuple[CriterionFigures, ...]
    open_evidence: tuple[OpenEvidence, ...]
    field: tuple[StandingFigures, ...]
    inputs: EvaluationInputs | None = None


@dataclass(frozen=True)
class ChainHead:
    """The head of the change history when the figures were gathered; 0 and "" before any was sealed."""

    position: int
    sha256: str


@dataclass(frozen=True)
class DueDiligence:
    """Everything that a due-diligence report says.

    `outcome` compares the site with the leader, or the leader with the next; schema 2 had none.
    """

    schema: int
    product_version: str
    as_of: date
    issued_at: datetime
    requested_by: str
    program: ProgramFigures
    site: SiteFigures
    evaluation: Evaluation
    life: RegulatoryLife
    history: ChainHead
    outcome: Outcome | None = None
