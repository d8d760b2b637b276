"""Logistics partners: their years at the product's temperature, and the dry runs we held with them."""

from __future__ import annotations

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.columns import ABSENT, IntArray
from scorecards.derivation.fit import Profile
from scorecards.derivation.intervals import (
    Part,
    best_per_site_interval,
    count_where,
    record_per_site,
    together,
)
from scorecards.derivation.kernels import Interval, count_per_site, latest_per_site
from scorecards.derivation.matching import NO, OPEN, YES, best_per_site, strongest
from scorecards.derivation.operations import band_levels
from scorecards.derivation.score import RuleRef

YEARS: AnchorSet = {"years": ((0, 0), (2, 40), (5, 70), (10, 100))}
DRY_RUNS: AnchorSet = {
    "time_ratio": ((1, 100), (1.25, 50), (2, 0)),
    "closed_points": 60,
    "time_share": 50,
    "deviation_share": 50,
    "half_life_years": 3,
    "unseen": 0.5,
}
SHORTEST_HOURS = 0.25
"""A step that was planned for less is measured against this: minutes over nothing are no lateness."""
VERIFIED = 3


def temperature_experience(rule: RuleRef, profile: Profile, at: Anchors) -> ScoreBatch:
    """S2-2a: the longest experience in an operation asked for, in a band that the product bears.

    A capability that leaves operation or temperature open, or whose band only overlaps, may turn out to be
    one or not. A site that says what it does, and does none of this at this temperature, has no years in it.
    """
    rows, n = profile.capabilities, profile.sites
    level = np.minimum(_operation_levels(profile), band_levels(profile))
    points = at.interval("years", rows.years)
    interval = best_per_site_interval(
        rows.site,
        Interval(np.where(level == YES, points.low, 0.0), np.where(level == NO, 0.0, points.high)),
        n,
    )
    own = level == YES
    years = best_per_site(rows.site[own], rows.years[own], n)
    best = profile.level(level)
    message = np.select([best < 0, best == NO, best < YES, np.isnan(years)], [0, 1, 2, 3], 4)
    need = profile.need
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strongest(rows, own, n),
        why=Why(
            (
                "cold_years.none",
                "cold_years.no",
                "cold_years.open",
                "cold_years.unsaid",
                "cold_years.scored",
            ),
            message,
            {"years": years},
            {
                "lowest": "" if need.temperature_min is None else need.temperature_min,
                "highest": "" if need.temperature_max is None else need.temperature_max,
            },
        ),
        sources=profile.sources(),
    )


def _operation_levels(profile: Profile) -> IntArray:
    """Whether a capability is about an operation asked for; all are where none is."""
    rows, asked = profile.capabilities, profile.need.operations
    if not asked:
        return np.full(len(rows), YES, dtype=np.int64)
    return np.where(np.isin(rows.operation, asked), YES, np.where(rows.operation == "", OPEN, NO))


def dry_runs(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S2-8: the steps a partner did in our dry runs: in the planned time, and without a deviation.

    A deviation that was closed by the day counts for more than one still open. The mass of half a fresh step
    that nobody has seen keeps a single good one from looking like a habit.
    """
    n, rows = case.count, case.facts.dry_run_steps
    rows = rows.where(rows.held_on != ABSENT)
    ratio = rows.taken / np.maximum(rows.planned, SHORTEST_HOURS)
    deviated = rows.has_deviation == 1
    closed = deviated & (rows.closed_on != ABSENT) & (rows.closed_on <= case.as_of)
    clean = np.where(~deviated, 100.0, np.where(closed, at.number("closed_points"), 0.0))
    each = together(
        [
            Part(at.interval("time_ratio", ratio), at.number("time_share")),
            Part(Interval(clean, clean), at.number("deviation_share")),
        ]
    )
    interval = record_per_site(
        rows.site, rows.held_on, each, n, case.as_of, at.number("half_life_years"), at.number("unseen")
    )
    total = count_per_site(rows.site, n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=np.where(total > 0, VERIFIED, 0),
        why=Why(
            ("dry_runs.none", "dry_runs.scored"),
            (total > 0).astype(np.int64),
            {
                "steps": total,
                "on_time": count_where(rows.site, ratio <= 1.0, n),
                "deviations": count_where(rows.site, deviated, n),
                "open": count_where(rows.site, deviated & ~closed, n),
                "latest_on": latest_per_site(rows.site, rows.held_on, n),
            },
        ),
        sources=(Sources("dry_run_step", rows.site, rows.id),),
    )
