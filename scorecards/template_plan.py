"""What a template of the product says: its groups in order, their criteria, and the must-haves.

Weights are out of 100 among siblings. Titles are the English source; `scorecards.wording` translates by key.
A change of a template is a new version: `scorecards.seeding` brings it into every database.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from scorecards.derivation.anchors import AnchorValue
from scorecards.derivation.rules import RULES


@dataclass(frozen=True, slots=True)
class CriterionPlan:
    """One node: a group has no rule; a must-have has no weight."""

    key: str
    parent: str | None
    title: str
    weight: float
    rule: str = ""
    coverage: tuple[str, ...] = ()
    is_must_have: bool = False
    anchors: dict[str, AnchorValue] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class GroupPlan:
    """A group with its leaves: key, title, weight, coverage id and rule."""

    key: str
    title: str
    weight: float
    leaves: tuple[tuple[str, str, float, str, str], ...]


@dataclass(frozen=True, slots=True)
class TemplatePlan:
    """A template as the code of the product holds it; ``must_haves`` are rules with their titles."""

    key: str
    version: int
    title: str
    groups: tuple[GroupPlan, ...]
    must_haves: tuple[tuple[str, str], ...]

    def criteria(self) -> Iterator[CriterionPlan]:
        """All nodes in order: each group before its leaves, the must-haves last."""
        for group in self.groups:
            yield CriterionPlan(group.key, None, group.title, group.weight)
            for key, title, weight, coverage, rule in group.leaves:
                anchors = dict(RULES[rule].anchors)
                yield CriterionPlan(key, group.key, title, weight, rule, (coverage,), anchors=anchors)
        for key, title in self.must_haves:
            yield CriterionPlan(key, None, title, 0, key, RULES[key].coverage, is_must_have=True)
