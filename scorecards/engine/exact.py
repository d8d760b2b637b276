"""The one boundary at which numbers become integers.

Values on [0, 100] become hundredths (0 … 10 000), weights become k / 2³⁰ with Σ k = 2³⁰. Every sum of
products then stays below 2⁵³, so that float64 arithmetic is exact in any order: results do not depend on the
block size, the number of threads or the machine, and identical candidates always tie.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IntArray = NDArray[np.int64]
BoolArray = NDArray[np.bool_]

WEIGHT_BITS = 30
WEIGHT_UNITS = 1 << WEIGHT_BITS
HUNDREDTHS = 100
VALUE_UNITS = 100 * HUNDREDTHS
SCORE_UNITS = WEIGHT_UNITS * HUNDREDTHS


def values_to_hundredths(values: FloatArray) -> FloatArray:
    """Values on [0, 100], already clipped, to whole hundredths held in float64 (half to even)."""
    return np.rint(values * HUNDREDTHS)


def weights_to_units(weights: Sequence[Fraction], keys: Sequence[str]) -> IntArray:
    """Weights that sum to 1 to integers that sum to 2³⁰ exactly, by largest remainders.

    Ties between remainders go to the smaller key, so that the order of the input does not matter.
    """
    scaled = [weight * WEIGHT_UNITS for weight in weights]
    floors = [int(value) for value in scaled]
    missing = WEIGHT_UNITS - sum(floors)
    order = sorted(range(len(scaled)), key=lambda i: (floors[i] - scaled[i], keys[i]))
    for i in order[:missing]:
        floors[i] += 1
    return np.array(floors, dtype=np.int64)
