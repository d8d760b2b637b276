"""Cases of SMAA, pairwise winning indices, expected ranks and moments of drawn weights."""

from collections.abc import Callable, Mapping

import numpy as np

from scorecards.engine.cases.inputs import Inputs, Outputs, method
from scorecards.engine.cases.spaces import criterion_keys, kappa_of, weight_space
from scorecards.engine.checks import matrix, ordered, positive, senses, vector, weights
from scorecards.engine.chunks import CHUNK
from scorecards.engine.errors import MethodError, ValueInputError
from scorecards.engine.exact import WEIGHT_UNITS, FloatArray
from scorecards.engine.pwi import expected_ranks, pwi_dirichlet, pwi_matrix, pwi_uniform
from scorecards.engine.quantiles import (
    Quantile,
    beta,
    constant,
    gamma,
    lognormal,
    normal,
    student_t,
    triangular,
    uniform,
)
from scorecards.engine.regimes import WeightRegime
from scorecards.engine.smaa import LARGEST_VALUE, Cells, SmaaProblem
from scorecards.engine.smaa_run import SmaaResult, finish, smaa_partial

SAMPLES = 100_000
MOMENT_SAMPLES = 1_000_000
DISTRIBUTIONS: dict[str, Callable[..., Quantile]] = {
    "beta": beta,
    "normal": normal,
    "norm": normal,
    "gaussian": normal,
    "lognormal": lognormal,
    "gamma": gamma,
    "uniform": uniform,
    "interval": uniform,
    "range": uniform,
    "triangular": triangular,
    "t": student_t,
    "student": student_t,
    "exact": constant,
    "fixed": constant,
    "constant": constant,
    "point": constant,
}


def undefined_as_none(array: FloatArray) -> object:
    """Nested lists in which NaN, here the mark of "never first", is None."""
    if array.ndim > 1:
        return [undefined_as_none(row) for row in array]
    return [None if np.isnan(value) else float(value) for value in array]


def _results(found: SmaaResult) -> Outputs:
    rows = range(len(found.candidates))
    return {
        "rai": found.acceptability,
        "rank_acceptability": found.acceptability,
        "central_weights": undefined_as_none(found.central_weights),
        "confidence_factors": undefined_as_none(found.confidence),
        "pwi": found.wins,
        "expected_rank": found.expected_rank,
        "never_first": [i for i in rows if found.candidates[i] in found.never_first],
    }


def _run(given: Inputs, panel: tuple[Cells, ...], default: int) -> Outputs:
    m, n = panel[0].low.shape
    problem = SmaaProblem(
        candidates=tuple(f"{i:06d}" for i in range(m)),
        criteria=criterion_keys(n),
        panel=panel,
        regime=weight_space(given, n),
        seed=given.whole("seed", default=1),
        ranks=m,
        pairwise=m <= CHUNK,
    )
    samples = given.whole("N", "samples", "n_samples", default=default)
    return _results(finish(problem, smaa_partial(problem, 0, samples)))


def _whole(values: FloatArray, low: float, high: float) -> FloatArray:
    """Values on [low, high] to whole numbers on 0 … 2²²; one map for all, so that order and ties remain."""
    span = high - low if high > low else 1.0
    return np.rint((values - low) / span * LARGEST_VALUE)


@method("smaa_det", "smaa")
def _smaa_det(given: Inputs) -> Outputs:
    assessors = given.get("assessors", "panel")
    if assessors is not None:
        tables = [matrix(f"assessors[{i}]", values) for i, values in enumerate(assessors)]
        pairs = [(table, table) for table in tables]
    elif given.get("lower", "low") is not None:
        low = matrix("lower", given.need("lower", "low"))
        pairs = [(low, matrix("upper", given.need("upper", "high"), low.shape[1]))]
    else:
        table = matrix("values", given.need("values", "matrix"))
        pairs = [(table, table)]
    if not pairs or any(side.shape != pairs[0][0].shape for pair in pairs for side in pair):
        raise ValueInputError("values", "have tables of different shapes")
    for low, high in pairs:
        ordered("lower, upper", low, high)
    least = min(float(low.min()) for low, _ in pairs)
    most = max(float(high.max()) for _, high in pairs)
    panel = tuple(Cells(_whole(low, least, most), _whole(high, least, most)) for low, high in pairs)
    return _run(given, panel, SAMPLES)


@method("smaa_mc")
def _smaa_mc(given: Inputs) -> Outputs:
    rows = given.listed("distributions", "measurements")
    for i, row in enumerate(rows):
        if not isinstance(row, list) or not row:
            raise ValueInputError(f"inputs.distributions[{i}]", "is not a list, or an empty one")
    m, n = len(rows), len(rows[0])
    for name, size in (("m", m), ("n", n)):
        if given.whole(name, default=size) != size:
            raise ValueInputError(f"inputs.{name}", f"is {given.get(name)}, but there are {size}")
    if any(len(row) != n for row in rows):
        raise ValueInputError("inputs.distributions", "is not a table with rows of equal length")
    ranges = matrix("ranges", given.need("ranges", "scales"), 2)
    if len(ranges) != n:
        raise ValueInputError("inputs.ranges", f"has {len(ranges)} entries instead of {n}")
    positive("widths of ranges", ranges[:, 1] - ranges[:, 0])
    signs = senses("sense", given.senses(), n)
    stretch = str(given.get("mode", default="clip")).lower() != "clip"
    quantiles: dict[tuple[int, int], Quantile] = {}
    for i, row in enumerate(rows):
        for j, entry in enumerate(row):
            native = _distribution(f"distributions[{i}][{j}]", entry)
            quantiles[i, j] = _valued(native, ranges[j], int(signs[j]), stretch)
    zeros = np.zeros((m, n))
    return _run(given, (Cells(zeros, zeros, quantiles),), SAMPLES)


def _distribution(name: str, entry: object) -> Quantile:
    """["beta", 20, 116], a number, or {"type": "beta", "parameters": [20, 116]}."""
    if isinstance(entry, int | float) and not isinstance(entry, bool):
        return constant(float(vector(name, [entry])[0]))
    if isinstance(entry, Mapping):
        kind = entry.get("type", entry.get("kind"))
        given = entry.get("parameters", entry.get("params"))
        entry = [kind, *(given.values() if isinstance(given, Mapping) else given or [])]
    if not isinstance(entry, list) or not entry or str(entry[0]).lower() not in DISTRIBUTIONS:
        raise MethodError(name, f"is {entry!r}; known are {', '.join(DISTRIBUTIONS)}")
    parameters = vector(name, entry[1:])
    try:
        return DISTRIBUTIONS[str(entry[0]).lower()](*(float(p) for p in parameters))
    except TypeError as error:
        raise MethodError(name, f"has {len(parameters)} parameters ({error})") from error


def _valued(native: Quantile, ends: FloatArray, sense: int, stretch: bool) -> Quantile:
    """Linear value of a native quantity on its range, as whole numbers; clipped unless `stretch`."""
    low, high = float(ends[0]), float(ends[1])

    def quantile(u: FloatArray) -> FloatArray:
        with np.errstate(over="ignore"):  # what overflows is clipped below
            value = (native(u) - low) / (high - low)
        value = 1 - value if sense < 0 else value
        if stretch:
            value = (value + 1) / 3
        return np.rint(value.clip(0, 1) * LARGEST_VALUE)

    return quantile


@method("expected_rank")
def _expected_rank(given: Inputs) -> Outputs:
    values = matrix("values", given.need("values", "matrix"))
    alpha = _alpha(given, values.shape[1])
    wins = pwi_matrix(values, alpha)
    return {"expected_rank": expected_ranks(wins), "pwi": wins}


def _alpha(given: Inputs, n: int) -> FloatArray | None:
    alpha = given.get("alpha")
    if alpha is None and given.get("w0") is not None:
        alpha = weights("w0", given.need("w0"), n) * kappa_of(given)
    return None if alpha is None else positive("alpha", vector("alpha", alpha, n))


@method("pwi_exact", "pwi")
def _pwi_exact(given: Inputs) -> Outputs:
    if given.get("values", "matrix") is not None:
        values = matrix("values", given.need("values", "matrix"))
        return {"pwi": pwi_matrix(values, _alpha(given, values.shape[1]))}
    d = given.get("d")
    gaps = vector("d", d) if d is not None else _gap(given)
    alpha = _alpha(given, len(gaps))

    def varsi() -> float:
        if alpha is not None and (alpha != 1).any():
            raise MethodError("expected.p_varsi", "is only defined for uniform weights")
        return float(pwi_uniform([gaps])[0])

    shape = np.ones(len(gaps)) if alpha is None else alpha
    return {"p": lambda: float(pwi_dirichlet([gaps], shape)[0]), "p_varsi": varsi}


def _gap(given: Inputs) -> FloatArray:
    a = vector("v_a", given.need("d", "v_a", "a"))
    return a - vector("v_b", given.need("v_b", "b"), len(a))


@method("dirichlet_moments")
def _dirichlet_moments(given: Inputs) -> Outputs:
    w0 = weights("w0", given.need("w0"), len(given.listed("w0")))
    kappa = kappa_of(given)
    regime = weight_space(Inputs({"weight_space": {"type": "dirichlet", "w0": w0, "kappa": kappa}}), len(w0))
    samples = given.whole("N", "samples", default=MOMENT_SAMPLES)
    total, squares = _sums(regime, given.whole("seed", default=1), samples)
    mean = total / samples
    return {
        "mean": mean,
        "sd": np.sqrt(np.maximum(squares / samples - mean**2, 0.0)),
        "exact_mean": w0,
        "exact_sd": np.sqrt(w0 * (1 - w0) / (kappa + 1)),
    }


def _sums(regime: WeightRegime, seed: int, samples: int) -> tuple[FloatArray, FloatArray]:
    if samples < 1:
        raise ValueInputError("inputs.N", f"is {samples}")
    n = len(regime.leaves)
    total, squares = np.zeros(n), np.zeros(n)
    block = 128 * CHUNK
    for first in range(0, samples, block):
        drawn = np.rint(regime.draw(seed, first, min(block, samples - first)) * WEIGHT_UNITS) / WEIGHT_UNITS
        total += drawn.sum(axis=1)
        squares += (drawn**2).sum(axis=1)
    return total, squares
