"""Scale: the largest batch a site has proven against the batch the program needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecards.derivation.batch import FAIL, PASS, UNKNOWN, GateBatch, ScoreBatch, Why
from scorecards.derivation.facts import BoolArray, FloatArray
from scorecards.derivation.fit import Profile
from scorecards.derivation.matching import any_per_site, best_per_site, in_unit, strongest
from scorecards.derivation.score import ParamValue, RuleRef

RATIO_ANCHORS = ((0.0, 0.0), (0.1, 20.0), (0.5, 60.0), (1.0, 85.0), (2.0, 100.0))
STRETCH = 2.0
"""How far from the proven range a need may lie before the profile is read as excluding it."""


BATCH_MESSAGES = (
    "batch.not_asked",
    "batch.none",
    "batch.unit",
    "batch.within",
    "batch.near",
    "batch.too_large",
    "batch.too_small",
)
BATCH_STATUS = np.array([PASS, UNKNOWN, UNKNOWN, PASS, UNKNOWN, FAIL, FAIL])


@dataclass(frozen=True, slots=True)
class Ratios:
    """A site's proven batches of the program's modality ÷ the needed batch, NaN where unknown.

    ``foreign`` marks sites that state a batch in a unit that does not convert.
    """

    largest: FloatArray
    smallest: FloatArray
    foreign: BoolArray

    @classmethod
    def of(cls, profile: Profile) -> Ratios:
        """Compare the stated batches with the need."""
        rows, need, n = profile.capabilities, profile.need, profile.sites
        own = profile.matches.kind
        size = need.batch_size or np.nan
        largest = in_unit(rows.batch_max, rows.batch_unit, need.batch_unit)
        smallest = in_unit(rows.batch_min, rows.batch_unit, need.batch_unit)
        stated = ~np.isnan(rows.batch_max)
        return cls(
            largest=best_per_site(rows.site[own], largest[own] / size, n),
            smallest=-best_per_site(rows.site[own], -smallest[own] / size, n),
            foreign=any_per_site(rows.site, own & stated & np.isnan(largest), n),
        )


def _asked(profile: Profile) -> dict[str, ParamValue]:
    return {"needed": profile.need.batch_size or 0.0, "unit_code": profile.need.batch_unit}


def _sizes(profile: Profile, ratios: FloatArray) -> FloatArray:
    sizes: FloatArray = np.nan_to_num(ratios) * (profile.need.batch_size or 0.0)
    return sizes


def proven_batch(rule: RuleRef, profile: Profile) -> ScoreBatch:
    """S1-CAP-1: proven batch ÷ needed batch, piecewise linear: 0.1 → 20, 0.5 → 60, 1 → 85, 2 → 100."""
    ratios = Ratios.of(profile)
    known = ~np.isnan(ratios.largest)
    at, points = zip(*RATIO_ANCHORS, strict=True)
    value = np.interp(np.nan_to_num(ratios.largest), at, points)
    told = np.where(known, 3, np.where(ratios.foreign, 2, 1))
    own = profile.matches.kind & ~np.isnan(profile.capabilities.batch_max)
    return ScoreBatch(
        rule=rule,
        low=np.where(known, value, 0.0),
        high=np.where(known, value, 100.0),
        strength=np.where(known, strongest(profile.capabilities, own, profile.sites), 0),
        why=Why(
            ("batch.not_asked", "batch.none", "batch.unit", "batch.scored"),
            told if profile.need.batch_size is not None else np.zeros_like(told),
            {"ratio": np.nan_to_num(ratios.largest), "proven": _sizes(profile, ratios.largest)},
            _asked(profile),
        ),
        sources=profile.sources(own),
    )


def batch_gate(rule: RuleRef, profile: Profile) -> GateBatch:
    """Must-have S1-CAP-1: the needed batch lies in the proven range; up to twice outside is unknown."""
    ratios = Ratios.of(profile)
    largest, smallest = ratios.largest, np.nan_to_num(ratios.smallest)
    message = np.select(
        [
            np.full(profile.sites, profile.need.batch_size is None),
            np.isnan(largest) & ratios.foreign,
            np.isnan(largest),
            largest * STRETCH < 1.0,
            smallest > STRETCH,
            (largest < 1.0) | (smallest > 1.0),
        ],
        [0, 2, 1, 5, 6, 4],
        3,
    )
    params = {
        "proven": _sizes(profile, ratios.largest),
        "smallest": _sizes(profile, ratios.smallest),
    }
    return GateBatch(
        rule=rule,
        status=BATCH_STATUS[message],
        why=Why(BATCH_MESSAGES, message, params, _asked(profile)),
        sources=profile.sources(profile.matches.kind),
    )
