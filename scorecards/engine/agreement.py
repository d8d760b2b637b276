"""Agreement of panels: ICC, Kendall's W, Krippendorff's α, Cohen's and Fleiss' κ."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import matrix, sparse_matrix, vector
from scorecards.engine.errors import PanelError, ValueInputError
from scorecards.engine.exact import FloatArray


@dataclass(frozen=True, slots=True)
class IntraclassCorrelation:
    """Mean squares (between targets, within, between judges, error) and the six coefficients."""

    bms: float
    wms: float
    jms: float
    ems: float
    icc11: float
    icc21: float
    icc31: float
    icc1k: float
    icc2k: float
    icc3k: float


def intraclass_correlation(ratings: ArrayLike) -> IntraclassCorrelation:
    """ICC of ratings (targets, judges), at least 2 × 2, no cell empty (Shrout & Fleiss 1979).

    Raises PanelError for fewer, and when all ratings are equal.
    """
    table = matrix("ratings", ratings)
    n, k = table.shape
    if n < 2 or k < 2:
        raise PanelError("ratings", f"has {n} targets and {k} judges; two of each are needed")
    grand = table.mean()
    if np.ptp(table) == 0:
        raise PanelError("ratings", "has zero variance")
    rows, columns = table.mean(axis=1), table.mean(axis=0)
    bms = k * ((rows - grand) ** 2).sum() / (n - 1)
    wms = ((table - rows[:, None]) ** 2).sum() / (n * (k - 1))
    jms = n * ((columns - grand) ** 2).sum() / (k - 1)
    ems = ((table - rows[:, None] - columns + grand) ** 2).sum() / ((n - 1) * (k - 1))
    return IntraclassCorrelation(
        bms=float(bms),
        wms=float(wms),
        jms=float(jms),
        ems=float(ems),
        icc11=_ratio("ICC(1,1)", bms - wms, bms + (k - 1) * wms),
        icc21=_ratio("ICC(2,1)", bms - ems, bms + (k - 1) * ems + k * (jms - ems) / n),
        icc31=_ratio("ICC(3,1)", bms - ems, bms + (k - 1) * ems),
        icc1k=_ratio("ICC(1,k)", bms - wms, bms),
        icc2k=_ratio("ICC(2,k)", bms - ems, bms + (jms - ems) / n),
        icc3k=_ratio("ICC(3,k)", bms - ems, bms),
    )


def _ratio(name: str, numerator: float, denominator: float) -> float:
    if denominator == 0:
        raise PanelError(name, "is undefined: the targets do not differ (zero variance between them)")
    return float(numerator / denominator)


def mean_ranks(scores: FloatArray) -> FloatArray:
    """Ranks ascending from 1, ties sharing their mean, shape (m,)."""
    ordered = np.sort(scores)
    left = np.searchsorted(ordered, scores, side="left")
    right = np.searchsorted(ordered, scores, side="right")
    return np.asarray((left + right + 1) / 2)


@dataclass(frozen=True, slots=True)
class Concordance:
    """Kendall's W on [0, 1], its χ² with n − 1 degrees of freedom, and the mean Spearman correlation."""

    w: float
    chi_square: float
    degrees_of_freedom: int
    mean_spearman: float


def kendall_w(ratings: ArrayLike) -> Concordance:
    """Tie-corrected W of ratings (judges, objects), scores or ranks (Kendall & Babington Smith 1939).

    Raises PanelError for fewer than two judges or objects, and when every judge ties everything.
    """
    table = matrix("ratings", ratings)
    judges, objects = table.shape
    if judges < 2 or objects < 2:
        raise PanelError("ratings", f"has {judges} judges and {objects} objects; two of each are needed")
    ranks = np.array([mean_ranks(row) for row in table])
    spread = ((ranks.sum(axis=0) - judges * (objects + 1) / 2) ** 2).sum()
    ties = sum(float((counts**3 - counts).sum()) for counts in map(_tie_counts, table))
    ceiling = judges**2 * (objects**3 - objects) - judges * ties
    if ceiling == 0:
        raise PanelError("ratings", "has zero variance: every judge ties every object")
    w = float(12 * spread / ceiling)
    return Concordance(w, judges * (objects - 1) * w, objects - 1, (judges * w - 1) / (judges - 1))


def _tie_counts(row: FloatArray) -> FloatArray:
    return np.unique(row, return_counts=True)[1].astype(np.float64)


class Level(StrEnum):
    """Level of measurement for Krippendorff's α."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"
    RATIO = "ratio"


def krippendorff_alpha(ratings: Sequence[Sequence[float | None]], level: Level = Level.INTERVAL) -> float:
    """α of ratings (coders, units), None where a cell is empty (Krippendorff 2011).

    Raises PanelError when no unit has two ratings, and when all paired ratings are equal.
    """
    table = sparse_matrix("ratings", ratings)
    paired = table[:, (~np.isnan(table)).sum(axis=0) >= 2]
    if paired.size == 0:
        raise PanelError("ratings", "has no unit that two coders rated")
    categories = np.unique(paired[~np.isnan(paired)])
    if len(categories) < 2:
        raise PanelError("ratings", "has zero variance: all paired ratings are equal")
    counts = (paired[:, :, None] == categories).sum(axis=0).astype(np.float64)
    per_unit = counts.sum(axis=1)
    coincidence = (counts / (per_unit - 1)[:, None]).T @ counts
    coincidence -= np.diag((counts / (per_unit - 1)[:, None]).sum(axis=0))
    totals = coincidence.sum(axis=0)
    distance = _distances(categories, totals, level)
    observed = (coincidence * distance).sum()
    expected = (np.outer(totals, totals) * distance).sum() / (totals.sum() - 1)
    return float(1 - observed / expected)


def _distances(categories: FloatArray, totals: FloatArray, level: Level) -> FloatArray:
    """Squared differences between categories, shape (c, c)."""
    a, b = categories[:, None], categories[None, :]
    match level:
        case Level.NOMINAL:
            return np.asarray(a != b, dtype=np.float64)
        case Level.INTERVAL:
            return np.asarray((a - b) ** 2)
        case Level.RATIO:
            if (categories < 0).any():
                raise ValueInputError("ratings", "has a negative rating, so no ratio level")
            return np.asarray(((a - b) / np.where(a + b == 0, 1.0, a + b)) ** 2)
        case Level.ORDINAL:
            middle = np.cumsum(totals) - totals / 2
            return np.asarray((middle[:, None] - middle[None, :]) ** 2)


class KappaWeights(StrEnum):
    UNWEIGHTED = "unweighted"
    LINEAR = "linear"
    QUADRATIC = "quadratic"


def cohen_kappa(table: ArrayLike, weighting: KappaWeights = KappaWeights.UNWEIGHTED) -> float:
    """Cohen's κ (1960, weighted 1968) of a contingency table (c, c) of counts.

    Weights go by the position of the category: whether unused levels have a row decides the weighted κ.
    Raises PanelError for an empty table and where chance agreement is certain.
    """
    counts = matrix("table", table)
    if counts.shape[0] != counts.shape[1]:
        raise ValueInputError("table", "is not square")
    if (counts < 0).any():
        raise ValueInputError("table", "has a negative count")
    if counts.sum() == 0:
        raise PanelError("table", "is empty")
    shares = counts / counts.sum()
    steps = np.abs(np.subtract.outer(np.arange(len(counts)), np.arange(len(counts)))).astype(np.float64)
    penalty = {
        KappaWeights.UNWEIGHTED: (steps > 0).astype(np.float64),
        KappaWeights.LINEAR: steps,
        KappaWeights.QUADRATIC: steps**2,
    }[weighting]
    by_chance = float((np.outer(shares.sum(axis=1), shares.sum(axis=0)) * penalty).sum())
    if by_chance == 0:
        raise PanelError("table", "has zero variance: both raters use one and the same category")
    return float(1 - (shares * penalty).sum() / by_chance)


def contingency(first: ArrayLike, second: ArrayLike, levels: ArrayLike | None = None) -> FloatArray:
    """Table (c, c) of counts for two raters' ratings of the same objects, over `levels` or those used."""
    a = vector("first", first)
    b = vector("second", second, len(a))
    categories = np.unique(np.concatenate([a, b])) if levels is None else vector("levels", levels)
    for name, ratings in (("first", a), ("second", b)):
        stray = ~np.isin(ratings, categories)
        if stray.any():
            raise ValueInputError(f"{name}[{int(np.argmax(stray))}]", "is not one of the levels")
    return np.array([[float(((a == x) & (b == y)).sum()) for y in categories] for x in categories])


def fleiss_kappa(counts: ArrayLike) -> float:
    """Fleiss' κ (1971) of counts (subjects, categories), every row summing to the same number ≥ 2."""
    table = matrix("counts", counts)
    if (table < 0).any():
        raise ValueInputError("counts", "has a negative count")
    raters = table.sum(axis=1)
    if (raters != raters[0]).any():
        row = int(np.argmax(raters != raters[0]))
        raise ValueInputError(f"counts[{row}]", f"sums to {raters[row]:g} ratings instead of {raters[0]:g}")
    k = raters[0]
    if k < 2:
        raise PanelError("counts", "has fewer than two ratings per subject")
    observed = float(((table**2).sum(axis=1) - k).mean() / (k * (k - 1)))
    by_chance = float(((table.sum(axis=0) / table.sum()) ** 2).sum())
    if by_chance == 1:
        raise PanelError("counts", "has zero variance: all ratings are in one category")
    return (observed - by_chance) / (1 - by_chance)
