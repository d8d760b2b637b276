"""The figures of a comparison of candidates: language-neutral, frozen, complete.

PDF, spreadsheet and slides are made from this and nothing else. `inputs` is what the ranking was computed
from, `outcome` what follows from it alone: whoever has the file can compute the one from the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from audits.regulatory_life import SourceFile
from reports.figures.due_diligence import ChainHead, Message, OverrideFigures, ProgramFigures
from reports.figures.standing import Outcome
from scorecards.carried import EvaluationInputs

SCHEMA = 1


@dataclass(frozen=True)
class MustHaveFigures:
    """A must-have of the template or of the work package."""

    key: str
    label: str


@dataclass(frozen=True)
class ReasonFigures:
    """Why a candidate has its value on a criterion, and on what that rests."""

    key: str
    strength: str
    rationale: Message
    rule: str
    override: OverrideFigures | None


@dataclass(frozen=True)
class OfferFigures:
    """The latest proposal of a candidate that had come in by the day, as it stood on it."""

    cost: Decimal | None
    currency: str
    cost_basis: str
    cost_tone: str
    first_batch_on: date | None
    days_late: int | None
    transfer_months: int | None
    valid_until: date | None
    terms: str


@dataclass(frozen=True)
class RecordFigures:
    """What authorities had published about a site by the day; `open_letters` have no known closeout."""

    records: int
    inspections: Mapping[str, int]
    last_inspected_on: date | None
    last_classification: str
    forms_483: int
    last_483_on: date | None
    warning_letters: int
    open_letters: int
    last_letter_on: date | None
    recalls: Mapping[str, int]
    last_recall_on: date | None
    citations: int
    integrity_citations: int
    other_actions: int


@dataclass(frozen=True)
class ProfileFigures:
    """Who a compared candidate is, on what its score rests, what it offers and what its record is.

    `verified` and `documented` are shares of the weight that rest on evidence of that strength.
    """

    site_id: int
    fei: str
    name: str
    organization: str
    city: str
    country: str
    stage: str
    standing: str
    is_demo: bool
    verified: float
    documented: float
    reasons: tuple[ReasonFigures, ...]
    gate_reasons: Mapping[str, Message]
    offer: OfferFigures | None
    record: RecordFigures


@dataclass(frozen=True)
class SignatureFigures:
    """A signature that stood when the report was made; the hash is that of the content it covers."""

    name: str
    meaning: str
    signed_at: datetime
    content_sha256: str


@dataclass(frozen=True)
class DecisionFigures:
    """The decision in force that rests on the evaluation: what it says of each site, and who signed it."""

    decided_on: date
    outcomes: Mapping[str, str]
    signatures: tuple[SignatureFigures, ...]


@dataclass(frozen=True)
class FrozenFigures:
    """The frozen evaluation that the report is about: its hash covers all evidence."""

    sha256: str
    frozen_at: datetime
    frozen_by: str
    decision: DecisionFigures | None = None


@dataclass(frozen=True)
class Comparison:
    """Everything that a comparison says. `chosen` are the sites compared, best first."""

    schema: int
    product_version: str
    as_of: date
    issued_at: datetime
    requested_by: str
    program: ProgramFigures
    package: str
    chosen: tuple[int, ...]
    frozen: FrozenFigures | None
    must_haves: tuple[MustHaveFigures, ...]
    rules: tuple[str, ...]
    inputs: EvaluationInputs
    outcome: Outcome
    profiles: tuple[ProfileFigures, ...]
    sources: tuple[SourceFile, ...]
    history: ChainHead
