"""Capacity against demand: headroom, doubled demand, the next slot, and the way from pilot to commercial."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet, settled
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.columns import ABSENT, FloatArray, TextArray, as_date
from scorecards.derivation.facts import DemandYear
from scorecards.derivation.intervals import (
    Part,
    best_per_site_interval,
    chosen,
    open_interval,
    strength_of,
    together,
)
from scorecards.derivation.kernels import Interval, count_per_site, sum_per_site
from scorecards.derivation.matching import any_per_site, in_unit_of_demand
from scorecards.derivation.operations import ANY_MODALITY
from scorecards.derivation.profile import Capacities, Practice, ShiftModel
from scorecards.derivation.ratings import LEVELS
from scorecards.derivation.score import RuleRef

DAYS_PER_MONTH = 365.25 / 12
RESERVED: AnchorSet = {
    "headroom": ((0, 0), (0.5, 30), (1, 80), (1.5, 100)),
    "headroom_share": 50,
    "reservable": ((0, 0), (0.5, 40), (1, 100)),
    "reservable_share": 25,
    "level": LEVELS,
    "practice_share": 25,
}
DOUBLED: AnchorSet = {"cover": ((0, 0), (0.5, 40), (1, 100)), "factor": 2}
SLOT: AnchorSet = {"months_late": ((0, 100), (3, 70), (6, 40), (12, 0))}
SCALE_UP: AnchorSet = {
    "path_share": 30,
    "shifts_worked": ((1, 100), (2, 66), (3, 33), (4, 0)),
    "shifts_share": 20,
    "level": LEVELS,
    "practice_share": 50,
}


@dataclass(frozen=True, slots=True)
class Amounts:
    """Bounds of an amount per capacity row, in its own unit; infinity where nothing limits it."""

    low: FloatArray
    high: FloatArray


@dataclass(frozen=True, slots=True)
class YearCover:
    """Amount ÷ demand of one year per site: bounds, and whether the site states anything for it."""

    year: DemandYear
    low: FloatArray
    high: FloatArray
    amount: FloatArray
    stated: FloatArray


def _lines(case: Case) -> Capacities:
    """Lines of the program's modality, and those that name none."""
    rows = case.facts.capacities
    wanted = case.need.modality
    return rows.where((rows.modality == wanted) | (rows.modality == "")) if wanted else rows


def _years(case: Case) -> list[DemandYear]:
    """The years of demand that are not over, without those in which nothing is needed."""
    this_year = as_date(case.as_of).year
    return [year for year in case.need.demand if year.year >= this_year and year.base > 0]


def _bounded(low: FloatArray, high: FloatArray) -> Amounts:
    """Amounts that are not known are anything from nothing up."""
    return Amounts(np.where(np.isnan(low), 0.0, low), np.where(np.isnan(high), np.inf, high))


def _free(rows: Capacities) -> Amounts:
    """Total less committed; without a word on what is committed, anything up to the total."""
    free = np.maximum(rows.total - rows.committed, 0.0)
    return Amounts(np.where(np.isnan(free), 0.0, free), np.where(np.isnan(free), rows.total, free))


def _expanded(rows: Capacities, as_of: int) -> Amounts:
    """What is free once a line is expanded, where the lead time allows it before the year begins."""
    starts = (rows.year - 1970).astype("datetime64[Y]").astype("datetime64[D]").astype(np.int64)
    months_left = (starts - as_of) / DAYS_PER_MONTH
    grown = np.fmax(rows.total, rows.expandable_to)
    in_time = rows.lead_months <= months_left
    unsaid = np.isnan(rows.lead_months)
    low = np.where(in_time & ~np.isnan(rows.expandable_to), grown, rows.total)
    high = np.where(np.isnan(rows.expandable_to), np.inf, grown)
    high = np.where(in_time | unsaid, high, rows.total)
    return Amounts(
        np.where(np.isnan(rows.committed), 0.0, np.maximum(low - rows.committed, 0.0)),
        np.maximum(high - np.nan_to_num(rows.committed), 0.0),
    )


def _cover(case: Case, rows: Capacities, amounts: Amounts, year: DemandYear, factor: float) -> YearCover:
    """Amount ÷ demand of one year. Operations stand in a row: the scarcest of them decides."""
    n = case.count
    now = rows.year == year.year
    site, operation = rows.site[now], rows.operation[now]
    low, high = (
        in_unit_of_demand(values[now], rows.unit[now], year.unit, case.need)
        for values in (amounts.low, amounts.high)
    )
    known = _bounded(low, high)
    scarce = Amounts(np.full(n, np.inf), np.full(n, np.inf))
    asked = [name for name in case.need.operations if name not in ANY_MODALITY]
    for name in asked or np.unique(operation).tolist():
        own = operation == name
        some = any_per_site(site, own, n)
        made = sum_per_site(site[own], known.low[own], n)
        most = sum_per_site(site[own], np.minimum(known.high[own], 1e300), n)
        # An operation that is asked for and not reported is open; one that nobody asked for is not missed.
        scarce = Amounts(
            np.minimum(scarce.low, np.where(some, made, 0.0 if asked else np.inf)),
            np.minimum(scarce.high, np.where(some, most, np.inf)),
        )
    stated = any_per_site(site, ~np.isnan(low), n)
    amount = np.where(stated & np.isfinite(scarce.low), scarce.low, 0.0)
    needed = year.base * factor
    return YearCover(year, amount / needed, scarce.high / needed, amount, stated.astype(np.float64))


def _mean_of_years(at: Anchors, line: str, covers: Sequence[YearCover]) -> Interval:
    """Mean over the years of the points of each."""
    low = np.mean([at.points(line, cover.low) for cover in covers], axis=0)
    high = np.mean([at.points(line, cover.high) for cover in covers], axis=0)
    return Interval(low, high)


@dataclass(frozen=True, slots=True)
class Tightest:
    """The year with the least cover per site: year as text, amount, demand; and how many years are stated."""

    year: TextArray
    amount: FloatArray
    needed: FloatArray
    stated: FloatArray


def _tightest(covers: Sequence[YearCover], factor: float) -> Tightest:
    ratios = np.stack([np.where(cover.stated > 0, cover.low, np.inf) for cover in covers])
    at = np.argmin(ratios, axis=0)
    columns = np.arange(ratios.shape[1])
    return Tightest(
        year=np.array([str(cover.year.year) for cover in covers])[at],
        amount=np.stack([cover.amount for cover in covers])[at, columns],
        needed=np.array([cover.year.base * factor for cover in covers])[at],
        stated=np.sum([cover.stated for cover in covers], axis=0),
    )


def _told(case: Case, rows: Capacities, covers: Sequence[YearCover], family: Sequence[str]) -> Why:
    """Not asked, no line, no year or unit that can be compared, or the figures of the tightest year."""
    n = case.count
    if not covers:
        return Why(("demand.not_asked",), np.zeros(n, dtype=np.int64))
    factor = float(family[1])
    tight = _tightest(covers, factor)
    listed = count_per_site(rows.site, n) > 0
    return Why(
        ("demand.not_asked", "demand.no_line", "demand.no_match", family[0]),
        np.where(~listed, 1, np.where(tight.stated == 0, 2, 3)),
        {
            "year": tight.year,
            "amount": tight.amount,
            "needed": tight.needed,
            "stated": tight.stated.astype(np.int64),
        },
        {"years": len(covers), "unit_code": covers[0].year.unit},
    )


def reserved(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-CAP-2: what is free ÷ demand, what can be reserved ÷ demand, per year; and how reserving works."""
    n, rows = case.count, _lines(case)
    years = _years(case)
    free = [_cover(case, rows, _free(rows), year, 1.0) for year in years]
    offered = _bounded(rows.reservable, rows.reservable)
    kept = [_cover(case, rows, offered, year, 1.0) for year in years]
    practice = case.rated(Practice.RESERVATION)
    interval = together(
        [
            Part(
                _mean_of_years(at, "headroom", free) if free else open_interval(n),
                at.number("headroom_share"),
            ),
            Part(
                _mean_of_years(at, "reservable", kept) if kept else open_interval(n),
                at.number("reservable_share"),
            ),
            Part(practice.points(at), at.number("practice_share")),
        ]
    )
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, practice.rows, sites=n) if years else strength_of(practice.rows, sites=n),
        why=_told(case, rows, free, ("reserved.scored", "1")),
        sources=(Sources("capacity", rows.site, rows.id), practice.sources),
    )


def doubled(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-CAP-3: what is free, with expansions that come in time, ÷ twice the demand, per year."""
    n, rows, factor = case.count, _lines(case), at.number("factor")
    amounts = _expanded(rows, case.as_of)
    covers = [_cover(case, rows, amounts, year, factor) for year in _years(case)]
    interval = _mean_of_years(at, "cover", covers) if covers else open_interval(n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, sites=n) if covers else np.zeros(n, dtype=np.int64),
        why=_told(case, rows, covers, ("doubled.scored", str(factor))),
        sources=(Sources("capacity", rows.site, rows.id),),
    )


def slot(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-CAP-2: months from the day the first batch is needed to the next free slot of the earliest line.

    A line that names no slot may be free earlier, so it leaves the upper end open.
    """
    n, rows, needed = case.count, _lines(case), case.need.first_batch_on
    keys, line = np.unique(np.stack([rows.site, rows.line]), axis=1, return_inverse=True)
    lines = keys.shape[1]
    none = np.iinfo(np.int64).max
    next_slot = np.full(lines, none, dtype=np.int64)
    named = rows.slot_on != ABSENT
    np.minimum.at(next_slot, line.reshape(-1)[named], rows.slot_on[named])
    unsaid = any_per_site(keys[0], next_slot == none, n)
    earliest = np.full(n, none, dtype=np.int64)
    np.minimum.at(earliest, keys[0], next_slot)
    known = earliest != none
    slot_on = np.where(known, np.maximum(earliest, case.as_of), ABSENT)
    if needed is None:
        interval = open_interval(n)
        message = np.zeros(n, dtype=np.int64)
    else:
        late = np.where(known, np.maximum(slot_on - needed, 0) / DAYS_PER_MONTH, np.nan)
        points = settled(at.points("months_late", late))
        interval = Interval(points.low, np.where(unsaid, 100.0, points.high))
        message = np.where(known, np.where(unsaid, 3, 2), 1)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows.where(named), sites=n)
        if needed is not None
        else np.zeros(n, dtype=np.int64),
        why=Why(
            ("slot.not_asked", "slot.none", "slot.scored", "slot.partly"),
            message,
            {"slot_on": slot_on},
            {} if needed is None else {"needed_on": as_date(needed)},
        ),
        sources=(Sources("capacity", rows.site, rows.id),),
    )


def scale_up(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-CAP-4: a stated path from pilot to commercial, shifts that could be added, and practice."""
    n, rows = case.count, _lines(case)
    path = any_per_site(rows.site, rows.has_path == 1, n)
    worked = np.where(rows.shifts == ShiftModel.UNKNOWN, np.nan, rows.shifts).astype(np.float64)
    shifts = best_per_site_interval(rows.site, at.interval("shifts_worked", worked), n)
    practice = case.rated(Practice.SCALE_UP)
    certain = Interval(np.full(n, 100.0), np.full(n, 100.0))
    interval = together(
        [
            Part(chosen(path, certain, open_interval(n)), at.number("path_share")),
            Part(shifts, at.number("shifts_share")),
            Part(practice.points(at), at.number("practice_share")),
        ]
    )
    fewest = np.full(n, np.inf)
    np.fmin.at(fewest, rows.site, worked)
    listed = (count_per_site(rows.site, n) > 0) | ~np.isnan(practice.lowest)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, practice.rows, sites=n),
        why=Why(
            ("scale_up.none", "scale_up.no_path", "scale_up.path"),
            np.where(path, 2, listed.astype(np.int64)),
            {"shifts": np.where(np.isinf(fewest), np.nan, fewest), "rated": practice.lowest},
        ),
        sources=(Sources("capacity", rows.site, rows.id), practice.sources),
    )
