"""Bounds of several parts and of several rows put together. Every step is monotone in every bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scorecards.derivation.columns import BoolArray, Evidence, FloatArray, IntArray
from scorecards.derivation.kernels import Interval, count_per_site, decay, shrunk_mean, sum_per_site


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a criterion with its share of the whole."""

    interval: Interval
    share: float


def together(parts: Sequence[Part]) -> Interval:
    """The weighted mean of parts; shares need not add up to anything, and one is more than zero."""
    total = sum(part.share for part in parts)
    low: FloatArray = sum((part.interval.low * part.share for part in parts), start=np.zeros(1)) / total
    high: FloatArray = sum((part.interval.high * part.share for part in parts), start=np.zeros(1)) / total
    return Interval(np.clip(low, 0.0, 100.0), np.clip(high, 0.0, 100.0))


def open_interval(count: int) -> Interval:
    """Nothing known."""
    return Interval(np.zeros(count), np.full(count, 100.0))


def chosen(mask: BoolArray, one: Interval, other: Interval) -> Interval:
    """``one`` under the mask, else ``other``."""
    return Interval(np.where(mask, one.low, other.low), np.where(mask, one.high, other.high))


def rows_of(interval: Interval, mask: BoolArray) -> Interval:
    """The bounds under a mask."""
    return Interval(interval.low[mask], interval.high[mask])


def mean_per_site(site: IntArray, rows: Interval, sites: int) -> Interval:
    """Plain mean of the rows of each site; open where there is none."""
    count = np.bincount(site, minlength=sites)
    divisor = np.maximum(count, 1)
    mean = Interval(
        sum_per_site(site, rows.low, sites) / divisor,
        np.minimum(sum_per_site(site, rows.high, sites) / divisor, 100.0),
    )
    return chosen(count > 0, mean, open_interval(sites))


def best_per_site_interval(site: IntArray, rows: Interval, sites: int) -> Interval:
    """The best row gives each bound; open where there is none."""
    low, high = np.full(sites, -1.0), np.full(sites, -1.0)
    np.maximum.at(low, site, rows.low)
    np.maximum.at(high, site, rows.high)
    return chosen(high >= 0, Interval(np.maximum(low, 0.0), high), open_interval(sites))


def record_per_site(
    site: IntArray,
    happened_on: IntArray,
    rows: Interval,
    sites: int,
    as_of: int,
    half_life_years: float,
    unseen: float,
) -> Interval:
    """A track record: rows weighted by recency, with a mass of ``unseen`` fresh ones nobody has looked at."""
    weights = decay(happened_on, as_of, half_life_years)
    return shrunk_mean(site, weights, rows.low, rows.high, sites, unseen)


def strength_of(*tables: Evidence, sites: int) -> IntArray:
    """Strength of the best evidence per site (index into ``STRENGTHS``), 0 for none."""
    best = np.zeros(sites, dtype=np.int64)
    for table in tables:
        np.maximum.at(best, table.site, table.strength)
    return best


def count_where(site: IntArray, mask: BoolArray, sites: int) -> IntArray:
    """Rows under a mask per site."""
    return count_per_site(site[mask], sites)


def mean_stated(site: IntArray, values: FloatArray, sites: int) -> FloatArray:
    """Mean of what is stated per site, NaN where nothing is."""
    known = ~np.isnan(values)
    count = count_per_site(site[known], sites)
    total = sum_per_site(site[known], values[known], sites)
    mean: FloatArray = np.where(count > 0, total / np.maximum(count, 1), np.nan)
    return mean
