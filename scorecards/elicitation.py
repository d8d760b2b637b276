"""Weights of one group of siblings from judgement: an order, swings, or comparisons in pairs.

A proposal is never saved by itself: it goes into the form of weights, together with how it was found, which
is kept as the reason of the change.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import combinations

import numpy as np

from scorecards.engine.ahp import PairwiseWeights, pairwise_weights
from scorecards.engine.exact import FloatArray
from scorecards.engine.weights import from_order, swing
from scorecards.plans import BUDGET, PlannedCriterion

HUNDREDTH = Decimal("0.01")
# Beyond this Saaty (1980) has the answers looked at again.
CONSISTENT = 0.10
TABLE = "saaty"
STRONGEST = 9


class Way(StrEnum):
    """How the weights are asked for."""

    ORDER = "order"
    SWING = "swing"
    PAIRS = "pairs"


@dataclass(frozen=True, slots=True)
class Pair:
    """Two siblings; `said` is how many times the first matters as much, from 1/9 to 9."""

    first: PlannedCriterion
    second: PlannedCriterion
    said: float
    implied: float


@dataclass(frozen=True, slots=True)
class Proposal:
    """Weights that add up to 100; for pairs also the consistency ratio and the answer that fits least."""

    way: Way
    weights: Mapping[str, Decimal]
    ratio: float | None = None
    table: str = ""
    worst: Pair | None = None

    @property
    def contradicts(self) -> bool:
        """The answers fit together less well than is usually accepted."""
        return self.ratio is not None and self.ratio > CONSISTENT


def by_order(rows: Sequence[PlannedCriterion], ranks: Mapping[str, int]) -> Proposal:
    """Rank-order centroid (Barron & Barrett 1996): 1 is the most important; equal ranks share."""
    return Proposal(Way.ORDER, _points(rows, from_order([ranks[row.key] for row in rows])))


def by_swings(rows: Sequence[PlannedCriterion], swings: Mapping[str, float]) -> Proposal:
    """Swing weights (Edwards & Barron 1994). Raises the engine's WeightError when all are zero."""
    return Proposal(Way.SWING, _points(rows, swing([swings[row.key] for row in rows])))


def by_pairs(rows: Sequence[PlannedCriterion], said: Mapping[tuple[str, str], float]) -> Proposal:
    """Comparisons in pairs (Saaty 1980), by keys: how many times the first matters as much as the second."""
    places = {row.key: at for at, row in enumerate(rows)}
    table = np.ones((len(rows), len(rows)))
    for (first, second), times in said.items():
        table[places[first], places[second]] = times
        table[places[second], places[first]] = 1 / times
    found = pairwise_weights(table, table=TABLE)
    return Proposal(
        Way.PAIRS,
        _points(rows, found.weights),
        ratio=found.consistency_ratio,
        table=found.table,
        worst=_worst(rows, table, found),
    )


def pairs_of(rows: Sequence[PlannedCriterion]) -> Iterator[tuple[PlannedCriterion, PlannedCriterion]]:
    """Every pair once, in the order of the rows."""
    return combinations(rows, 2)


def _worst(rows: Sequence[PlannedCriterion], table: FloatArray, found: PairwiseWeights) -> Pair | None:
    """The answer that is furthest from what all answers together imply."""
    implied = found.weights[:, None] / found.weights
    pairs = [
        Pair(rows[i], rows[j], float(table[i, j]), float(implied[i, j]))
        for i, j in combinations(range(len(rows)), 2)
    ]
    return max(pairs, key=lambda pair: abs(np.log(pair.said / pair.implied)), default=None)


def _points(rows: Sequence[PlannedCriterion], weights: FloatArray) -> Mapping[str, Decimal]:
    """Weights as hundredths of a point that add up to 100 exactly, by largest remainders."""
    scaled = [Decimal(repr(weight)) * BUDGET for weight in weights.tolist()]
    floors = [value.quantize(HUNDREDTH, rounding="ROUND_FLOOR") for value in scaled]
    missing = int((BUDGET - sum(floors)) / HUNDREDTH)
    order = sorted(range(len(rows)), key=lambda at: (floors[at] - scaled[at], rows[at].key))
    for at in order[:missing]:
        floors[at] += HUNDREDTH
    return {row.key: points for row, points in zip(rows, floors, strict=True)}
