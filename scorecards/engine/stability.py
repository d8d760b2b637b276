"""Stability intervals: how far one node's weight may move before the winner, or the ranking, changes.

The node's weight t among its siblings varies over [0, 1] while the siblings keep their proportions:
V_a(t) = C_a + W_parent [t S_ag + (1 − t) R_ag], linear in t, so two candidates swap at one point.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from scorecards.engine.errors import UnknownKeyError
from scorecards.engine.exact import BoolArray, FloatArray, IntArray
from scorecards.engine.tree import CriteriaTree


@dataclass(frozen=True, slots=True)
class Slope:
    """How scores move with one node's weight: V(t) = V + (t − weight) · slope, slope of shape (m,)."""

    weight: float
    slope: FloatArray


@dataclass(frozen=True, slots=True)
class Stability:
    """Range of a node's local weight in which the winner, and the whole ranking, stay as they are.

    `winner`, `lower_rival` and `upper_rival` are row indices; the rivals draw level with the winner
    at the ends (None where the end is 0 or 1 and nobody does).
    """

    weight: float
    lower: float
    upper: float
    lower_rival: int | None
    upper_rival: int | None
    ranking_lower: float
    ranking_upper: float
    winner: int


def stability_intervals(scores: FloatArray, slopes: FloatArray, weights: FloatArray) -> list[Stability]:
    """Stability of k nodes at once.

    `scores` (m,) at the present weights; `slopes` (k, m): dV/dt per node; `weights` (k,): present local
    weights. The winner is the candidate of the highest score (the first of several).
    """
    order = np.argsort(-scores, kind="stable")
    winner = int(order[0])
    lower, lower_rival, upper, upper_rival = _ends(
        scores[winner] - scores, slopes[:, winner, None] - slopes, weights
    )
    ordered = slopes[:, order]
    gaps = scores[order[:-1]] - scores[order[1:]]
    ranking_lower, _, ranking_upper, _ = _ends(gaps, ordered[:, :-1] - ordered[:, 1:], weights)
    return [
        Stability(
            weight=float(weights[i]),
            lower=float(lower[i]),
            upper=float(upper[i]),
            lower_rival=_rival(lower_rival[i], lower[i] > 0),
            upper_rival=_rival(upper_rival[i], upper[i] < 1),
            ranking_lower=float(ranking_lower[i]),
            ranking_upper=float(ranking_upper[i]),
            winner=winner,
        )
        for i in range(len(weights))
    ]


def _rival(index: np.int64, exists: np.bool_) -> int | None:
    return int(index) if exists else None


def _ends(
    gaps: FloatArray, relative: FloatArray, weights: FloatArray
) -> tuple[FloatArray, IntArray, FloatArray, IntArray]:
    """Where gap + (t − weight) · relative ≥ 0 holds for all of (p,) pairs, per node: (k,) arrays."""
    count = len(weights)
    if gaps.size == 0:
        nobody = np.zeros(count, dtype=np.int64)
        return np.zeros(count), nobody, np.ones(count), nobody
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = gaps / relative
    down = np.where(relative > 0, steps, np.inf)
    up = np.where(relative < 0, -steps, np.inf)
    below, above = down.argmin(axis=1), up.argmin(axis=1)
    rows = np.arange(count)
    lower = np.clip(weights - down[rows, below], 0.0, 1.0)
    upper = np.clip(weights + up[rows, above], 0.0, 1.0)
    return lower, below, upper, above


@dataclass(frozen=True, slots=True)
class NodeStability:
    """Stability of one node of a tree, in local weights (among its siblings); times `parent_weight`: global.

    Rivals and winner are candidate keys. `adjustable` is false for a node without siblings: its weight is 1.
    """

    node: str
    parent_weight: float
    weight: float
    lower: float
    upper: float
    winner: str
    lower_rival: str | None
    upper_rival: str | None
    ranking_lower: float
    ranking_upper: float
    adjustable: bool


def name_rivals(
    tree: CriteriaTree, nodes: Sequence[str], intervals: Sequence[Stability], candidates: Sequence[str]
) -> list[NodeStability]:
    """Intervals by row index to intervals by key."""
    return [
        NodeStability(
            node=node,
            parent_weight=float(tree.share_of_parent(node)),
            weight=found.weight,
            lower=found.lower,
            upper=found.upper,
            winner=candidates[found.winner],
            lower_rival=None if found.lower_rival is None else candidates[found.lower_rival],
            upper_rival=None if found.upper_rival is None else candidates[found.upper_rival],
            ranking_lower=found.ranking_lower,
            ranking_upper=found.ranking_upper,
            adjustable=len(tree.children[tree.by_key[node].parent]) > 1,
        )
        for node, found in zip(nodes, intervals, strict=True)
    ]


def group_slope(
    values: FloatArray, weights: FloatArray, group: Sequence[int], parent: Sequence[int] | None = None
) -> Slope:
    """Slope of a set of leaves within its parent's leaves (all by default): `values` (m, n), `weights` (n,).

    Inside and outside the group proportions are kept; leaves outside that all weigh nothing share equally.
    Raises UnknownKeyError for a position that is not a leaf of the parent.
    """
    around = np.zeros(len(weights), dtype=bool)
    around[list(range(len(weights)) if parent is None else parent)] = True
    inside = np.zeros(len(weights), dtype=bool)
    for position in group:
        if not 0 <= position < len(weights) or not around[position]:
            raise UnknownKeyError(f"group: {position}", "is not a leaf of the parent")
        inside[position] = True
    total = float(weights[around].sum())
    if not inside.any() or total == 0:
        raise UnknownKeyError("group", "is empty or lies in a parent that weighs nothing")
    weight = float(weights[inside].sum()) / total
    if inside.sum() == around.sum():
        return Slope(weight=1.0, slope=np.zeros(len(values)))
    rest = _mean_over(values, weights, around & ~inside)
    return Slope(weight=weight, slope=total * (_mean_over(values, weights, inside) - rest))


def _mean_over(values: FloatArray, weights: FloatArray, chosen: BoolArray) -> FloatArray:
    part = np.where(chosen, weights, 0.0)
    if part.sum() == 0:
        part = chosen.astype(np.float64)
    return np.asarray(values @ (part / part.sum()), dtype=np.float64)


def node_slopes(
    tree: CriteriaTree, nodes: Sequence[str], values: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """dV/dt of k nodes, shape (k, m), and their present local weights (k,), for leaf values (m, n).

    dV_a/dt = W_parent (S_ag − R_ag). A node without siblings cannot move: its slope is zero. Siblings that
    all weigh nothing share the rest equally.
    """
    columns = np.zeros((len(nodes), values.shape[1]))
    for i, node in enumerate(nodes):
        columns[i] = _slope_weights(tree, node)
    weights = np.array([float(tree.local[node]) for node in nodes])
    return columns @ values.T, weights


def _slope_weights(tree: CriteriaTree, node: str) -> FloatArray:
    siblings = [key for key in tree.children[tree.by_key[node].parent] if key != node]
    if not siblings:
        return np.zeros(len(tree.leaves))
    total = sum(tree.local[key] for key in siblings)
    rest = np.zeros(len(tree.leaves))
    for key in siblings:
        rest += float(tree.local[key] / total if total else Fraction(1, len(siblings))) * tree.within(key)
    return float(tree.share_of_parent(node)) * (tree.within(node) - rest)
