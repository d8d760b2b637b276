"""Cases of stability, dominance over weight regions, potential optimality and the smallest shift."""

import numpy as np

from scorecards.engine.cases.inputs import Inputs, Outputs, method
from scorecards.engine.checks import matrix, vector, weights
from scorecards.engine.dominance import (
    Extremes,
    LinearRegion,
    over_box,
    over_order,
    over_region,
    potentially_optimal,
    smallest_shift,
)
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import FloatArray
from scorecards.engine.stability import Slope, Stability, group_slope, stability_intervals


def _found(values: FloatArray, w: FloatArray, slopes: list[Slope]) -> list[Stability]:
    return stability_intervals(
        values @ w, np.array([slope.slope for slope in slopes]), np.array([slope.weight for slope in slopes])
    )


def _table(given: Inputs) -> tuple[FloatArray, FloatArray]:
    values = matrix("values", given.need("values", "matrix"))
    return values, weights("weights", given.need("weights"), values.shape[1])


@method("stability")
def _stability(given: Inputs) -> Outputs:
    values, w = _table(given)
    found = _found(values, w, [group_slope(values, w, [j]) for j in range(len(w))])
    return {
        "winner": found[0].winner,
        "weights": w,
        "lower": [interval.lower for interval in found],
        "upper": [interval.upper for interval in found],
        "lower_rival": [interval.lower_rival for interval in found],
        "upper_rival": [interval.upper_rival for interval in found],
        "ranking_lower": [interval.ranking_lower for interval in found],
        "ranking_upper": [interval.ranking_upper for interval in found],
    }


@method("stability_group")
def _stability_group(given: Inputs) -> Outputs:
    values, w = _table(given)
    parent = None if given.get("parent") is None else given.positions("parent", below=len(w))
    slope = group_slope(values, w, given.positions("group", below=len(w)), parent)
    found = _found(values, w, [slope])[0]
    return {
        "winner": found.winner,
        "group_weight": found.weight,
        "lower": found.lower,
        "upper": found.upper,
        "lower_rival": found.lower_rival,
        "upper_rival": found.upper_rival,
        "ranking_lower": found.ranking_lower,
        "ranking_upper": found.ranking_upper,
    }


def _difference(given: Inputs) -> FloatArray:
    d = given.get("d")
    if d is not None:
        return vector("d", d)
    a = vector("v_a", given.need("d", "v_a", "a"))
    return a - vector("v_b", given.need("v_b"), len(a))


def _extremes(found: Extremes) -> Outputs:
    return {
        "min": found.minimum,
        "max": found.maximum,
        "dominates": found.dominates,
        "argmin": found.at_minimum,
        "argmax": found.at_maximum,
    }


@method("box")
def _box(given: Inputs) -> Outputs:
    return _extremes(over_box(_difference(given), given.need("lower"), given.need("upper")))


@method("ordinal")
def _ordinal(given: Inputs) -> Outputs:
    d = _difference(given)
    order = given.get("order")
    if order is None:
        return _extremes(over_order(d))
    positions = permutation("order", order, len(d))
    found = over_order(d[positions])
    back = np.argsort(positions)
    return _extremes(Extremes(found.minimum, found.maximum, found.at_minimum[back], found.at_maximum[back]))


def permutation(name: str, given: object, n: int) -> list[int]:
    """Positions 0 … n − 1, each once, most important first."""
    if not isinstance(given, list) or sorted(given) != list(range(n)):
        raise ValueInputError(name, f"does not name each of 0 … {n - 1} once")
    return [int(i) for i in given]


@method("linear", "polytope", "lp", "region")
def _linear(given: Inputs) -> Outputs:
    d = _difference(given)
    return _extremes(over_region(d, linear_region(given, len(d))))


def linear_region(given: Inputs, n: int) -> LinearRegion:
    """A w ≤ b and optionally Aeq w = beq, over n weights."""
    a, b = given.get("A", "A_ub", "a"), given.get("b", "b_ub")
    if a is None:
        a, b = np.zeros((1, n)), np.zeros(1)
    return LinearRegion.of(matrix("A", a, n), b, given.get("Aeq", "A_eq", "E"), given.get("beq", "b_eq", "e"))


@method("potential_optimality", "potentially_optimal")
def _potential(given: Inputs) -> Outputs:
    values = matrix("values", given.need("values", "matrix"))
    region = linear_region(given, values.shape[1]) if given.get("A", "A_ub") is not None else None
    found = [potentially_optimal(values, i, region) for i in range(len(values))]
    return {
        "optimal": [entry.optimal for entry in found],
        "potentially_optimal": [entry.optimal for entry in found],
        "margin": [entry.margin for entry in found],
    }


@method("weight_shift", "smallest_shift", "shift")
def _shift(given: Inputs) -> Outputs:
    a = vector("v_a", given.need("v_a", "a"))
    b = vector("v_b", given.need("v_b", "b"), len(a))
    found = smallest_shift(b - a, weights("weights", given.need("weights"), len(a)))
    return {"shift": found.amount, "amount": found.amount, "weights": found.weights}
