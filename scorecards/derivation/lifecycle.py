"""Lifecycle: process qualification, and changes after approval."""

from __future__ import annotations

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.columns import ABSENT
from scorecards.derivation.intervals import count_where, record_per_site, strength_of
from scorecards.derivation.kernels import Interval, count_per_site, decay, latest_per_site, shrunk_mean
from scorecards.derivation.profile import ChangeOutcome, PpqOutcome
from scorecards.derivation.score import RuleRef

VALIDATION: AnchorSet = {
    "repeated_points": 50,
    "other_modality_weight": 0.5,
    "half_life_years": 5,
    "unseen": 0.5,
}
CHANGES: AnchorSet = {
    "days_late": ((0, 100), (30, 80), (90, 50), (180, 20)),
    "rejected_points": 20,
    "half_life_years": 3,
    "unseen": 0.5,
}


def validation(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-LIF-1: how PPQ campaigns ended; those in another modality than the program's count half."""
    n, rows = case.count, case.facts.ppqs
    repeated = at.number("repeated_points")
    low = np.array([0.0, 0.0, repeated, 100.0])[rows.outcome]
    high = np.array([100.0, 0.0, repeated, 100.0])[rows.outcome]
    own = (rows.modality == case.need.modality) | (case.need.modality == "")
    weights = decay(rows.happened_on, case.as_of, at.number("half_life_years"))
    weights = weights * np.where(own, 1.0, at.number("other_modality_weight"))
    interval = shrunk_mean(rows.site, weights, low, high, n, at.number("unseen"))
    total = count_per_site(rows.site, n)
    dated = rows.happened_on != ABSENT
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, sites=n),
        why=Why(
            ("ppq.none", "ppq.undated", "ppq.scored"),
            np.where(total == 0, 0, np.where(count_where(rows.site, dated, n) > 0, 2, 1)),
            {
                "campaigns": total,
                "own": count_where(rows.site, own, n),
                "passed": count_where(rows.site, rows.outcome == PpqOutcome.PASSED, n),
                "repeated": count_where(rows.site, rows.outcome == PpqOutcome.REPEATED, n),
                "failed": count_where(rows.site, rows.outcome == PpqOutcome.FAILED, n),
                "latest_on": latest_per_site(rows.site, rows.happened_on, n),
            },
        ),
        sources=(Sources("ppq", rows.site, rows.id),),
    )


def changes(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-LIF-3: changes after approval: announced, accepted, and on the day planned.

    A change made without telling the client is 0. One under way counts from the day it is late.
    """
    n, every = case.count, case.facts.changes
    done = every.outcome != ChangeOutcome.UNDER_WAY
    overdue = ~done & (every.planned_on != ABSENT) & (every.planned_on < case.as_of)
    rows = every.where((done & ((every.happened_on != ABSENT) | (every.planned_on != ABSENT))) | overdue)
    end = np.where(rows.happened_on == ABSENT, case.as_of, rows.happened_on)
    late = np.where(rows.planned_on == ABSENT, np.nan, np.maximum(end - rows.planned_on, 0)).astype(
        np.float64
    )
    undated = (rows.happened_on == ABSENT) & (rows.outcome == ChangeOutcome.IMPLEMENTED)
    time = at.interval("days_late", np.where(undated, np.nan, late))
    # What was implemented is never worse than the latest there is, even when nobody knows how late it was.
    floor = np.maximum(time.low, at.points("days_late", np.full(len(rows), np.inf)))
    rejected = at.number("rejected_points")
    low = np.choose(rows.outcome, [0.0, 0.0, rejected, floor])
    high = np.choose(rows.outcome, [time.high, 0.0, rejected, time.high])
    day = np.where(rows.happened_on == ABSENT, rows.planned_on, rows.happened_on)
    interval = record_per_site(
        rows.site,
        day,
        Interval(low, high),
        n,
        case.as_of,
        at.number("half_life_years"),
        at.number("unseen"),
    )
    total = count_per_site(rows.site, n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, sites=n),
        why=Why(
            ("changes.none", "changes.scored"),
            (total > 0).astype(np.int64),
            {
                "changes": total,
                "late": count_where(rows.site, (rows.planned_on != ABSENT) & (end > rows.planned_on), n),
                "rejected": count_where(rows.site, rows.outcome == ChangeOutcome.REJECTED, n),
                "unannounced": count_where(rows.site, rows.outcome == ChangeOutcome.UNANNOUNCED, n),
                "latest_on": latest_per_site(rows.site, day, n),
            },
        ),
        sources=(Sources("change", rows.site, rows.id),),
    )
