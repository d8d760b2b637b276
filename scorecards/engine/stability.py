"""Stability intervals: how far one node's weight may move before the winner, or the ranking, changes.

The node's weight t among its siblings varies over [0, 1] while the siblings keep their proportions:
V_a(t) = C_a + W_parent [t S_ag + (1 − t) R_ag], linear in t, so two candidates swap at one point.
"""

from collections.abc import Sequence
from dataclasses import dataclass

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
    weights. The winner is the candidate of the highest score (the first of several). Fastest when the
    candidates come best first.
    """
    order = np.argsort(-scores, kind="stable")
    if (order[1:] < order[:-1]).any():
        scores, slopes = scores[order], slopes[:, order]
    lower, below, upper, above = _ends(scores[0] - scores, slopes[:, :1] - slopes, weights)
    ranking_lower, _, ranking_upper, _ = _ends(
        scores[:-1] - scores[1:], slopes[:, :-1] - slopes[:, 1:], weights
    )
    return [
        Stability(
            weight=float(weights[i]),
            lower=float(lower[i]),
            upper=float(upper[i]),
            lower_rival=int(order[below[i]]) if lower[i] > 0 else None,
            upper_rival=int(order[above[i]]) if upper[i] < 1 else None,
            ranking_lower=float(ranking_lower[i]),
            ranking_upper=float(ranking_upper[i]),
            winner=int(order[0]),
        )
        for i in range(len(weights))
    ]


def _ends(
    gaps: FloatArray, relative: FloatArray, weights: FloatArray
) -> tuple[FloatArray, IntArray, FloatArray, IntArray]:
    """Where gap + (t − weight) · relative ≥ 0 holds for all of (p,) pairs, per node: (k,) arrays.

    The nearest swap has the largest relative / gap. Destroys `relative`.
    """
    count = len(weights)
    if gaps.size == 0:
        nobody = np.zeros(count, dtype=np.int64)
        return np.zeros(count), nobody, np.ones(count), nobody
    level = gaps <= 0
    directions = np.sign(relative[:, level])
    relative /= np.where(level, 1.0, gaps)
    relative[:, level] = np.where(directions > 0, np.inf, np.where(directions < 0, -np.inf, 0.0))
    below, above = relative.argmax(axis=1), relative.argmin(axis=1)
    rows = np.arange(count)
    with np.errstate(divide="ignore"):
        down, up = 1 / relative[rows, below].clip(0), 1 / (-relative[rows, above]).clip(0)
    lower = np.clip(weights - down, 0.0, 1.0)
    upper = np.clip(weights + up, 0.0, 1.0)
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
    total = float(1 - tree.local[node])
    rest = np.zeros(len(tree.leaves))
    for key in siblings:
        share = float(tree.local[key]) / total if total else 1 / len(siblings)
        rest += share * tree.within(key)
    return float(tree.share_of_parent(node)) * (tree.within(node) - rest)
