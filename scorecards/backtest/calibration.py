"""How often the event came true by tenth of the score, beside the rate that an earlier date foretold."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecards.backtest.auc import midranks
from scorecards.derivation.facts import BoolArray, FloatArray

TENTHS = 10
FEWEST_EVENTS = 10


@dataclass(frozen=True, slots=True)
class Tenth:
    """One tenth, 1 the lowest scores; rates are shares of its sites. ``predicted`` is None without a map."""

    tenth: int
    sites: int
    events: int
    mean_score: float
    observed_rate: float
    predicted_rate: float | None


@dataclass(frozen=True, slots=True)
class RateMap:
    """A rate that never rises with the score: scores ascending and the rate at each."""

    scores: FloatArray
    rates: FloatArray

    def at(self, scores: FloatArray) -> FloatArray:
        """The rate at each score, linear between the scores of the map and constant outside."""
        return np.interp(scores, self.scores, self.rates)


def fit_rates(scores: FloatArray, event: BoolArray) -> RateMap | None:
    """The falling map that fits best, by pooling adjacent violators (Ayer et al. 1955).

    None below ten events: a map fitted on fewer says more about chance than about sites.
    """
    if event.sum() < FEWEST_EVENTS:
        return None
    levels, inverse, counts = np.unique(scores, return_inverse=True, return_counts=True)
    events = np.bincount(inverse, weights=event.astype(np.float64))
    pools: list[list[float]] = []  # sites, events, levels
    for sites, happened in zip(counts.tolist(), events.tolist(), strict=True):
        pools.append([sites, happened, 1])
        while len(pools) > 1 and pools[-1][1] * pools[-2][0] > pools[-2][1] * pools[-1][0]:
            last = pools.pop()
            pools[-1] = [one + two for one, two in zip(pools[-1], last, strict=True)]
    rates = np.repeat([p[1] / p[0] for p in pools], [int(p[2]) for p in pools])
    return RateMap(scores=levels, rates=rates)


def by_tenth(scores: FloatArray, event: BoolArray, rates: RateMap | None) -> tuple[Tenth, ...]:
    """Tenths of the sites by score, the lowest first. Equal scores stay together, so sizes differ."""
    place = ((midranks(scores) - 0.5) / len(scores) * TENTHS).astype(np.int64) if len(scores) else scores
    foretold = None if rates is None else rates.at(scores)
    found = []
    for at in range(TENTHS):
        inside = place == at
        count = int(inside.sum())
        if count:
            found.append(
                Tenth(
                    tenth=at + 1,
                    sites=count,
                    events=int(event[inside].sum()),
                    mean_score=float(scores[inside].mean()),
                    observed_rate=float(event[inside].mean()),
                    predicted_rate=None if foretold is None else float(foretold[inside].mean()),
                )
            )
    return tuple(found)
