"""Cases of value functions, must-haves and the Altman score."""

import numpy as np

from scorecards.engine.altman import altman_z
from scorecards.engine.cases.inputs import Inputs, Outputs, method
from scorecards.engine.checks import matrix, vector
from scorecards.engine.errors import MethodError, ValueInputError
from scorecards.engine.gates import GateStatus, conjunction, floor_status
from scorecards.engine.values import PiecewiseLinear, Valued


def _extrapolates(given: Inputs) -> bool:
    mode = str(given.get("mode", "outside", "out_of_bounds", default="clip")).lower()
    if mode in ("clip", "clamp"):
        return False
    if mode in ("extrapolate", "interpolate", "linear"):
        return True
    if mode in ("error", "strict", "raise"):
        raise MethodError("inputs.mode", "is not needed: values outside are clipped and flagged")
    raise MethodError("inputs.mode", f"is {mode!r}, neither clip nor extrapolate")


@method("pvf")
def _pvf(given: Inputs) -> Outputs:
    function = PiecewiseLinear.through(given.need("xs", "cutoffs"), given.need("vs", "values"))
    extrapolate = _extrapolates(given)

    def valued() -> Valued:
        return function(given.need("x"), extrapolate=extrapolate)

    return {
        "values": lambda: valued().values,
        "clipped": lambda: valued().outside,
        "outside": lambda: valued().outside,
        "out_of_range": lambda: valued().outside,
        "inverse": lambda: [function.inverse(float(v)) for v in vector("v", given.need("v", "targets"))],
    }


@method("pvf_table")
def _pvf_table(given: Inputs) -> Outputs:
    table = matrix("matrix", given.need("matrix"))
    functions = given.listed("functions")
    if len(functions) != table.shape[1]:
        raise ValueInputError("functions", f"has {len(functions)} entries instead of {table.shape[1]}")
    extrapolate = _extrapolates(given)
    columns = []
    for j, anchors in enumerate(functions):
        points = matrix(f"functions[{j}]", anchors, 2)
        function = PiecewiseLinear.through(points[:, 0], points[:, 1])
        columns.append(function(table[:, j], extrapolate=extrapolate))
    outside = np.column_stack([column.outside for column in columns])
    return {
        "values": np.column_stack([column.values for column in columns]),
        "clipped": outside,
        "outside": outside,
    }


@method("gates")
def _gates(given: Inputs) -> Outputs:
    rows = given.listed("states")
    joined = [conjunction(_state(i, state) for state in _listed(i, row)) for i, row in enumerate(rows)]
    return {"status": [str(status) for status in joined]}


def _listed(position: int, row: object) -> list[object]:
    if not isinstance(row, list):
        raise ValueInputError(f"states[{position}]", "is not a list of states")
    return row


def _state(position: int, state: object) -> GateStatus:
    if state is None:
        return GateStatus.UNKNOWN
    if isinstance(state, bool):
        return GateStatus.PASS if state else GateStatus.FAIL
    try:
        return GateStatus(str(state).lower())
    except ValueError as error:
        raise ValueInputError(f"states[{position}]", f"holds {state!r}, no pass, fail or unknown") from error


@method("floors", "floor")
def _floors(given: Inputs) -> Outputs:
    low = vector("low", given.need("low", "lower"))
    high = vector("high", given.need("high", "upper"), len(low))
    floors = np.broadcast_to(np.asarray(given.need("floor", "floors"), dtype=np.float64), low.shape)
    states = [floor_status(*cell) for cell in zip(low, high, floors, strict=True)]
    return {"status": [str(state) for state in states], "joined": str(conjunction(states))}


@method("altman", "altman_z")
def _altman(given: Inputs) -> Outputs:
    ratios = given.get("ratios", "x", default=None)
    names = ("x1", "x2", "x3", "x4")
    values = list(ratios) if ratios is not None else [given.get(name, name.upper()) for name in names]
    if len(values) != len(names):
        raise ValueInputError("inputs.ratios", f"has {len(values)} entries instead of 4")
    found = altman_z(*values, with_constant=given.flag("with_constant", "constant", default=False))
    return {"z": found.score, "score": found.score, "zone": str(found.zone), "missing": found.missing}
