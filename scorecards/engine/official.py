"""The official run: additive value on anchored scales behind three-valued must-haves.

Keeney & Raiffa (1976), Edwards & Barron (1994). Values arrive on [0, 100]; here, and only here, they are
quantised (see `exact`). What comes out is an `Evaluation` that recomputes to the same bits anywhere.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain
from operator import itemgetter
from types import MappingProxyType

import numpy as np

from scorecards.engine.errors import EngineError, IntervalError, UnknownKeyError, ValueInputError
from scorecards.engine.evaluation import Evaluation, Status
from scorecards.engine.exact import VALUE_UNITS, BoolArray, FloatArray, values_to_hundredths
from scorecards.engine.gates import GateStatus, conjunction, floor_status
from scorecards.engine.tree import CriteriaTree, CriterionNode, build_tree

NO_FLOORS: Mapping[str, float] = MappingProxyType({})
NO_GATES: Mapping[str, GateStatus] = MappingProxyType({})

STATUS_OF_GATES = {
    GateStatus.PASS: Status.RANKED,
    GateStatus.UNKNOWN: Status.CONDITIONAL,
    GateStatus.FAIL: Status.EXCLUDED,
}


@dataclass(frozen=True)
class CandidateInput:
    """What is known of one candidate: per leaf an interval [low, high] of value points on [0, 100].

    A criterion that is missing from `low` begins at 0, one that is missing from `high` ends at 100.
    `excepted` names the leaves whose floor the candidate need not reach.
    """

    key: str
    low: Mapping[str, float]
    high: Mapping[str, float]
    gates: Mapping[str, GateStatus] = field(default_factory=lambda: NO_GATES)
    excepted: frozenset[str] = frozenset()


def evaluate(
    nodes: Sequence[CriterionNode],
    candidates: Sequence[CandidateInput],
    floors: Mapping[str, float] = NO_FLOORS,
) -> Evaluation:
    """Score and rank the candidates.

    `floors` maps leaf keys to the least admissible value in points. Values outside [0, 100] are clipped and
    flagged. Raises TreeError, WeightError, UnknownKeyError, ValueInputError and IntervalError, each naming
    the criterion or candidate.
    """
    tree = build_tree(nodes)
    keys = tuple(candidate.key for candidate in candidates)
    _refuse_repeated(keys)
    raw_low = _gather(keys, [candidate.low for candidate in candidates], tree, 0.0, "low")
    raw_high = _gather(keys, [candidate.high for candidate in candidates], tree, 100.0, "high")
    _refuse_crossed(raw_low, raw_high, keys, tree)
    clipped = (raw_low < 0) | (raw_low > 100) | (raw_high < 0) | (raw_high > 100)
    low = values_to_hundredths(raw_low.clip(0, 100))
    high = values_to_hundredths(raw_high.clip(0, 100))
    floor_units = floors_to_hundredths(floors, tree)
    floor_states = floor_states_of(low, high, floor_units, tree, [row.excepted for row in candidates])
    gates = tuple(_checked_gates(candidate) for candidate in candidates)
    statuses = tuple(
        STATUS_OF_GATES[conjunction(chain(gate.values(), floor.values()))]
        for gate, floor in zip(gates, floor_states, strict=True)
    )
    return Evaluation(
        tree=tree,
        candidates=keys,
        low=_frozen(low),
        high=_frozen(high),
        clipped=_frozen(clipped),
        gates=gates,
        floors=floor_states,
        floor_units=floor_units,
        statuses=statuses,
    )


def _frozen[Array: (FloatArray, BoolArray)](array: Array) -> Array:
    array.setflags(write=False)
    return array


def _refuse_repeated(keys: Sequence[str]) -> None:
    if len(set(keys)) < len(keys):
        repeated = next(key for i, key in enumerate(keys) if key in keys[:i])
        raise UnknownKeyError(repeated, "is the key of two candidates")


def _gather(
    keys: Sequence[str],
    given: Sequence[Mapping[str, float]],
    tree: CriteriaTree,
    missing: float,
    end: str,
) -> FloatArray:
    """Mappings to a matrix (m, n) in the order of the leaves."""
    leaves = tree.leaves
    known = frozenset(leaves)
    for key, values in zip(keys, given, strict=True):
        if not known.issuperset(values):
            stray = next(name for name in values if name not in known)
            raise UnknownKeyError(f"{key} / {stray}", f"is given a {end} value but is not a leaf criterion")
    size = len(keys) * len(leaves)
    try:
        flat = np.fromiter(chain.from_iterable(_rows(given, leaves, missing)), np.float64, size)
    except (TypeError, ValueError) as error:
        raise _first_bad(_rows(given, leaves, missing), keys, leaves, end) from error
    if not np.isfinite(flat).all():
        raise _first_bad(_rows(given, leaves, missing), keys, leaves, end)
    return flat.reshape(len(keys), len(leaves))


def _rows(
    given: Sequence[Mapping[str, float]], leaves: Sequence[str], missing: float
) -> Iterator[Sequence[float]]:
    """The values of each candidate in the order of the leaves."""
    # Most candidates name every leaf; these are read without a step of Python per cell.
    whole = itemgetter(*leaves) if len(leaves) > 1 else None
    for values in given:
        if whole is not None and len(values) == len(leaves):
            yield whole(values)
        else:
            yield [values.get(leaf, missing) for leaf in leaves]


def _first_bad(
    rows: Iterable[Sequence[object]], keys: Sequence[str], leaves: Sequence[str], end: str
) -> EngineError:
    for key, row in zip(keys, rows, strict=True):
        for leaf, value in zip(leaves, row, strict=True):
            if not isinstance(value, int | float | np.number) or not np.isfinite(value):
                problem = f"has the {end} value {value!r}, which is not a finite number"
                return ValueInputError(f"{key} / {leaf}", problem)
    return ValueInputError("candidates", f"hold {end} values that are not numbers")


def _refuse_crossed(low: FloatArray, high: FloatArray, keys: Sequence[str], tree: CriteriaTree) -> None:
    crossed = np.argwhere(low > high)
    if len(crossed):
        row, column = crossed[0]
        interval = f"[{low[row, column]:g}, {high[row, column]:g}]"
        raise IntervalError(f"{keys[row]} / {tree.leaves[column]}", f"has the interval {interval}")


def floors_to_hundredths(floors: Mapping[str, float], tree: CriteriaTree) -> Mapping[str, int]:
    """Floors by leaf in whole hundredths of a point. Raises UnknownKeyError and ValueInputError."""
    units: dict[str, int] = {}
    for key, floor in floors.items():
        if key not in tree.leaf_index:
            raise UnknownKeyError(key, "has a floor but is not a leaf criterion")
        if not np.isfinite(floor) or not 0 <= floor <= 100:
            raise ValueInputError(key, f"has the floor {floor!r}, which is not on [0, 100]")
        units[key] = round(floor * VALUE_UNITS / 100)
    return units


def floor_states_of(
    low: FloatArray,
    high: FloatArray,
    floors: Mapping[str, int],
    tree: CriteriaTree,
    excepted: Sequence[Collection[str]],
) -> tuple[Mapping[str, GateStatus], ...]:
    """How each candidate stands to each floor; cells (m, n) and floors in hundredths, `excepted` by row."""
    if not floors:
        return tuple(NO_GATES for _ in excepted)
    at = tree.leaf_index
    return tuple(
        {
            key: floor_status(low[row, at[key]], high[row, at[key]], floor, excepted=key in named)
            for key, floor in floors.items()
        }
        for row, named in enumerate(excepted)
    )


def _checked_gates(candidate: CandidateInput) -> Mapping[str, GateStatus]:
    try:
        return {name: GateStatus(state) for name, state in candidate.gates.items()}
    except ValueError as error:
        raise ValueInputError(
            candidate.key, f"has a gate that is not pass, fail or unknown ({error})"
        ) from error
