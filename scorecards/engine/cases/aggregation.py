"""Cases of weighted sums and products, TOPSIS, VIKOR, SPOTIS, PROMETHEE II and rank reversal."""

import dataclasses
from collections.abc import Callable

import numpy as np

from scorecards.engine.cases.inputs import Inputs, Outputs, method
from scorecards.engine.checks import matrix, ordered, positive, senses, weights
from scorecards.engine.concord import borda, kendall_tau, reversal
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import FloatArray, IntArray
from scorecards.engine.normalize import Normalization
from scorecards.engine.opinions import ranks_of, spotis, topsis, vikor, weighted_product, weighted_sum
from scorecards.engine.promethee import Preference, PreferenceKind, promethee
from scorecards.engine.ranking import best_and_worst_ranks

NORMALIZATIONS = {
    "raw": Normalization.NONE,
    "linear": Normalization.MAX,
    "linear_max": Normalization.MAX,
    "invert_then_sum": Normalization.SUM,
    "sum_normalization": Normalization.SUM,
    "min_max": Normalization.MINMAX,
    "range": Normalization.MINMAX,
    "euclidean": Normalization.VECTOR,
}
PREFERENCES = {
    "u_shape": PreferenceKind.U_SHAPE,
    "quasi": PreferenceKind.U_SHAPE,
    "v_shape": PreferenceKind.V_SHAPE,
    "v_shape_2": PreferenceKind.LINEAR,
    "vshape2": PreferenceKind.LINEAR,
    "v_shape_indifference": PreferenceKind.LINEAR,
    "levels": PreferenceKind.LEVEL,
    "gauss": PreferenceKind.GAUSSIAN,
}
FIRST_SIX = ("usual", "ushape", "vshape", "level", "linear", "gaussian")


def anchored(table: FloatArray, anchors: object, sense: object) -> FloatArray:
    """Values on [0, 100] between two anchors per column, clipped.

    Falling where less is better by `sense`, or where the anchors are given as (high, low).
    """
    ends = matrix("anchors", anchors, 2)  # type: ignore[arg-type]  # refuses what is not numbers
    if len(ends) != table.shape[1]:
        raise ValueInputError("anchors", f"has {len(ends)} entries instead of {table.shape[1]}")
    signs = senses("sense", sense, table.shape[1])  # type: ignore[arg-type]
    low, high = ends.min(axis=1), ends.max(axis=1)
    positive("widths of anchors", high - low)
    share = ((table - low) / (high - low)).clip(0, 1)
    return np.where((signs < 0) | (ends[:, 0] > ends[:, 1]), 1 - share, share) * 100


def _normalization(given: Inputs, default: Normalization) -> Normalization:
    return given.choice(Normalization, NORMALIZATIONS, "normalization", "normalisation", default=default)


@method("wsm", "saw", "mavt")
def _wsm(given: Inputs) -> Outputs:
    table, sense = given.need("matrix", "values"), given.senses()
    anchors = given.get("anchors", "ranges")
    if anchors is not None:
        table, sense = anchored(matrix("matrix", table), anchors, sense), None
    how = _normalization(given, Normalization.NONE)
    scaled = given.flag("normalize_weights", "normalise_weights", default=True)
    found = weighted_sum(table, given.need("weights"), sense, how, normalize_weights=scaled)
    return {"scores": found.scores, "ranks": found.ranks, "order": lambda: best_first(found.ranks)}


def best_first(ranks: IntArray) -> list[int]:
    """Rows by rank, ties in the order of the input."""
    return [int(i) for i in np.argsort(ranks, kind="stable")]


@method("wpm")
def _wpm(given: Inputs) -> Outputs:
    table = given.need("matrix", "values")
    how = _normalization(given, Normalization.SUM)
    scaled = given.flag("normalize_weights", "normalise_weights", default=True)
    found = weighted_product(table, given.need("weights"), given.senses(), how, normalize_weights=scaled)
    return {
        "scores": np.exp(found.scores),
        "log_scores": found.scores,
        "log10_scores": found.scores / np.log(10),
        "ranks": found.ranks,
        "order": lambda: best_first(found.ranks),
    }


@method("topsis")
def _topsis(given: Inputs) -> Outputs:
    how = _normalization(given, Normalization.VECTOR)
    found = topsis(given.need("matrix", "values"), given.need("weights"), given.senses(), how)
    return {
        "scores": found.scores,
        "ranks": found.ranks,
        "d_plus": found.to_ideal,
        "d_minus": found.to_anti_ideal,
        "order": lambda: best_first(found.ranks),
    }


@method("vikor")
def _vikor(given: Inputs) -> Outputs:
    v = given.number("v", "strategy", default=0.5)
    found = vikor(given.need("matrix", "values"), given.need("weights"), given.senses(), v)
    return {
        "S": found.s,
        "R": found.r,
        "Q": found.q,
        "ranks": found.ranks,
        "compromise": found.compromise,
        "compromise_set": found.compromise,
        "order": lambda: best_first(found.ranks),
    }


@method("spotis")
def _spotis(given: Inputs) -> Outputs:
    bounds, expected = given.need("bounds", "anchors", "ranges"), given.get("esp", "expected_solution")
    found = spotis(given.need("matrix", "values"), given.need("weights"), bounds, given.senses(), expected)
    return {"scores": found.scores, "ranks": found.ranks, "order": lambda: best_first(found.ranks)}


def _preference(given: Inputs) -> Preference:
    given.need("kind", "type", "shape")
    kind = given.choice(
        PreferenceKind, PREFERENCES | _numbered(), "kind", "type", "shape", default=PreferenceKind.USUAL
    )
    p = given.number("p", default=0.0)
    q = given.number("q", default=0.0)
    return Preference(kind, q=q, p=p, s=given.number("s", "sigma", default=0.0))


def _numbered() -> dict[str, PreferenceKind]:
    """Brans' numbers of the six generalised criteria."""
    return {str(i): PreferenceKind(kind) for i, kind in enumerate(FIRST_SIX, start=1)}


def preferences(given: Inputs) -> list[Preference] | None:
    """Generalised criteria, one per column: objects, or names for those without thresholds."""
    names = ("preference_functions", "preferences", "functions")
    listed = given.get(*names)
    if listed is None:
        return None
    if isinstance(listed, str | dict):
        listed = [listed] * len(given.listed("weights"))
    else:
        listed = given.listed(*names)
    return [_preference(Inputs(entry if isinstance(entry, dict) else {"kind": entry})) for entry in listed]


@method("promethee", "promethee2", "promethee_ii")
def _promethee(given: Inputs) -> Outputs:
    found = promethee(
        given.need("matrix", "values"), given.need("weights"), preferences(given), given.senses()
    )
    return {
        "phi_plus": found.phi_plus,
        "phi_minus": found.phi_minus,
        "phi_net": found.phi_net,
        "phi": found.phi_net,
        "scores": found.phi_net,
        "ranks": found.ranks,
        "order": lambda: best_first(found.ranks),
    }


@method("reversal")
def _reversal(given: Inputs) -> Outputs:
    table = matrix("matrix", given.need("matrix", "values"))
    w, sense = given.need("weights"), given.senses()
    remove = given.positions("remove", "removed", below=len(table))

    def compare(score: Callable[[FloatArray], FloatArray]) -> Callable[[], dict[str, object]]:
        def lazily() -> dict[str, object]:
            found = reversal(score, table, remove)
            return dataclasses.asdict(found)

        return lazily

    def additive(how: Normalization) -> Callable[[FloatArray], FloatArray]:
        return lambda rows: weighted_sum(rows, w, sense, how).scores

    def closeness(how: Normalization) -> Callable[[FloatArray], FloatArray]:
        return lambda rows: topsis(rows, w, sense, how).scores

    def official(rows: FloatArray) -> FloatArray:
        return weighted_sum(anchored(rows, given.need("anchors", "bounds"), sense), w).scores

    def outranking(rows: FloatArray) -> FloatArray:
        return promethee(rows, w, preferences(given), sense).phi_net if len(rows) > 1 else np.zeros(1)

    outputs: Outputs = {
        "mavt_anchored": compare(official),
        "mavt": compare(official),
        "spotis": compare(lambda rows: -spotis(rows, w, given.need("bounds", "anchors"), sense).scores),
        "vikor": compare(lambda rows: -vikor(rows, w, sense, given.number("v", default=0.5)).q),
        "wpm": compare(lambda rows: weighted_product(rows, w, sense).scores),
    }
    for how in (Normalization.MINMAX, Normalization.MAX, Normalization.SUM, Normalization.VECTOR):
        outputs[f"saw_{how}"] = compare(additive(how))
        outputs[f"topsis_{how}"] = compare(closeness(how))
    for name in ("promethee2_usual", "promethee2", "promethee"):
        outputs[name] = compare(outranking)
    return outputs


@method("kendall_tau", "tau")
def _kendall_tau(given: Inputs) -> Outputs:
    a, b = given.need("a", "x", "ranks_a"), given.need("b", "y", "ranks_b")
    return {"tau": kendall_tau(a, b), "tau_b": kendall_tau(a, b)}


@method("borda")
def _borda(given: Inputs) -> Outputs:
    found = borda(given.need("rankings", "ranks"))
    return {"points": found.points, "scores": found.points, "ranks": found.ranks}


@method("missing_renorm", "missing", "missing_interval", "interval", "intervals")
def _missing(given: Inputs) -> Outputs:
    low = matrix("lower", given.need("lower", "low"))
    high = matrix("upper", given.need("upper", "high"), low.shape[1])
    if low.shape != high.shape:
        raise ValueInputError("upper", f"has {len(high)} rows instead of {len(low)}")
    ordered("lower, upper", low, high)
    w = weights("weights", given.need("weights"), low.shape[1])
    known = low == high
    present = known @ w

    def renormalised() -> list[float | None]:
        """What dropping the unknown criteria would give; null where nothing is known."""
        sums = (low * known) @ w
        return [float(s / p) if p > 0 else None for s, p in zip(sums, present, strict=True)]

    top = given.number("top", "scale", default=100.0)
    v_low, v_high = low @ w, high @ w
    return {
        "renormalised_scores": renormalised,
        "V_lower": v_low,
        "V_upper": v_high,
        "completeness": 1 - (v_high - v_low) / top,
        "exact_weight_share": present,
        "ranks": ranks_of(v_low),
        "best_rank": lambda: _possible(v_low, v_high, 0),
        "worst_rank": lambda: _possible(v_low, v_high, 1),
        "necessarily_better": v_low[:, None] > v_high[None, :],
    }


def _possible(low: FloatArray, high: FloatArray, which: int) -> FloatArray:
    digits = 9
    found = best_and_worst_ranks(np.round(low, digits), np.round(high, digits))
    return found[which].astype(np.float64)
