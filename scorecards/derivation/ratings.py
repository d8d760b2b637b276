"""Practices that no figure shows, rated 0 to 5 against written anchors."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecards.derivation.anchors import Anchors
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.columns import FloatArray, IntArray
from scorecards.derivation.facts import Facts
from scorecards.derivation.kernels import Interval, latest_per_site
from scorecards.derivation.profile import Practice, Ratings
from scorecards.derivation.score import RuleRef

VERIFIED = 3
LEVELS = ((0, 0), (5, 100))
RUBRIC = {"level": LEVELS}


@dataclass(frozen=True, slots=True)
class Rated:
    """Lowest and highest level that counts per site, NaN where nobody rated; and the rows that count."""

    lowest: FloatArray
    highest: FloatArray
    rows: Ratings

    def points(self, at: Anchors, name: str = "level") -> Interval:
        """The bounds in points; not rated is open."""
        low, high = at.interval(name, self.lowest), at.interval(name, self.highest)
        return Interval(low.low, high.high)

    @property
    def sources(self) -> Sources:
        """The ratings as evidence."""
        return Sources("rating", self.rows.site, self.rows.id)


def rated(facts: Facts, practice: Practice) -> Rated:
    """The ratings of a practice that count: the latest verified one, else the latest of each strength.

    Somebody who looked settles the matter. Where nobody has, a site's own word and a document that say
    different things leave it open between them.
    """
    rows = _latest_of_each_strength(facts.ratings.where(facts.ratings.practice == practice))
    verified = np.zeros(facts.count, dtype=np.bool_)
    verified[rows.site[rows.strength == VERIFIED]] = True
    rows = rows.where((rows.strength == VERIFIED) | ~verified[rows.site])
    lowest, highest = np.full(facts.count, np.inf), np.full(facts.count, -np.inf)
    np.minimum.at(lowest, rows.site, rows.level.astype(np.float64))
    np.maximum.at(highest, rows.site, rows.level.astype(np.float64))
    return Rated(
        np.where(np.isinf(lowest), np.nan, lowest), np.where(np.isinf(highest), np.nan, highest), rows
    )


def _latest_of_each_strength(rows: Ratings) -> Ratings:
    order = np.lexsort((rows.id, rows.seen_on, rows.strength, rows.site))
    rows = rows.where(order)
    last = np.ones(len(rows), dtype=np.bool_)
    last[:-1] = (rows.site[1:] != rows.site[:-1]) | (rows.strength[1:] != rows.strength[:-1])
    return rows.where(last)


def rubric(rule: RuleRef, facts: Facts, at: Anchors, practice: Practice) -> ScoreBatch:
    """A criterion that rests on ratings alone: level 0 is 0 points and level 5 is 100, linear between."""
    found = rated(facts, practice)
    interval = found.points(at)
    strength = _strength(found, facts.count)
    differ = found.lowest < found.highest
    message = np.select([np.isnan(found.lowest), differ, strength == VERIFIED], [0, 2, 3], 1)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength,
        why=Why(
            ("rubric.none", "rubric.one", "rubric.several", "rubric.verified"),
            message,
            {
                "level": found.lowest,
                "highest": found.highest,
                "seen_on": latest_per_site(found.rows.site, found.rows.seen_on, facts.count),
            },
            {"practice_code": practice.name.lower()},
        ),
        sources=(found.sources,),
    )


def _strength(found: Rated, sites: int) -> IntArray:
    best = np.zeros(sites, dtype=np.int64)
    np.maximum.at(best, found.rows.site, found.rows.strength)
    return best
