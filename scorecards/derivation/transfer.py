"""Technology transfer: services in house, the record of transfers, operations under one roof."""

from __future__ import annotations

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.columns import ABSENT, FloatArray
from scorecards.derivation.intervals import (
    Part,
    best_per_site_interval,
    chosen,
    count_where,
    open_interval,
    record_per_site,
    strength_of,
    together,
)
from scorecards.derivation.kernels import Interval, count_per_site, latest_per_site
from scorecards.derivation.operations import covered_operations
from scorecards.derivation.profile import Practice, ServiceKind, TransferOutcome, Transfers
from scorecards.derivation.ratings import LEVELS
from scorecards.derivation.score import RuleRef

SERVICES: AnchorSet = {
    "process_development_share": 40,
    "analytical_development_share": 40,
    "method_validation_share": 20,
    "outside_points": 40,
}
RECORD: AnchorSet = {
    "days_late": ((0, 100), (30, 80), (90, 50), (180, 0)),
    "late_gaps": ((0, 100), (0.25, 60), (1, 0)),
    "repeated_points": 50,
    "outcome_share": 50,
    "time_share": 25,
    "gaps_share": 25,
    "half_life_years": 5,
    "unseen": 0.5,
}
INTEGRATION: AnchorSet = {"operations_share": 70, "level": LEVELS, "practice_share": 30}


def services(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-TT-1: process development, analytical development and method validation, in house or outside."""
    n, rows = case.count, case.facts.services
    points = np.where(rows.in_house == 1, 100.0, at.number("outside_points"))
    parts = []
    for kind in (
        ServiceKind.PROCESS_DEVELOPMENT,
        ServiceKind.ANALYTICAL_DEVELOPMENT,
        ServiceKind.METHOD_VALIDATION,
    ):
        own = rows.kind == kind
        best = best_per_site_interval(rows.site[own], Interval(points[own], points[own]), n)
        parts.append(Part(best, at.number(f"{kind.name.lower()}_share")))
    interval = together(parts)
    read = rows.where(rows.kind != ServiceKind.OTHER)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(read, sites=n),
        why=Why(
            ("services.none", "services.scored"),
            (count_per_site(read.site, n) > 0).astype(np.int64),
            {
                "own": count_where(read.site, read.in_house == 1, n),
                "outside": count_where(read.site, read.in_house == 0, n),
            },
            {"asked": 3},
        ),
        sources=(Sources("service", read.site, read.id),),
    )


def record(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-TT-4: how transfers ended, how late, and how many data gaps surfaced only in validation."""
    n = case.count
    rows = _judged(case)
    each = _transfer_points(rows, case.as_of, at)
    ended = np.where(rows.ended_on == ABSENT, rows.planned_on, rows.ended_on)
    interval = record_per_site(
        rows.site, ended, each, n, case.as_of, at.number("half_life_years"), at.number("unseen")
    )
    total = count_per_site(rows.site, n)
    late = (rows.planned_on != ABSENT) & (_end(rows, case.as_of) > rows.planned_on)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, sites=n),
        why=Why(
            ("transfers.none", "transfers.scored"),
            (total > 0).astype(np.int64),
            {
                "transfers": total,
                "successful": count_where(rows.site, rows.outcome == TransferOutcome.SUCCESSFUL, n),
                "failed": count_where(rows.site, rows.outcome == TransferOutcome.FAILED, n),
                "late": count_where(rows.site, late, n),
                "gaps": np.bincount(rows.site, weights=np.nan_to_num(rows.gaps_late), minlength=n).astype(
                    np.int64
                ),
                "latest_on": latest_per_site(rows.site, ended, n),
            },
        ),
        sources=(Sources("transfer", rows.site, rows.id),),
    )


def _judged(case: Case) -> Transfers:
    """Transfers that have ended or should have; one that runs as planned has nothing to tell yet."""
    rows = case.facts.transfers
    ended = (rows.outcome != TransferOutcome.UNDER_WAY) & (rows.ended_on != ABSENT)
    overdue = (rows.ended_on == ABSENT) & (rows.planned_on != ABSENT) & (rows.planned_on < case.as_of)
    return rows.where(ended | overdue)


def _end(rows: Transfers, as_of: int) -> FloatArray:
    """The day a transfer ended; one under way cannot end before the day asked about."""
    end: FloatArray = np.where(rows.ended_on == ABSENT, as_of, rows.ended_on).astype(np.float64)
    return end


def _transfer_points(rows: Transfers, as_of: int, at: Anchors) -> Interval:
    """Bounds per transfer; a failed one is 0 whatever else is said of it."""
    end = _end(rows, as_of)
    late = np.where(rows.planned_on == ABSENT, np.nan, np.maximum(end - rows.planned_on, 0.0))
    time = at.interval("days_late", late)
    # What is still under way is at least this late, and may become later.
    time = Interval(np.where(rows.ended_on == ABSENT, 0.0, time.low), time.high)
    gaps = np.where(
        rows.gaps_late == 0, 0.0, rows.gaps_late / np.where(rows.gaps_found > 0, rows.gaps_found, np.nan)
    )
    gaps = np.where(rows.gaps_found == 0, 0.0, gaps)
    repeated = at.number("repeated_points")
    outcome = Interval(
        np.array([0.0, 0.0, repeated, 100.0])[rows.outcome],
        np.array([100.0, 0.0, repeated, 100.0])[rows.outcome],
    )
    each = together(
        [
            Part(outcome, at.number("outcome_share")),
            Part(time, at.number("time_share")),
            Part(at.interval("late_gaps", np.minimum(gaps, 1.0)), at.number("gaps_share")),
        ]
    )
    failed = rows.outcome == TransferOutcome.FAILED
    # An open outcome may turn out a failure, which is worth nothing.
    low = np.where(rows.outcome == TransferOutcome.UNDER_WAY, 0.0, each.low)
    return Interval(np.where(failed, 0.0, low), np.where(failed, 0.0, each.high))


def integration(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-TT-5: share of the operations asked for that the site covers itself; and handovers as rated."""
    n, asked = case.count, len(case.need.operations)
    found = covered_operations(case.profile)
    roof = open_interval(n)
    if asked:
        share = 100.0 * found.covered / asked
        roof = chosen(case.profile.stated, Interval(share, share), roof)
    practice = case.rated(Practice.INTEGRATION)
    interval = together(
        [
            Part(roof, at.number("operations_share")),
            Part(practice.points(at), at.number("practice_share")),
        ]
    )
    message = np.where(case.profile.stated, 2, 1) if asked else np.zeros(n, dtype=np.int64)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(case.facts.capabilities.where(found.rows), practice.rows, sites=n),
        why=Why(
            ("integration.not_asked", "integration.none", "integration.scored"),
            message,
            {"covered": found.covered, "rated": practice.lowest},
            {"asked": asked},
        ),
        sources=(*(case.profile.sources() if asked else ()), practice.sources),
    )
