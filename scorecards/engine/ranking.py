"""Ranks with ties: the best score has rank 1, equal scores share the smaller rank (1, 2, 2, 4)."""

import numpy as np

from scorecards.engine.exact import FloatArray, IntArray


def shared_ranks(scores: FloatArray) -> IntArray:
    """Ranks of `scores`, shape (m,), larger is better: 1 + the number of strictly larger scores."""
    ordered = np.sort(scores)
    return 1 + len(scores) - np.searchsorted(ordered, scores, side="right").astype(np.int64)


def best_and_worst_ranks(low: FloatArray, high: FloatArray) -> tuple[IntArray, IntArray]:
    """Ranks possible when every candidate's score may lie anywhere in [low, high], shapes (m,).

    Best: own score at its upper end, all others at their lower ends. Worst: the reverse.
    """
    above_at_best = len(low) - np.searchsorted(np.sort(low), high, side="right").astype(np.int64)
    above_at_worst = len(high) - np.searchsorted(np.sort(high), low, side="right").astype(np.int64)
    return 1 + above_at_best, 1 + above_at_worst - (high > low)
