"""Figures that follow from weights and cells alone: where candidates stand, and how sure that is."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class GroupFigures:
    """A group of criteria: weighted mean of its criteria at both ends, and its share of the whole."""

    key: str
    label: str
    weight: float
    low: float
    high: float


@dataclass(frozen=True)
class StandingFigures:
    """Where one candidate stands among all."""

    site_id: int
    fei: str
    name: str
    status: str
    rank: int | None
    best_rank: int | None
    worst_rank: int | None
    score: float
    score_upper: float
    completeness: float


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
    # One of so many assessors of panels was drawn with each weighting; none without a panel.
    assessors: int = 0


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
