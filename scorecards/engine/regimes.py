"""Weight regimes: what is taken as known about the weights, and draws of weights that agree with it.

In a tree every sibling group has a rule; a leaf's weight is the product of the local draws down its path.
Draws are keyed by seed, node and sample, never by position.
"""

import json
from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import summing_to_one, vector, weights
from scorecards.engine.errors import UnknownKeyError, WeightError
from scorecards.engine.exact import FloatArray
from scorecards.engine.quantiles import log_gamma_quantile
from scorecards.engine.streams import uniform_rows, uniforms
from scorecards.engine.tree import CriteriaTree, CriterionNode, build_tree

SIBLING_ALPHA_TOLERANCE = 1e-9


class WeightRegime(ABC):
    """Knows its leaves, and draws the weights of any range of samples."""

    @property
    @abstractmethod
    def leaves(self) -> tuple[str, ...]:
        """Keys of the leaf criteria, in the order of the rows that `draw` returns."""

    @abstractmethod
    def draw(self, seed: int, first: int, count: int) -> FloatArray:
        """Weights of samples first … first + count − 1, columns summing to about 1: a fresh (n, count)."""

    @abstractmethod
    def canonical(self) -> dict[str, object]:
        """What identifies the regime, as plain JSON values in a fixed order."""

    def leaf_alpha(self) -> FloatArray | None:
        """Parameters (n,) when the regime is one Dirichlet over the leaves, so that indices are exact."""
        return None


@dataclass(frozen=True)
class FixedWeights(WeightRegime):
    """No uncertainty about the weights."""

    keys: tuple[str, ...]
    weights: tuple[float, ...]

    def __post_init__(self) -> None:
        summing_to_one("weights", weights("weights", self.weights, len(self.keys), normalize=False))

    @property
    def leaves(self) -> tuple[str, ...]:
        return self.keys

    def draw(self, seed: int, first: int, count: int) -> FloatArray:
        return np.repeat(np.array(self.weights)[:, None], count, axis=1)

    def canonical(self) -> dict[str, object]:
        return {"regime": "fixed", "weights": sorted(zip(self.keys, self.weights, strict=True))}


@dataclass(frozen=True, slots=True)
class DirichletRule:
    """Local weights ~ Dirichlet(alpha), alpha by child key; 0 keeps a child's weight at 0."""

    alpha: Mapping[str, float]

    @property
    def named(self) -> Collection[str]:
        return self.alpha.keys()

    def draw(self, seed: int, children: Sequence[str], first: int, count: int) -> FloatArray:
        """Local weights (children, count)."""
        if all(self.alpha[child] == 1 for child in children):
            draws = uniform_rows(seed, "weight", children, first, count)
            np.log(draws, out=draws)
            return np.asarray(np.divide(draws, draws.sum(axis=0), out=draws))
        logs = np.full((len(children), count), -np.inf)
        for i, child in enumerate(children):
            alpha = self.alpha[child]
            if alpha > 0:
                u = uniforms(seed, ("weight", child), first, count)
                logs[i] = np.log(-np.log(u)) if alpha == 1 else log_gamma_quantile(alpha)(u)
        draws = np.exp(logs - logs.max(axis=0))
        return np.asarray(draws / draws.sum(axis=0))

    def canonical(self) -> list[object]:
        return ["dirichlet", sorted(self.alpha.items())]


@dataclass(frozen=True, slots=True)
class OrderRule:
    """Local weights uniform over w1 ≥ w2 ≥ …, most important child first: sorted draws."""

    order: tuple[str, ...]

    @property
    def named(self) -> Collection[str]:
        return self.order

    def draw(self, seed: int, children: Sequence[str], first: int, count: int) -> FloatArray:
        """Local weights (children, count)."""
        draws = np.array([-np.log(uniforms(seed, ("weight", child), first, count)) for child in self.order])
        ranked = -np.sort(-draws, axis=0)
        place = {child: i for i, child in enumerate(self.order)}
        return np.asarray((ranked / ranked.sum(axis=0))[[place[child] for child in children]])

    def canonical(self) -> list[object]:
        return ["order", list(self.order)]


class GroupRule(Protocol):
    """How the local weights of one sibling group are drawn."""

    @property
    def named(self) -> Collection[str]:
        """The keys of the children that the rule is about."""

    def draw(self, seed: int, children: Sequence[str], first: int, count: int) -> FloatArray:
        """Local weights (children, count) of samples first … first + count − 1."""

    def canonical(self) -> list[object]:
        """What identifies the rule, as plain JSON values."""


@dataclass(frozen=True)
class TreeWeights(WeightRegime):
    """A rule per sibling group, by the key of the group (None: the top level)."""

    tree: CriteriaTree
    rules: Mapping[str | None, GroupRule]

    def __post_init__(self) -> None:
        for group, children in self.tree.children.items():
            name = group or "the top level"
            if group not in self.rules:
                raise UnknownKeyError(name, "has no rule for its weights")
            rule = self.rules[group]
            if sorted(rule.named) != sorted(children):
                raise UnknownKeyError(name, "has a rule that does not name each of its criteria once")
            if isinstance(rule, DirichletRule):
                _check_alpha(name, rule.alpha)

    @property
    def leaves(self) -> tuple[str, ...]:
        return self.tree.leaves

    def draw(self, seed: int, first: int, count: int) -> FloatArray:
        if not self.tree.groups:
            children = self.tree.children[None]
            return self.rules[None].draw(seed, children, first, count)
        result = np.empty((len(self.leaves), count))
        self._descend(None, np.ones(count), seed, first, result)
        return result

    def _descend(
        self, group: str | None, above: FloatArray, seed: int, first: int, result: FloatArray
    ) -> None:
        children = self.tree.children[group]
        local = self.rules[group].draw(seed, children, first, len(above))
        for child, share in zip(children, local, strict=True):
            if child in self.tree.children:
                self._descend(child, above * share, seed, first, result)
            else:
                result[self.tree.leaf_index[child]] = above * share

    def canonical(self) -> dict[str, object]:
        parents = sorted((node.key, node.parent or "") for node in self.tree.nodes)
        rules = {json.dumps(group): rule.canonical() for group, rule in self.rules.items()}
        return {"regime": "tree", "parents": parents, "rules": dict(sorted(rules.items()))}

    def leaf_alpha(self) -> FloatArray | None:
        alphas: dict[str, float] = {}
        for rule in self.rules.values():
            if not isinstance(rule, DirichletRule):
                return None
            alphas.update(rule.alpha)
        for group in self.tree.groups:
            below = sum(alphas[child] for child in self.tree.children[group])
            if abs(below - alphas[group]) > SIBLING_ALPHA_TOLERANCE * below:
                return None
        return np.array([alphas[leaf] for leaf in self.leaves])


def _check_alpha(group: str, alpha: Mapping[str, float]) -> None:
    for key, value in alpha.items():
        if not np.isfinite(value) or value < 0:
            raise WeightError(key, f"has the Dirichlet parameter {value!r}, which is not a number ≥ 0")
    if not any(alpha.values()):
        raise WeightError(group, "has Dirichlet parameters that are all zero")


def uniform_per_level(tree: CriteriaTree) -> TreeWeights:
    """No preference: uniform over each sibling group's simplex, multiplied down the tree."""
    rules = {group: DirichletRule(dict.fromkeys(keys, 1.0)) for group, keys in tree.children.items()}
    return TreeWeights(tree, rules)


def dirichlet_per_group(tree: CriteriaTree, kappa: float | Mapping[str | None, float]) -> TreeWeights:
    """Dirichlet(κ w⁰) around the local weights; κ for all groups, or by group key (None: the top level).

    The standard deviation of a local weight is √(w⁰ (1 − w⁰) / (κ + 1)).
    """
    rules: dict[str | None, GroupRule] = {}
    for group, keys in tree.children.items():
        name = group or "the top level"
        if not isinstance(kappa, Mapping):
            concentration = kappa
        elif group in kappa:
            concentration = kappa[group]
        else:
            raise UnknownKeyError(name, "has no κ")
        if not np.isfinite(concentration) or concentration <= 0:
            raise WeightError(name, f"has κ = {concentration!r}, which is not a number > 0")
        rules[group] = DirichletRule({key: concentration * float(tree.local[key]) for key in keys})
    return TreeWeights(tree, rules)


def one_dirichlet(tree: CriteriaTree, kappa: float) -> TreeWeights:
    """Child κ = κ × parent weight: the whole tree is one Dirichlet over the leaves, so indices are exact."""
    groups = {group: kappa * float(tree.share(group)) if group else kappa for group in tree.children}
    weightless = [group for group, value in groups.items() if value == 0]
    if weightless:
        raise WeightError(str(weightless[0]), "is a group that weighs nothing, so its κ would be 0")
    return dirichlet_per_group(tree, groups)


def kappa_for_deviation(weight: float, deviation: float) -> float:
    """κ from "how far could you be off?": a local weight on (0, 1) and its standard deviation.

    >>> round(kappa_for_deviation(0.25, 0.05), 6)
    74.0
    """
    if not 0 < weight < 1:
        raise WeightError("weight", f"is {weight!r}, which is not between 0 and 1")
    spread = weight * (1 - weight)
    if not 0 < deviation**2 < spread:
        raise WeightError("deviation", f"is {deviation!r}; it must be between 0 and {spread**0.5:.4g}")
    return spread / deviation**2 - 1


def flat_tree(keys: Sequence[str], local: ArrayLike | None = None) -> CriteriaTree:
    """Leaves without groups; equal weights unless given."""
    given = np.full(len(keys), 1 / len(keys)) if local is None else vector("weights", local, len(keys))
    return build_tree(
        [CriterionNode(key, None, float(weight)) for key, weight in zip(keys, given, strict=True)]
    )


def uniform_over_leaves(keys: Sequence[str]) -> TreeWeights:
    """Uniform over the simplex of all leaves. With many leaves it concentrates near 1/n."""
    return uniform_per_level(flat_tree(keys))


def ordinal(order: Sequence[str]) -> TreeWeights:
    """Uniform over w1 ≥ w2 ≥ … for leaves without groups, most important first."""
    return TreeWeights(flat_tree(order), {None: OrderRule(tuple(order))})
