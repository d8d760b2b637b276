"""Which criteria people's judgement can say something about, and how much the evidence leaves open there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from django.utils import timezone

from programs.models import WorkPackage
from scorecards.derivation.facts import day
from scorecards.derivation.rules import Derivation, derive
from scorecards.gathering import gather_facts
from scorecards.heads import CandidateHead
from scorecards.panels.rubrics import MIXED, RUBRICS
from scorecards.plans import Plan, plan_of
from scorecards.selectors import candidate_heads, need_of
from scorecards.wording import criterion_title

# Points: a level of the scale. What is narrower is settled as far as whole levels can tell.
WIDE = 20.0


@dataclass(frozen=True, slots=True)
class Scorable:
    """A criterion that a panel may score.

    ``open`` counts the candidates, of ``candidates``, whose derived interval is at least a level wide;
    ``widest`` is in points.
    """

    key: str
    title: str
    group: str
    rule: str
    open: int
    candidates: int
    widest: float

    @property
    def is_rubric(self) -> bool:
        """It rests on written anchors alone: what the panel agrees on counts whatever was rated before."""
        return self.rule in RUBRICS

    @property
    def is_mixed(self) -> bool:
        """Written anchors beside figures."""
        return self.rule in MIXED


@dataclass(frozen=True, slots=True)
class Field:
    """The candidates of a work package today, and what of them a panel may score."""

    heads: tuple[CandidateHead, ...]
    criteria: tuple[Scorable, ...]


def field_of(package: WorkPackage) -> Field:
    """What a panel could be asked today. Four queries; ``package.program`` should be loaded."""
    today = timezone.localdate()
    heads, _standings = candidate_heads(package)
    plan = plan_of(package)
    facts = gather_facts([head.site_id for head in heads], package.pk, today)
    derivation = derive(
        facts, need_of(package.program, package), day(today), plan.anchors, claimed_margin=plan.margin
    )
    return Field(tuple(heads), tuple(_scorable(heads, plan, derivation)))


def _scorable(heads: Sequence[CandidateHead], plan: Plan, derivation: Derivation) -> list[Scorable]:
    """In the plan's order: rubrics, what mixes them with figures, and what figures leave open."""
    at = [head.position for head in heads]
    found = []
    for leaf in plan.leaves:
        batch = derivation.scores[leaf.rule]
        width = batch.high[at] - batch.low[at]
        group = plan.by_key[leaf.parent] if leaf.parent else leaf
        each = Scorable(
            key=leaf.key,
            title=criterion_title(leaf.key, leaf.title),
            group=criterion_title(group.key, group.title),
            rule=leaf.rule,
            open=int(np.count_nonzero(width >= WIDE)),
            candidates=len(at),
            widest=float(width.max(initial=0.0)),
        )
        if each.open or each.is_rubric or each.is_mixed:
            found.append(each)
    return found
