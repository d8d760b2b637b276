"""How far a panel agrees, in numbers and in plain words. The mathematics is the engine's."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from django.utils.functional import Promise
from django.utils.translation import gettext as _now
from django.utils.translation import gettext_lazy as _

from common.numbers import signed_text
from scorecards.engine import PanelError
from scorecards.engine.agreement import (
    KappaWeights,
    cohen_kappa,
    contingency,
    intraclass_correlation,
    kendall_w,
    krippendorff_alpha,
)
from scorecards.engine.severity import Rating, rater_severity
from scorecards.models.panel import HIGHEST

FEWEST_ASSESSORS = 2
FEWEST_CANDIDATES = 3
# Half a level: less is the noise of a scale of whole levels.
NOTICEABLE = 0.5

type Words = Sequence[tuple[float, str | Promise]]

# Lower bounds with their words. Koo & Li 2016.
ICC_WORDS: Words = (
    (0.9, _("excellent: one assessor would have done")),
    (0.75, _("good")),
    (0.5, _("moderate: the scores carry information, single ones little")),
    (-float("inf"), _("poor: what counts is who scored, not what was seen")),
)
# Krippendorff 2004, chapter 11.
ALPHA_WORDS: Words = (
    (0.8, _("reliable")),
    (0.667, _("good enough for tentative conclusions")),
    (-float("inf"), _("not reliable: discuss before anything is agreed")),
)
# Schmidt 1997.
W_WORDS: Words = (
    (0.7, _("the assessors put the candidates in much the same order")),
    (0.5, _("the orders agree in part")),
    (-float("inf"), _("the assessors put the candidates in different orders")),
)
# Landis & Koch 1977.
KAPPA_WORDS: Words = (
    (0.8, _("almost the same scores")),
    (0.6, _("substantial")),
    (0.4, _("moderate")),
    (-float("inf"), _("hardly more than chance")),
)


@dataclass(frozen=True, slots=True)
class Statistic:
    """One figure of agreement: what it is called, what it measures, its value, and what the value means.

    Without a value, ``words`` says why there is none.
    """

    name: str
    measures: str
    value: float | None
    words: str


def statistics_of(levels: Sequence[Sequence[int | None]]) -> list[Statistic]:
    """The statistics that fit levels of shape (assessors, candidates); None where somebody could not judge.

    ICC(2,1) and ICC(2,k) (Shrout & Fleiss 1979) where every cell is filled, Krippendorff's alpha (2011) where
    some are not; Kendall's W (1939) over the orders; weighted kappa (Cohen 1968) for two assessors.
    """
    assessors = len(levels)
    candidates = len(levels[0]) if levels else 0
    if assessors < FEWEST_ASSESSORS:
        return [_silent(_now("One assessor scored this: agreement needs two."))]
    if candidates < FEWEST_CANDIDATES:
        return [
            _silent(
                _now("Too few candidates to say: at least %(fewest)s are needed.")
                % {"fewest": FEWEST_CANDIDATES}
            )
        ]
    complete = [[float(level) for level in row if level is not None] for row in levels]
    if any(len(row) < candidates for row in complete):
        return [_alpha(levels)]
    found = [*_intraclass(complete), _concordance(complete)]
    if assessors == FEWEST_ASSESSORS:
        found.append(_kappa(complete))
    return found


def _intraclass(complete: Sequence[Sequence[float]]) -> list[Statistic]:
    """Below zero assessors contradict each other: the average of them has no reliability to be worked out."""
    by_candidate = [list(column) for column in zip(*complete, strict=True)]
    single = _told(
        _now("ICC(2,1)"),
        _now("how far one assessor could stand for the others"),
        lambda: intraclass_correlation(by_candidate).icc21,
        ICC_WORDS,
    )
    average = _now("ICC(2,k)"), _now("how reliable the average of this panel would be")
    if single.value is not None and single.value <= 0:
        why = _now("not defined: the assessors contradict each other, so their average says nothing")
        return [single, Statistic(*average, None, why)]
    return [single, _told(*average, lambda: intraclass_correlation(by_candidate).icc2k, ICC_WORDS)]


def _concordance(complete: Sequence[Sequence[float]]) -> Statistic:
    return _told(
        _now("Kendall’s W"),
        _now("whether the assessors rank the candidates alike"),
        lambda: kendall_w(complete).w,
        W_WORDS,
    )


def _kappa(complete: Sequence[Sequence[float]]) -> Statistic:
    every = list(range(HIGHEST + 1))
    return _told(
        _now("Weighted κ"),
        _now("how often two assessors agree beyond chance; far apart counts more (squared)"),
        lambda: cohen_kappa(contingency(complete[0], complete[1], every), KappaWeights.QUADRATIC),
        KAPPA_WORDS,
    )


def _alpha(levels: Sequence[Sequence[int | None]]) -> Statistic:
    return _told(
        _now("Krippendorff’s α"),
        _now("agreement beyond chance, where not everybody could judge everything"),
        lambda: krippendorff_alpha(levels),
        ALPHA_WORDS,
    )


def _told(name: str, measures: str, compute: Callable[[], float], words: Words) -> Statistic:
    try:
        value = compute()
    except PanelError:
        same = _now("not defined: the scores do not differ enough to measure anything")
        return Statistic(name, measures, None, same)
    return Statistic(name, measures, value, next(str(word) for least, word in words if value >= least))


def _silent(why: str) -> Statistic:
    return Statistic(_now("Agreement"), "", None, why)


@dataclass(frozen=True, slots=True)
class Leaning:
    """How harsh (negative) or lenient an assessor is, in levels, with what was scored taken into account."""

    assessor: str
    leniency: float
    ratings: int

    @property
    def signed(self) -> str:
        """The figure with its sign, as text."""
        return signed_text(self.leniency, 2)

    @property
    def words(self) -> str:
        """The figure in a word."""
        if self.leniency <= -NOTICEABLE:
            return _now("harsher than the others")
        if self.leniency >= NOTICEABLE:
            return _now("more lenient than the others")
        return _now("in line with the others")


@dataclass(frozen=True, slots=True)
class Leanings:
    """Every assessor's leaning; ``why_not`` says why there is nothing to compare."""

    assessors: tuple[Leaning, ...]
    why_not: str = ""


def leanings_of(scores: Iterable[tuple[str, str, int]], names: Mapping[str, str]) -> Leanings:
    """Harsh and lenient raters of (cell, assessor, level), the harshest first.

    y = μ + α_cell + β_assessor by least squares: who was given the weak candidates is not called harsh.
    """
    ratings = [Rating(cell, assessor, float(level)) for cell, assessor, level in scores]
    if len({rating.rater for rating in ratings}) < FEWEST_ASSESSORS:
        return Leanings((), _now("Too few assessors gave levels to compare them."))
    fit = rater_severity(ratings)
    if not fit.connected:
        return Leanings(
            (), _now("The assessors share too few candidates and criteria: they cannot be compared.")
        )
    rows = sorted(fit.raters, key=lambda row: row.leniency)
    return Leanings(tuple(Leaning(names[row.rater], row.leniency, row.ratings) for row in rows))


def spread_of(levels: Sequence[int]) -> float:
    """Mean distance between two assessors' levels: 0 where all agree.

    >>> spread_of([4, 4, 3]), spread_of([1, 5])
    (0.6666666666666666, 4.0)
    """
    ordered = sorted(levels)
    count = len(ordered)
    if count < FEWEST_ASSESSORS:
        return 0.0
    # Each gap between neighbours is crossed by every pair with one on either side.
    crossed = (
        (after - before) * place * (count - place)
        for place, (before, after) in enumerate(pairwise(ordered), start=1)
    )
    return sum(crossed) / (count * (count - 1) / 2)
