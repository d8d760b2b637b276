"""Cases of explanations: waterfall, Bennet split, counterfactuals."""

from scorecards.engine.cases.inputs import Inputs, Outputs, method
from scorecards.engine.checks import matrix, vector, weights
from scorecards.engine.counterfactual import break_evens, cheapest_improvements
from scorecards.engine.errors import ValueInputError
from scorecards.engine.exact import FloatArray
from scorecards.engine.explain import bennet_split, waterfall
from scorecards.engine.values import PiecewiseLinear


def _two_values(given: Inputs) -> tuple[FloatArray, FloatArray]:
    a = vector("v_a", given.need("v_a", "a"))
    return a, vector("v_b", given.need("v_b", "b"), len(a))


@method("waterfall")
def _waterfall(given: Inputs) -> Outputs:
    a, b = _two_values(given)
    w = weights("weights", given.need("weights"), len(a))
    found = waterfall(a, b, w, [str(j) for j in range(len(a))])
    return {
        "contributions": [part.points for part in found.contributions],
        "total": found.difference,
        "V_a": found.score_a,
        "V_b": found.score_b,
    }


@method("bennet")
def _bennet(given: Inputs) -> Outputs:
    v0 = vector("v_before", given.need("v_before", "v0", "values_before", "v_0"))
    v1 = vector("v_after", given.need("v_after", "v1", "values_after", "v_1"), len(v0))
    one = given.get("weights")
    w0 = vector("w_before", given.need("w_before", "w0", "weights_before", "w_0", "weights"), len(v0))
    w1 = (
        w0
        if one is not None
        else vector("w_after", given.need("w_after", "w1", "weights_after", "w_1"), len(v0))
    )
    w0, w1 = weights("w_before", w0, len(v0)), weights("w_after", w1, len(v0))
    found = bennet_split(v0, v1, w0, w1, [str(j) for j in range(len(v0))])
    by_value = [effect.from_value for effect in found.effects]
    by_weight = [effect.from_weight for effect in found.effects]
    return {
        "value_effects": by_value,
        "weight_effects": by_weight,
        "contributions": [value + weight for value, weight in zip(by_value, by_weight, strict=True)],
        "total": found.difference,
        "from_values": found.from_values,
        "from_weights": found.from_weights,
        "V_before": found.score_before,
        "V_after": found.score_after,
    }


@method("counterfactual")
def _counterfactual(given: Inputs) -> Outputs:
    a, b = _two_values(given)
    names = [str(j) for j in range(len(a))]
    top = given.number("top", "ceiling", default=100.0)
    inverses = None
    if given.get("functions", "value_functions") is not None:
        functions = given.listed("functions", "value_functions")
        if len(functions) != len(a):
            raise ValueInputError("inputs.functions", f"has {len(functions)} entries instead of {len(a)}")
        points = [matrix(f"functions[{j}]", anchors, 2) for j, anchors in enumerate(functions)]
        inverses = [PiecewiseLinear.through(p[:, 0], p[:, 1]).inverse for p in points]
    w = given.need("weights")
    found = break_evens(a, b, w, names, inverses=inverses, top=top)

    def cheapest() -> list[dict[str, object]] | None:
        chosen = cheapest_improvements(found.gap, b, w, names, costs=given.get("costs"), top=top)
        if chosen is None:
            return None
        return [{"criterion": int(step.criterion), "points": step.points, "to": step.to} for step in chosen]

    return {
        "gap": found.gap,
        "break_even_value": [entry.value for entry in found.criteria],
        "attainable": [entry.attainable for entry in found.criteria],
        "native": [entry.native for entry in found.criteria],
        "swap_weight": [entry.swap_weight for entry in found.criteria],
        "cheapest_set": cheapest,
    }
