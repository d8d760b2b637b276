"""Cases of panels: agreement of raters and their severity."""

from collections.abc import Callable

import numpy as np

from scorecards.engine.agreement import (
    KappaWeights,
    Level,
    cohen_kappa,
    contingency,
    fleiss_kappa,
    intraclass_correlation,
    kendall_w,
    krippendorff_alpha,
)
from scorecards.engine.cases.inputs import Inputs, Outputs, method
from scorecards.engine.checks import matrix, vector
from scorecards.engine.errors import ValueInputError
from scorecards.engine.severity import Rating, rater_severity


@method("kendall", "kendall_w")
def _kendall(given: Inputs) -> Outputs:
    turned = given.get("ratings_objects_by_judges", "objects_by_judges")
    if turned is not None:
        ratings = matrix("ratings", turned).T
    else:
        ratings = matrix(
            "ratings", given.need("ratings_judges_by_objects", "judges_by_objects", "ratings", "ranks")
        )
    found = kendall_w(ratings)
    return {
        "W": found.w,
        "chi2": found.chi_square,
        "chi_square": found.chi_square,
        "df": found.degrees_of_freedom,
        "mean_spearman": found.mean_spearman,
    }


@method("fleiss")
def _fleiss(given: Inputs) -> Outputs:
    return {"kappa": fleiss_kappa(given.need("counts", "table"))}


@method("cohen")
def _cohen(given: Inputs) -> Outputs:
    table = given.get("table", "counts")
    if table is None:
        first, second = _two_raters(given)
        table = contingency(first, second, given.get("levels", "categories"))
    return {
        "kappa": lambda: cohen_kappa(table),
        "kappa_linear": lambda: cohen_kappa(table, KappaWeights.LINEAR),
        "kappa_quadratic": lambda: cohen_kappa(table, KappaWeights.QUADRATIC),
    }


def _two_raters(given: Inputs) -> tuple[list[float], list[float]]:
    both = given.get("ratings", "raters")
    if both is not None:
        pairs = both if len(both) == 2 else np.array(both, dtype=np.float64).T.tolist()
        return pairs[0], pairs[1]
    return given.need("a", "first", "rater_a", "rater1"), given.need("b", "second", "rater_b", "rater2")


@method("icc")
def _icc(given: Inputs) -> Outputs:
    turned = given.get("ratings_judges_by_targets", "judges_by_targets")
    if turned is not None:
        ratings = matrix("ratings", turned).T
    else:
        ratings = matrix("ratings", given.need("ratings_targets_by_judges", "targets_by_judges", "ratings"))
    found = intraclass_correlation(ratings)
    return {
        "BMS": found.bms,
        "WMS": found.wms,
        "JMS": found.jms,
        "EMS": found.ems,
        "ICC11": found.icc11,
        "ICC21": found.icc21,
        "ICC31": found.icc31,
        "ICC1k": found.icc1k,
        "ICC2k": found.icc2k,
        "ICC3k": found.icc3k,
    }


@method("kripp", "krippendorff")
def _krippendorff(given: Inputs) -> Outputs:
    turned = given.get("units_by_coders")
    if turned is not None:
        ratings = [list(row) for row in zip(*_rows(given, "units_by_coders"), strict=True)]
    else:
        ratings = _rows(given, "coders_by_units", "ratings")

    def at(level: Level) -> Callable[[], float]:
        return lambda: krippendorff_alpha(ratings, level)

    outputs: Outputs = {str(level): at(level) for level in Level}
    chosen = given.choice(Level, {}, "level", "metric", default=Level.INTERVAL)
    outputs["alpha"] = at(chosen)
    return outputs


def _rows(given: Inputs, *names: str) -> list[list[float | None]]:
    """Rows of equal length."""
    rows = given.listed(*names)
    for i, row in enumerate(rows):
        if not isinstance(row, list) or len(row) != len(rows[0]):
            raise ValueInputError(f"inputs.{names[0]}[{i}]", "is not a list as long as the first")
    return rows


@method("severity")
def _severity(given: Inputs) -> Outputs:
    ratings = [_rating(i, entry) for i, entry in enumerate(given.need("ratings"))]
    found = rater_severity(ratings)
    return {
        "leniency": {rater.rater: rater.leniency for rater in found.raters},
        "severity": {rater.rater: -rater.leniency for rater in found.raters},
        "adjusted": found.adjusted,
        "components": found.components,
        "connected": found.connected,
    }


def _rating(position: int, entry: object) -> Rating:
    parts = [entry.get(name) for name in ("cell", "rater", "score")] if isinstance(entry, dict) else entry
    if not isinstance(parts, list) or len(parts) != 3:
        raise ValueInputError(f"ratings[{position}]", f"is {entry!r}, not [cell, rater, score]")
    score = vector(f"ratings[{position}]", parts[2:])[0]
    return Rating(str(parts[0]), str(parts[1]), float(score))
