"""The back-test on what the database holds: gathers once, tests any number of dates, writes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from audits.models import Citation, Inspection, RegulatoryAction
from records.past import past
from scorecards.backtest import Backtest, backtest
from scorecards.backtest.auc import Estimate
from scorecards.derivation.facts import Facts, as_date
from scorecards.derivation.rules import DOCUMENTATION, INSPECTION_OUTCOMES, PUBLIC_SIGNALS
from scorecards.gathering import gather_facts
from scorecards.plans import plan_with
from scorecards.profile_sql import PUBLISHED

# What an authority published: the rest of the regulatory group is what a site and its customers tell.
PUBLIC_RULES = (INSPECTION_OUTCOMES.key, PUBLIC_SIGNALS.key, DOCUMENTATION.key)
DIGITS = 4


@dataclass(frozen=True, slots=True)
class Record:
    """Everything recorded about every site, and the weights of the derived regulatory criteria by rule."""

    facts: Facts
    weights: Mapping[str, float]

    def test(self, as_of: date, horizon_months: int, *, whole_horizon: bool = False) -> Backtest:
        """The back-test of one date. Raises `BacktestRefused`.

        Two queries ask whether a row was changed since; where one was, all is gathered as it stood.
        """
        return backtest(
            self.facts,
            self.weights,
            as_of,
            horizon_months,
            stood=self._stood,
            whole_horizon=whole_horizon,
        )

    def _stood(self, on: int) -> Facts:
        was_changed = past(as_date(on), PUBLISHED).changed
        return gather_facts(self.facts.sites.tolist(), as_of=as_date(on)) if was_changed else self.facts


def whole_record() -> Record:
    """Gather all sites with a record, in eight queries."""
    inspected, cited = (model.objects.values_list("site_id") for model in (Inspection, Citation))
    acted = RegulatoryAction.objects.filter(site__isnull=False).values_list("site_id")
    sites = inspected.union(cited, acted).order_by()
    return Record(facts=gather_facts([pk for (pk,) in sites]), weights=derived_weights())


def derived_weights() -> dict[str, float]:
    """Weights in the default template, out of 100 among siblings, of what authorities publish. One query."""
    leaves = plan_with(None).leaves
    return {leaf.rule: float(leaf.weight) for leaf in leaves if leaf.rule in PUBLIC_RULES}


def backtest_data(found: Backtest) -> dict[str, Any]:
    """Plain data for JSON: areas and rates rounded to four digits, dates in ISO form."""
    return {
        "as_of": found.as_of.isoformat(),
        "horizon_months": found.horizon_months,
        "until": found.until.isoformat(),
        "complete": found.is_complete,
        "covered_until": found.covered_until.isoformat(),
        "covered_months": found.covered_months,
        "sites": found.sites,
        "events": found.events,
        **_area(found.auc),
        "interval": "DeLong 1988, 95 %",
        "naive": {key: _area(area) for key, area in found.naive.items()},
        "best_naive": found.lead.over if found.lead else None,
        "lead": _estimate(found.lead.difference) if found.lead else None,
        "calibration": [
            {
                "tenth": row.tenth,
                "sites": row.sites,
                "events": row.events,
                "mean_score": round(row.mean_score, 2),
                "observed_rate": round(row.observed_rate, DIGITS),
                "predicted_rate": None if row.predicted_rate is None else round(row.predicted_rate, DIGITS),
            }
            for row in found.calibration
        ],
        "calibration_fitted_on": found.fitted_on.isoformat() if found.fitted_on else None,
        "known": dict(found.known),
        "weights": dict(found.weights),
        "rules": dict(found.rules),
    }


def _area(area: Estimate | None) -> dict[str, float | None]:
    if area is None:
        return {"auc": None, "auc_low": None, "auc_high": None}
    return {f"auc{end}": value for end, value in zip(("", "_low", "_high"), _rounded(area), strict=True)}


def _estimate(found: Estimate) -> dict[str, float]:
    return dict(zip(("difference", "low", "high"), _rounded(found), strict=True))


def _rounded(found: Estimate) -> tuple[float, float, float]:
    return round(found.value, DIGITS), round(found.low, DIGITS), round(found.high, DIGITS)
