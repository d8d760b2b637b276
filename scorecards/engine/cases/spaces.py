"""The weight space of a case, under the names such spaces go by, as a weight regime."""

from collections.abc import Callable, Mapping
from itertools import pairwise

import numpy as np

from scorecards.engine.cases.inputs import Inputs
from scorecards.engine.cases.robustness import linear_region, permutation
from scorecards.engine.checks import vector, weights
from scorecards.engine.dominance import LinearRegion
from scorecards.engine.errors import IntervalError, MethodError, ValueInputError
from scorecards.engine.exact import FloatArray
from scorecards.engine.hitandrun import LinearWeights
from scorecards.engine.regimes import (
    DirichletRule,
    FixedWeights,
    TreeWeights,
    WeightRegime,
    dirichlet_per_group,
    flat_tree,
    ordinal,
    uniform_over_leaves,
    uniform_per_level,
)
from scorecards.engine.tree import CriterionNode, build_tree


def criterion_keys(n: int) -> tuple[str, ...]:
    """Keys of n criteria that have only positions."""
    return tuple(f"{j:06d}" for j in range(n))


def weight_space(given: Inputs, n: int) -> WeightRegime:
    """The regime of `weight_space` (uniform over all weights by default) for n criteria.

    Types: simplex; fixed (w); dirichlet (alpha, or w0 and kappa); ordinal (order or ranks); ratio (bounds on
    w_i / w_j); box (lower, upper); linear (A w ≤ b, Aeq w = beq); tree (groups, optionally w0 and kappa).
    """
    space = given.get("weight_space", "weights_space", "weight_regime", "regime", default={"type": "simplex"})
    space = {"type": space} if isinstance(space, str) else space
    if not isinstance(space, Mapping):
        raise MethodError("inputs.weight_space", "is not an object")
    inner = Inputs(dict(given.given) | dict(space))
    named = Inputs(space).get("type", "kind")
    if named is None:
        raise MethodError("inputs.weight_space.type", "is missing")
    kind = str(named).lower().replace("-", "_").replace(" ", "_")
    if kind not in SPACES:
        raise MethodError("inputs.weight_space.type", f"is {kind!r}; known are {', '.join(SPACES)}")
    return SPACES[kind](inner, n)


def _simplex(given: Inputs, n: int) -> WeightRegime:
    if given.get("A", "constraints", "ratios") is not None:
        return _linear(given, n) if given.get("A") is not None else _ratio(given, n)
    return uniform_over_leaves(criterion_keys(n))


def _fixed(given: Inputs, n: int) -> WeightRegime:
    w = weights("w", given.need("w", "weights", "w0"), n)
    return FixedWeights(criterion_keys(n), tuple(map(float, w)))


def kappa_of(given: Inputs) -> float:
    """κ > 0."""
    kappa = given.number("kappa", "concentration", default=0.0)
    if kappa <= 0:
        raise MethodError("inputs.kappa", "is missing or not a number > 0")
    return kappa


def _dirichlet(given: Inputs, n: int) -> WeightRegime:
    keys = criterion_keys(n)
    alpha = given.get("alpha")
    if alpha is None:
        w0 = weights("w0", given.need("w0", "w", "weights"), n)
        return dirichlet_per_group(flat_tree(keys, w0), kappa_of(given))
    shape = dict(zip(keys, map(float, vector("alpha", alpha, n)), strict=True))
    return TreeWeights(flat_tree(keys), {None: DirichletRule(shape)})


def _ordinal(given: Inputs, n: int) -> WeightRegime:
    """`order`: positions, most important first, maybe not all; `ranks`: 1 is most important, ties free."""
    keys = criterion_keys(n)
    order = given.get("order", "ranking")
    if order is None and given.get("ranks") is None and given.get("constraints", "pairs") is None:
        order = list(range(n))
    if order is not None and len(order) == n:
        return ordinal([keys[i] for i in permutation("order", order, n)])
    if order is not None:
        pairs = list(pairwise(order))
    elif given.get("ranks") is not None:
        pairs = _ranked_pairs(vector("ranks", given.need("ranks"), n))
    else:
        pairs = [(i, j) for i, j in given.need("constraints", "pairs")]
    return LinearWeights(keys, _rows_of(pairs, n))


def _ranked_pairs(ranks: FloatArray) -> list[tuple[int, int]]:
    """Every pair (i, j) with i ranked before j; tied criteria stay incomparable."""
    n = len(ranks)
    return [(i, j) for i in range(n) for j in range(n) if ranks[i] < ranks[j]]


def _rows_of(pairs: list[tuple[int, int]], n: int) -> LinearRegion:
    """w_i ≥ w_j for every pair (i, j)."""
    a = np.zeros((len(pairs), n))
    for row, (i, j) in enumerate(pairs):
        _position("order", i, n)
        _position("order", j, n)
        a[row, j] += 1
        a[row, i] -= 1
    return LinearRegion.of(a, np.zeros(len(pairs)))


def _position(name: str, given: object, n: int) -> int:
    if isinstance(given, bool) or not isinstance(given, int) or not 0 <= given < n:
        raise ValueInputError(f"inputs.weight_space.{name}", f"names {given!r}, not one of 0 … {n - 1}")
    return given


def _ratio(given: Inputs, n: int) -> WeightRegime:
    """low ≤ w_i / w_j ≤ high per constraint: [i, j, low, high] or an object with these."""
    rows: list[list[float]] = []
    for k, entry in enumerate(given.need("constraints", "ratios", "bounds", "pairs")):
        i, j, low, high = _ratio_entry(f"inputs.weight_space.constraints[{k}]", entry, n)
        below, above = [0.0] * n, [0.0] * n
        below[i], below[j] = -1.0, low
        rows.append(below)
        if high is not None:
            above[i], above[j] = 1.0, -high
            rows.append(above)
    return LinearWeights(criterion_keys(n), LinearRegion.of(rows, [0.0] * len(rows)))


def _ratio_entry(name: str, entry: object, n: int) -> tuple[int, int, float, float | None]:
    if isinstance(entry, Mapping):
        inner = Inputs(dict(entry))
        pair = inner.get("criteria", "pair")
        i, j = pair if pair is not None else (inner.need("i", "numerator"), inner.need("j", "denominator"))
        bounds = inner.get("bounds", "ratio", default=[inner.get("lower", "low", "min", default=1.0)])
        upper = inner.get("upper", "high", "max")
        parts = [bounds, bounds] if isinstance(bounds, int | float) else list(bounds)
        entry = [i, j, *parts, *([upper] if upper is not None and len(parts) == 1 else [])]
    if not isinstance(entry, list) or not 2 <= len(entry) <= 4:
        raise ValueInputError(name, "is not of the form [i, j, low, high]")
    i, j = _position("constraints", entry[0], n), _position("constraints", entry[1], n)
    low = float(entry[2]) if len(entry) > 2 else 1.0
    high = float(entry[3]) if len(entry) > 3 and entry[3] is not None else None
    if not low >= 0 or (high is not None and not high >= low):
        raise IntervalError(name, f"has the ratio bounds {low!r}, {high!r}")
    return i, j, low, high


def _box(given: Inputs, n: int) -> WeightRegime:
    lower = vector("lower", given.need("lower", "low"), n)
    upper = vector("upper", given.need("upper", "high"), n)
    over = np.flatnonzero(lower > upper)
    if len(over):
        raise IntervalError(f"weight bounds[{over[0]}]", f"is [{lower[over[0]]:g}, {upper[over[0]]:g}]")
    region = LinearRegion.of(np.vstack([np.eye(n), -np.eye(n)]), np.concatenate([upper, -lower]))
    return LinearWeights(criterion_keys(n), region)


def _linear(given: Inputs, n: int) -> WeightRegime:
    return LinearWeights(criterion_keys(n), linear_region(given, n))


def _tree(given: Inputs, n: int) -> WeightRegime:
    """`groups`: lists of positions; uniform at each level, or Dirichlet(κ w⁰) with `w0` and `kappa`."""
    keys = criterion_keys(n)
    groups = [[_position("groups", i, n) for i in group] for group in given.need("groups")]
    if sorted(i for group in groups for i in group) != list(range(n)):
        raise ValueInputError("inputs.weight_space.groups", f"do not hold each of 0 … {n - 1} once")
    w0 = given.get("w0", "w")
    w = weights("w0", w0, n) if w0 is not None else None
    nodes: list[CriterionNode] = []
    for g, group in enumerate(groups):
        total = 1 / len(groups) if w is None else float(w[group].sum())
        nodes.append(CriterionNode(f"group {g}", None, total))
        for i in group:
            local = 1 / len(group) if w is None or total == 0 else float(w[i]) / total
            nodes.append(CriterionNode(keys[i], f"group {g}", local))
    tree = build_tree(nodes)
    return uniform_per_level(tree) if w is None else dirichlet_per_group(tree, kappa_of(given))


SPACES: dict[str, Callable[[Inputs, int], WeightRegime]] = {
    "simplex": _simplex,
    "uniform": _simplex,
    "none": _simplex,
    "fixed": _fixed,
    "exact": _fixed,
    "exact_swing": _fixed,
    "point": _fixed,
    "dirichlet": _dirichlet,
    "ordinal": _ordinal,
    "order": _ordinal,
    "ranking": _ordinal,
    "ratio": _ratio,
    "ratio_bound": _ratio,
    "ratio_bounds": _ratio,
    "interval_swing": _ratio,
    "imprecise_swing": _ratio,
    "box": _box,
    "interval": _box,
    "bounds": _box,
    "linear": _linear,
    "polytope": _linear,
    "halfspaces": _linear,
    "constraints": _linear,
    "tree": _tree,
    "per_level": _tree,
    "hierarchical": _tree,
}
