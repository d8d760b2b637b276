"""Commercial terms: what a candidate asks, and when it could begin."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet, settled
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.columns import ABSENT, BoolArray, FloatArray, IntArray, TextArray, as_date
from scorecards.derivation.profile import Proposals
from scorecards.derivation.score import RuleRef

DAYS_PER_MONTH = 365.25 / 12
DOCUMENTED = 2
COST: AnchorSet = {"percent_over_target": ((0, 100), (100, 0))}
TIMELINE: AnchorSet = {"months_late": ((0, 100), (3, 60), (6, 30), (12, 0))}


def _latest(case: Case) -> Proposals:
    """The last proposal of each site: a later one replaces the one before it."""
    rows = case.facts.proposals
    rows = rows.where(np.lexsort((rows.id, rows.received_on, rows.site)))
    last = np.ones(len(rows), dtype=np.bool_)
    last[:-1] = rows.site[1:] != rows.site[:-1]
    return rows.where(last)


@dataclass(frozen=True, slots=True)
class _Offer:
    """The last proposal per site, one row for each site; blank where there is none."""

    is_there: BoolArray
    is_expired: BoolArray
    cost: FloatArray
    currency: TextArray
    first_batch_on: IntArray
    received_on: IntArray
    rows: Proposals

    @classmethod
    def of(cls, case: Case) -> _Offer:
        """Spread the proposals over the sites."""
        n, rows = case.count, _latest(case)
        place = np.full(n, -1, dtype=np.int64)
        place[rows.site] = np.arange(len(rows))
        valid_until_on = np.append(rows.valid_until_on, ABSENT)[place]
        # One blank row more, at the end, for those who have none.
        return cls(
            is_there=place >= 0,
            is_expired=(valid_until_on != ABSENT) & (valid_until_on < case.as_of),
            cost=np.append(rows.cost, np.nan)[place],
            currency=np.append(rows.currency, "")[place],
            first_batch_on=np.append(rows.first_batch_on, ABSENT)[place],
            received_on=np.append(rows.received_on, ABSENT)[place],
            rows=rows,
        )

    def batch(self, rule: RuleRef, points: FloatArray, why: Why) -> ScoreBatch:
        """A criterion on the proposals; an offer on paper is documented."""
        interval = settled(np.where(self.is_expired, np.nan, points))
        return ScoreBatch(
            rule=rule,
            low=interval.low,
            high=interval.high,
            strength=np.where(np.isnan(points) | self.is_expired, 0, DOCUMENTED),
            why=why,
            sources=(Sources("proposal", self.rows.site, self.rows.id),),
        )


def cost(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-SEL-2: the cost proposed, between the target (100) and the highest acceptable cost (0)."""
    offer, need = _Offer.of(case), case.need
    target, limit = need.budget_target, need.budget_limit
    same = offer.currency == need.currency
    if target is None or limit is None or not need.currency:
        message = np.zeros(case.count, dtype=np.int64)
        points = np.full(case.count, np.nan)
    else:
        message = np.select([~offer.is_there, offer.is_expired, np.isnan(offer.cost), ~same], [1, 2, 3, 4], 5)
        over = np.maximum(100.0 * (offer.cost - target) / (limit - target), 0.0)
        points = at.points("percent_over_target", np.where(same, over, np.nan))
    return offer.batch(
        rule,
        points,
        Why(
            (
                "cost.not_asked",
                "proposal.none",
                "proposal.expired",
                "cost.unsaid",
                "cost.currency",
                "cost.scored",
            ),
            message,
            {"cost": offer.cost, "currency": offer.currency, "received_on": offer.received_on},
            {"target": target or 0.0, "limit": limit or 0.0, "budget_currency": need.currency},
        ),
    )


def timeline(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-SEL-1: months from the day the first batch is needed to the day it is offered for."""
    offer, needed = _Offer.of(case), case.need.first_batch_on
    said = offer.first_batch_on != ABSENT
    if needed is None:
        message = np.zeros(case.count, dtype=np.int64)
        points = np.full(case.count, np.nan)
    else:
        message = np.select([~offer.is_there, offer.is_expired, ~said], [1, 2, 3], 4)
        late = np.maximum(offer.first_batch_on - needed, 0) / DAYS_PER_MONTH
        points = at.points("months_late", np.where(said, late, np.nan))
    return offer.batch(
        rule,
        points,
        Why(
            (
                "timeline.not_asked",
                "proposal.none",
                "proposal.expired",
                "timeline.unsaid",
                "timeline.scored",
            ),
            message,
            {"offered_on": offer.first_batch_on, "received_on": offer.received_on},
            {} if needed is None else {"needed_on": as_date(needed)},
        ),
    )
