"""An order of importance instead of weights: what somebody says who will not state figures.

Written as comparisons between siblings of the tree, by key: ``regulatory > fit > 2*commercial`` says that the
first weighs at least as much as the second, and the second at least twice as much as the third; ``=`` says
as much as, and a comma, semicolon or new line begins another statement.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
from django.utils.translation import gettext as _

from scorecards.engine.dominance import LinearRegion, optimize
from scorecards.engine.errors import EngineError
from scorecards.engine.hitandrun import RegionRule
from scorecards.engine.regimes import DirichletRule, GroupRule, OrderRule, TreeWeights
from scorecards.engine.tree import CriteriaTree

TERM = re.compile(r"(?:(?P<times>\d{1,3}(?:\.\d{1,16})?)\s*[*×]\s*)?(?P<key>[-\w]+)")
SIGNS = re.compile(r"\s*(>=|≥|>|=)\s*")
BREAKS = re.compile(r"[,;\n]+")
LONGEST = 2000
# A weight that can be no more than this is nothing.
LEAST = 1e-9


class OrderError(ValueError):
    """An order that cannot be read or held to; the message says why, in the reader's language."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """The first weighs at least `times` as much as the second; both are siblings."""

    more: str
    times: float
    less: str

    def __str__(self) -> str:
        factor = "" if self.times == 1 else f"{self.times:.15g}*"
        return f"{self.more} > {factor}{self.less}"


def order_read(text: str) -> tuple[Comparison, ...]:
    """The comparisons of a written order. Raises OrderError where it is none."""
    if len(text) > LONGEST:
        raise OrderError(_("This order is too long."))
    found: list[Comparison] = []
    for statement in BREAKS.split(text):
        if statement.strip():
            found += _chain(statement.strip())
    if not found:
        raise OrderError(_("Write at least one comparison, such as “regulatory > commercial”."))
    return tuple(dict.fromkeys(found))


def order_text(comparisons: Iterable[Comparison]) -> str:
    """The same as `order_read` reads it."""
    return ", ".join(map(str, comparisons))


def order_weights(tree: CriteriaTree, comparisons: Sequence[Comparison]) -> TreeWeights:
    """Uniform over the weights that keep to the comparisons in each sibling group, no preference else.

    An order of all siblings is drawn exactly; anything else by hit-and-run over its polytope (Tervonen et al.
    2013).

    Raises:
        OrderError: for a key that is no criterion, two that are no siblings, or what no weights satisfy.
    """
    parent = {child: group for group, children in tree.children.items() for child in children}
    by_group: dict[str | None, list[Comparison]] = {}
    for one in comparisons:
        for key in (one.more, one.less):
            if key not in parent:
                raise OrderError(_("No criterion has the key %(key)s.") % {"key": key})
        if parent[one.more] != parent[one.less] or one.more == one.less:
            raise OrderError(
                _("%(a)s and %(b)s are not two criteria of one group.") % {"a": one.more, "b": one.less}
            )
        by_group.setdefault(parent[one.more], []).append(one)
    rules: dict[str | None, GroupRule] = {
        group: DirichletRule(dict.fromkeys(children, 1.0)) for group, children in tree.children.items()
    }
    for group, said in by_group.items():
        rules[group] = _rule(group, tree.children[group], said)
    return TreeWeights(tree, rules)


def _chain(statement: str) -> list[Comparison]:
    parts = SIGNS.split(statement)
    terms = []
    for part in parts[::2]:
        match = TERM.fullmatch(part)
        times = float(match["times"]) if match and match["times"] else 1.0
        if match is None or times <= 0:
            raise OrderError(_("“%(part)s” is no criterion, nor a number times one.") % {"part": part})
        terms.append((times, match["key"]))
    if len(terms) < 2:
        raise OrderError(_("“%(part)s” compares nothing.") % {"part": statement})
    found = []
    for sign, (times, more), (factor, less) in zip(parts[1::2], terms[:-1], terms[1:], strict=True):
        found.append(Comparison(more, factor / times, less))
        if sign == "=":
            found.append(Comparison(less, times / factor, more))
    return found


def _rule(group: str | None, children: Sequence[str], said: Sequence[Comparison]) -> GroupRule:
    if (order := _whole_order(children, said)) is not None:
        return OrderRule(order)
    place = {key: column for column, key in enumerate(children)}
    left = np.zeros((len(said), len(children)))
    for row, one in enumerate(said):
        left[row, place[one.less]] = one.times
        left[row, place[one.more]] = -1.0
    region = LinearRegion.of(left, np.zeros(len(said)))
    try:
        # Comparisons that only weights of nothing keep to contradict each other as well.
        kept = all(
            optimize(region, -np.eye(len(children))[place[one.more]])[place[one.more]] > LEAST for one in said
        )
    except EngineError:
        kept = False
    if not kept:
        raise OrderError(_("No weights keep to all of this: it contradicts itself."))
    return RegionRule(group or "", tuple(children), region)


def _whole_order(children: Sequence[str], said: Sequence[Comparison]) -> tuple[str, ...] | None:
    """The only order of all siblings that the comparisons leave, None where they say more or less."""
    if any(one.times != 1 for one in said):
        return None
    below: dict[str, set[str]] = {key: set() for key in children}
    for one in said:
        below[one.more].add(one.less)
    for _round in children:
        for key in children:
            below[key] |= {far for near in below[key] for far in below[near]}
    if any(key in below[key] for key in children):
        return None
    ranked = sorted(children, key=lambda key: -len(below[key]))
    expected = range(len(children) - 1, -1, -1)
    return tuple(ranked) if [len(below[key]) for key in ranked] == list(expected) else None
