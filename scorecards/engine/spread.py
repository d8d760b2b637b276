"""Entropy, CRITIC and MEREC weights: diagnostics of how the data spread, not preferences.

Each takes a performance matrix (m, n) and returns weights (n,) that sum to 1.
"""

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import matrix, positive, senses
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import BoolArray, FloatArray


def _several_rows(given: ArrayLike) -> FloatArray:
    table = matrix("matrix", given)
    if len(table) < 2:
        raise ValueInputError("matrix", "has one row; spread needs at least two")
    return table


def _refuse_no_spread(flat: BoolArray) -> None:
    if flat.all():
        raise ValueInputError("matrix", "has zero variance in every column")


def entropy_weights(given: ArrayLike) -> FloatArray:
    """Shannon entropy: w_j ∝ 1 + Σ p ln p / ln m over column shares p. Entries ≥ 0, column sums > 0."""
    table = _several_rows(given)
    if (table < 0).any():
        raise ValueInputError("matrix", "has a negative entry, of which no share can be taken")
    totals = table.sum(axis=0)
    positive("column sums of matrix", totals)
    shares = table / totals
    logs = np.log(shares, where=shares > 0, out=np.zeros_like(shares))
    divergence = 1 + (shares * logs).sum(axis=0) / np.log(len(table))
    divergence = np.where(np.ptp(table, axis=0) == 0, 0.0, divergence)
    _refuse_no_spread(divergence <= 0)
    return np.asarray(divergence / divergence.sum())


def critic_weights(given: ArrayLike, sense: ArrayLike | None = None) -> FloatArray:
    """CRITIC (Diakoulaki et al. 1995): w_j ∝ σ_j Σ_k (1 − r_jk) on min-max normalised columns."""
    table = _several_rows(given)
    signs = senses("sense", sense, table.shape[1])
    span = np.ptp(table, axis=0)
    flat = span == 0
    if flat.any():
        raise ValueInputError(f"matrix[:, {int(np.argmax(flat))}]", "has zero variance")
    scaled = (table - table.min(axis=0)) / span
    scaled = np.where(signs > 0, scaled, 1 - scaled)
    deviation = scaled.std(axis=0, ddof=1)
    correlation = np.atleast_2d(np.corrcoef(scaled, rowvar=False))
    information = deviation * (1 - correlation).sum(axis=0)
    if information.sum() <= 0:
        raise ValueInputError("matrix", "has columns that are all perfectly correlated")
    return np.asarray(information / information.sum())


def merec_weights(given: ArrayLike, sense: ArrayLike | None = None) -> FloatArray:
    """MEREC (Keshavarz-Ghorabaee et al. 2021): how much performance changes without a criterion.

    Entries must be positive.
    """
    table = positive("matrix", _several_rows(given))
    signs = senses("sense", sense, table.shape[1])
    _refuse_no_spread(np.ptp(table, axis=0) == 0)
    scaled = np.where(signs > 0, table.min(axis=0) / table, table / table.max(axis=0))
    logs = np.abs(np.log(scaled))
    total = logs.sum(axis=1, keepdims=True)
    n = table.shape[1]
    overall = np.log1p(total / n)
    without = np.log1p((total - logs) / n)
    effect = np.abs(without - overall).sum(axis=0)
    return np.asarray(effect / effect.sum())
