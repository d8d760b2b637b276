"""Communication: who may decide, whether reviews are held, whether bad news comes early."""

from __future__ import annotations

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.columns import ABSENT
from scorecards.derivation.intervals import (
    best_per_site_interval,
    count_where,
    record_per_site,
    strength_of,
)
from scorecards.derivation.kernels import (
    Interval,
    count_per_site,
    latest_per_site,
    months_before,
    shrunk_mean,
)
from scorecards.derivation.profile import ContactFunction, DecisionAuthority
from scorecards.derivation.score import RuleRef

MANAGERS: AnchorSet = {"full_points": 100, "operational_points": 60, "none_points": 20}
REVIEWS: AnchorSet = {"months": 12, "without_minutes_points": 70, "grace_days": 14, "unseen": 1}
WARNINGS: AnchorSet = {"half_life_years": 3, "unseen": 0.5}


def managers(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-COM-1: the named project manager with the most authority; without a name nothing is known."""
    n, contacts = case.count, case.facts.contacts
    rows = contacts.where(contacts.function == ContactFunction.PROJECT_MANAGER)
    none, operational, full = (at.number(f"{name}_points") for name in ("none", "operational", "full"))
    least, most = min(none, operational, full), max(none, operational, full)
    each = Interval(
        np.array([least, none, operational, full])[rows.authority],
        np.array([most, none, operational, full])[rows.authority],
    )
    interval = best_per_site_interval(rows.site, each, n)
    total = count_per_site(rows.site, n)
    best = np.zeros(n, dtype=np.int64)
    np.maximum.at(best, rows.site, rows.authority)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, sites=n),
        why=Why(
            (
                "managers.none",
                "managers.unsaid",
                "managers.passes_on",
                "managers.operational",
                "managers.full",
            ),
            np.where(total > 0, 1 + best, 0),
            {
                "managers": total,
                "deciding": count_where(rows.site, rows.authority >= DecisionAuthority.OPERATIONAL, n),
            },
        ),
        sources=(Sources("contact", rows.site, rows.id),),
    )


def reviews(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-COM-2: reviews held ÷ planned in the months before; one without minutes counts less.

    The mass of one review that nobody recorded keeps a single meeting from looking like a rhythm.
    """
    n, meetings = case.count, case.facts.meetings
    since = months_before(case.as_of, int(at.number("months")))
    rows = meetings.where((meetings.planned_on > since) & (meetings.planned_on <= case.as_of))
    held = (rows.held_on != ABSENT) & (rows.held_on <= case.as_of)
    due = rows.planned_on <= case.as_of - at.number("grace_days")
    points = np.where(rows.has_minutes == 1, 100.0, at.number("without_minutes_points"))
    each = Interval(np.where(held, points, 0.0), np.where(held, points, np.where(due, 0.0, 100.0)))
    interval = shrunk_mean(rows.site, np.ones(len(rows)), each.low, each.high, n, at.number("unseen"))
    total = count_per_site(rows.site, n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, sites=n),
        why=Why(
            ("reviews.none", "reviews.scored"),
            (total > 0).astype(np.int64),
            {
                "planned": total,
                "held": count_where(rows.site, held, n),
                "minutes": count_where(rows.site, held & (rows.has_minutes == 1), n),
                "latest_on": latest_per_site(rows.site, rows.planned_on, n),
            },
            {"months": int(at.number("months"))},
        ),
        sources=(Sources("meeting", rows.site, rows.id),),
    )


def early_warning(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-COM-3: share of the issues that were told before they were felt, recent ones first.

    An issue that has not been felt and not been told is still open.
    """
    n, rows = case.count, case.facts.warnings
    told_on = np.where(rows.told_on > case.as_of, ABSENT, rows.told_on)
    felt_on = np.where(rows.felt_on > case.as_of, ABSENT, rows.felt_on)
    told, felt = told_on != ABSENT, felt_on != ABSENT
    before = told & (~felt | (told_on < felt_on))
    each = Interval(np.where(before, 100.0, 0.0), np.where(before | (~told & ~felt), 100.0, 0.0))
    interval = record_per_site(
        rows.site, rows.knew_on, each, n, case.as_of, at.number("half_life_years"), at.number("unseen")
    )
    total = count_per_site(rows.site, n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, sites=n),
        why=Why(
            ("warnings.none", "warnings.scored"),
            (total > 0).astype(np.int64),
            {
                "issues": total,
                "before": count_where(rows.site, before, n),
                "after": count_where(rows.site, felt & ~before, n),
                "latest_on": latest_per_site(rows.site, rows.knew_on, n),
            },
        ),
        sources=(Sources("warning", rows.site, rows.id),),
    )
