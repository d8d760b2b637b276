"""Which criteria people's judgement can say something about, and how much the evidence leaves open there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scorecards.panels.rubrics import MIXED, RUBRICS
from scorecards.ranking import Ranking
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


def scorable_of(ranking: Ranking) -> list[Scorable]:
    """In the plan's order: rubrics, what mixes them with figures, and what figures leave open. No query."""
    at = [head.position for head in ranking.heads]
    found = []
    for leaf in ranking.plan.leaves:
        batch = ranking.derivation.scores[leaf.rule]
        width = batch.high[at] - batch.low[at]
        group = ranking.plan.by_key[leaf.parent] if leaf.parent else leaf
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
