"""Supply: qualified suppliers, stocks, countries, and disruptions as they were really handled."""

from __future__ import annotations

import numpy as np

from scorecards.derivation.anchors import Anchors, AnchorSet
from scorecards.derivation.batch import ScoreBatch, Sources, Why
from scorecards.derivation.case import Case
from scorecards.derivation.columns import ABSENT, FloatArray, IntArray
from scorecards.derivation.intervals import (
    Part,
    chosen,
    count_where,
    mean_per_site,
    mean_stated,
    open_interval,
    record_per_site,
    strength_of,
    together,
)
from scorecards.derivation.kernels import Interval, count_per_site, latest_per_site
from scorecards.derivation.profile import Materials, Practice, Suppliers, SupplierStatus
from scorecards.derivation.ratings import LEVELS
from scorecards.derivation.score import RuleRef

DUAL_SOURCING: AnchorSet = {"enough": 2}
STOCKS: AnchorSet = {"cover": ((0, 0), (0.5, 40), (1, 80), (1.5, 100))}
EXPOSURE: AnchorSet = {
    "concentration": ((0.25, 100), (0.5, 70), (1, 0)),
    "concentration_share": 70,
    "level": LEVELS,
    "watch_share": 30,
}
DISRUPTIONS: AnchorSet = {
    "recovery_days": ((0, 100), (7, 90), (30, 60), (90, 20), (180, 0)),
    "impact_days": ((0, 100), (14, 70), (60, 20), (120, 0)),
    "told_days": ((2, 100), (7, 70), (30, 0)),
    "recovery_share": 40,
    "impact_share": 40,
    "told_share": 20,
    "level": LEVELS,
    "handling_share": 70,
    "practice_share": 30,
    "half_life_years": 3,
    "unseen": 0.5,
}


def _critical(case: Case) -> Materials:
    return case.facts.materials.where(case.facts.materials.is_critical == 1)


def _qualified(case: Case) -> Suppliers:
    return case.facts.suppliers.where(case.facts.suppliers.status == SupplierStatus.QUALIFIED)


def _pairs(site: IntArray, material: IntArray) -> IntArray:
    """One number for each site and material; what is equal stays equal within one array of pairs."""
    _, code = np.unique(material, return_inverse=True)
    pairs: IntArray = site * (code.max(initial=0) + 1) + code
    return pairs


def _partners(rows: Materials | Suppliers, others: Materials | Suppliers) -> IntArray:
    """How many of ``others`` are about the same material of the same site, shape (rows,)."""
    keys = _pairs(np.concatenate([rows.site, others.site]), np.concatenate([rows.material, others.material]))
    wanted, listed = keys[: len(rows)], np.sort(keys[len(rows) :])
    counted = np.searchsorted(listed, wanted, "right") - np.searchsorted(listed, wanted, "left")
    return counted.astype(np.int64)


def dual_sourcing(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-SUP-1: share of the critical materials with two or more qualified suppliers."""
    n, materials, qualified = case.count, _critical(case), _qualified(case)
    listed = _partners(materials, case.facts.suppliers) > 0
    enough = listed & (_partners(materials, qualified) >= at.number("enough"))
    rows = Interval(np.where(enough, 100.0, 0.0), np.where(enough | ~listed, 100.0, 0.0))
    interval = mean_per_site(materials.site, rows, n)
    total = count_per_site(materials.site, n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(materials.where(listed), case.facts.suppliers, sites=n),
        why=Why(
            ("dual_sourcing.none", "dual_sourcing.scored"),
            (total > 0).astype(np.int64),
            {
                "materials": total,
                "covered": count_where(materials.site, enough, n),
                "unlisted": count_where(materials.site, ~listed, n),
            },
            {"enough": int(at.number("enough"))},
        ),
        sources=(
            Sources("material", materials.site, materials.id),
            Sources("supplier", qualified.site, qualified.id),
        ),
    )


def stocks(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-SUP-2: days of use in stock ÷ days to get more, mean over the critical materials."""
    n, materials = case.count, _critical(case)
    lead = np.maximum(materials.lead_days, 1.0)
    cover: FloatArray = materials.stock_days / lead
    known = ~np.isnan(cover)
    interval = mean_per_site(materials.site, at.interval("cover", cover), n)
    total, stated = count_per_site(materials.site, n), count_where(materials.site, known, n)
    worst = np.full(n, np.inf)
    np.minimum.at(worst, materials.site[known], cover[known])
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(materials.where(known), sites=n),
        why=Why(
            ("stocks.none", "stocks.unsaid", "stocks.scored"),
            np.where(total == 0, 0, np.where(stated == 0, 1, 2)),
            {"materials": total, "stated": stated, "worst": np.where(np.isinf(worst), 0.0, worst)},
        ),
        sources=(Sources("material", materials.site, materials.id),),
    )


def exposure(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-SUP-3: in how many countries each critical material can be had (Herfindahl), and the watch over it.

    A material that k countries supply has the index 1 / k; the mean counts. A supplier whose country is not
    stated may be in one of the others or in one of its own.
    """
    n, materials, qualified = case.count, _critical(case), _qualified(case)
    stated = qualified.where(qualified.country != "")
    named = _partners(materials, _one_per_country(stated))
    blank = _partners(materials, qualified.where(qualified.country == ""))
    listed = _partners(materials, case.facts.suppliers) > 0
    highest = 1.0 / np.maximum(named, 1)
    lowest = np.where(listed, 1.0 / np.maximum(named + blank, 1), 0.0)
    total = count_per_site(materials.site, n)
    each = mean_per_site(materials.site, Interval(lowest, highest), n)
    spread = chosen(
        total > 0,
        Interval(at.points("concentration", each.high), at.points("concentration", each.low)),
        open_interval(n),
    )
    watch = case.rated(Practice.EXPOSURE_WATCH)
    interval = together(
        [
            Part(spread, at.number("concentration_share")),
            Part(watch.points(at), at.number("watch_share")),
        ]
    )
    # Suppliers that are not qualified count too: a material that only they can give is known to have none.
    used = case.facts.suppliers.where(_partners(case.facts.suppliers, materials) > 0)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(used, watch.rows, sites=n),
        why=Why(
            ("exposure.none", "exposure.rated", "exposure.scored"),
            np.where(total > 0, 2, np.where(np.isnan(watch.lowest), 0, 1)),
            {
                "materials": total,
                "single": count_where(materials.site, listed & (named + blank <= 1), n),
                "unlisted": count_where(materials.site, ~listed, n),
                "concentration": each.high,
                "rated": watch.lowest,
            },
        ),
        sources=(Sources("supplier", used.site, used.id), watch.sources),
    )


def _one_per_country(suppliers: Suppliers) -> Suppliers:
    """The first supplier of each material in each country."""
    _, country = np.unique(suppliers.country, return_inverse=True)
    keys = _pairs(suppliers.site, suppliers.material) * (country.max(initial=0) + 1) + country
    _, first = np.unique(keys, return_index=True)
    return suppliers.where(np.sort(first))


def disruptions(rule: RuleRef, case: Case, at: Anchors) -> ScoreBatch:
    """S1-SUP-4: how fast supply recovered, how long it was felt, how soon clients were told; and practice.

    A site without a recorded disruption is unknown: nobody has none.
    """
    n, rows = case.count, case.facts.disruptions
    # Told after the day asked about is not told yet: how long it took is open.
    told = np.where(
        (rows.told_on == ABSENT) | (rows.told_on > case.as_of), np.nan, rows.told_on - rows.happened_on
    ).astype(np.float64)
    told[rows.happened_on == ABSENT] = np.nan
    each = together(
        [
            Part(at.interval("recovery_days", rows.recovery_days), at.number("recovery_share")),
            Part(at.interval("impact_days", rows.impact_days), at.number("impact_share")),
            Part(at.interval("told_days", told), at.number("told_share")),
        ]
    )
    handled = record_per_site(
        rows.site,
        rows.happened_on,
        each,
        n,
        case.as_of,
        at.number("half_life_years"),
        at.number("unseen"),
    )
    practice = case.rated(Practice.DISRUPTION_RESPONSE)
    interval = together(
        [
            Part(handled, at.number("handling_share")),
            Part(practice.points(at), at.number("practice_share")),
        ]
    )
    total = count_per_site(rows.site, n)
    return ScoreBatch(
        rule=rule,
        low=interval.low,
        high=interval.high,
        strength=strength_of(rows, practice.rows, sites=n),
        why=Why(
            ("disruptions.none", "disruptions.rated", "disruptions.scored"),
            np.where(total > 0, 2, np.where(np.isnan(practice.lowest), 0, 1)),
            {
                "disruptions": total,
                "recovery": mean_stated(rows.site, rows.recovery_days, n),
                "impact": mean_stated(rows.site, rows.impact_days, n),
                "latest_on": latest_per_site(rows.site, rows.happened_on, n),
                "rated": practice.lowest,
            },
        ),
        sources=(Sources("disruption", rows.site, rows.id), practice.sources),
    )
