"""Cases of weights: rank orders, swing, direct, AHP, and the diagnostics of spread."""

import numpy as np

from scorecards.engine.ahp import Prioritization, hierarchy, pairwise_weights
from scorecards.engine.cases.inputs import Inputs, Outputs, method
from scorecards.engine.opinions import ranks_of
from scorecards.engine.spread import critic_weights, entropy_weights, merec_weights
from scorecards.engine.weights import (
    direct,
    from_order,
    rank_exponent,
    rank_order_centroid,
    rank_reciprocal,
    rank_sum,
    swing,
)

PRIORITIZATIONS = {
    "eigen": Prioritization.EIGENVECTOR,
    "principal_eigenvector": Prioritization.EIGENVECTOR,
    "geometric": Prioritization.GEOMETRIC_MEAN,
    "gmm": Prioritization.GEOMETRIC_MEAN,
    "llsm": Prioritization.GEOMETRIC_MEAN,
}


@method("surrogate", "roc")
def _surrogate(given: Inputs) -> Outputs:
    ranks = None if given.get("ranks", "order") is None else given.listed("ranks", "order")
    n = given.whole("n") if ranks is None else len(ranks)
    exponent = given.number("p", "exponent", default=2.0)
    return {
        "roc": rank_order_centroid(n) if ranks is None else from_order(ranks),
        "rank_sum": rank_sum(n),
        "rank_reciprocal": rank_reciprocal(n),
        "rank_exponent": rank_exponent(n, exponent),
        "equal": np.full(n, 1 / n),
    }


@method("swing")
def _swing(given: Inputs) -> Outputs:
    return {"weights": swing(given.need("swings", "points", "weights"))}


@method("direct")
def _direct(given: Inputs) -> Outputs:
    return {"weights": direct(given.need("points", "weights"), given.number("budget", default=100.0))}


def _table(given: Inputs) -> tuple[str, float | None]:
    """Name of the random-index table and, where a number is given instead, that number."""
    index = given.get("RI", "random_index", "ri")
    if isinstance(index, str):
        return index.lower(), None
    number = None if index is None else given.number("RI", "random_index", "ri", default=0.0)
    return str(given.get("RI_table", "ri_table", "table", default="saaty")), number


@method("ahp")
def _ahp(given: Inputs) -> Outputs:
    table, index = _table(given)
    how = given.choice(
        Prioritization, PRIORITIZATIONS, "prioritization", "method", default=Prioritization.EIGENVECTOR
    )
    found = pairwise_weights(given.need("pairwise", "matrix"), table=table, random_index=index, method=how)
    return {
        "weights": found.weights,
        "lambda_max": found.lambda_max,
        "CI": found.consistency_index,
        "CR": found.consistency_ratio,
        "RI": found.random_index,
        "ranks": ranks_of(found.weights),
        "consistent": None if found.consistency_ratio is None else found.consistency_ratio < 0.1,
    }


@method("ahp_hier")
def _ahp_hier(given: Inputs) -> Outputs:
    table, _ = _table(given)
    how = given.choice(
        Prioritization, PRIORITIZATIONS, "prioritization", "method", default=Prioritization.EIGENVECTOR
    )
    ideal = given.flag("ideal", default=str(given.get("mode", "synthesis", default="")).lower() == "ideal")
    found = hierarchy(
        given.need("criteria"), given.listed("alternatives"), ideal=ideal, table=table, method=how
    )
    local = np.array([priorities.weights for priorities in found.alternatives])
    return {
        "criteria_weights": found.criteria.weights,
        "weights": found.criteria.weights,
        "scores": found.scores,
        "ranks": ranks_of(found.scores),
        "local_weights": local,
        "alternatives_weights": local,
        "CR": found.criteria.consistency_ratio,
        "criteria_CR": found.criteria.consistency_ratio,
        "alternatives_CR": [priorities.consistency_ratio for priorities in found.alternatives],
        "lambda_max": found.criteria.lambda_max,
    }


@method("entropy")
def _entropy(given: Inputs) -> Outputs:
    return {"weights": entropy_weights(given.need("matrix", "values"))}


@method("critic")
def _critic(given: Inputs) -> Outputs:
    return {"weights": critic_weights(given.need("matrix", "values"), given.senses())}


@method("merec")
def _merec(given: Inputs) -> Outputs:
    return {"weights": merec_weights(given.need("matrix", "values"), given.senses())}
