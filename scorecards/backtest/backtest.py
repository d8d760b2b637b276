"""The back-test: who looked worst on a past date, and who received a warning letter afterwards."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import numpy as np

from scorecards.backtest.auc import Areas, Estimate, areas
from scorecards.backtest.calibration import RateMap, Tenth, by_tenth, fit_rates
from scorecards.backtest.naive import naive_risks
from scorecards.derivation.facts import (
    ActionKind,
    Actions,
    BoolArray,
    Facts,
    FloatArray,
    Need,
    as_date,
    day,
)
from scorecards.derivation.kernels import months_before
from scorecards.derivation.rules import RULES, derive
from scorecards.derivation.signals import recall_events

# Everything recorded as its rows stood at the end of a day.
type Stood = Callable[[int], Facts]


class BacktestRefused(Exception):
    """There is nothing to test, or its outcome is not there yet; the message says which."""


@dataclass(frozen=True, slots=True)
class Lead:
    """By how much the score's area exceeds that of the best naive formula."""

    over: str
    difference: Estimate


@dataclass(frozen=True, slots=True)
class Backtest:
    """The result for one date. Areas are None where no site, or every site, had the event.

    ``until`` ends the horizon, ``covered_until`` is the day of the latest warning letter recorded,
    ``covered_months`` how many months of the horizon are over by then.
    ``known`` counts what was known on the day, by kind. ``fitted_on`` is the earlier date of the rate map.
    """

    as_of: date
    horizon_months: int
    until: date
    covered_until: date
    covered_months: int
    sites: int
    events: int
    auc: Estimate | None
    naive: Mapping[str, Estimate | None]
    lead: Lead | None
    calibration: tuple[Tenth, ...]
    fitted_on: date | None
    known: Mapping[str, int]
    weights: Mapping[str, float]
    rules: Mapping[str, int]

    @property
    def is_complete(self) -> bool:
        """Whether letters are recorded up to the end of the horizon."""
        return self.covered_until >= self.until


@dataclass(frozen=True, slots=True)
class _View:
    """What a past day shows: the sites with a record (positions), their scores and whether the event came."""

    facts: Facts
    at: BoolArray
    scores: FloatArray
    event: BoolArray


def backtest(
    facts: Facts,
    weights: Mapping[str, float],
    as_of: date,
    horizon_months: int,
    *,
    stood: Stood | None = None,
    whole_horizon: bool = False,
) -> Backtest:
    """Test the regulatory score of ``as_of`` on the months after it.

    ``facts`` are everything recorded, whenever it was known. ``stood`` gives them, about the same sites, as
    their rows stood on a day; without it none was changed. ``weights`` are those of the derived criteria by
    rule key. Population: every site with a record about drugs or biologics known on the day. Event: a
    warning letter about them dated in the horizon; no reading of its subject of ours decides. Score: weighted
    mean of lower bounds. Raises `BacktestRefused`, with ``whole_horizon`` also while letters are not recorded
    up to its end.
    """
    on, before = day(as_of), stood or (lambda _: facts)
    until = months_before(on, -horizon_months)
    covered = _covered_until(facts.actions)
    _check(on, until, covered, horizon_months, whole_horizon)
    view = _view(before(on), weights, on, _events(facts, on, until))
    if not view.at.any():
        message = f"No site had a public record on {as_of.isoformat()}."
        raise BacktestRefused(message)
    risks = naive_risks(view.facts.actions, facts.count, on)
    found = areas([-view.scores, *(risk[view.at] for risk in risks.values())], view.event)
    rates, fitted_on = _rates_before(facts.known_by(on), before, weights, on, horizon_months)
    return Backtest(
        as_of=as_of,
        horizon_months=horizon_months,
        until=as_date(until),
        covered_until=as_date(covered),
        covered_months=_covered_months(on, covered, horizon_months),
        sites=int(view.at.sum()),
        events=int(view.event.sum()),
        auc=found.area(0) if found else None,
        naive={key: found.area(at) if found else None for at, key in enumerate(risks, 1)},
        lead=_lead(found, list(risks)) if found else None,
        calibration=by_tenth(view.scores, view.event, rates),
        fitted_on=as_date(fitted_on) if rates else None,
        known=_counts(view.facts),
        weights=dict(weights),
        rules={key: RULES[key].version for key in weights},
    )


def _check(on: int, until: int, covered: int, horizon_months: int, whole_horizon: bool) -> None:
    if covered <= on:
        message = (
            f"No warning letter after {as_date(on).isoformat()} is recorded: there is no outcome to test."
        )
        raise BacktestRefused(message)
    if covered < until and whole_horizon:
        message = (
            f"The horizon ends on {as_date(until).isoformat()}, but warning letters are recorded until "
            f"{as_date(covered).isoformat()}: {_covered_months(on, covered, horizon_months)} of "
            f"{horizon_months} months are covered."
        )
        raise BacktestRefused(message)


def _covered_months(on: int, covered: int, horizon_months: int) -> int:
    return sum(months_before(on, -n) <= covered for n in range(1, horizon_months + 1))


def _covered_until(actions: Actions) -> int:
    """The day of the latest warning letter recorded."""
    letters = actions.where(actions.kind == ActionKind.WARNING_LETTER)
    if not len(letters):
        message = "No warning letter of a site is recorded: import the authority's files first."
        raise BacktestRefused(message)
    return int(letters.happened_on.max())


def _view(facts: Facts, weights: Mapping[str, float], on: int, event: BoolArray) -> _View:
    known = facts.known_by(on)
    at = np.zeros(facts.count, dtype=np.bool_)
    for table in (known.actions, known.inspections, known.citations):
        at[table.site] = True
    derived = derive(known, Need(), on).scores
    total = sum(weights.values())
    scores = (
        sum((derived[key].low * weight for key, weight in weights.items()), np.zeros(facts.count)) / total
    )
    return _View(facts=known, at=at, scores=scores[at], event=event[at])


def _events(facts: Facts, on: int, until: int) -> BoolArray:
    """Sites with a warning letter dated after ``on`` and not after ``until``, shape (sites,)."""
    actions = facts.actions
    found = (
        (actions.kind == ActionKind.WARNING_LETTER)
        & (actions.happened_on > on)
        & (actions.happened_on <= until)
    )
    event = np.zeros(facts.count, dtype=np.bool_)
    event[actions.site[found]] = True
    return event


def _rates_before(
    known: Facts, stood: Stood, weights: Mapping[str, float], on: int, horizon_months: int
) -> tuple[RateMap | None, int]:
    """The rates of the date one horizon earlier, from outcomes that were known on the day itself."""
    earlier = months_before(on, horizon_months)
    view = _view(stood(earlier), weights, earlier, _events(known, earlier, on))
    return fit_rates(view.scores, view.event), earlier


def _lead(found: Areas, names: list[str]) -> Lead:
    best = 1 + int(np.argmax(found.values[1:]))
    return Lead(over=names[best - 1], difference=found.difference(0, best))


def _counts(known: Facts) -> dict[str, int]:
    kinds = known.actions.kind
    return {
        "form_483s": int((kinds == ActionKind.FORM_483).sum()),
        "warning_letters": int((kinds == ActionKind.WARNING_LETTER).sum()),
        "recall_events": len(recall_events(known.actions)),
        "inspections": len(known.inspections),
        "citations": len(known.citations),
    }
