"""Quality culture: CAPAs and answers to our audits; what no figure shows is rated."""

from __future__ import annotations

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.columns import ABSENT, BoolArray, IntArray
from scorecards.derivation.intervals import (
    Part,
    count_where,
    record_per_site,
    rows_of,
    strength_of,
    together,
)
from scorecards.derivation.kernels import Interval, count_per_site
from scorecards.derivation.profile import CapaEnd, Capas, Practice
from scorecards.derivation.ratings import LEVELS, VERIFIED
from scorecards.derivation.score import RuleRef

CAPA: AnchorSet = {
    "days_late": ((0, 100), (30, 60), (90, 0)),
    "time_share": 30,
    "effect_share": 40,
    "level": LEVELS,
    "practice_share": 30,
    "half_life_years": 3,
    "unseen": 0.5,
}
RESPONSES: AnchorSet = {
    "days_late": ((0, 100), (15, 60), (60, 0)),
    "time_share": 50,
    "level": LEVELS,
    "practice_share": 50,
    "half_life_years": 3,
    "unseen": 0.5,
}


def _by(days: IntArray, as_of: int) -> BoolArray:
    """Whether a day is named and has come."""
    come: BoolArray = (days != ABSENT) & (days <= as_of)
    return come


def _timeliness(due_on: IntArray, done_on: IntArray, as_of: int, at: Anchors) -> Interval:
    """Points by days late; what is overdue and not done is at least as late as today."""
    done = _by(done_on, as_of)
    late = np.maximum(np.where(done, done_on, as_of) - due_on, 0).astype(np.float64)
    points = at.points("days_late", late)
    return Interval(np.where(done, points, 0.0), points)


def deviations(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-REG-3: CAPAs on time, CAPAs that worked and did not come back, and openness about deviations.

    Only what had happened by the day asked about counts; a due date is the one that held on it, extensions
    included.
    """
    n, rows = case.count, case.facts.capas
    done_on = np.where(rows.done_on == ABSENT, rows.closed_on, rows.done_on)
    due = _by(done_on, case.as_of) | (rows.due_on < case.as_of)
    timely = _timeliness(rows.due_on, done_on, case.as_of, at)
    effect = _effects(rows, case.as_of)
    judged_on = np.where(_by(rows.closed_on, case.as_of), rows.closed_on, rows.due_on)
    period = (at.number("half_life_years"), at.number("unseen"))
    practice = case.rated(Practice.CAPA_TRANSPARENCY)
    time = record_per_site(rows.site[due], rows.due_on[due], rows_of(timely, due), n, case.as_of, *period)
    worked = record_per_site(rows.site, judged_on, effect, n, case.as_of, *period)
    interval = together(
        [
            Part(time, at.number("time_share")),
            Part(worked, at.number("effect_share")),
            Part(practice.points(at), at.number("practice_share")),
        ]
    )
    total = count_per_site(rows.site, n)
    on_time = _by(done_on, case.as_of) & (done_on <= rows.due_on)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=np.where(total > 0, VERIFIED, strength_of(practice.rows, sites=n)),
        why=Why(
            ("capa.none", "capa.rated", "capa.scored"),
            np.where(total > 0, 2, np.where(np.isnan(practice.lowest), 0, 1)),
            {
                "capas": total,
                "due": count_where(rows.site, due, n),
                "on_time": count_where(rows.site, on_time, n),
                "effective": count_where(rows.site, effect.low == 100.0, n),
                "failed": count_where(rows.site, effect.high == 0.0, n),
                "rated": practice.lowest,
            },
        ),
        sources=(Sources("capa", rows.site, rows.id), practice.sources),
    )


def _effects(rows: Capas, as_of: int) -> Interval:
    """Effective 100, not effective or come back 0, not yet judged anything between."""
    closed, back = _by(rows.closed_on, as_of), _by(rows.returned_on, as_of)
    good = closed & (rows.end == CapaEnd.EFFECTIVE) & ~back
    bad = back | (closed & (rows.end == CapaEnd.INEFFECTIVE))
    return Interval(np.where(good, 100.0, 0.0), np.where(bad, 0.0, 100.0))


def responses(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-REG-4: answers to the findings of our audits on time, and what they show of the culture."""
    n, rows = case.count, case.facts.answers
    answered = _by(rows.answered_on, case.as_of)
    rows = rows.where((rows.due_on != ABSENT) & (answered | (rows.due_on < case.as_of)))
    answered = _by(rows.answered_on, case.as_of)
    practice = case.rated(Practice.AUDIT_RESPONSES)
    time = record_per_site(
        rows.site,
        rows.due_on,
        _timeliness(rows.due_on, rows.answered_on, case.as_of, at),
        n,
        case.as_of,
        at.number("half_life_years"),
        at.number("unseen"),
    )
    interval = together(
        [
            Part(time, at.number("time_share")),
            Part(practice.points(at), at.number("practice_share")),
        ]
    )
    total = count_per_site(rows.site, n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=np.where(total > 0, VERIFIED, strength_of(practice.rows, sites=n)),
        why=Why(
            ("responses.none", "responses.rated", "responses.scored"),
            np.where(total > 0, 2, np.where(np.isnan(practice.lowest), 0, 1)),
            {
                "findings": total,
                "on_time": count_where(rows.site, answered & (rows.answered_on <= rows.due_on), n),
                "unanswered": count_where(rows.site, ~answered, n),
                "rated": practice.lowest,
            },
        ),
        sources=(Sources("finding", rows.site, rows.id), practice.sources),
    )
