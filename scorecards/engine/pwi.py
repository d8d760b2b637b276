"""Exact pairwise winning indices: P(d · w > 0) without sampling.

With w = G / Σ G, sign(d · w) = sign(Σ d_j G_j) for independent gammas G_j. Uniform weights (all G_j
exponential): the recursion of Varsi (1973) and Ali (1973), O(n²), only positive terms, hence stable. Any
Dirichlet: inversion of the characteristic function (Gil-Pelaez 1951).

All take `d` of shape (p, n), one row per pair, and return shape (p,). Strict: a row of zeros gives 0.
"""

import numpy as np
from numpy.typing import ArrayLike

from scorecards.engine.checks import matrix, positive, vector
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import FloatArray, IntArray

QUADRATURE_TOLERANCE = 1e-13
FIRST_LEVEL_NODES = 65
LEVELS = 8
BLOCK_CELLS = 1 << 21
HALF_WIDTH = 4.2


def pwi_uniform(d: ArrayLike) -> FloatArray:
    """P(d · w > 0) for w uniform on the simplex.

    >>> pwi_uniform([[2.0, -1.0]]).round(12).tolist()
    [0.666666666667]
    """
    gaps = matrix("d", d)
    up = -np.sort(-np.maximum(gaps, 0.0), axis=1)
    down = -np.sort(-np.maximum(-gaps, 0.0), axis=1)
    return _at_most_zero(down, up)


def _at_most_zero(gains: FloatArray, losses: FloatArray) -> FloatArray:
    """P(Σ gains · G ≤ Σ losses · G), both sorted descending with zeros at the end; 0 where no loss."""
    kept_gains = (gains > 0).sum(axis=1)
    kept_losses = (losses > 0).sum(axis=1)
    width = int(kept_gains.max(initial=0))
    volumes = np.zeros((width + 1, len(gains)))
    volumes[0] = 1.0
    columns = gains.T
    for h in range(int(kept_losses.max(initial=0))):
        loss = losses[:, h]
        for k in range(1, width + 1):
            gain = columns[k - 1]
            total = gain + loss
            share = np.divide(gain, total, out=np.ones_like(total), where=total > 0)
            volumes[k] = volumes[k - 1] + (volumes[k] - volumes[k - 1]) * share
    result = np.take_along_axis(volumes, kept_gains[None, :], axis=0)[0]
    return np.where(kept_losses > 0, result, 0.0)


def pwi_dirichlet(d: ArrayLike, alpha: ArrayLike) -> FloatArray:
    """P(d · w > 0) for w ~ Dirichlet(alpha), alpha (n,) > 0, to about 1e-12."""
    gaps = matrix("d", d)
    shape = positive("alpha", vector("alpha", alpha, gaps.shape[1]))
    result = np.where(gaps.max(axis=1) > 0, 1.0, 0.0)
    mixed = np.flatnonzero((gaps.max(axis=1) > 0) & (gaps.min(axis=1) < 0))
    rows = max(1, BLOCK_CELLS // (FIRST_LEVEL_NODES * gaps.shape[1]))
    for start in range(0, len(mixed), rows):
        block = mixed[start : start + rows]
        result[block] = _gil_pelaez(gaps[block], shape)
    return result


def _gil_pelaez(gaps: FloatArray, alpha: FloatArray) -> FloatArray:
    """½ + (1/π) ∫ Im φ(t) / t dt by the trapezoid rule in y, t = exp(π/2 sinh y), halving the step."""
    # In units of the standard deviation of Σ d G the integrand lives around t = 1.
    scaled = gaps / np.sqrt((alpha * gaps**2).sum(axis=1))[:, None]
    step = 2 * HALF_WIDTH / (FIRST_LEVEL_NODES - 1)
    nodes = np.linspace(-HALF_WIDTH, HALF_WIDTH, FIRST_LEVEL_NODES)
    total = _integrand_sum(scaled, alpha, nodes)
    previous = total * step
    pending = np.arange(len(gaps))
    result = previous.copy()
    for _ in range(LEVELS):
        nodes = (nodes[:-1] + nodes[1:]) / 2 if len(nodes) == FIRST_LEVEL_NODES else _between(nodes)
        step /= 2
        total = total + _integrand_sum(scaled[pending], alpha, nodes)
        current = total * step
        result[pending] = current
        moving = np.abs(current - previous) > QUADRATURE_TOLERANCE
        if not moving.any():
            break
        pending, total, previous = pending[moving], total[moving], current[moving]
    return np.clip(0.5 + result / np.pi, 0.0, 1.0)


def _between(nodes: FloatArray) -> FloatArray:
    """Midpoints of the next finer grid: a quarter step (of the last one) either side of each node."""
    quarter = (nodes[1] - nodes[0]) / 4
    return np.sort(np.concatenate([nodes - quarter, nodes + quarter]))


def _integrand_sum(scaled: FloatArray, alpha: FloatArray, nodes: FloatArray) -> FloatArray:
    """Σ over nodes of Im φ(t) · (dt/dy) / t, shape (p,)."""
    total = np.zeros(len(scaled))
    derivative = np.pi / 2 * np.cosh(nodes)
    points = np.exp(np.pi / 2 * np.sinh(nodes))
    for t, slope in zip(points, derivative, strict=True):
        moved = scaled * t
        size = np.exp(-0.5 * (np.log1p(moved**2) @ alpha))
        total += slope * size * np.sin(np.arctan(moved) @ alpha)
    return total


def pwi_matrix(values: ArrayLike, alpha: ArrayLike | None = None) -> FloatArray:
    """All pairwise winning indices of `values` (m, n), shape (m, m): uniform weights, or Dirichlet(alpha).

    Entry (a, b) is P(V_a > V_b); the diagonal is 0.
    """
    table = matrix("values", values)
    first, second = np.triu_indices(len(table), k=1)
    result = np.zeros((len(table), len(table)))
    if len(first) == 0:
        return result
    uniform = alpha is None or bool((np.asarray(alpha, dtype=np.float64) == 1).all())
    for block in _pair_blocks(len(first), table.shape[1]):
        a, b = first[block], second[block]
        gaps = table[a] - table[b]
        wins = pwi_uniform(gaps) if uniform else pwi_dirichlet(gaps, _required(alpha))
        result[a, b] = wins
        result[b, a] = np.where((gaps != 0).any(axis=1), 1 - wins, 0.0)
    return result


def _required(alpha: ArrayLike | None) -> ArrayLike:
    if alpha is None:
        raise ValueInputError("alpha", "is missing")
    return alpha


def _pair_blocks(pairs: int, n: int) -> list[IntArray]:
    size = max(1, BLOCK_CELLS // n)
    return [np.arange(start, min(start + size, pairs)) for start in range(0, pairs, size)]


def expected_ranks(wins: FloatArray) -> FloatArray:
    """E[rank_a] = 1 + Σ_b PWI(b, a), shape (m,), from the matrix of pairwise winning indices (m, m)."""
    return np.asarray(1 + wins.sum(axis=0))
