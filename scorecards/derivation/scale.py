"""Scale: the largest batch a site has proven against the batch the program needs."""

from __future__ import annotations

import numpy as np

from scorecards.derivation.batch import FAIL, PASS, UNKNOWN, GateBatch, ScoreBatch, Why
from scorecards.derivation.fit import Profile
from scorecards.derivation.matching import any_per_site, best_per_site, in_unit, strongest
from scorecards.derivation.score import ParamValue, RuleRef

RATIO_ANCHORS = ((0.0, 0.0), (0.1, 20.0), (0.5, 60.0), (1.0, 85.0), (2.0, 100.0))
STRETCH = 2.0
"""How far from the proven range a need may lie before the profile is read as excluding it."""


def _batch_ratios(profile: Profile) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Proven maximum ÷ need and need ÷ proven minimum (largest and smallest of a site), and whether a unit
    was stated that does not convert. Shape (sites,), NaN where unknown."""
    rows, need, n = profile.capabilities, profile.need, profile.sites
    own = profile.matches.kind
    size = need.batch_size or np.nan
    largest = in_unit(rows.batch_max, rows.batch_unit, need.batch_unit)
    smallest = in_unit(rows.batch_min, rows.batch_unit, need.batch_unit)
    up = best_per_site(rows.site[own], largest[own] / size, n)
    down = -best_per_site(rows.site[own], -smallest[own] / size, n)
    foreign = any_per_site(rows.site, own & ~np.isnan(rows.batch_max) & np.isnan(largest), n)
    return up, down, foreign


def proven_batch(rule: RuleRef, profile: Profile) -> ScoreBatch:
    """S1-CAP-1: proven batch ÷ needed batch, piecewise linear: 0.1 → 20, 0.5 → 60, 1 → 85, 2 → 100."""
    up, _, foreign = _batch_ratios(profile)
    known = ~np.isnan(up)
    at, points = zip(*RATIO_ANCHORS, strict=True)
    value = np.interp(np.nan_to_num(up), at, points)
    asked = profile.need.batch_size is not None
    message = (
        np.where(known, 3, np.where(foreign, 2, 1)) if asked else np.zeros(profile.sites, dtype=np.int64)
    )
    own = profile.matches.kind & ~np.isnan(profile.capabilities.batch_max)
    return ScoreBatch(
        rule=rule,
        low=np.where(known, value, 0.0),
        high=np.where(known, value, 100.0),
        strength=np.where(known, strongest(profile.capabilities, own, profile.sites), 0),
        why=Why(
            ("batch.not_asked", "batch.none", "batch.unit", "batch.scored"),
            message,
            {
                "ratio": np.nan_to_num(up),
                "proven": np.nan_to_num(up) * (profile.need.batch_size or 0.0),
            },
            {"needed": profile.need.batch_size or 0.0, "unit_code": profile.need.batch_unit},
        ),
        sources=profile.sources(own),
    )


def batch_gate(rule: RuleRef, profile: Profile) -> GateBatch:
    """Must-have S1-CAP-1: the needed batch lies in the proven range; up to twice outside is unknown."""
    up, down, foreign = _batch_ratios(profile)
    n = profile.sites
    constants: dict[str, ParamValue] = {
        "needed": profile.need.batch_size or 0.0,
        "unit_code": profile.need.batch_unit,
    }
    params = {
        "proven": np.nan_to_num(up) * (profile.need.batch_size or 0.0),
        "smallest": np.nan_to_num(down) * (profile.need.batch_size or 0.0),
    }
    messages = (
        "batch.not_asked",
        "batch.none",
        "batch.unit",
        "batch.within",
        "batch.near",
        "batch.too_large",
        "batch.too_small",
    )
    status_of = np.array([PASS, UNKNOWN, UNKNOWN, PASS, UNKNOWN, FAIL, FAIL])
    if profile.need.batch_size is None:
        message = np.zeros(n, dtype=np.int64)
    else:
        lower = np.where(np.isnan(down), 0.0, down)
        message = np.select(
            [
                np.isnan(up) & foreign,
                np.isnan(up),
                up * STRETCH < 1.0,
                lower > STRETCH,
                (up < 1.0) | (lower > 1.0),
            ],
            [2, 1, 5, 6, 4],
            3,
        )
    return GateBatch(
        rule=rule,
        status=status_of[message],
        why=Why(messages, message, params, constants),
        sources=profile.sources(profile.matches.kind),
    )
