"""Analytic hierarchy process (Saaty 1980), for weights of criteria only.

The consistency ratio depends on the table of random indices: the table used is part of the result.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import matrix, positive
from scorecards.engine.errors import MethodError, ValueInputError
from scorecards.engine.exact import FloatArray

RECIPROCITY_TOLERANCE = 0.05


class Prioritization(StrEnum):
    EIGENVECTOR = "eigenvector"
    GEOMETRIC_MEAN = "geometric_mean"


RANDOM_INDICES: dict[str, tuple[float, ...]] = {
    # Saaty (1980), as reprinted in Saaty (2008); n = 1, 2, 3, …
    "saaty": (0, 0, 0.58, 0.90, 1.12, 1.24, 1.32, 1.41, 1.45, 1.49, 1.51, 1.48, 1.56, 1.57, 1.59),
    # Saaty (1987), with the later values for n = 3 and 4
    "saaty_1987": (0, 0, 0.52, 0.89, 1.11, 1.25, 1.35, 1.40, 1.45, 1.49, 1.51, 1.54, 1.56, 1.57, 1.58),
    # Alonso & Lamata (2006), 500 000 random matrices
    "alonso_lamata": (
        *(0, 0, 0.5245, 0.8815, 1.1086, 1.2479, 1.3417, 1.4056, 1.4499, 1.4854),
        *(1.5141, 1.5365, 1.5551, 1.5713, 1.5838),
    ),
    # Donegan & Dodd (1991)
    "donegan_dodd": (
        *(0, 0, 0.4887, 0.8045, 1.0591, 1.1797, 1.2519, 1.3171, 1.3733, 1.4055),
        *(1.4213, 1.4497, 1.4643, 1.4822, 1.4969),
    ),
}


@dataclass(frozen=True, slots=True)
class PairwiseWeights:
    """Weights (n,), principal eigenvalue, consistency index and ratio with the random index it rests on.

    `consistency_ratio` is None where the table holds no index for n, and 0 for n ≤ 2.
    """

    weights: FloatArray
    lambda_max: float
    consistency_index: float
    consistency_ratio: float | None
    random_index: float | None
    table: str


def pairwise_weights(
    pairwise: ArrayLike,
    *,
    table: str = "saaty",
    random_index: float | None = None,
    method: Prioritization = Prioritization.EIGENVECTOR,
    name: str = "pairwise",
) -> PairwiseWeights:
    """Weights from a positive reciprocal matrix (n, n); `random_index` overrides the named table.

    Raises ValueInputError when an entry is not positive or not the reciprocal of its mirror (within 5 %, as
    printed matrices are rounded).
    """
    comparisons = _checked(name, pairwise)
    n = len(comparisons)
    priorities = _priorities(comparisons, method)
    lambda_max = float(((comparisons @ priorities) / priorities).mean())
    index = max(0.0, (lambda_max - n) / (n - 1)) if n > 1 else 0.0
    if random_index is not None and not 0 < random_index < np.inf and n > 2:
        raise ValueInputError("random index", f"is {random_index!r}, not a number > 0")
    chosen = random_index if random_index is not None else _tabled(table, n)
    source = "given" if random_index is not None else table
    ratio = 0.0 if n <= 2 else (index / chosen if chosen else None)
    return PairwiseWeights(priorities, lambda_max, index, ratio, chosen, source)


def _checked(name: str, pairwise: ArrayLike) -> FloatArray:
    comparisons = positive(name, matrix(name, pairwise))
    if comparisons.shape[0] != comparisons.shape[1]:
        raise ValueInputError(name, "is not square")
    bad = np.argwhere(np.abs(comparisons * comparisons.T - 1) > RECIPROCITY_TOLERANCE)
    if len(bad):
        i, j = map(int, bad[0])
        raise ValueInputError(f"{name}[{i}][{j}]", f"is not the reciprocal of {name}[{j}][{i}]")
    return comparisons


def _tabled(table: str, n: int) -> float | None:
    if table not in RANDOM_INDICES:
        raise MethodError(table, f"is not a table of random indices ({', '.join(RANDOM_INDICES)})")
    indices = RANDOM_INDICES[table]
    return indices[n - 1] if n <= len(indices) else None


def _priorities(comparisons: FloatArray, method: Prioritization) -> FloatArray:
    if method is Prioritization.GEOMETRIC_MEAN:
        means = np.exp(np.log(comparisons).mean(axis=1))
        return np.asarray(means / means.sum())
    values, vectors = np.linalg.eig(comparisons)
    principal = np.abs(np.real(vectors[:, int(np.argmax(values.real))]))
    return np.asarray(principal / principal.sum())


@dataclass(frozen=True, slots=True)
class Hierarchy:
    """Two-level AHP: criteria weights, local priorities (criteria, alternatives) and total scores."""

    criteria: PairwiseWeights
    alternatives: tuple[PairwiseWeights, ...]
    scores: FloatArray


def hierarchy(
    criteria: ArrayLike,
    alternatives: Sequence[ArrayLike],
    *,
    ideal: bool = False,
    table: str = "saaty",
    method: Prioritization = Prioritization.EIGENVECTOR,
) -> Hierarchy:
    """Scores of alternatives in distributive mode, or in ideal mode (each column divided by its best).

    For comparison only: distributive mode reorders when a copy is added (Belton & Gear 1983).
    """
    top = pairwise_weights(criteria, table=table, method=method, name="criteria")
    if len(alternatives) != len(top.weights):
        raise ValueInputError("alternatives", f"has {len(alternatives)} matrices, not {len(top.weights)}")
    local = tuple(
        pairwise_weights(given, table=table, method=method, name=f"alternatives[{k}]")
        for k, given in enumerate(alternatives)
    )
    if len({len(found.weights) for found in local}) > 1:
        raise ValueInputError("alternatives", "has matrices of different size")
    columns = [found.weights / found.weights.max() if ideal else found.weights for found in local]
    scores = np.column_stack(columns) @ top.weights
    return Hierarchy(top, local, scores / scores.sum() if ideal else scores)
