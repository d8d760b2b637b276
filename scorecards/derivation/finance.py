"""Finance: Altman's Z″, capital spending, customers, people."""

from __future__ import annotations

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.columns import FloatArray, IntArray, TextArray, as_date
from scorecards.derivation.intervals import Part, strength_of, together
from scorecards.derivation.profile import Finances, Practice, Staffs
from scorecards.derivation.ratings import LEVELS
from scorecards.derivation.score import RuleRef
from scorecards.engine.altman import COEFFICIENTS

MAX_AGE: AnchorSet = {"oldest_years": 3}
STABILITY: AnchorSet = {"z": ((0, 0), (1.1, 30), (2.6, 80), (4, 100)), **MAX_AGE}
INVESTMENT: AnchorSet = {"percent": ((0, 0), (3, 40), (6, 70), (12, 100)), **MAX_AGE}
CUSTOMERS: AnchorSet = {"percent": ((10, 100), (25, 70), (50, 30), (75, 0)), **MAX_AGE}
PEOPLE: AnchorSet = {
    "leaving_percent": ((5, 100), (10, 80), (20, 40), (35, 0)),
    "training_hours": ((0, 0), (20, 50), (40, 100)),
    "quality_percent": ((5, 0), (10, 40), (20, 100)),
    "leaving_share": 35,
    "training_share": 20,
    "quality_share": 20,
    "level": LEVELS,
    "practice_share": 25,
    **MAX_AGE,
}


def _latest[T: (Finances, Staffs)](rows: T, as_of: int, oldest_years: float) -> T:
    """The row of the latest year of each site, not older than so many years."""
    rows = rows.where(rows.year >= as_date(as_of).year - oldest_years)
    order = np.lexsort((rows.id, rows.year, rows.site))
    rows = rows.where(order)
    last = np.ones(len(rows), dtype=np.bool_)
    last[:-1] = rows.site[1:] != rows.site[:-1]
    return rows.where(last)


def _ratio(one: FloatArray, other: FloatArray) -> FloatArray:
    """NaN where either is not stated, or there is nothing to divide by."""
    ratio: FloatArray = one / np.where(other > 0, other, np.nan)
    return ratio


def _spread(site: IntArray, values: FloatArray, sites: int) -> FloatArray:
    """Values at the places of their sites, one row for each; NaN elsewhere."""
    found = np.full(sites, np.nan)
    found[site] = values
    return found


def z_scores(rows: Finances) -> FloatArray:
    """Z″ = 6.56 X1 + 3.26 X2 + 6.72 X3 + 1.05 X4 per row; NaN where a ratio is missing (`engine.altman`)."""
    ratios = np.stack(
        [
            _ratio(rows.current_assets - rows.current_liabilities, rows.total_assets),
            _ratio(rows.retained_earnings, rows.total_assets),
            _ratio(rows.ebit, rows.total_assets),
            _ratio(rows.equity, rows.total_liabilities),
        ]
    )
    scores: FloatArray = np.array(COEFFICIENTS) @ ratios
    return scores


def _of_accounts(
    rule: RuleRef, case: Case, at: Anchors, values: FloatArray, line: str, messages: tuple[str, str]
) -> ScoreBatch:
    """A criterion on one figure of the latest accounts; ``messages`` for not stated and for stated."""
    n, rows = case.count, _accounts(case, at)
    figure = _spread(rows.site, values, n)
    interval = at.interval(line, figure)
    missing = np.isnan(_spread(rows.site, rows.year.astype(np.float64), n))
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows.where(~np.isnan(values)), sites=n),
        why=Why(
            ("accounts.none", *messages),
            np.where(missing, 0, np.where(np.isnan(figure), 1, 2)),
            {"figure": figure, "year": _year_text(rows, n)},
            {"oldest_years": int(at.number("oldest_years"))},
        ),
        sources=(Sources("financial_year", rows.site, rows.id),),
    )


def _accounts(case: Case, at: Anchors) -> Finances:
    return _latest(case.facts.finances, case.as_of, at.number("oldest_years"))


def _year_text(rows: Finances | Staffs, sites: int) -> TextArray:
    """The year as text, so that it is not written with a thousands separator."""
    text = np.full(sites, "", dtype="U4")
    text[rows.site] = rows.year.astype("U4")
    return text


def stability(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-FIN-1: Altman's Z″ of the latest accounts: 1.10 is the edge of distress, 2.60 of safety."""
    messages = ("altman.missing", "altman.scored")
    return _of_accounts(rule, case, at, z_scores(_accounts(case, at)), "z", messages)


def investment(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-FIN-1: capital spending as a percentage of revenue."""
    rows = _accounts(case, at)
    values = 100.0 * _ratio(rows.capital_spending, rows.revenue)
    return _of_accounts(rule, case, at, values, "percent", ("investment.missing", "investment.scored"))


def customers(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-FIN-1: share of the largest customer: who lives off one client shares its fate."""
    values = _accounts(case, at).largest_customer
    return _of_accounts(rule, case, at, values, "percent", ("customers.missing", "customers.scored"))


def people(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-FIN-2: how many leave, how much they are trained, how many work in quality; and practice."""
    n = case.count
    rows = _latest(case.facts.staffs, case.as_of, at.number("oldest_years"))
    leaving = _spread(rows.site, 100.0 * _ratio(rows.leavers, rows.headcount), n)
    quality = _spread(rows.site, 100.0 * _ratio(rows.quality, rows.headcount), n)
    training = _spread(rows.site, rows.training_hours, n)
    practice = case.rated(Practice.PEOPLE)
    interval = together(
        [
            Part(at.interval("leaving_percent", leaving), at.number("leaving_share")),
            Part(at.interval("training_hours", training), at.number("training_share")),
            Part(at.interval("quality_percent", quality), at.number("quality_share")),
            Part(practice.points(at), at.number("practice_share")),
        ]
    )
    year = _year_text(rows, n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, practice.rows, sites=n),
        why=Why(
            ("people.none", "people.rated", "people.scored"),
            np.where(year != "", 2, np.where(np.isnan(practice.lowest), 0, 1)),
            {
                "leaving": leaving,
                "training": training,
                "quality": quality,
                "rated": practice.lowest,
                "year": year,
            },
        ),
        sources=(Sources("staffing", rows.site, rows.id), practice.sources),
    )
