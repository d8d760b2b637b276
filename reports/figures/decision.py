"""The figures of a decision paper: language-neutral, frozen, complete.

`content` is the content that the signatures cover, so that their hashes can be computed from the paper alone;
`comparison` is what the frozen evaluation says of those who were chosen and of the next of the ranking.
"""

from dataclasses import dataclass
from datetime import date, datetime

from reports.figures.comparison import Comparison
from reports.figures.standing import DuelFigures

KIND = "decision"
SCHEMA = 1


@dataclass(frozen=True)
class OutcomeFigures:
    """What was decided for one candidate; `exception` says why although a must-have is unknown."""

    site_id: int
    name: str
    outcome: str
    reason: str
    exception: str


@dataclass(frozen=True)
class DecidedFigures:
    """The decision as it was written. `supersedes` is the revision before, null for the first."""

    id: int
    revision: int
    supersedes: int | None
    state: str
    decided_on: date
    author: str
    rationale: str
    risks: str
    outcomes: tuple[OutcomeFigures, ...]


@dataclass(frozen=True)
class SignedFigures:
    """A signature that was not withdrawn; not valid where the content was altered despite the lock."""

    name: str
    meaning: str
    signed_at: datetime
    content_sha256: str
    valid: bool


@dataclass(frozen=True)
class ScoredFigures:
    """What a panel said of a candidate on a criterion.

    `levels` are from 0 to 5, without the names of the assessors, who stand in the same order for every cell
    of a criterion; None where one could not judge. `low` to `high` is what was agreed; `reason` is blank
    where it was accepted as scored.
    """

    criterion: str
    site_id: int
    levels: tuple[int | None, ...]
    low: float | None
    high: float | None
    reason: str


@dataclass(frozen=True)
class PanelFigures:
    """A panel whose agreed values count in the evaluation."""

    title: str
    agreed_on: date | None
    scores: tuple[ScoredFigures, ...]


@dataclass(frozen=True)
class DecisionPaper:
    """Everything that a decision paper says.

    `duel` sets the first of the selected against the first of the others that have a rank.
    """

    kind: str
    schema: int
    content: str
    decided: DecidedFigures
    signatures: tuple[SignedFigures, ...]
    panels: tuple[PanelFigures, ...]
    duel: DuelFigures | None
    comparison: Comparison

    @property
    def product_version(self) -> str:
        return self.comparison.product_version

    @property
    def issued_at(self) -> datetime:
        return self.comparison.issued_at
