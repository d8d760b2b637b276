"""Exactly why one candidate stands above another: criterion by criterion, adding up to the difference."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from common.charts.chart import Chart
from common.charts.waterfall import Step, waterfall_chart
from common.numbers import number_text
from scorecards.engine.questions import counterfactuals
from scorecards.ranking import CriterionResult, RankedCandidate, Ranking
from scorecards.wording import criterion_title

MOST_STEPS = 12


@dataclass(frozen=True, slots=True)
class DuelLine:
    """One criterion: both values, its weight, and the points that it adds to the difference."""

    key: str
    title: str
    weight: float
    a: CriterionResult
    b: CriterionResult
    points: float


@dataclass(frozen=True, slots=True)
class DuelGroup:
    """The criteria of a group, and what they add together."""

    title: str
    weight: float
    a_score: float
    b_score: float
    points: float
    lines: tuple[DuelLine, ...]


@dataclass(frozen=True, slots=True)
class DrawsLevel:
    """The value at which b alone would draw level on one criterion, and what it has now."""

    title: str
    now: float
    value: float


@dataclass(frozen=True, slots=True)
class Duel:
    """a against b on what is documented; `ahead` is V_a − V_b in points, never negative."""

    a: RankedCandidate
    b: RankedCandidate
    ahead: float
    groups: tuple[DuelGroup, ...]
    draws_level: tuple[DrawsLevel, ...]
    is_necessary: bool

    @property
    def b_could_pass(self) -> bool:
        """The upper bound of b lies above the official score of a."""
        return self.b.result.exact_score_upper > self.a.result.exact_score


def duel_of(ranking: Ranking, first: RankedCandidate, second: RankedCandidate) -> Duel:
    """The comparison of two candidates, the one with the higher official score as a."""
    a, b = (first, second) if first.result.exact_score >= second.result.exact_score else (second, first)
    evaluation = ranking.evaluation
    split = evaluation.waterfall(a.head.key, b.head.key)
    points = {part.criterion: part.points for part in split.contributions}
    pairs = zip(a.criteria, b.criteria, strict=True)
    lines = [
        DuelLine(
            key=of_a.criterion.key,
            title=criterion_title(of_a.criterion.key, of_a.criterion.title),
            weight=of_a.weight,
            a=of_a,
            b=of_b,
            points=points[of_a.criterion.key],
        )
        for of_a, of_b in pairs
    ]
    return Duel(
        a=a,
        b=b,
        ahead=split.difference,
        groups=tuple(_groups(ranking, a, b, lines)),
        draws_level=tuple(_levels(ranking, a, b)) if split.difference > 0 else (),
        is_necessary=evaluation.necessarily_better(a.head.key, b.head.key),
    )


def _groups(
    ranking: Ranking, a: RankedCandidate, b: RankedCandidate, lines: list[DuelLine]
) -> list[DuelGroup]:
    scores_a, scores_b = a.result.group_scores_low, b.result.group_scores_low
    groups = []
    for group in ranking.plan.groups:
        own = tuple(line for line in lines if line.a.criterion.parent == group.key)
        # A criterion at the top stands for itself.
        own = own or tuple(line for line in lines if line.key == group.key)
        groups.append(
            DuelGroup(
                title=criterion_title(group.key, group.title),
                weight=sum(line.weight for line in own),
                a_score=scores_a.get(group.key, own[0].a.low),
                b_score=scores_b.get(group.key, own[0].b.low),
                points=sum(line.points for line in own),
                lines=own,
            )
        )
    return groups


def _levels(ranking: Ranking, a: RankedCandidate, b: RankedCandidate) -> list[DrawsLevel]:
    """The criteria on which b alone could draw level, the smallest step first."""
    low = b.result.low
    by_key = ranking.plan.by_key
    found = [
        DrawsLevel(criterion_title(row.criterion, by_key[row.criterion].title), low[row.criterion], row.value)
        for row in counterfactuals(ranking.evaluation, a.head.key, b.head.key).criteria
        if row.attainable and row.value is not None
    ]
    return sorted(found, key=lambda level: level.value - level.now)


def duel_picture(duel: Duel) -> Chart:
    """From b to a in steps, the largest first; what is small is one step, so that the sum is exact."""
    lines = sorted(
        (line for group in duel.groups for line in group.lines if line.points),
        key=lambda line: -abs(line.points),
    )
    shown, rest = lines[:MOST_STEPS], lines[MOST_STEPS:]
    steps = [Step(line.title, line.points) for line in shown]
    if rest:
        name = ngettext("%(count)s more criterion", "%(count)s more criteria", len(rest))
        steps.append(Step(name % {"count": number_text(len(rest))}, sum(line.points for line in rest)))
    return waterfall_chart(
        duel.b.head.name,
        duel.b.result.score,
        steps,
        duel.a.head.name,
        caption=_("From %(from)s to %(to)s: +%(points)s points")
        % {
            "from": duel.b.head.name,
            "to": duel.a.head.name,
            "points": number_text(duel.ahead, 1),
        },
    )
