"""Weights uniform over a polytope of linear constraints, by hit-and-run (Smith 1984; Tervonen et al. 2013).

Chains start at random mixtures of the region's outermost points, which is already uniform where the region is
a simplex (an order of the weights, for one), and move along directions shaped by the spread of those points.
Each chunk of samples has chains and a stream of its own, so that any range of chunks draws the same.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.random import PCG64
from scipy.optimize import linprog

from scorecards.engine.chunks import CHUNK, chunk_numbers
from scorecards.engine.dominance import LinearRegion
from scorecards.engine.errors import InfeasibleError, ValueInputError
from scorecards.engine.exact import FloatArray
from scorecards.engine.regimes import WeightRegime
from scorecards.engine.streams import stream, take_uniforms

LANES = 64
FLAT = 1e-9


@dataclass(frozen=True)
class Body:
    """A full-dimensional polytope {x : centre + basis x ∈ region}: a_x x ≤ slack; basis (n, d)."""

    centre: FloatArray
    basis: FloatArray
    normals: FloatArray
    slack: FloatArray


@dataclass(frozen=True)
class LinearWeights(WeightRegime):
    """Uniform over a linear region whose columns are the leaves `keys`.

    Raises InfeasibleError when drawn from an empty region. A region that is flat in some direction (ratios
    fixed exactly) is sampled within its own lower dimension.
    """

    keys: tuple[str, ...]
    region: LinearRegion
    # Keeps the draws of several regions under one seed apart.
    name: str = ""

    def __post_init__(self) -> None:
        if len(self.keys) != self.region.n:
            raise ValueInputError("constraints", f"are over {self.region.n} weights, not {len(self.keys)}")

    @property
    def leaves(self) -> tuple[str, ...]:
        return self.keys

    def canonical(self) -> dict[str, object]:
        order = self._order
        e_matrix, e_vector = self.region.equalities()
        return {
            "regime": "linear",
            "keys": [self.keys[i] for i in order],
            "a": self.region.a[:, order].tolist(),
            "b": self.region.b.tolist(),
            "e": e_matrix[:, order].tolist(),
            "e_is": e_vector.tolist(),
        }

    @property
    def _label(self) -> tuple[str, ...]:
        return (self.name,) if self.name else ()

    @property
    def _order(self) -> list[int]:
        return sorted(range(len(self.keys)), key=self.keys.__getitem__)

    @cached_property
    def body(self) -> Body:
        """The region in the order of sorted keys, without flat directions."""
        order = self._order
        e_matrix, e_vector = self.region.equalities()
        a = np.vstack([self.region.a[:, order], -np.eye(self.region.n)])
        b = np.append(self.region.b, np.zeros(self.region.n))
        return full_dimensional(a, b, e_matrix[:, order], e_vector)

    @cached_property
    def _corners(self) -> FloatArray:
        """Points of the body where a weight is least or greatest, (q, d)."""
        return outermost_points(self.body)

    @cached_property
    def _shape(self) -> FloatArray:
        """Square root of the covariance of the corners, (d, d): directions that suit skinny regions."""
        centred = self._corners - self._corners.mean(axis=0)
        covariance = centred.T @ centred / len(centred)
        ridge = FLAT * np.trace(covariance) * np.eye(len(covariance))
        return np.asarray(np.linalg.cholesky(covariance + ridge))

    def draw(self, seed: int, first: int, count: int) -> FloatArray:
        result = np.empty((len(self.keys), count))
        order = self._order
        for number in chunk_numbers(first, count):
            start = number * CHUNK
            low, high = max(first, start), min(first + count, start + CHUNK)
            result[np.ix_(order, range(low - first, high - first))] = self._chunk(seed, number)[
                :, low - start : high - start
            ]
        return result

    def _chunk(self, seed: int, number: int) -> FloatArray:
        """All CHUNK samples of one chunk, (n, CHUNK), in the order of sorted keys."""
        body = self.body
        d = body.basis.shape[1]
        if d == 0:
            return np.repeat(body.centre[:, None], CHUNK, axis=1)
        chains = Chains(
            body, self._shape, self._corners, stream(seed, "hit-and-run", *self._label, str(number))
        )
        chains.walk(10 + 2 * d)
        parts = []
        for _ in range(CHUNK // LANES):
            chains.walk(10 + 2 * d)
            parts.append(chains.x.copy())
        points = body.centre[:, None] + body.basis @ np.concatenate(parts).T
        return np.maximum(points, 0.0)


@dataclass(frozen=True)
class RegionRule:
    """Local weights of a sibling group uniform over a linear region whose columns are the children `keys`.

    `group`: the key of the group, which keeps its draws apart from those of other groups.
    """

    group: str
    keys: tuple[str, ...]
    region: LinearRegion

    @cached_property
    def weights(self) -> LinearWeights:
        return LinearWeights(self.keys, self.region, self.group)

    @property
    def named(self) -> Collection[str]:
        return self.keys

    def draw(self, seed: int, children: Sequence[str], first: int, count: int) -> FloatArray:
        """Local weights (children, count). Raises InfeasibleError for an empty region."""
        place = {key: row for row, key in enumerate(self.keys)}
        return self.weights.draw(seed, first, count)[[place[child] for child in children]]

    def canonical(self) -> list[object]:
        return ["region", self.group, self.weights.canonical()]


class Chains:
    """Many chains abreast; `x` is (lanes, d)."""

    def __init__(self, body: Body, shape: FloatArray, corners: FloatArray, bits: PCG64) -> None:
        self.body = body
        self.shape = shape
        self.bits = bits
        parts = -np.log(take_uniforms(bits, LANES * len(corners))).reshape(LANES, len(corners))
        self.x = parts / parts.sum(axis=1, keepdims=True) @ corners

    def walk(self, steps: int) -> None:
        """Each step: a random direction, then a uniform point on the chord."""
        lanes, d = self.x.shape
        for _ in range(steps):
            u = take_uniforms(self.bits, lanes * (d + 1)).reshape(lanes, d + 1)
            direction = (2 * u[:, :d] - 1) @ self.shape.T
            rate = direction @ self.body.normals.T
            room = np.maximum(self.body.slack - self.x @ self.body.normals.T, 0.0)
            with np.errstate(divide="ignore", invalid="ignore"):
                step = room / rate
            ahead = np.where(rate > 0, step, np.inf).min(axis=1)
            behind = np.where(rate < 0, step, -np.inf).max(axis=1)
            self.x += (behind + u[:, d] * (ahead - behind))[:, None] * direction


def full_dimensional(a: FloatArray, b: FloatArray, e_matrix: FloatArray, e_vector: FloatArray) -> Body:
    """Give {a w ≤ b, E w = e} an interior: inequalities that always bind become equalities."""
    for _ in range(len(b) + 1):
        basis = _null_space(e_matrix)
        centre, radius = _inscribed(a, b, e_matrix, e_vector, basis)
        normals = a @ basis
        active = np.linalg.norm(normals, axis=1) > FLAT
        if radius > FLAT or basis.shape[1] == 0:
            return Body(centre, basis, normals[active], (b - a @ centre)[active])
        binding = [
            i for i in map(int, np.flatnonzero(active)) if _most_slack(i, a, b, e_matrix, e_vector) <= FLAT
        ]
        if not binding:
            break
        e_matrix, e_vector = np.vstack([e_matrix, a[binding]]), np.append(e_vector, b[binding])
    raise InfeasibleError("constraints", "leave a region too thin to sample")


def outermost_points(body: Body) -> FloatArray:
    """Points (q, d) of a body at which a coordinate of w is least or greatest, each once."""
    found: list[FloatArray] = []
    for direction in np.vstack([body.basis, -body.basis]):
        best = linprog(direction, A_ub=body.normals, b_ub=body.slack, bounds=(None, None), method="highs-ds")
        corner = np.asarray(best.x if best.success else [], dtype=np.float64)
        if corner.size and all(np.abs(corner - seen).max() > FLAT for seen in found):
            found.append(corner)
    return np.array(found)


def _null_space(e_matrix: FloatArray) -> FloatArray:
    _, sizes, rows = np.linalg.svd(e_matrix)
    rank = int((sizes > FLAT * sizes[0]).sum())
    return np.asarray(rows[rank:].T)


def _inscribed(
    a: FloatArray, b: FloatArray, e_matrix: FloatArray, e_vector: FloatArray, basis: FloatArray
) -> tuple[FloatArray, float]:
    """Centre and radius of the largest ball inside, measured within the equalities."""
    n = a.shape[1]
    reach = np.linalg.norm(a @ basis, axis=1)
    found = linprog(
        np.append(np.zeros(n), -1.0),
        A_ub=np.column_stack([a, reach]),
        b_ub=b,
        A_eq=np.column_stack([e_matrix, np.zeros(len(e_matrix))]),
        b_eq=e_vector,
        bounds=[(None, None)] * n + [(0, 1)],
        method="highs",
    )
    if not found.success:
        raise InfeasibleError("constraints", "are satisfied by no weights")
    solution = np.asarray(found.x, dtype=np.float64)
    return solution[:n], float(solution[n])


def _most_slack(i: int, a: FloatArray, b: FloatArray, e_matrix: FloatArray, e_vector: FloatArray) -> float:
    bounds = (None, None)
    found = linprog(a[i], A_ub=a, b_ub=b, A_eq=e_matrix, b_eq=e_vector, bounds=bounds, method="highs")
    return float(b[i] - found.fun) if found.success else 0.0
