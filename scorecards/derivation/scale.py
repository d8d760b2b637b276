"""Scale: the largest batch a site has proven against the batch the program needs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import FAIL, PASS, UNKNOWN, GateBatch, ScoreBatch, Why
from scorecards.derivation.facts import BoolArray, FloatArray, Need
from scorecards.derivation.fit import Profile
from scorecards.derivation.intervals import Part, open_interval, together
from scorecards.derivation.matching import any_per_site, best_per_site, in_unit, strongest
from scorecards.derivation.score import ParamValue, RuleRef

PROVEN: AnchorSet = {
    "ratio": ((0, 0), (0.1, 20), (0.5, 60), (1, 85), (2, 100)),
    "now_share": 60,
    "peak_share": 40,
}
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
        size = _size(need) or np.nan
        largest = in_unit(rows.batch_max, rows.batch_unit, need.batch_unit)
        smallest = in_unit(rows.batch_min, rows.batch_unit, need.batch_unit)
        stated = ~np.isnan(rows.batch_max)
        return cls(
            largest=best_per_site(rows.site[own], largest[own] / size, n),
            smallest=-best_per_site(rows.site[own], -smallest[own] / size, n),
            foreign=any_per_site(rows.site, own & stated & np.isnan(largest), n),
        )


def _size(need: Need) -> float:
    """The batch asked for: now, else at the peak, 0 for neither."""
    return need.batch_size or need.batch_size_peak or 0.0


def _asked(profile: Profile) -> dict[str, ParamValue]:
    return {"needed": _size(profile.need), "unit_code": profile.need.batch_unit}


def _sizes(profile: Profile, ratios: FloatArray) -> FloatArray:
    sizes: FloatArray = np.nan_to_num(ratios) * _size(profile.need)
    return sizes


def proven_batch(rule: RuleRef, profile: Profile, at: Anchors, *, with_peak: bool = True) -> ScoreBatch:
    """S1-CAP-1: proven batch ÷ the batch needed now, and ÷ the batch needed at the peak where one is stated.

    Version 1 did not know the peak: ``with_peak`` is false for it.
    """
    ratios, need = Ratios.of(profile), profile.need
    asked = need.batch_size if need.batch_size is not None else need.batch_size_peak if with_peak else None
    known = ~np.isnan(ratios.largest)
    told = np.where(known, 3, np.where(ratios.foreign, 2, 1))
    now, peak = need.batch_size, need.batch_size_peak if with_peak else None
    parts = [Part(at.interval("ratio", ratios.largest), at.number("now_share"))] if now is not None else []
    if peak is not None:
        to_peak = ratios.largest * (now / peak if now is not None else 1.0)
        parts.append(Part(at.interval("ratio", to_peak), at.number("peak_share")))
    interval = together(parts) if parts else open_interval(profile.sites)
    own = profile.matches.kind & ~np.isnan(profile.capabilities.batch_max)
    scored = "batch.scored_peak" if now is not None and peak is not None else "batch.scored"
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=np.where(known, strongest(profile.capabilities, own, profile.sites), 0),
        why=Why(
            ("batch.not_asked", "batch.none", "batch.unit", scored),
            told if asked is not None else np.zeros_like(told),
            {"ratio": np.nan_to_num(ratios.largest), "proven": _sizes(profile, ratios.largest)},
            _asked(profile) | ({"peak": peak} if scored == "batch.scored_peak" and peak else {}),
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
