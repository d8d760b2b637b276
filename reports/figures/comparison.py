"""The figures of a comparison of candidates: language-neutral, frozen, complete.

PDF, spreadsheet and slides are made from this and nothing else. `inputs` is what the ranking was computed
from, `outcome` what follows from it alone: whoever has the file can compute the one from the other.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from audits.regulatory_life import SourceFile
from reports.figures.due_diligence import (
    ChainHead,
    GroupFigures,
    Message,
    OverrideFigures,
    ProgramFigures,
    StandingFigures,
)
from scorecards.carried import EvaluationInputs

SCHEMA = 1


@dataclass(frozen=True)
class CellFigures:
    """One criterion of one candidate: value points at both ends, and what they add to the score."""

    key: str
    low: float
    high: float
    points_low: float
    points_high: float


@dataclass(frozen=True)
class CandidateFigures:
    """What follows for one compared candidate: must-haves by key, groups, criteria."""

    site_id: int
    gates: Mapping[str, str]
    groups: tuple[GroupFigures, ...]
    cells: tuple[CellFigures, ...]


@dataclass(frozen=True)
class GapFigures:
    """Open evidence of one candidate: what it may add, and whether it alone could change the leader."""

    site_id: int
    criterion: str
    low: float
    high: float
    gain: float
    decisive: bool


@dataclass(frozen=True)
class ChallengerFigures:
    """Who could still draw level with the leader, and the fewest gaps that would take it there."""

    site_id: int
    behind: float
    needs: tuple[GapFigures, ...]


@dataclass(frozen=True)
class LeadFigures:
    """Who stands first in the whole ranking; `ahead` is None where nobody else is ranked."""

    leaders: tuple[int, ...]
    runner_up: int | None
    ahead: float | None
    settled: bool
    challengers: tuple[ChallengerFigures, ...]


@dataclass(frozen=True)
class PointFigures:
    """What one criterion adds to the difference of two candidates, in points."""

    key: str
    points: float


@dataclass(frozen=True)
class DuelFigures:
    """The first compared candidate, a, against the second, b; the points add up to `ahead`."""

    a: int
    b: int
    ahead: float
    necessary: bool
    b_could_pass: bool
    points: tuple[PointFigures, ...]


@dataclass(frozen=True)
class ShareFigures:
    """How often a candidate comes first, as shares of the weightings drawn."""

    site_id: int
    near: float
    near_open: float
    any_open: float


@dataclass(frozen=True)
class SharesFigures:
    """Shares of all ranked candidates; `margin` is how far one may be off at 95 %."""

    samples: int
    spread: int
    margin: float
    rows: tuple[ShareFigures, ...]


@dataclass(frozen=True)
class WeightFigures:
    """A group or criterion: its weight out of 100 among its siblings and its share of the whole, from 0 to 1.

    Between `lower` and `upper` the leader stays first; None where the weight cannot move.
    """

    key: str
    parent: str | None
    label: str
    weight: float
    share: float
    lower: float | None
    upper: float | None
    below: int | None
    above: int | None


@dataclass(frozen=True)
class Outcome:
    """What follows from the inputs. The field is the whole ranking, the rest is of those compared."""

    digest: str
    field: tuple[StandingFigures, ...]
    candidates: tuple[CandidateFigures, ...]
    lead: LeadFigures | None
    duel: DuelFigures | None
    shares: SharesFigures | None
    weights: tuple[WeightFigures, ...]
    open_evidence: tuple[GapFigures, ...]


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
    """The latest proposal of a candidate, as it is today."""

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
class FrozenFigures:
    """The frozen evaluation that the report is about: its hash covers all evidence."""

    sha256: str
    frozen_at: datetime
    frozen_by: str


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
