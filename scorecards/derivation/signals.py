"""What authorities published of a site, as one number: the forecast behind the rule `public-signals`.

Chosen on outcomes that ended before 2018 and tested on dates after; docs/backtest.md shows how.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from scorecards.derivation.facts import ActionKind, Actions, BoolArray, FloatArray, Gmp, IntArray
from scorecards.derivation.kernels import decay, first_of_group, sum_per_site
from scorecards.derivation.letters import Letter

SIGNAL_HALF_LIFE_YEARS = 1.0
RECALL_POINTS = np.array([2.0, 3.0, 2.0, 1.0])  # class unknown, I, II, III
RECALL_SHARE = 0.5
STERILITY_FACTOR = 3.0
LETTER_TRACE = 0.02


@dataclass(frozen=True, slots=True)
class Signals:
    """Signal per site, shape (sites,), and the rows behind it.

    ``at_least`` counts acts about GMP, ``at_most`` also those whose subject is unknown. ``is_sterility``: the
    recall that weighs most names sterility.
    """

    at_least: FloatArray
    at_most: FloatArray
    is_sterility: BoolArray
    forms: Actions
    recalls: Actions
    court: Actions
    letters: tuple[Letter, ...]


def signals_of(actions: Actions, found: Sequence[Letter], sites: int, as_of: int) -> Signals:
    """Σ Form 483s + ½ ln(1 + most serious recall) + 0.02 · latest letter or court action, each aged."""
    forms = actions.where(actions.kind == ActionKind.FORM_483)
    recalls = recall_events(actions)
    court = actions.where(
        ((actions.kind == ActionKind.INJUNCTION) | (actions.kind == ActionKind.SEIZURE))
        & (actions.gmp != Gmp.NO)
    )
    letters = tuple(row for row in found if row.gmp is not Gmp.NO)
    worst = most_serious(recalls, sites, as_of)
    signal = sum_per_site(forms.site, aged(forms.happened_on, as_of), sites) + RECALL_SHARE * np.log1p(worst)
    site = np.concatenate([_ints([row.site for row in letters]), court.site])
    on = np.concatenate([_ints([row.issued_on for row in letters]), court.happened_on])
    certain = np.concatenate([_ints([row.gmp for row in letters]), court.gmp]) == Gmp.YES
    trace = LETTER_TRACE * aged(on, as_of)
    sterile = most_serious(recalls.where(recalls.is_sterility == 1), sites, as_of)
    return Signals(
        at_least=signal + largest(site[certain], trace[certain], sites),
        at_most=signal + largest(site, trace, sites),
        is_sterility=(worst > 0) & (sterile == worst),
        forms=forms,
        recalls=recalls,
        court=court,
        letters=letters,
    )


def recall_events(actions: Actions) -> Actions:
    """One row per recall event: most serious class, latest date, sterility where any of its rows names it.

    A row without event is one by itself.
    """
    recalls = actions.where(actions.kind == ActionKind.RECALL)
    if not len(recalls):
        return recalls
    event = np.where(recalls.event == 0, -recalls.id, recalls.event)
    order = np.lexsort((-RECALL_POINTS[recalls.recall_class], event, recalls.site))
    rows = recalls.where(order)
    first = first_of_group(rows.site, event[order])
    starts = np.flatnonzero(first)
    # Each is taken apart, or a less serious class could bring in a later row and weigh more.
    return replace(
        rows.where(first),
        happened_on=np.maximum.reduceat(rows.happened_on, starts),
        is_sterility=np.maximum.reduceat(rows.is_sterility, starts),
    )


def most_serious(recalls: Actions, sites: int, as_of: int) -> FloatArray:
    """Points of the recall event that weighs most: class, sterility and age; 0 without; shape (sites,).

    The largest and not the sum: many recalls are the mark of a large firm.
    """
    points = RECALL_POINTS[recalls.recall_class] * np.where(recalls.is_sterility == 1, STERILITY_FACTOR, 1.0)
    return largest(recalls.site, points * aged(recalls.happened_on, as_of), sites)


def aged(happened_on: IntArray, as_of: int) -> FloatArray:
    """Weights with the half-life of a signal, shape as given."""
    return decay(happened_on, as_of, SIGNAL_HALF_LIFE_YEARS)


def largest(site: IntArray, weights: FloatArray, sites: int) -> FloatArray:
    """The largest weight of each site, 0 without any; shape (sites,)."""
    result = np.zeros(sites)
    np.maximum.at(result, site, weights)
    return result


def _ints(values: Sequence[int]) -> IntArray:
    return np.array(values, dtype=np.int64)
