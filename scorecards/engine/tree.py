"""Trees of criteria: local weights of siblings sum to 1, a leaf's weight is the product down its path."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from functools import cached_property

import numpy as np

from scorecards.engine.errors import TreeError, UnknownKeyError, WeightError
from scorecards.engine.exact import WEIGHT_UNITS, FloatArray, IntArray, weights_to_units

SIBLING_SUM_TOLERANCE = 1e-6


@dataclass(frozen=True, slots=True)
class CriterionNode:
    """A criterion or a group of criteria. `weight` is local: the weights of siblings sum to 1."""

    key: str
    parent: str | None
    weight: float


@dataclass(frozen=True)
class CriteriaTree:
    """A checked tree. Leaves keep the order of the input; local weights are exact fractions."""

    nodes: tuple[CriterionNode, ...]
    children: Mapping[str | None, tuple[str, ...]]
    local: Mapping[str, Fraction]

    @cached_property
    def by_key(self) -> Mapping[str, CriterionNode]:
        return {node.key: node for node in self.nodes}

    @cached_property
    def leaves(self) -> tuple[str, ...]:
        return tuple(node.key for node in self.nodes if node.key not in self.children)

    @cached_property
    def groups(self) -> tuple[str, ...]:
        """Keys of the inner nodes, in the order of the input."""
        return tuple(node.key for node in self.nodes if node.key in self.children)

    @cached_property
    def leaf_index(self) -> Mapping[str, int]:
        return {key: i for i, key in enumerate(self.leaves)}

    @cached_property
    def leaf_units(self) -> IntArray:
        """Global leaf weights as integers that sum to 2³⁰, shape (n,)."""
        return weights_to_units([self.share(key) for key in self.leaves], self.leaves)

    @cached_property
    def leaf_weights(self) -> FloatArray:
        """The same as floats, shape (n,): exactly `leaf_units` / 2³⁰."""
        return self.leaf_units / WEIGHT_UNITS

    def require(self, key: str) -> CriterionNode:
        """The node of that key; raises UnknownKeyError."""
        if key not in self.by_key:
            raise UnknownKeyError(key, "is not a criterion of this tree")
        return self.by_key[key]

    def share(self, key: str, below: str | None = None) -> Fraction:
        """Product of the local weights on the path from `below` (the root by default) to `key`."""
        share = Fraction(1)
        at: str | None = key
        while at is not None and at != below:
            share *= self.local[at]
            at = self.by_key[at].parent
        return share

    def share_of_parent(self, key: str) -> Fraction:
        """Global weight of the group that `key` is part of; 1 at the top."""
        parent = self.by_key[key].parent
        return Fraction(1) if parent is None else self.share(parent)

    def leaves_below(self, key: str | None) -> tuple[str, ...]:
        """Leaves in the subtree of `key`: itself when it is a leaf, all of them for None."""
        if key is not None and key not in self.children:
            return (key,)
        below: list[str] = []
        for child in self.children[key]:
            below.extend(self.leaves_below(child))
        return tuple(below)

    @cached_property
    def _within(self) -> dict[str | None, FloatArray]:
        return {}

    def within(self, key: str | None) -> FloatArray:
        """Weights of all leaves inside the group `key`, shape (n,), summing to 1; zero outside it.

        From the integer weights, so that a group's score is exact; from the local weights where the whole
        group weighs nothing.
        """
        if key not in self._within:
            self._within[key] = self._shares_within(key)
        return self._within[key]

    def _shares_within(self, key: str | None) -> FloatArray:
        below = [self.leaf_index[leaf] for leaf in self.leaves_below(key)]
        weights = np.zeros(len(self.leaves))
        weights[below] = self.leaf_units[below]
        total = weights.sum()
        if total > 0:
            weights /= total
        else:
            for i in below:
                weights[i] = float(self.share(self.leaves[i], key))
        weights.setflags(write=False)
        return weights


def build_tree(nodes: Sequence[CriterionNode]) -> CriteriaTree:
    """Check nodes and make the tree.

    Raises TreeError (no node, a key used twice, an unknown parent, a cycle) and WeightError (a weight that
    is negative or not a number, siblings that do not sum to 1 within 1e-6).
    """
    if not nodes:
        raise TreeError("criteria", "there is none")
    by_key: dict[str, CriterionNode] = {}
    children: dict[str | None, list[str]] = {}
    for node in nodes:
        if node.key in by_key:
            raise TreeError(node.key, "is the key of two criteria")
        by_key[node.key] = node
        children.setdefault(node.parent, []).append(node.key)
    for node in nodes:
        _check_path(node, by_key)
    local: dict[str, Fraction] = {}
    for parent, keys in children.items():
        local.update(_local_weights(parent, [by_key[key] for key in keys]))
    frozen = {parent: tuple(keys) for parent, keys in children.items()}
    return CriteriaTree(nodes=tuple(nodes), children=frozen, local=local)


def _check_path(node: CriterionNode, by_key: Mapping[str, CriterionNode]) -> None:
    seen = {node.key}
    at = node
    while at.parent is not None:
        if at.parent not in by_key:
            raise TreeError(at.key, f"has the unknown parent {at.parent!r}")
        if at.parent in seen:
            raise TreeError(node.key, "is part of a cycle")
        seen.add(at.parent)
        at = by_key[at.parent]


def _local_weights(parent: str | None, siblings: Sequence[CriterionNode]) -> dict[str, Fraction]:
    for node in siblings:
        if not math.isfinite(node.weight) or node.weight < 0:
            raise WeightError(node.key, f"has the weight {node.weight!r}, which is not a number ≥ 0")
    total = sum((Fraction(node.weight) for node in siblings), Fraction(0))
    if abs(total - 1) > SIBLING_SUM_TOLERANCE:
        group = "the top level" if parent is None else parent
        raise WeightError(group, f"has weights that sum to {float(total):.9g} instead of 1")
    return {node.key: Fraction(node.weight) / total for node in siblings}
