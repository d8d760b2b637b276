"""Technical fit: modality, dosage form and route, stage, depth of experience, stated limits.

A capability says what a site does. Silence is unknown; a site that has said what it does, and has not said
this, is not a match. Reasons, anchors and examples are in docs/criteria.md.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import FAIL, PASS, UNKNOWN, GateBatch, ScoreBatch, Sources, Why
from scorecards.derivation.facts import BoolArray, Capabilities, Facts, FloatArray, IntArray, Need
from scorecards.derivation.intervals import Part, chosen, open_interval, strength_of, together
from scorecards.derivation.kernels import Interval
from scorecards.derivation.matching import (
    NEAR,
    NO,
    YES,
    Matches,
    any_per_site,
    best_per_site,
    match,
    strongest,
)
from scorecards.derivation.ratings import LEVELS, Rated
from scorecards.derivation.score import RuleRef

LEVEL_LOW = np.array([0.0, 50.0, 0.0, 100.0])
LEVEL_HIGH = np.array([0.0, 50.0, 100.0, 100.0])
"""Points of no, near, open and yes."""
DEPTH: AnchorSet = {
    "batches": ((0, 0), (3, 40), (10, 70), (30, 100)),
    "years": ((0, 0), (2, 30), (5, 60), (15, 100)),
    "batches_share": 50,
    "years_share": 50,
}
LIMITS: AnchorSet = {"stated_share": 60, "level": LEVELS, "practice_share": 40}
FIRST_LIMITS_LOW = 60.0


@dataclass(frozen=True, slots=True)
class Profile:
    """The capabilities of all sites beside the need, matched once for every rule."""

    need: Need
    capabilities: Capabilities
    matches: Matches
    sites: int
    stated: BoolArray

    @classmethod
    def of(cls, facts: Facts, need: Need) -> Profile:
        """Match the capabilities in ``facts`` with ``need``."""
        rows = facts.capabilities
        everything = np.ones(len(rows), dtype=np.bool_)
        return cls(
            need, rows, match(rows, need), facts.count, any_per_site(rows.site, everything, facts.count)
        )

    def level(self, per_row: IntArray) -> IntArray:
        """Best match level per site, −1 where no capability is recorded."""
        best = np.full(self.sites, -1, dtype=np.int64)
        np.maximum.at(best, self.capabilities.site, per_row)
        return best

    def sources(self, mask: BoolArray | None = None) -> tuple[Sources, ...]:
        """The capability rows as evidence."""
        rows = self.capabilities if mask is None else self.capabilities.where(mask)
        return (Sources("capability", rows.site, rows.id),)

    @property
    def form_and_route(self) -> IntArray:
        """Match of dosage form and route together: the weaker of the two, near where one of them matches."""
        form, route = self.matches.form, self.matches.route
        weaker = np.minimum(form, route)
        return np.where((weaker == NO) & (np.maximum(form, route) == YES), NEAR, weaker)

    @property
    def stage_of_kind(self) -> IntArray:
        """Match of the stage; in another modality than the program's it is near at best."""
        stage = self.matches.stage
        return np.where((stage == YES) & ~self.matches.kind, NEAR, stage)


LEVEL_NAMES = ("none", "no", "near", "open", "yes")


def _messages(family: str) -> tuple[str, ...]:
    return tuple(f"{family}.{name}" for name in LEVEL_NAMES)


def _level_scores(rule: RuleRef, profile: Profile, per_row: IntArray, family: str) -> ScoreBatch:
    """Yes 100, near 50, no 0, blank or unrecorded [0, 100]; the best capability gives each bound."""
    site, n = profile.capabilities.site, profile.sites
    low = best_per_site(site, LEVEL_LOW[per_row], n)
    high = best_per_site(site, LEVEL_HIGH[per_row], n)
    return ScoreBatch(
        rule=rule,
        low=np.where(profile.stated, low, 0.0),
        high=np.where(profile.stated, high, 100.0),
        strength=strongest(profile.capabilities, per_row != NO, n),
        why=Why(_messages(family), profile.level(per_row) + 1, constants=_asked(profile.need, family)),
        sources=profile.sources(),
    )


def _level_gate(rule: RuleRef, profile: Profile, per_row: IntArray, family: str) -> GateBatch:
    """Yes passes, no fails, everything between or unrecorded is unknown."""
    level = profile.level(per_row)
    status = np.full(profile.sites, UNKNOWN, dtype=np.int64)
    status[level == YES], status[level == NO] = PASS, FAIL
    return GateBatch(
        rule=rule,
        status=status,
        why=Why(_messages(family), level + 1, constants=_asked(profile.need, family)),
        sources=profile.sources(),
    )


def _asked(need: Need, family: str) -> dict[str, str]:
    words = {
        "modality": {"modality_code": need.modality},
        "form_route": {"dosage_form_code": need.dosage_form, "route_code": need.route},
        "stage": {"stage_code": need.stage},
    }
    return words[family]


def modality_fit(rule: RuleRef, profile: Profile) -> ScoreBatch:
    """S1-FIT-2: same modality 100, adjacent 50, others only 0."""
    return _level_scores(rule, profile, profile.matches.modality, "modality")


def form_route_fit(rule: RuleRef, profile: Profile) -> ScoreBatch:
    """S1-FIT-1: form and route in one capability 100, one of them 50, neither 0."""
    return _level_scores(rule, profile, profile.form_and_route, "form_route")


def stage_fit(rule: RuleRef, profile: Profile) -> ScoreBatch:
    """S1-FIT-3: the stage 100, one step away or in another modality 50, further 0."""
    return _level_scores(rule, profile, profile.stage_of_kind, "stage")


def modality_gate(rule: RuleRef, profile: Profile) -> GateBatch:
    """Must-have S1-FIT-2; an adjacent modality leaves the answer open."""
    return _level_gate(rule, profile, profile.matches.modality, "modality")


def form_route_gate(rule: RuleRef, profile: Profile) -> GateBatch:
    """Must-have S1-FIT-1; a capability with only one of the two leaves the answer open."""
    return _level_gate(rule, profile, profile.form_and_route, "form_route")


def stage_gate(rule: RuleRef, profile: Profile) -> GateBatch:
    """Must-have S1-FIT-3; one step away, or the stage in another modality, leaves the answer open."""
    return _level_gate(rule, profile, profile.stage_of_kind, "stage")


def depth(rule: RuleRef, profile: Profile, at: Anchors) -> ScoreBatch:
    """S1-FIT-4: half from batches of this modality made, half from years; each half open if unsaid.

    A site that has said what it does, and does not do this modality, has no depth in it.
    """
    rows, n = profile.capabilities, profile.sites
    own = profile.matches.kind
    batches = best_per_site(rows.site[own], rows.batches_made[own], n)
    years = best_per_site(rows.site[own], rows.years[own], n)
    has_own = any_per_site(rows.site, own, n)
    halves = together(
        [
            Part(at.interval("batches", batches), at.number("batches_share")),
            Part(at.interval("years", years), at.number("years_share")),
        ]
    )
    low, high = halves.low, halves.high
    other = profile.stated & ~has_own
    message = np.select(
        [~profile.stated, other, np.isnan(batches) & np.isnan(years), np.isnan(years), np.isnan(batches)],
        [0, 1, 2, 3, 4],
        5,
    )
    return ScoreBatch(
        rule=rule,
        low=np.where(has_own, low, 0.0),
        high=np.where(has_own, high, np.where(other, 0.0, 100.0)),
        strength=strongest(rows, own, n),
        why=Why(
            ("depth.none", "depth.other", "depth.unsaid", "depth.batches", "depth.years", "depth.scored"),
            message,
            {"batches": _whole(batches), "years": _whole(years)},
            {"modality_code": profile.need.modality},
        ),
        sources=profile.sources(own),
    )


def limits(rule: RuleRef, profile: Profile, practice: Rated, at: Anchors) -> ScoreBatch:
    """S1-FIT-5: limits in the site's own words, and how clear they are as rated by whoever read them."""
    rows, n = profile.capabilities, profile.sites
    stated = any_per_site(rows.site, rows.has_limits == 1, n)
    certain = Interval(np.full(n, 100.0), np.full(n, 100.0))
    interval = together(
        [
            Part(chosen(stated, certain, open_interval(n)), at.number("stated_share")),
            Part(practice.points(at), at.number("practice_share")),
        ]
    )
    message = np.where(np.isnan(practice.lowest), 0, 2) + stated
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows.where(rows.has_limits == 1), practice.rows, sites=n),
        why=Why(
            ("limits.none", "limits.stated", "limits.rated", "limits.both"),
            message,
            {"rated": practice.lowest},
        ),
        sources=(*profile.sources(rows.has_limits == 1), practice.sources),
    )


def _whole(values: FloatArray) -> IntArray:
    return np.nan_to_num(values, nan=-1.0).astype(np.int64)
