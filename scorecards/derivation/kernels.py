"""Numeric kernels that the rules share: ages, decay, sums per site."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scorecards.derivation.facts import ABSENT, FloatArray, IntArray

DAYS_PER_YEAR = 365.25


def months_before(as_of: int, months: int) -> int:
    """The same day ``months`` earlier (days since 1970), the last of the month where it does not exist."""
    return int(months_before_each(np.array([as_of], dtype=np.int64), months)[0])


def months_before_each(days: IntArray, months: int) -> IntArray:
    """`months_before` for an array of days."""
    at = days.astype("datetime64[D]")
    month = at.astype("datetime64[M]")
    day_of_month = at - month.astype("datetime64[D]")
    target = month - np.timedelta64(months, "M")
    first = target.astype("datetime64[D]")
    last = (target + np.timedelta64(1, "M")).astype("datetime64[D]") - first - np.timedelta64(1, "D")
    earlier: IntArray = (first + np.minimum(day_of_month, last)).astype(np.int64)
    return earlier


def decay(happened_on: IntArray, as_of: int, half_life_years: float) -> FloatArray:
    """Weights 2^(−age / half-life); 1 for today, 0 for a fact without date."""
    age_years = (as_of - happened_on) / DAYS_PER_YEAR
    weights: FloatArray = np.exp2(-np.maximum(age_years, 0.0) / half_life_years)
    return np.where(happened_on == ABSENT, 0.0, weights)


def sum_per_site(site: IntArray, weights: FloatArray, sites: int) -> FloatArray:
    """Sum of ``weights`` per site position, shape (sites,)."""
    return np.bincount(site, weights=weights, minlength=sites).astype(np.float64)


def count_per_site(site: IntArray, sites: int) -> IntArray:
    """Rows per site position, shape (sites,)."""
    return np.bincount(site, minlength=sites).astype(np.int64)


def latest_per_site(site: IntArray, days: IntArray, sites: int) -> IntArray:
    """Latest date per site, ``ABSENT`` where there is none."""
    latest = np.full(sites, ABSENT, dtype=np.int64)
    np.maximum.at(latest, site, days)
    return latest


@dataclass(frozen=True, slots=True)
class Interval:
    """Lower and upper bound per site, 0 to 100."""

    low: FloatArray
    high: FloatArray


def shrunk_mean(
    site: IntArray, weights: FloatArray, low: FloatArray, high: FloatArray, sites: int, unseen: float
) -> Interval:
    """Weighted mean per site in which a mass ``unseen`` has never been looked at and may be anything.

    The unseen mass enters the lower bound as 0 and the upper bound as 100, so that few or old
    observations give a wide interval and none gives [0, 100] (imprecise prior, Walley 1996).
    """
    total = sum_per_site(site, weights, sites) + unseen
    upper = (sum_per_site(site, weights * high, sites) + 100.0 * unseen) / total
    # Rounding may leave the last bit above 100, which would read as clipped evidence.
    return Interval(
        low=np.minimum(sum_per_site(site, weights * low, sites) / total, 100.0),
        high=np.minimum(upper, 100.0),
    )


def first_of_group(*keys: IntArray) -> NDArray[np.bool_]:
    """True on the first row of each run of equal keys; rows must be sorted by them."""
    first = np.ones(len(keys[0]), dtype=np.bool_)
    if len(first) > 1:
        first[1:] = np.logical_or.reduce([k[1:] != k[:-1] for k in keys])
    return first
