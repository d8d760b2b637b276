"""The additive score itself, for arrays: a bare kernel inside a shell that only looks at what came out."""

import numpy as np

from scorecards.engine.checks import summing_to_one
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import FloatArray


def additive_scores(values: FloatArray, weights: FloatArray) -> FloatArray:
    """V = values · weights for values (m, n) and weights (n,) that sum to 1; shape (m,).

    Plain float64. A value that is not finite shows in its score, so only then are the values searched.
    """
    if values.ndim != 2 or values.shape[1:] != weights.shape:
        raise ValueInputError("values", f"has the shape {values.shape} for {weights.shape} weights")
    summing_to_one("weights", weights)
    scores = np.asarray(values @ weights, dtype=np.float64)
    if not np.isfinite(scores).all():
        row = int(np.argmax(~np.isfinite(scores)))
        column = int(np.argmax(~np.isfinite(values[row])))
        raise ValueInputError(f"values[{row}][{column}]", "is not a finite number, or is far too large")
    return scores
